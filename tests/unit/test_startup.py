"""A function's process collects no garbage while it starts; no other process loses its collector."""

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from restoration import startup

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def collector_as_it_was() -> Iterator[None]:
    was_enabled = gc.isenabled()
    yield
    gc.unfreeze()
    (gc.enable if was_enabled else gc.disable)()


def test_function_collects_nothing_until_its_handler_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    gc.enable()
    startup.begin()
    assert not gc.isenabled()
    built: list[object] = [{}]
    startup.end()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    assert not any(one is built for one in gc.get_objects())


def test_process_that_is_no_function_keeps_its_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_LAMBDA_RUNTIME_API", raising=False)
    gc.enable()
    startup.begin()
    assert gc.isenabled()
    frozen = gc.get_freeze_count()
    startup.end()
    assert gc.get_freeze_count() == frozen


IMPORTS = "import gc\nfrom restoration import bootstrap\nprint(gc.isenabled())\nimport app\nprint(gc.isenabled())"


def test_collector_rests_from_bootstrap_to_the_handler() -> None:
    """A function that was left without its collector would grow until Lambda ended it."""
    function = ROOT / "functions" / "measure_executions"
    said = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", IMPORTS],
        cwd=function,
        env={
            "AWS_DEFAULT_REGION": "eu-west-3",
            "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
            "LAMBDA_TASK_ROOT": str(function),
            "POWERTOOLS_METRICS_NAMESPACE": "restoration",
            "POWERTOOLS_SERVICE_NAME": "restoration",
            "STATE_MACHINE_ARN": "arn:aws:states:eu-west-3:123456789012:stateMachine:restoration",
            "LIMITATIONS_TABLE": "limitations",
            "COURSES_TABLE": "courses",
            "EARLY_SLA_SECONDS": "1800",
            "REMOTE_SLA_SECONDS": "86400",
            "TECHNICIAN_SLA_WORKING_DAYS": "5",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["False", "True"]
