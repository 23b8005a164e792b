"""``ops redrive``: choose, freeze, confirm, run; pause, resume, cancel, report; and the redrive of one case."""

from typing import Annotated

import typer

from ops.cases.holding import held
from ops.failures import OpsError, WrongRequest
from ops.moments import moment_before
from ops.redrive.machine import Machine
from ops.redrive.showing import plan, position, show_report, show_set
from ops.screen import Screen, moment
from ops.tools import Changing, ChangingOrShowing, Showing, Tools, is_typed, with_tools
from record.adapters.stepfunctions.failed_executions import FailedExecutions
from record.domain.course_event import End
from record.domain.redrive import Manifest
from record.domain.redrive_choice import Choice
from record.domain.redrive_run import Control, Outcome, Progress
from restoration.clock import moment_of

commands = typer.Typer(help="Redrive failed executions: many, or that of one case.", invoke_without_command=True)

Id = Annotated[str, typer.Argument(help="The redrive: the first letters of its hash.")]
Follow = Annotated[bool, typer.Option("--follow", help="Stay until the run has ended, then show its report.")]


@commands.callback()
@with_tools
def redrive(
    tools: ChangingOrShowing,
    context: typer.Context,
    error: Annotated[str, typer.Option(help="The error's name.")] = "",
    state: Annotated[str, typer.Option(help="The state in which they stopped.")] = "",
    cause: Annotated[str, typer.Option(help="A part of the cause.")] = "",
    since: Annotated[str | None, typer.Option(help="Stopped since: 2h, 08:30, 2026-11-26T08:30.")] = None,
    until: Annotated[str | None, typer.Option(help="Stopped until.")] = None,
    aborted: Annotated[bool, typer.Option("--aborted", help="Those that somebody stopped, too.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Freeze the set and show it; redrive nothing.")] = False,
    confirm: Annotated[str | None, typer.Option(help="Redrive the frozen set with this hash.")] = None,
    rate: Annotated[int, typer.Option(min=1, max=150, help="Redrives a second, after the ramp.")] = 10,
    follow: Follow = False,
) -> None:
    """Freeze the failed executions that are meant, show the set, and redrive it once it is confirmed."""
    if command := context.invoked_subcommand:
        if any(is_typed(context, name) for name in context.params):
            raise WrongRequest(f"Nothing was done: write {command} first, then its options.")
        return
    machine, now = Machine(tools.account), tools.clock()
    first, last = (moment_before(text, now) if text is not None else None for text in (since, until))
    if first and last and first >= last:
        raise WrongRequest(f"Nothing was done: {moment(first)} is not before {moment(last)}.")
    choice = Choice(error, state, cause, first, last, aborted)
    if confirm is not None and (choice != Choice() or dry_run):
        raise WrongRequest("Nothing was done: --confirm takes a set that is frozen. It can't be chosen again.")
    if confirm is not None:
        manifest = machine.manifest(confirm)
        if machine.store.progress(manifest.redrive_id):
            begun = manifest.redrive_id
            raise WrongRequest(f"Nothing was done: it was begun. ops redrive report {begun}, or resume {begun}")
    else:
        manifest = machine.freeze(choice, rate, now)
    _show_set(tools, manifest, rate, is_next=dry_run)
    if not dry_run:
        _run(tools, machine, manifest, rate, follow=follow)


def _show_set(tools: Tools, manifest: Manifest, rate: int, *, is_next: bool) -> None:
    screen, calls = tools.screen, int(tools.account.setting("EnedisCallsPerSecond"))
    estimate = manifest.estimate(rate, calls)
    if is_next:
        about = {"redriveId": manifest.redrive_id, "hash": manifest.hash, **estimate.to_json()}
        screen.json({**about, "groups": manifest.groups()})
    show_set(screen, manifest)
    screen.say()
    for sentence in plan(manifest, estimate, rate, calls, tools.account.setting("BulkRedriveBrakePercent")):
        screen.say(sentence)
    screen.say(f"SHA-256 of the set: {manifest.hash}")
    if is_next:
        screen.next(f'ops redrive --confirm {manifest.redrive_id} --follow --reason "…"', "Nothing was redriven.")


