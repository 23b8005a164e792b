"""The summary that is printed at the end: each case, the figures, and the problems."""

import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from local.demo.event_outcomes import NOT_LIMITED
from local.demo.report import EventOutcome, Summary, failure_of
from local.demo.screen import coloured
from local.stage import ROOT, outcome_of

_LONGEST_TABLE = 200
KEPT = ROOT / "build" / "demo" / "decisions.jsonl"
"""Where `make explain` looks by itself."""


def print_summary(console: Console, summary: Summary, path: Path) -> None:
    """Print the whole run, the verdict last."""
    if summary.event_outcomes:
        _print_event_outcomes(console, summary.event_outcomes)
    if summary.cases:
        _print_cases(console, summary)
    _print_incidents(console, summary)
    _print_asides(console, summary)
    _print_ways(console, summary)
    _print_figures(console, summary)
    console.print(f"Report: {path}")
    if summary.decisions_kept and summary.cases:
        example = summary.cases[0].limitation_id
        kept = path.with_name("decisions.jsonl")
        of_it = "" if kept == KEPT else f" FROM={shlex.quote(str(kept))}"
        said = f"{_some(summary.decisions_kept, 'decision')} kept; why? make explain CASE={example}{of_it}"
        console.print(said, soft_wrap=True)
    if summary.event_log:
        folder = summary.event_log.table.parent
        said = f"{_some(summary.event_log.executions, 'execution')}, for process mining: {folder}"
        console.print(said, soft_wrap=True)
    if not summary.all_problems:
        verdict = "every event is accounted for" if summary.event_outcomes else "every case ended as its story says"
        if summary.mode == "shadow":
            verdict += "; nothing was ordered"
        console.print(f"[green]Good: {verdict}.[/green]")
        return
    console.print(f"[red]{len(summary.all_problems)} problems:[/red]")
    for problem in summary.all_problems:
        console.print(f"  [red]x[/red] {escape(problem)}")


def _print_event_outcomes(console: Console, event_outcomes: Sequence[EventOutcome]) -> None:
    table = Table(title="Each event and its outcome", title_justify="left")
    table.add_column("Line", justify="right", no_wrap=True)
    table.add_column("Type", no_wrap=True)
    table.add_column("Outcome", ratio=1)
    telling = [outcome for outcome in event_outcomes if outcome.text != NOT_LIMITED]
    for outcome in telling[:_LONGEST_TABLE]:
        table.add_row(str(outcome.number), escape(outcome.type), escape(outcome.text))
    if len(telling) > _LONGEST_TABLE:
        table.add_row("", "", f"and {len(telling) - _LONGEST_TABLE} more: they are in the report")
    console.print(table)
    if others := len(event_outcomes) - len(telling):
        console.print(f"{others} more: payments and the like of contracts that are not limited; they start nothing.")


def _print_cases(console: Console, summary: Summary) -> None:
    table = Table(title="The limited customers", title_justify="left")
    table.add_column("Limitation", no_wrap=True)
    table.add_column("Events" if summary.event_outcomes else "Story", ratio=5)
    table.add_column("Path of the deciding execution", ratio=4)
    table.add_column("Outcome", no_wrap=True)
    table.add_column("Time", justify="right", no_wrap=True)
    for case in summary.cases:
        outcome = coloured(case.outcome) + (" [red]x[/red]" if case.problems else "")
        seconds = "" if case.seconds is None else f"{case.seconds:.1f} s"
        english = f"\n[dim]{escape(case.english)}[/dim]" if case.english else ""
        table.add_row(case.limitation_id, escape(case.title) + english, case.route, outcome, seconds)
    console.print(table)


def _print_incidents(console: Console, summary: Summary) -> None:
    failed = [run for run in summary.runs if run.error and run.status != "SUCCEEDED"]
    if failed:
        console.print(f"\nExecutions that failed or were aborted ({len(failed)}): incidents that operations would see")
    for run in failed:
        console.print(f"  {run.input['limitationId']}  {outcome_of(run)}  {escape(failure_of(run))}")
    redriven = [f"{run.input['limitationId']} {outcome_of(run)}" for run in summary.runs if run.redrives]
    if redriven:
        console.print(f"Failed or aborted, and redriven since: {', '.join(redriven)}")


def _print_asides(console: Console, summary: Summary) -> None:
    if summary.put_aside:
        console.print(f"\nEvents put aside, with the reason ({len(summary.put_aside)})")
    for aside in summary.put_aside:
        console.print(f"  {escape(aside.title)}: {aside.queue}, {escape(aside.reason)}")


def _print_ways(console: Console, summary: Summary) -> None:
    if summary.ways_taken:
        console.print(f"\nWays through the state machine: {summary.ways_taken} taken, {len(summary.never_taken)} not")
    reasons = Counter(reason for _, reason in summary.never_taken)
    for reason, times in reasons.items():
        if reason:
            console.print(f"  {times}: {reason}")
    for what, reason in summary.never_taken:
        if not reason:
            console.print(f"  [yellow]not taken, and not explained: {escape(what)}[/yellow]")


def _print_figures(console: Console, summary: Summary) -> None:
    seconds, measured = summary.seconds, summary.measured
    outcomes = ", ".join(f"{name} {count}" for name, count in summary.outcomes.items())
    console.print(
        f"\n{_some(summary.payments, 'payment')}, {_some(len(summary.cases), 'limited customer')}, "
        f"{_some(len(summary.runs), 'execution')} ({outcomes})"
    )
    console.print(
        f"{len(summary.restored)} restored, {_some(summary.enedis_orders, 'order')} accepted by Enedis, "
        f"duplicates absorbed: {summary.duplicates_absorbed}"
    )
    if measured:
        console.print(
            f"From payment to power restored: median {seconds['p50']:.1f} s, 95 % within {seconds['p95']:.1f} s "
            f"({_some(len(measured), 'case')}; measured from the payment's event on the bus until the execution sees "
            "full power at Enedis)"
        )
    console.print(f"The whole run took {summary.duration_seconds:.0f} s.")


def _some(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
