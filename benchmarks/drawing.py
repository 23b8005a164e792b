"""How long each screen takes to draw 100,000 made cases, and how much memory: ``make bench-drawing``.

The record is in memory and has its slices ready, so the figures are those of adding up and of drawing. On a busy
machine only processor time is to be compared. Slices are of hours for a day, and of days for a month, as the record has
them.
"""

import argparse
import sys
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from statistics import median

from rich.console import Console
from rich.table import Table

from record.domain.record import Completeness, Signature, Slice
from record.domain.tally import Tally, sum_of
from supervision.sources import Sources
from supervision.supervise import SCREENS, Supervision
from tests.unit.supervision.made_case import cases
from tests.unit.supervision.memory import MemoryRecord
from tests.unit.supervision.synthetic import NOW, measures, synthetic

MOST_MILLISECONDS, MOST_MB = 300, 256
DAY = timedelta(days=1)
FILTERS = {"counted": "", "searched": "means=CHEQUE|CARD"}
"""None, which the counts can tell, and one for which single cases are searched."""


class ReadyRecord:
    """A record whose reads are ready from the second time on: what a screen needs besides is its own."""

    def __init__(self, record: MemoryRecord) -> None:
        self.slices = cache(record.slices)
        self.open_cases = cache(record.open_cases)
        self.ended_cases = cache(record.ended_cases)
        self._record = record

    def signatures(self) -> Mapping[str, Signature]:
        return self._record.signatures()

    def versions(self) -> Sequence[datetime]:
        return self._record.versions()

    def completeness(self) -> Completeness | None:
        return self._record.completeness()


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a screen took: processor time in milliseconds, memory at most and text, in MB."""

    milliseconds: float
    memory: float
    text: float


def by_day(slices: Sequence[Slice]) -> Sequence[Slice]:
    """Slices of hours added up to slices of days."""
    found: dict[tuple[datetime, str, str], list[Tally]] = defaultdict(list)
    for each in slices:
        found[each.start.replace(hour=0), each.outcome, each.version].append(each.tally)
    return [Slice(start, DAY, outcome, version, sum_of(them)) for (start, outcome, version), them in found.items()]


def record_of(number: int, days: int, running: int) -> ReadyRecord:
    """Made cases that ended within so many days, and some that run."""
    made = synthetic(number, days=days, running=running)
    return ReadyRecord(replace(made, kept_slices=by_day(made.kept_slices)) if days > 2 else made)  # noqa: PLR2004


def drawn(supervision: Supervision, screen: str, days: int, text: str, runs: int) -> Drawn:
    """Draw a screen several times: the median of its times, and the memory that it held at most in one more."""
    since, until = (int(each.timestamp() * 1000) for each in (NOW - days * DAY, NOW))
    event = {
        "screen": screen,
        "lang": "fr",
        "filter": text,
        "key": "LIM-000143",
        "widgetContext": {"timeRange": {"start": since, "end": until}, "width": 1280},
    }
    html, took = supervision.result(event, "arn"), []
    for _ in range(runs):
        begun = time.process_time()
        html = supervision.result(event, "arn")
        took.append((time.process_time() - begun) * 1000)
    tracemalloc.start()
    supervision.result(event, "arn")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return Drawn(median(took), most / 1e6, len(html.encode()) / 1e6)


def main() -> int:
    """Draw the screens and show what they took; 1 where one was too slow or took too much."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--cases", type=int, default=100_000)
    told.add_argument("--running", type=int, default=5000)
    told.add_argument("--runs", type=int, default=7)
    told.add_argument("screens", nargs="*", default=list(SCREENS))
    given = told.parse_args()
    shown, is_good = Table("Screen", "Range", "Cases", "Processor, ms", "Memory, MB", "HTML, MB"), True
    for days in (1, 30):
        sources = Sources(
            record_of(given.cases, days, given.running), measures(days), "payments", "demo", cases=cases()
        )
        supervision = Supervision(sources, lambda: NOW)
        for screen in given.screens:
            for kind, text in FILTERS.items():
                found = drawn(supervision, screen, days, text, given.runs)
                is_good = is_good and found.milliseconds <= MOST_MILLISECONDS and found.memory <= MOST_MB
                figures = f"{found.milliseconds:.0f}", f"{found.memory:.1f}", f"{found.text:.2f}"
                shown.add_row(screen, f"{days} d", kind, *figures)
    Console().print(shown)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
