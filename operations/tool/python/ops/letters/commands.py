"""The commands of ``ops letters``, and the function that handles letters: nobody else may touch their queues."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Annotated, Any

import typer

from ops.account import Account, invoke
from ops.failures import OpsError, WrongRequest
from ops.screen import Screen, counted, moment
from ops.tools import ChangingOrShowing, Showing, Tools, with_tools
from record.cases.failures import NothingFound
from record.contracts.letter_request import SeenLetter
from record.domain.dead_letter import QUEUES, Action, Family, Fate, Handled
from record.domain.journal import Change

commands = typer.Typer(help="Dead letters: see why, replay after a mend, discard.", invoke_without_command=True)

FUNCTION, AGAIN = "handle-dead-letters", "Letters that it did not reach are where they were. Repeat the command. "
PER_CALL = 200
"""So many letters are handled within some seconds, well before the tool would take the call for lost."""
SHORT_ID = 8
"""So much of an id tells letters apart. Commands take any beginning of an id that is one letter's only."""


def family_named(text: str) -> Family:
    """Take a family by its name, or by its queue's, with the stack's name before it or without."""
    for family, queue in QUEUES.items():
        if text in {family.value, queue} or text.endswith(f"-{queue}"):
            return family
    raise typer.BadParameter(
        f"no dead letters are called {text!r}. Take one of {', '.join(Family)}, or a queue's name."
    )


FamilyName = Annotated[
    Family,
    typer.Argument(parser=family_named, metavar="FAMILY", help="The family, or its queue."),
]
Ids = Annotated[list[str] | None, typer.Argument(help="Ids of letters, or beginnings of them.")]
OfError = Annotated[str | None, typer.Option("--error", help="All with this error.")]
All = Annotated[bool, typer.Option("--all", help="All of the family.")]


@commands.callback()
@with_tools
def overview(tools: Showing, context: typer.Context) -> None:
    """Count the dead letters of each family by their error, and say whether they would be taken today."""
    if context.invoked_subcommand is not None:
        return
    screen, depths = tools.screen, depths_of(tools.account)
    found = {depth.family: look(tools.account, depth.family) for depth in depths if depth.there}
    counts = Counter(
        (name, each.error, each.to is not None) for name, (letters, _) in found.items() for each in letters
    )
    names = ("family", "error", "wouldBeTaken", "letters")
    groups = [dict(zip(names, (*key, count), strict=True)) for key, count in counts.items()]
    screen.json({"depths": depths, "groups": groups})
    for depth in depths:
        if depth.looked_at:
            screen.say(f"{depth.looked_at} of {depth.family.value} are hidden for two minutes: somebody handles them.")
    for name, (_, is_all) in found.items():
        _say_more(screen, name, is_all=is_all)
    if not groups:
        screen.say("There are no dead letters.")
        return
    rows = [
        (family.value, error, str(count), "would be taken" if is_taken else "must stay")
        for (family, error, is_taken), count in counts.items()
    ]
    screen.rows(("Family", "Error", "Letters", "Today"), rows, right=("Letters",))
    screen.next(f"See each with its reason: ops letters list {rows[0][0]}")


@commands.command("list")
@with_tools
def list_letters(tools: Showing, family: FamilyName, error: OfError = None) -> None:
    """List the letters of a family: what each is, why it was put aside, and what would become of it today."""
    screen = tools.screen
    letters, is_all = look(tools.account, family)
    letters = [each for each in letters if error in {None, each.error}]
    screen.json({"letters": letters, "isAll": is_all})
    _say_more(screen, family, is_all=is_all)
    if not letters:
        screen.say(f"There are no dead letters of {family.value}{f' with error {error}' if error else ''}.")
        return
    rows = [
        (each.id[:SHORT_ID], since, each.what, f"{each.error}: {each.reason}\nToday: {each.today}")
        for each in letters
        for since in [moment(each.sent_at, now=tools.clock())]
    ]
    screen.rows(("Id", "Since", "What", "Why, and what today"), rows)
    screen.next(
        f"Look at one: ops letters show {family.value} {letters[0].id[:SHORT_ID]}",
        f"After the mend: ops letters replay {family.value} ID… (or --error {letters[0].error}, or --all)",
        f'What will never be right: ops letters discard {family.value} ID… --reason "…"',
    )


