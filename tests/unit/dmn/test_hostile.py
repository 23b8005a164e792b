import pathlib
import subprocess
import sys

import pytest

SCRIPT = pathlib.Path(__file__).with_name("hostile.py")
EVERY = 9  # the whole list takes two minutes: python tests/unit/dmn/hostile.py


@pytest.mark.explored
def test_hostile_inputs_end_soon_with_own_errors() -> None:
    command = [sys.executable, str(SCRIPT), str(EVERY)]
    outcome = subprocess.run(command, check=False, capture_output=True, text=True, timeout=200)  # noqa: S603 - our own file
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
