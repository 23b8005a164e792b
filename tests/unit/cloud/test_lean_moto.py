"""An embedded cloud's process has nothing of EC2."""

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


def test_systems_manager_and_step_functions_are_there_without_ec2_and_batch() -> None:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", STARTED], capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout) == [True, True, False, False]
