"""An embedded cloud's process has nothing of EC2, unless it was there before."""

import json
import subprocess
import sys

STARTED = """
import json, sys
from embedded_cloud import EmbeddedCloud
from embedded_cloud.backends.dispatch import Dispatcher
names = ["moto.ssm.models", "moto.stepfunctions.parser.asl.parse.asl_parser", "moto.ec2", "moto.batch"]
print(json.dumps([name in sys.modules for name in names]))
"""


def in_a_new_process(program: str) -> list[object]:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    found: list[object] = json.loads(done.stdout)
    return found


def test_systems_manager_and_step_functions_are_there_without_ec2_and_batch() -> None:
    assert in_a_new_process(STARTED) == [True, True, False, False]


def test_what_is_imported_already_stays_as_it_is() -> None:
    program = (
        "import json, moto.ec2, moto.batch; from moto.ssm import models; import embedded_cloud; "
        "print(json.dumps([models.ec2_backends is moto.ec2.ec2_backends, bool(moto.batch.utils.JobStatus)]))"
    )
    assert in_a_new_process(program) == [True, True]
