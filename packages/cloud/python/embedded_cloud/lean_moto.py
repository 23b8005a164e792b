"""Keeps what an embedded cloud never uses out of its process: above all EC2, of which moto makes much.

moto's Step Functions imports its Batch for the names of a job's statuses, and its Systems Manager imports EC2 for
commands on instances, of which a cloud has none. EC2 reads its own model three times when it is imported, for the
names of its regions.
"""

import importlib
import sys
from functools import cache
from types import ModuleType

import botocore.loaders
import moto.core.responses

_TASKS = "moto.stepfunctions.parser.asl.component.state.exec.state_task.service"


def keep_moto_lean() -> None:
    """Import what needs EC2 without it. What a process has imported before stays as it is.

    All sessions have one loader from now on. It keeps AWS's models, which each session would read again. The
    methods of a class are listed once: moto would look through its members for each request.
    """
    botocore.loaders.create_loader = cache(botocore.loaders.create_loader)
    moto.core.responses.method_names_from_class = cache(moto.core.responses.method_names_from_class)  # type: ignore[attr-defined]
    _leave_batch_out()
    _import_systems_manager()


def _leave_batch_out() -> None:
    """Let a task of Batch be what moto makes of one of SageMaker: it is forwarded to the service."""
    name = f"{_TASKS}.state_task_service_batch"
    if name not in sys.modules:
        unsupported = importlib.import_module(f"{_TASKS}.state_task_service_unsupported")
        sys.modules[name] = _module(name, StateTaskServiceBatch=unsupported.StateTaskServiceUnsupported)


def _import_systems_manager() -> None:
    if "moto.ec2" not in sys.modules:
        sys.modules["moto.ec2"] = _module("moto.ec2", ec2_backends={})
        try:
            importlib.import_module("moto.ssm.models")
        finally:
            del sys.modules["moto.ec2"]


def _module(name: str, **attributes: object) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(attributes)
    return module
