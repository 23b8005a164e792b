"""A function's process collects no garbage while it starts, and loads nothing that it does not use."""

import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest

from restoration import startup


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


@pytest.mark.parametrize(
    ("imported", "left"),
    [
        ("restoration.adapters.sqs.batch", ("aws_lambda_powertools.utilities.data_classes",)),
        ("restoration.adapters.enedis", ("zeep", "lxml", "requests", "boto3")),
        ("restoration.contracts.notifications", ("restoration.contracts.received_details",)),
        ("record.domain.promises", ("restoration.domain.message",)),
        ("supervision.supervise", ("supervision.screens.overview", "supervision.screens.case", "pydantic.main")),
        ("restoration.use_cases.notify_social_services", ("restoration.contracts.published",)),
        (
            "restoration.use_cases.register_limitations",
            ("restoration.contracts.published", "restoration.contracts.received"),
        ),
        ("record.adapters.dynamodb.counters", ("restoration.contracts",)),
    ],
)
def test_importing_loads_nothing_that_is_heavy_and_seldom_used(imported: str, left: tuple[str, ...]) -> None:
    script = f"import sys; import {imported}; print([name for name in {left} if name in sys.modules])"
    shown = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={},
    )
    assert shown.stdout.strip() == "[]"
