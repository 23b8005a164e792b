"""An embedded cloud's process has nothing of EC2, unless somebody asks for it."""

import json
import subprocess
import sys

STARTED = """
import json, sys
from embedded_cloud import EmbeddedCloud
from embedded_cloud.backends.dispatch import Dispatcher
names = ["moto.ssm.models", "moto.stepfunctions.parser.asl.parse.asl_parser", "moto.ec2", "moto.batch"]
before = [name in sys.modules for name in names]
from moto.ssm import models
backend = models.ec2_backends["123456789012"]["eu-west-3"]
print(json.dumps([before, type(backend).__name__, "moto.ec2" in sys.modules]))
"""


def in_a_new_process(program: str) -> list[object]:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    found: list[object] = json.loads(done.stdout)
    return found


def test_ec2_is_imported_once_somebody_asks_for_its_instances() -> None:
    before, backend, is_there = in_a_new_process(STARTED)
    assert before == [True, True, False, False]
    assert backend == "EC2Backend"
    assert is_there


def test_what_is_imported_already_stays_as_it_is() -> None:
    program = (
        "import json, moto.ec2, moto.batch; from moto.ssm import models; import embedded_cloud; "
        "print(json.dumps([models.ec2_backends is moto.ec2.ec2_backends, bool(moto.batch.utils.JobStatus)]))"
    )
    assert in_a_new_process(program) == [True, True]
