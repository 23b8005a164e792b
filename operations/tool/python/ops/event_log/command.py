"""``ops event-log``: what executions did, for process mining, and whether each did what its definition allows."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ops.event_log.conformance import Deviation
from ops.event_log.export import Exported, export
from ops.event_log.pseudonyms import Pseudonyms
from ops.event_log.reading import AccountSource, pseudonyms_of
from ops.failures import WrongRequest
from ops.moments import moment_before
from ops.screen import Screen, counted, moment
from ops.tools import Showing
from record.domain.record import Completeness
from restoration.clock import moment_of

SHOWN = 5


def event_log(
    tools: Showing,
    since: Annotated[str, typer.Option(help="Executions that began since: 90m, 3d, 08:30, 2026-11-26T08:30")] = "24h",
    until: Annotated[str | None, typer.Option(help="…and before; now by default.")] = None,
    to: Annotated[Path, typer.Option(help="The folder to write to; its event log is replaced.")] = Path("event-log"),
) -> None:
    """Write what executions did as CSV and OCEL 2.0, for process mining; exit 1 if a path is not allowed."""
    screen = tools.screen
    now = tools.clock()
    first, last = moment_before(since, now), moment_before(until, now) if until is not None else now
    if first >= last:
        raise WrongRequest(f"Nothing was written: {moment(first)} is not before {moment(last)}.")
    pseudonyms = pseudonyms_of(tools.account)
    source = AccountSource(tools.account)
    exported = export(source, pseudonyms, first, last, to)
    screen.json({"since": first, "until": last, "keyId": pseudonyms.key_id, "exported": exported})
    _show(screen, exported, pseudonyms)
    _show_how_complete(screen, source.completeness(), last)
    files = [f"The table: {exported.table}", f"OCEL 2.0: {exported.ocel}"]
    if exported.deviations:
        screen.next(*files, *show_deviations(screen, exported))
        raise typer.Exit(1)
    screen.next(*files, "PM4Py, Disco, Celonis and ProM open them: docs/operations.md#ops-event-log")


def _show(screen: Screen, exported: Exported, pseudonyms: Pseudonyms) -> None:
    written = (exported.rows, "row"), (exported.events, "event"), (exported.objects, "object")
    things = ", ".join(counted(*each) for each in written)
    screen.say(f"{counted(exported.executions, 'execution')}: {things}", style="bold")
    screen.say(f"The pseudonyms are those of the key {pseudonyms.key_id}.")
    screen.say("They stay personal data (GDPR, article 4(5)): send the files to those only who need them.")
    screen.say(f"{exported.conforming} took a path that their definition allows.")
    if exported.partly:
        screen.say(f"{exported.partly} did as far as is known: events are missing.")
    if exported.unjudged:
        screen.say(f"{exported.unjudged} can't be judged: nobody knows their definition, or their events.")


def _show_how_complete(screen: Screen, known: Completeness | None, until: datetime) -> None:
    if known is None:
        screen.say("The record was never reconciled: executions may be missing.")
    elif known.to < until or known.unreconciled:
        but = f", but for {counted(known.unreconciled, 'execution')}" if known.unreconciled else ""
        screen.say(f"The record is complete to {moment(known.to)}{but}.")


def show_deviations(screen: Screen, exported: Exported) -> Sequence[str]:
    """Show which paths were not as they may be; returns what to do about it."""
    number = len(exported.deviations)
    screen.say()
    screen.say(f"{counted(number, 'execution')} took a path that the definition does not allow.")
    screen.say("This is a bug: of the process, of its record, or of Step Functions.")
    shown = exported.deviations[:SHOWN]
    for each in shown:
        for line in deviation_lines(each):
            screen.say(line)
    if number > len(shown):
        screen.say(f"…and {counted(number - len(shown), 'more execution')}: ops event-log --json lists them.")
    first = shown[0].execution
    return [
        "Report it with the lines above and two files:",
        f"aws stepfunctions get-execution-history --execution-arn {first} > history.json",
        f"aws stepfunctions describe-state-machine-for-execution --execution-arn {first} > definition.json",
    ]


def deviation_lines(deviation: Deviation) -> list[str]:
    """A deviation in words."""
    place = f"after {deviation.state}" if deviation.state else "at the start"
    return [
        deviation.execution.rpartition(":")[2],
        f"  event {deviation.event_id} ({moment(moment_of(deviation.at))}), {place}: {deviation.found}",
        f"  allowed: {', '.join(deviation.expected)}",
    ]
