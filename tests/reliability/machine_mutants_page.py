"""The page that says what became of each slip in the process."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from local.asl import ROOT
from local.demo.coverage import EXPLAINED
from local.stories.taken import read_taken, takers
from tests.reliability.machine_mutants import KINDS, Mutant

DOCUMENT = ROOT / "docs" / "machine-mutants.md"
PATIENCE_SECONDS = 12.0
STORIES, RACING, ALIVE, OUTSIDE = "stories", "races", "alive", "outside"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a mutant: which lot of stories killed it, or ``alive``; and what was said."""

    mutant: Mutant
    by: str
    said: str


def page(fates: Sequence[Fate], seconds: float, whole: int) -> str:
    """The page in docs/; ``whole`` counts the slips that can be made."""
    fates = sorted(fates, key=lambda it: (KINDS.index(it.mutant.kind), it.mutant.state))
    drawn = f"They are {len(fates)} of the {whole} that can be made, drawn by lot."
    by_kind: dict[str, Counter[str]] = {}
    for fate in fates:
        by_kind.setdefault(fate.mutant.kind, Counter())[fate.by] += 1
    by_kind["all"] = sum(by_kind.values(), Counter[str]())
    rows = [
        f"| {kind} | {of.total()} | {of[STORIES]} | {of[RACING]} | {of[ALIVE]} | {of[OUTSIDE]} |"
        for kind, of in by_kind.items()
    ]
    alive = {it.mutant: wanted(it.mutant) for it in fates if it.by == ALIVE}
    return "\n".join([
        "# Slips in the process, and the stories that notice them",
        "",
        f"Written by `make machine-mutants`; do not edit. Measured on {datetime.now(UTC):%Y-%m-%d} in {seconds:.0f} s:",
        f"{summary(fates)}.",
        *([drawn] if len(fates) < whole else []),
        "",
        "Each slip is made in `statemachine/restoration.asl.yaml`. The [stories](../stories) that meet its state are",
        "played by it on the embedded cloud. It is dead when a story ends differently, goes on no more for",
        f"{PATIENCE_SECONDS:.0f} s, or an execution fails. What the stories leave alive is tried by the",
        "[races](../tests/end_to_end/race_stories.py). No other test takes part.",
        "",
        "| Slip | Made | Dead by stories | Dead by races | Alive | Not for stories |",
        "|---|---:|---:|---:|---:|---:|",
        *rows,
        "",
        *_listed("Alive", "A story would have to say", alive),
        *_listed("Not for stories", "Why", {it.mutant: it.said for it in fates if it.by == OUTSIDE}),
    ])  # fmt: skip


def _listed(title: str, last: str, told: Mapping[Mutant, str]) -> Iterator[str]:
    """A section with a table of slips."""
    yield from (f"## {title}", "", f"| State | Slip | What | {last} |", "|---|---|---|---|")
    yield from (f"| `{slip.state}` | {slip.kind} | {slip.says} | {words} |" for slip, words in told.items())
    yield ""


def wanted(mutant: Mutant) -> str:
    """What a story would have to say to notice a mutant that none notices."""
    if mutant.errors:
        return f"that {' or '.join(sorted(mutant.errors - {'States.ALL'})) or 'any error'} comes there, and passes"
    takers_of = takers(read_taken(), "ways")
    if mutant.ways and not any(way in takers_of for way in mutant.ways):
        reasons = {" → ".join(way): reason.english for way, reason in EXPLAINED.items()}
        return f"that its way is taken: {reasons.get(mutant.ways[0], 'none does')}"
    return "what differs by it: all that today's stories name is the same"


def summary(fates: Sequence[Fate]) -> str:
    """The shares of the slips that a story could notice."""
    of = Counter(fate.by for fate in fates)
    could = max(of.total() - of[OUTSIDE], 1)
    both = of[STORIES] + of[RACING]
    return (
        f"{of.total()} slips, of which {could} show; {of[STORIES] / could:.1%} die by stories, "
        f"{both / could:.1%} by stories and races"
    )
