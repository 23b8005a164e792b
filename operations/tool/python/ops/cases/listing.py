"""``ops cases``: where each case stands."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import typer

from ops.cases.executions import Found, FoundCase, Hold, Search, find_cases
from ops.failures import WrongRequest
from ops.moments import age, moment_before
from ops.screen import Screen, counted
from ops.tools import Showing
from record.cases.sentences import BY_OUTCOME
from record.domain.failure import UNSUCCESSFUL, signature_of
from record.domain.states import STATES, Party
from restoration.domain.message import MessageKind

Chosen = Literal["unwell", "running", "failed", "timed-out", "aborted", "succeeded", "all"]
"""The statuses as one types them."""
OUTCOMES = sorted({each.partition(".")[0] for each in BY_OUTCOME} - {MessageKind.PAYMENT_REJECTED})
_SEVERAL = {"unwell": UNSUCCESSFUL, "all": ("RUNNING", "SUCCEEDED", *UNSUCCESSFUL)}


@dataclass(frozen=True, slots=True)
class Signature:
    """Failures that are one problem: status, error, state and cause are the same.

    Parameters
    ----------
    error
        Empty where there is none, as with executions that somebody stopped.
    holding
        How many of them still hold their limitation: those customers wait until something is done.
    """

    status: str
    error: str
    state: str
    cause: str
    count: int
    holding: int


def list_cases(
    tools: Showing,
    status: Annotated[
        Chosen | None, typer.Option(help="unwell: failed, timed out and aborted.", show_default="unwell")
    ] = None,
    state: Annotated[str | None, typer.Option(help="The state that they are in, or ended in.")] = None,
    error: Annotated[str | None, typer.Option(help="The error's name.")] = None,
    cause: Annotated[str | None, typer.Option(help="A part of the cause.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Ended (running: started) since: 2h, 08:30, 2026-11-26T08:30.")
    ] = None,
    waiting_for: Annotated[Party | None, typer.Option(help="Running cases that wait for these.")] = None,
    outcome: Annotated[str | None, typer.Option(help="The outcome, such as BALANCE_DUE.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many are looked into at most, the newest.")] = 1000,
    show: Annotated[int, typer.Option(min=0, help="How many are shown one by one.")] = 20,
) -> None:
    """Show where cases stand: which failed and why, which wait and for whom, how they ended."""
    now = tools.clock()
    if state is not None and state not in STATES:
        raise WrongRequest(f"{state!r} is no state of the process. States: {', '.join(STATES)}")
    if outcome is not None and outcome.upper() not in OUTCOMES:
        raise WrongRequest(f"{outcome!r} is no outcome. Outcomes: {', '.join(OUTCOMES)}")
    chosen = status or _implied(waiting_for, outcome)
    if (outcome and chosen not in {"succeeded", "all"}) or (waiting_for and chosen == "succeeded"):
        raise WrongRequest("Only a case that succeeded has an outcome, and it waits for nobody: leave out one option.")
    search = Search(
        statuses=_SEVERAL.get(chosen) or (chosen.upper().replace("-", "_"),),
        state=state,
        error=error,
        cause=cause,
        since=moment_before(since, now) if since is not None else None,
        waits_for=waiting_for,
        outcome=outcome,
        limit=limit,
    )
    found = find_cases(tools.account, search)
    unwell = [each for each in found.cases if each.status in UNSUCCESSFUL]
    groups = signatures(unwell)
    tools.screen.json({"cases": found.cases, "signatures": groups, "unread": found.unread, "isWhole": found.is_whole})
    customers = len({each.limitation_id for each in unwell})
    _show_signatures(tools.screen, groups, f"{counted(len(unwell), 'execution')} of {counted(customers, 'customer')}")
    _show_cases(tools.screen, found.cases, show, now)
    is_plain = search == Search(since=search.since, limit=limit)
    none = f"No case has failed{' since then' if since else ''}." if is_plain else "There is no such case."
    _show_end(tools.screen, found, groups, show, none)


def signatures(cases: Iterable[FoundCase]) -> Sequence[Signature]:
    """Group failed cases, the most frequent first."""
    keys = [((each.status, each.error, each.state or "?", signature_of(each.cause)), each.hold) for each in cases]
    holding = Counter(key for key, hold in keys if hold is Hold.HOLDS)
    return [Signature(*key, count, holding[key]) for key, count in Counter(key for key, _ in keys).most_common()]


def _implied(waiting_for: Party | None, outcome: str | None) -> Chosen:
    """Only a running case waits for others, only one that ended well has an outcome."""
    if outcome is not None:
        return "succeeded"
    return "running" if waiting_for is not None and waiting_for is not Party.US else "unwell"


def _show_signatures(screen: Screen, groups: Sequence[Signature], failed: str) -> None:
    if not groups:
        return
    alike = "one signature" if len(groups) == 1 else f"{len(groups)} signatures"
    screen.say(f"{failed} failed, with {alike}:", style="bold")
    for group in groups[:10]:
        hold = "holds its" if group.holding == 1 else "hold their"
        holding = f", {group.holding} still {hold} limitation" if group.holding != group.count else ""
        times = "time" if group.count == 1 else "times"
        screen.say(f"{group.count:>6} {times} {group.error or group.status} in {group.state}{holding}")
        screen.say(f"       {group.cause or 'no cause was given'}")
    if len(groups) > 10:  # noqa: PLR2004 - as many as are shown
        screen.say(f"       and {counted(len(groups) - 10, 'more signature')} (--json has all)")
    screen.say()


def _show_cases(screen: Screen, cases: Sequence[FoundCase], show: int, now: datetime) -> None:
    shown = cases[:show]
    if not shown:
        return
    rows = []
    for case in shown:
        names = [each or "?" for each in (case.limitation_id, case.contract_id, case.point_id, case.state)]
        rows.append((*names, age(case.since, now), str(case.redrives or "")))
    heads = ("Limitation", "Contract", "Point", "State", "Since", "Redrives")
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    screen.say(_line(heads, widths), style="bold")
    for case, row in zip(shown, rows, strict=True):
        screen.say(_line(row, widths))
        screen.say(f"  {_about(case)}", style="dim")


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _about(case: FoundCase) -> str:
    """What else is to be said about a case: its cause, for whom it waits, how it ended."""
    if case.status == "RUNNING":
        return f"waits for {case.waits_for.value}" if case.waits_for else "runs"
    if case.status == "SUCCEEDED":
        return case.outcome or "ended"
    hold = "" if case.hold is Hold.HOLDS else f" ({case.hold.value})"
    about = ": ".join(part for part in (case.error, case.cause) if part) or case.status
    return f"{about}{hold}"


def _show_end(screen: Screen, found: Found, groups: Sequence[Signature], show: int, none: str) -> None:
    if not found.cases:
        screen.say(none)
        screen.next(
            "Cases that run: ops cases --status running", "All of the last day: ops cases --status all --since 24h"
        )
    elif len(found.cases) > show:
        screen.say(f"{counted(len(found.cases), 'case')} in all, the newest {show} are shown: --show 100, --json")
    if found.unread:
        older = counted(found.unread, "older execution")
        screen.say(f"It did not look into {older}: --limit {found.unread + 1000}, or --since 2h")
    if not found.is_whole:
        screen.say("The list was too long to be read to its end: choose one --status.")
    if groups:
        screen.next(
            f"About one of them: ops case {found.cases[0].limitation_id}",
            f"After the mend, all with the first signature: ops redrive {_chosen(groups[0])} --dry-run",
        )
    elif found.cases:
        screen.next(f"About one of them: ops case {found.cases[0].limitation_id}")


def _chosen(group: Signature) -> str:
    """The options of a bulk redrive that choose a signature."""
    options = ["--aborted"] if group.status == "ABORTED" else []
    options += [f"--error {group.error}"] if group.error else []
    return " ".join([*options, f"--state {group.state}"])
