"""The deployed screens, drawn with the rights of their role for those who may look; and `make supervise` as a whole."""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from embedded_cloud.rights.policies import Call
from local.console.__main__ import FOLDER, ask_of
from local.console.asking import AskConsole, NoScreen
from local.stage import ROOT
from restoration.clock import to_text, utc_now
from supervision.supervise import SCREENS
from tests.end_to_end.started import started
from tests.end_to_end.world import PATIENCE_SECONDS, World
from tests.npm import need

A_RESTORED = r"(Rétablis|Restored): [1-9]"
"""The bar of the funnel, where somebody was restored."""


def shown(world: World, screen: str, **options: str) -> str:
    return unescape(ask_of(world.stage)({"screen": screen, "lang": "fr", **options, "widgetContext": {"width": 1200}}))


def wait_for(world: World, wanted: str, screen: str, **options: str) -> str:
    """Wait until a screen has what an expression finds: the record follows the machine's log."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not re.search(wanted, page := shown(world, screen, **options)):
        assert time.monotonic() < deadline, page
        time.sleep(0.2)
    return page


def test_case_that_the_advisors_have_had_for_too_long_stands_on_the_screen_of_incidents(world: World) -> None:
    customer = world.limited_customer()
    world.table("LimitationsTable").update_item(
        Key={"limitationId": customer.limitation_id},
        UpdateExpression="SET leftSince = :since",
        ExpressionAttributeValues={":since": to_text(utc_now() - timedelta(days=9))},
    )
    page = shown(world, "incidents")
    assert customer.limitation_id in page
    assert "depuis 9" in page


def test_question_that_is_none_gets_a_page_that_says_so(world: World) -> None:
    assert "Le champ « outcom » n'existe pas" in shown(world, "overview", filter="outcom=RESTORED")
    assert "Question non comprise" in shown(world, "nothing")


def test_operations_may_look_and_nobody_without_the_policy(world: World) -> None:
    world.stage.operations("lambda").invoke(FunctionName=world.cloud.physical_id("SuperviseFunction"), Payload=b"{}")
    role = world.cloud.rights.key_of_role(
        world.cloud.arn("ReadPointFunctionRole"), "lambda.amazonaws.com", "somebody else"
    )
    call = Call.of("lambda:InvokeFunction", world.cloud.outputs["SuperviseFunctionArn"])
    assert not world.cloud.rights.verdict(world.cloud.rights.principal_of(role), call).is_allowed


@pytest.fixture
def console() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`make supervise` in a process group of its own, as a terminal gives it one; and its address."""
    need("dompurify")
    with started("local.console", "--speed", "20", "--payments-per-minute", "120") as (process, said):
        (address,) = (line.split()[-1] for line in said.splitlines() if line.startswith("Supervision is at"))
        yield process, address.rstrip("/")


def test_payments_come_by_themselves_and_ctrl_c_ends_all(
    console: tuple[subprocess.Popen[str], str], tmp_path: Any
) -> None:
    process, address = console
    ask = AskConsole(address)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not re.search(A_RESTORED, page := ask({"screen": "overview", "lang": "en"})):
        assert time.monotonic() < deadline, page
        time.sleep(0.5)
    # An export takes the console that runs.
    ended = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "local.console", "--export", str(tmp_path), "--since", "1h", "--most-pages", "8"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Starting" not in ended.stdout
    assert {f"{name}.html" for name in SCREENS} <= {path.name for path in (tmp_path / "en").iterdir()}
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert not (FOLDER / "address").exists()
    with pytest.raises(NoScreen):
        ask(json.loads("{}"))