def _say_more(screen: Screen, family: Family, *, is_all: bool) -> None:
    if not is_all:
        screen.say(f"There are more of {family.value} than are looked at. Handle the first, then repeat it.")


@commands.command("show")
@with_tools
def show_letter(
    tools: Showing, family: FamilyName, letter: Annotated[str, typer.Argument(help="Its id, or the beginning of it.")]
) -> None:
    """Show one letter with its whole reason and body. The body may name a customer: don't copy it into a ticket."""
    screen = tools.screen
    (chosen,) = _choose(tools, family, [letter], None, every=False)
    found, _ = look(tools.account, family, [chosen.id], whole=True)
    if not found:
        raise NothingFound(f"Letter {chosen.id} was there a moment ago, and is not any more.")
    (whole,) = found
    screen.json(whole)
    facts = (
        ("What", whole.what),
        ("Id", whole.id),
        ("SHA-256", whole.sha256),
        ("Since", moment(whole.sent_at)),
        ("SQS forgets it", moment(whole.kept_until)),
        ("Error", whole.error),
        ("Why", whole.reason),
        ("Today", whole.today),
        *((name, value) for name, value in (whole.attributes or {}).items() if name != "ErrorReason"),
    )
    screen.rows(("", ""), facts)
    screen.say()
    screen.say(_indented(whole.body or ""))
    short = whole.id[:SHORT_ID]
    screen.next(f"ops letters {'replay' if whole.to else 'discard'} {family.value} {short}")


def _indented(body: str) -> str:
    try:
        content: Any = json.loads(body)
    except ValueError:
        return body
    if isinstance(content, dict) and "taskToken" in content:
        content["taskToken"] = "…"
    return json.dumps(content, ensure_ascii=False, indent=2)


@commands.command(
    "discard",
    help="Delete letters that will never be right. What they contained is kept for ArchiveDays, their hash for longer.",
)
@commands.command(
    "replay", help="Send letters back to their queue after a mend. Those that would come back stay where they are."
)
@with_tools
def handle_letters(
    tools: ChangingOrShowing,
    context: typer.Context,
    family: FamilyName,
    ids: Ids = None,
    error: OfError = None,
    every: All = False,
) -> None:
    """Do with letters what the command is called."""
    chosen = _choose(tools, family, ids or [], error, every=every)
    if context.info_name == "discard":
        _handle(tools, Action.DISCARD, family, chosen, _before_a_discard(family, chosen))
    else:
        ready = [each for each in chosen if each.to]
        _handle(tools, Action.REPLAY, family, ready, _before_a_replay(family, chosen, ready))


def _before_a_replay(family: Family, chosen: Sequence[SeenLetter], ready: Sequence[SeenLetter]) -> Sequence[str]:
    stay = [f"{each.id[:SHORT_ID]} stays, {each.what}: {each.today}" for each in chosen if not each.to]
    warned = [each.today for each in ready if ", but " in each.today]
    if not ready:
        reasons = "\n".join(stay)
        raise OpsError(f"Nothing was done: none of them may be replayed today.\n{reasons}")
    sent, queues = counted(len(ready), "letter"), ", ".join(sorted({each.to.value for each in ready if each.to}))
    return [
        f"{sent} of {family.value} will be sent back (to {queues}), unchanged, and then deleted here.",
        *stay,
        *(f"{warned.count(words)}: {words}." for words in sorted(set(warned))),
        "What was done before is not done twice: each queue's function recognises it.",
    ]


def _before_a_discard(family: Family, chosen: Sequence[SeenLetter]) -> Sequence[str]:
    kept, ready = counted(len(chosen), "letter"), sum(each.to is not None for each in chosen)
    saying = [
        f"{kept} of {family.value} will be kept in the bucket of the record for ArchiveDays, and deleted here.",
        *(f"{each.id[:SHORT_ID]}, {each.what}: {each.error}" for each in chosen[:20]),
    ]
    if ready:
        saying.append(f"{ready} of them would be taken today: ops letters replay would send them back instead.")
    return saying


