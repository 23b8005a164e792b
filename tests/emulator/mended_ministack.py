"""Starts MiniStack 1.5.33 with what our templates need of it. Nothing of them is changed for it.

It runs in MiniStack's own virtual environment, and knows nothing of this project. Each mend names the defect. One that
MiniStack has mended itself is to be taken out here: ``make foreign-emulator`` says so where a name has gone.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from ministack.app import main
from ministack.core import lambda_runtime
from ministack.services import stepfunctions
from ministack.services.cloudformation import provisioners

HANDLERS: dict[str, dict[str, Any]] = provisioners._RESOURCE_HANDLERS

UNKNOWN = (
    "AWS::Athena::NamedQuery",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::Events::Archive",
    "AWS::Events::EventBusPolicy",
    "AWS::SMSVOICE::SenderId",
)
"""Types that its CloudFormation refuses the whole template for. Here they get a name, and do nothing."""


def create_nothing(logical_id: str, _properties: Any, stack_name: str) -> tuple[str, dict[str, str]]:
    name = f"{stack_name}-{logical_id}"
    return name, {"Arn": f"arn:aws:nothing:::{name}"}


def delete_nothing(_physical_id: str, _properties: Any) -> None:
    """There is nothing."""


for unknown in UNKNOWN:
    if unknown in HANDLERS:
        sys.exit(f"MiniStack knows {unknown} now: take it out of UNKNOWN in {__file__}")
    HANDLERS[unknown] = {"create": create_nothing, "delete": delete_nothing}

# An alarm on metric math ends the deployment. Here it gets a name, and never goes off.
create_alarm = HANDLERS["AWS::CloudWatch::Alarm"]["create"]
HANDLERS["AWS::CloudWatch::Alarm"]["create"] = lambda logical_id, properties, stack_name: (
    create_nothing if "Metrics" in properties else create_alarm
)(logical_id, properties, stack_name)

# A mapping's MaximumConcurrency comes as text where it is a parameter, and ends each look into the queues.
create_mapping = HANDLERS["AWS::Lambda::EventSourceMapping"]["create"]
HANDLERS["AWS::Lambda::EventSourceMapping"]["create"] = lambda logical_id, properties, stack_name: create_mapping(
    logical_id,
    {**properties, "ScalingConfig": {name: int(most) for name, most in properties.get("ScalingConfig", {}).items()}},
    stack_name,
)

# Whether a table is protected comes as text where it is a parameter, and so "false" protects it.
create_table = HANDLERS["AWS::DynamoDB::Table"]["create"]
HANDLERS["AWS::DynamoDB::Table"]["create"] = lambda logical_id, properties, stack_name: create_table(
    logical_id,
    {**properties, "DeletionProtectionEnabled": str(properties.get("DeletionProtectionEnabled")).lower() == "true"},
    stack_name,
)

# A definition is kept as its file has it, and read as JSON alone: one in YAML fails each execution.
read_definition = provisioners._sfn_definition
provisioners._sfn_definition = lambda properties: json.dumps(yaml.safe_load(read_definition(properties)))

# TimeoutSeconds may be JSONata. It is compared with a number as it stands, and the execution fails.
execute_task = stepfunctions._execute_task


def execute_task_in_time(state: dict[str, Any], given: Any, execution: Any, context: Any) -> Any:
    if isinstance(state.get("TimeoutSeconds"), str):
        seconds = stepfunctions._jsonata_state_field(state, "TimeoutSeconds", "number", given, context)
        state = {**state, "TimeoutSeconds": seconds}
    return execute_task(state, given, execution, context)


stepfunctions._execute_task = execute_task_in_time

# The Output of a Succeed state is left out: an execution says its input in place of how it ended.
leave_by_path = stepfunctions._apply_output_path
stepfunctions._apply_output_path = lambda state, found, context=None: (
    stepfunctions._apply_jsonata_output(state, found, context)
    if state.get("Type") == "Succeed" and "Output" in state
    else leave_by_path(state, found, context)
)

# Functions run with the emulator's own packages, and so with its botocore in place of the one in the layer.
isolated = Path(tempfile.mkdtemp()) / "python"
isolated.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S -B "$@"\n', encoding="utf-8")
isolated.chmod(0o700)
binary_for = lambda_runtime._detect_runtime_binary
lambda_runtime._detect_runtime_binary = lambda runtime: (str(isolated), binary_for(runtime)[1])

if __name__ == "__main__":
    main()