def _run(
    tools: Tools, machine: Machine, manifest: Manifest, rate: int, *, follow: bool, command: str = "redrive"
) -> None:
    redrive_id, screen = manifest.redrive_id, tools.screen
    number = machine.next_run(redrive_id)
    asked = {"set": manifest.hash, "items": str(len(manifest.items)), "rate": str(rate)}
    saying = [f"This begins redrive {redrive_id}. The operations' bucket keeps each step."]
    with tools.changing(command, asked, saying=saying, confirm_with=redrive_id) as change:
        if command != "redrive":
            _stopped(machine, redrive_id)  # again: a colleague may have ended or resumed it during the question
            machine.store.put_control(redrive_id, Control.RUN, change.by, change.reason)
        name = machine.run(manifest, number, rate)
        change.outcome = f"run {name} was started"
        if follow:
            change.outcome = _follow(screen, machine, name, manifest)
    if follow:
        _report(tools, machine, redrive_id)
    else:
        screen.json({"redriveId": redrive_id, "run": name})
        screen.next(f"See where it is: ops redrive report {redrive_id}", f"Stop it: ops redrive pause {redrive_id}")


def _follow(screen: Screen, machine: Machine, name: str, manifest: Manifest) -> str:
    for progress in machine.follow(name, manifest.redrive_id):
        if progress.steps:
            screen.say(f"  {position(progress, len(manifest.items))}")
    output = machine.output_of(name)
    ends = ", ".join(f"{items} {end}" for end, items in output["ends"].items())
    return f"run {name} ended {output['outcome']}: {ends}"


@commands.command("case")
@with_tools
def redrive_case(
    tools: Changing, case: Annotated[str, typer.Argument(help="A limitation, contract, point, customer or execution.")]
) -> None:
    """Let the failed execution of one case go on, at the call that failed."""
    account = tools.account
    nothing = f"there is nothing to redrive. Look at it: ops case {case}"
    dossier, holder = held(account, case, is_running=False, otherwise=nothing)
    limitation_id, name, state = dossier.limitation_id, holder.name, holder.state
    saying = [
        f"The execution {name} goes on in {state}.",
        _why(tools, holder.end),
    ]
    asked = {"limitation": limitation_id, "execution": name, "state": state or "?"}
    with tools.changing("redrive case", asked, saying=saying) as change:
        executions = FailedExecutions(account.client("stepfunctions"), account.machine())
        refusal = executions.redrive(account.execution(name), change.id)
        if refusal:
            raise OpsError(
                f"Nothing was done: AWS refused it. {refusal}\nLet another take over: ops check {limitation_id}"
            )
        change.outcome = f"execution {name} is redriven"
    tools.screen.next(f"See whether it went on: ops case {limitation_id}")


def _why(tools: Tools, end: End) -> str:
    """Why an execution stopped: what failed, or who stopped it by hand, with their reason where the journal has it."""
    if end.status != "ABORTED":
        return f"It stopped there: {end.error or end.status}. What is not mended stops it there again."
    day = moment_of(end.ended_at).date()
    found = (each for each in tools.journal.between(day, day) if end.cause == f"journal {each.id}")
    who = next((f" by {each.by.rpartition('/')[2]}, because: {each.reason}" for each in found), ". By whom is not kept")
    return f"It was stopped there by hand{who}."