def _choose(tools: Tools, family: Family, ids: Sequence[str], error: str | None, *, every: bool) -> list[SeenLetter]:
    """The letters that a command names, by ids, by error, or all."""
    if bool(ids) + bool(error) + every != 1:
        raise WrongRequest("Choose letters by their ids, or with --error, or with --all: one of the three.")
    letters, is_all = look(tools.account, family)
    if not ids:
        _say_more(tools.screen, family, is_all=is_all)
        chosen = [each for each in letters if every or each.error == error]
        if not chosen:
            raise NothingFound(f"There are no such dead letters of {family.value}. ops letters list {family.value}")
        return chosen
    chosen = []
    for wanted in dict.fromkeys(ids):
        fitting = [each for each in letters if each.id.startswith(wanted)]
        if not fitting:
            more = "" if is_all else " among the first thousand"
            raise NothingFound(
                f"There is no dead letter {wanted} of {family.value}{more}. If somebody just looked at it, it is hidden"
                " for two minutes at most."
            )
        if len(fitting) > 1:
            raise WrongRequest(f"{len(fitting)} letters begin with {wanted}: type more of the id.")
        chosen += fitting
    return list(dict.fromkeys(chosen))


def _handle(tools: Tools, action: Action, family: Family, letters: Sequence[SeenLetter], saying: Sequence[str]) -> None:
    asked = {"family": family.value, "letters": " ".join(f"{each.id}={each.sha256[:12]}" for each in letters)}
    command = f"letters {action.value.lower()}"
    with tools.changing(command, asked, saying=saying) as change:
        outcomes = handle(tools.account, action, family, letters, change)
        counts = Counter(each.fate for each in outcomes)
        change.outcome = ", ".join(f"{count} {fate.value.lower().replace('_', ' ')}" for fate, count in counts.items())
    _tell(tools.screen, family, outcomes, change.outcome)


def _tell(screen: Screen, family: Family, outcomes: Sequence[Handled], summary: str) -> None:
    screen.json({"outcomes": outcomes})
    screen.say(f"{summary.capitalize()}.", style="bold")
    left = [each for each in outcomes if each.fate not in {Fate.REPLAYED, Fate.DISCARDED}]
    for each in left:
        screen.say(f"{each.id[:SHORT_ID]}: {each.words}")
    if left:
        raise OpsError(f"Not done: {len(left)} of {len(outcomes)}. ops letters list {family.value}")
    screen.next(f"Did one come back? ops letters list {family.value}")


# ── The function ──


@dataclass(frozen=True, slots=True)
class Depth:
    """How many letters of a family are there, and how many somebody looks at just now. SQS counts approximately."""

    family: Family
    there: int
    looked_at: int


def depths_of(account: Account) -> list[Depth]:
    """Count the letters of each family."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    sqs, depths = account.client("sqs"), []
    for family, queue in QUEUES.items():
        found = sqs.get_queue_attributes(QueueUrl=account.queue_url(queue), AttributeNames=names)["Attributes"]
        depths.append(Depth(family, *(int(found[name]) for name in names)))
    return depths


def look(
    account: Account, family: Family, only: Iterable[str] = (), *, whole: bool = False
) -> tuple[list[SeenLetter], bool]:
    """Look at the letters of a family; also whether these are all."""
    request = {"action": "LOOK", "family": family.value, "only": sorted(only), "whole": whole}
    content = invoke(account, FUNCTION, request, AGAIN)
    return [SeenLetter.of_json(each) for each in content["letters"]], content["isAll"]


def handle(
    account: Account, action: Action, family: Family, letters: Sequence[SeenLetter], change: Change
) -> list[Handled]:
    """Replay or discard letters, as they were looked at."""
    outcomes: list[Handled] = []
    for some in batched(letters, PER_CALL, strict=False):
        request = {
            "action": action.value,
            "family": family.value,
            "letters": [{"id": each.id, "sha256": each.sha256} for each in some],
            "operation": change.id,
            "by": change.by,
            "reason": change.reason,
        }
        outcomes += [Handled.of_json(each) for each in invoke(account, FUNCTION, request, AGAIN)["letters"]]
    return outcomes
