"""``ops check``: have limitations looked at now, as the nightly check does: no other way starts one by hand."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import uuid4

import typer

from ops.account import invoke
from ops.failures import OpsError, WrongRequest
from ops.switch import position
from ops.tools import Changing, Tools
from record.cases.register import find
from restoration.clock import to_text
from restoration.domain.switch import Mode


def check(
    tools: Changing,
    cases: Annotated[list[str] | None, typer.Argument(help="Limitations, contracts, points, customers.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All open limitations: the nightly check, now.")] = False,
) -> None:
    """Have cases, or all open limitations, looked at now: where there is something to do, an execution starts."""
    if bool(cases) is every:
        raise WrongRequest("Name the cases, or say --all.")
    if position(tools.account).mode is Mode.OFF:
        raise OpsError("Nothing was done: while the switch is off, nothing is looked at. Turn it: ops switch on")
    if every:
        _check_all(tools)
    else:
        named = [limitation for key in cases or () for limitation in find(tools.account, key).limitation_ids]
        _check_some(tools, list(dict.fromkeys(named)))


def _check_all(tools: Tools) -> None:
    saying = [
        "This starts the nightly check: billing and the rules are asked about each open limitation.",
        "What an execution works on is left alone. During an outage of billing it would wait at its first page.",
    ]
    with tools.changing("check", {"of": "all"}, saying=saying) as change:
        started = tools.account.client("stepfunctions").start_execution(
            stateMachineArn=tools.account.machine("nightly-check"), name=f"by-hand-{change.id}"
        )
        name = str(started["executionArn"]).rpartition(":")[2]
        change.outcome = f"the nightly check {name} is started"
    tools.screen.say(f"The check {name} is started.")
    tools.screen.next("What it starts: ops cases --status running --since 5m")


def _check_some(tools: Tools, limitation_ids: Sequence[str]) -> None:
    named = ", ".join(limitation_ids)
    saying = [
        f"Billing and the rules will be asked about {named}. Where there is something to do, an execution starts."
    ]
    with tools.changing("check", {"of": named}, saying=saying) as change:
        # A new id each time: the same one names the same executions, which are not started twice.
        request = {"checkId": f"by-hand-{uuid4().hex[:12]}", "at": to_text(tools.clock())}
        found = invoke(tools.account, "check-open-limitations", {**request, "limitationIds": list(limitation_ids)})
        change.outcome = _told(found)
    tools.screen.say(_told(found))
    tools.screen.next(*(f"See it: ops case {each}" for each in limitation_ids[:3]))


def _told(found: dict[str, Any]) -> str:
    if found["switchedOff"]:
        return "The switch is off: nothing was looked at."
    told = f"Looked at: {found['found']}. Something to do, so an execution was started: {found['started']}."
    failed = found.get("failed")
    return f"{told} Billing could not be asked about {', '.join(failed)}: try again later." if failed else told