@commands.command("cancel", help="End a redrive. What was not reached stays as it is, and the report says so.")
@commands.command("pause", help="Let a redrive stop after the item that it is at; another run goes on from there.")
@with_tools
def want(tools: Changing, context: typer.Context, redrive_id: Id) -> None:
    """Say what is wanted of a redrive: what the command is called."""
    machine, control = Machine(tools.account), Control(str(context.info_name).upper())
    manifest = machine.manifest(redrive_id)
    now = machine.position(manifest.redrive_id)
    if not now.is_under_way and (control is Control.PAUSE or now.is_over):
        raise WrongRequest(f"Nothing was done: no run of {manifest.redrive_id} is under way.")
    word = control.value.lower()
    saying = [position(now.progress, len(manifest.items)), f"This will {word} redrive {manifest.redrive_id}."]
    with tools.changing(f"redrive {word}", {"set": manifest.hash}, saying=saying) as change:
        machine.store.put_control(manifest.redrive_id, control, change.by, change.reason)
        if not now.is_under_way:
            # Nothing runs that could read it: a run of its own writes the report.
            machine.output_of(machine.run(manifest, now.number + 1, now.progress.rate))
        change.outcome = f"{word} was asked for"
    following = "resume" if control is Control.PAUSE else "report"
    tools.screen.next(f"Within seconds it has stopped. Then: ops redrive {following} {manifest.redrive_id}")


@commands.command()
@with_tools
def resume(
    tools: ChangingOrShowing,
    redrive_id: Id,
    rate: Annotated[int | None, typer.Option(min=1, max=150, help="Another rate than before.")] = None,
    follow: Follow = False,
) -> None:
    """Let a redrive go on where it stopped; after the brake, with the ramp from its beginning."""
    machine = Machine(tools.account)
    manifest = machine.manifest(redrive_id)
    progress = _stopped(machine, manifest.redrive_id)
    tools.screen.say(position(progress, len(manifest.items)))
    _run(tools, machine, manifest, rate or progress.rate, follow=follow, command="redrive resume")


def _stopped(machine: Machine, redrive_id: str) -> Progress:
    """Where a redrive stopped; refuses where it is under way, cancelled, or over."""
    now = machine.position(redrive_id)
    outcome = now.progress.outcome
    if outcome and (now.is_over or outcome is Outcome.CANCELLED):
        raise WrongRequest(f"Nothing was done: redrive {redrive_id} is {outcome.value.lower()}.")
    if now.is_under_way:
        raise WrongRequest("Nothing was done: a run of it is under way. If it is to pause, wait some seconds for that.")
    return now.progress


@commands.command()
@with_tools
def report(tools: Showing, redrive_id: Id) -> None:
    """Show where a redrive is, or the end of each item."""
    screen, machine = tools.screen, Machine(tools.account)
    manifest = machine.manifest(redrive_id)
    now = machine.position(manifest.redrive_id)
    if now.is_under_way:  # also one that has an outcome, and has yet to write its report
        screen.json({"redriveId": manifest.redrive_id, "items": len(manifest.items), **now.progress.to_json()})
        screen.say(position(now.progress, len(manifest.items)))
        screen.next(f"Stop it: ops redrive pause {manifest.redrive_id}")
        return
    _report(tools, machine, manifest.redrive_id)


def _report(tools: Tools, machine: Machine, redrive_id: str) -> None:
    screen = tools.screen
    found, progress = machine.store.report(redrive_id), machine.position(redrive_id).progress
    if found is None or found[0]["runs"] != progress.runs:
        again = "cancel" if progress.outcome is Outcome.CANCELLED else "resume"
        raise OpsError(f"Redrive {redrive_id} has no report yet. Its run failed: ops redrive {again} {redrive_id}")
    numbers, items = found
    screen.json({**numbers, "report": items})
    place = f"s3://{tools.account.operations_bucket}/redrives/{redrive_id}/report.jsonl"
    show_report(screen, numbers, items, place)
    match numbers["outcome"]:
        case "DONE":
            screen.next("See what is left: ops cases")
        case "BRAKED" | "STALLED":
            screen.next("Look at what fails: ops cases. Mend it, then:", f"ops redrive resume {redrive_id}")
        case "PAUSED":
            screen.next(f"ops redrive resume {redrive_id}, or: ops redrive cancel {redrive_id}")
        case _:
            screen.next("Freeze what is left, when it is to be redriven after all: ops redrive --dry-run")
