"""``ops trace``: the waterfall of a case, from the bus to power."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from ops.account import Account
from ops.screen import Screen, counted, moment
from ops.tools import Showing
from ops.trace.collect import KEPT_FOR, collect, windows_of
from ops.trace.draw import STYLES, in_seconds, rows_of, table_of
from ops.trace.join import waterfall
from ops.trace.span import Kind, Mark, Span
from record.cases.dossier import Dossier, DossierReader
from record.cases.failures import NothingFound
from record.cases.ways import way_of
from restoration.clock import moment_of

_MEANINGS = {Mark.FAULT: "failed", Mark.ERROR: "was refused", Mark.THROTTLE: "was throttled"}


def trace(
    tools: Showing,
    key: Annotated[str, typer.Argument(help="A limitation, contract, point, customer or execution.")],
    everything: Annotated[bool, typer.Option("--all", help="Show each call, and each choice.")] = False,
) -> None:
    """Show what happened for a case from the bus to power, and how long each part took."""
    screen, account = tools.screen, tools.account
    named, dossiers = DossierReader(account).named(key)
    first = named.limitation_ids[0]
    shown: list[Mapping[str, Any]] = []
    for dossier in dossiers:
        limitation_id = dossier.limitation_id
        known = filter(None, [_trace_of(account, each.name) for each in dossier.executions])
        windows = windows_of(_moments(dossier), tools.clock())
        roots, cut = collect(account.client("xray"), limitation_id, windows, known, account.stack)
        tops = waterfall(roots, limitation_id)
        shown.append({"limitationId": limitation_id, "cut": cut, "spans": tops})
        if tops:
            _show(screen, limitation_id, tops, cut, tools.clock(), everything=everything)
    if not any(each["spans"] for each in shown):
        raise NothingFound(
            f"X-Ray has no trace of {', '.join(named.limitation_ids)}. It keeps traces for {KEPT_FOR.days} days, and"
            f" shows them within a minute or so. What the tables know is still there: ops case {first}"
        )
    screen.json(shown)
    folded = [] if everything else [f"Each call and each choice: ops trace {key} --all"]
    screen.next(*folded, f"All else about it: ops case {first}", f"Why it was decided so: ops explain {first}")


def _trace_of(account: Account, execution: str) -> str:
    """The id of the trace that an execution was started in; empty where it has none."""
    described = account.client("stepfunctions").describe_execution(executionArn=account.execution(execution))
    fields = dict(part.partition("=")[::2] for part in described.get("traceHeader", "").split(";"))
    return str(fields.get("Root", ""))


def _moments(dossier: Dossier) -> Sequence[datetime]:
    """When something happened for a limitation: its executions' states, and the decisions."""
    moments = [moment_of(each.started_at) for each in dossier.executions]
    moments += [step.at for each in dossier.executions for step in way_of(each)]
    return [*moments, *(each.decided_at for each in dossier.decisions)]


def _show(
    screen: Screen, limitation_id: str, tops: Sequence[Span], cut: Sequence[str], now: datetime, *, everything: bool
) -> None:
    rows = rows_of(tops, everything=everything)
    spans = [span for top in tops for span in top.all()]
    traces = len({span.trace_id for span in spans})
    executions = sum(span.kind is Kind.EXECUTION for span in spans)
    begun = min(span.start for span in spans)
    lasts = max(span.end or now.timestamp() for span in spans) - begun
    screen.say(f"{limitation_id}: {counted(executions, 'execution')} in {counted(traces, 'trace')}", style="bold")
    screen.say(f"From {moment(datetime.fromtimestamp(begun, UTC))}, {in_seconds(lasts)} in all.")
    screen.say("Times of more than two seconds in which nothing began or ended are drawn short.")
    screen.say()
    screen.print(table_of(rows, now.timestamp()))
    screen.say()
    for mark in (each for each in _MEANINGS if any(span.mark is each for _, span in rows)):
        screen.say(f"{mark.value}  {_MEANINGS[mark]}", style=STYLES[mark])
    for each in cut:
        screen.say(f"Trace {each} was too large for X-Ray: its later parts are missing.")
