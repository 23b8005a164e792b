"""What each screen takes of the deployed function and of its tables, however many executions ended in the range.

Run with ``make bench-supervise``. Made cases stand in the tables ``counters`` and ``courses`` of the embedded cloud, as
the record writes them: packed days, packed hours, and the parts of the last hour; of single cases the latest 10,000,
of which a screen reads 5,000 at most. Somebody asks the function for each
screen by Lambda's Invoke. Measured is the worker's own processor time, so that moto's, which plays DynamoDB, is not in
it; the most memory that the worker ever held; and the calls to DynamoDB with the bytes that came back.
"""

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from pathlib import Path
from statistics import median
from typing import Any

from boto3.dynamodb.types import TypeSerializer
from rich.console import Console
from rich.table import Table

from benchmarks.cold_start import PARAMETERS, ROOT, processor_milliseconds
from local.cloud import EmbeddedCloud
from local.cloud.backends.protocol import AwsRequest, AwsResponse
from restoration.adapters.dynamodb.counters import PARTS
from restoration.adapters.dynamodb.courses import RUNNING, STOPPED
from restoration.adapters.dynamodb.slice_items import (
    DIRTY,
    RECONCILIATION,
    SIGNATURES,
    VERSIONS,
    attributes_of,
    day_key,
    hour_key,
    month_key,
    packed,
    packed_day_key,
    packed_key,
    part_key,
)
from restoration.clock import to_text
from restoration.domain.record import EndedCase, OpenCase, Slice
from restoration.domain.tally import Tally, sum_of
from supervision.supervise import SCREENS
from tests.unit.supervision.memory import MemoryRecord
from tests.unit.supervision.synthetic import NOW, synthetic

MOST_MILLISECONDS, MOST_MB = 300, 256
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AT_ONCE = 25
"""Items of one BatchWriteItem."""
RUNS = 5
KEPT = 10_000
"""Single cases that ended and that are in the table: moto looks at all of them for each query."""
MACHINE = "arn:aws:states:eu-west-3:123456789012:execution:bench-restoration"

type Item = dict[str, Any]


# ── Loading ──


def load(cloud: EmbeddedCloud, record: MemoryRecord) -> None:
    """Put a made record into the tables, as the record's adapters would have written it."""
    _put(cloud, "CountersTable", [*_slices(record.kept_slices), *_days(record.kept_slices), *_known(record)])
    latest = sorted(record.kept_ended, key=lambda case: case.ended_at)[-KEPT:]
    _put(cloud, "CoursesTable", [*map(_ended, latest), *map(_open, record.kept_open)])


def _put(cloud: EmbeddedCloud, table: str, items: Iterable[Item]) -> None:
    client, name, serializer = cloud.client("dynamodb"), cloud.physical_id(table), TypeSerializer()
    for some in batched(items, AT_ONCE, strict=False):
        requests = [
            {
                "PutRequest": {
                    "Item": {key: serializer.serialize(value) for key, value in item.items() if _is_there(value)}
                }
            }
            for item in some
        ]
        if client.batch_write_item(RequestItems={name: requests})["UnprocessedItems"]:
            raise RuntimeError(f"{name} did not take all items")


def _is_there(value: object) -> bool:
    """Whether the adapters would write it: no text that is empty, and no set."""
    return value is not None and value not in ("", set())


def _slices(slices: Sequence[Slice]) -> Iterator[Item]:
    """Each hour packed, but for the last, which has its parts and has grown."""
    last, dice = max(each.start for each in slices), random.Random(1)  # noqa: S311
    for each in slices:
        if each.start < last:
            key = packed_key(each.start, each.outcome, each.version)
            yield _packed(day_key(each.start), key, each.tally)
            continue
        for place, numbers in enumerate(_parts(each.tally, dice)):
            yield {
                "day": day_key(each.start),
                "slice": part_key(each.start, each.outcome, each.version, place),
                **numbers,
            }
    for place in range(PARTS):
        yield {"day": DIRTY, "slice": f"{hour_key(last)}#{place}", "changes": 1}


def _parts(tally: Tally, dice: random.Random) -> Sequence[Mapping[str, int]]:
    """What was counted, spread over the parts as workers do."""
    parts = [Counter[str]() for _ in range(PARTS)]
    for name, number in attributes_of(tally).items():
        for _ in range(number):
            parts[dice.randrange(PARTS)][name] += 1
    return parts


def _days(slices: Sequence[Slice]) -> Iterator[Item]:
    found: dict[tuple[datetime, str, str], list[Tally]] = defaultdict(list)
    for each in slices:
        found[each.start.replace(hour=0), each.outcome, each.version].append(each.tally)
    for (day, outcome, version), tallies in found.items():
        yield _packed(month_key(day), packed_day_key(day, outcome, version), sum_of(tallies))


def _packed(day: str, key: str, tally: Tally) -> Item:
    return {"day": day, "slice": key, "tally": packed(tally), "ended": tally.counts["ended"].number}


def _known(record: MemoryRecord) -> Iterator[Item]:
    for each in record.kept_signatures.values():
        yield {
            "day": SIGNATURES,
            "slice": each.id,
            "state": each.state,
            "error": each.error,
            "words": each.words,
            "firstSeen": to_text(each.first_seen),
            "lastSeen": to_text(each.last_seen),
            "versions": set(each.versions),
            "execution": each.execution,
        }
    for moment in record.kept_versions:
        yield {"day": VERSIONS, "slice": to_text(moment), "revision": f"revision-{moment:%d}"}
    yield {**RECONCILIATION, "completeTo": to_text(NOW), "unreconciled": 0}


def _ended(case: EndedCase) -> Item:
    return {
        "execution": f"{MACHINE}:{case.limitation_id}-{'a' * 32}",
        "limitationId": case.limitation_id,
        "status": case.status,
        "outcome": case.outcome if case.status == "SUCCEEDED" else "",
        "state": case.state,
        "startedAt": _milliseconds(case.started_at),
        "endedAt": _milliseconds(case.ended_at),
        "endedDay": day_key(case.ended_at),
        "redrives": case.redrives,
        "version": case.version,
        "error": case.error,
        "signature": case.signature,
        "means": set(case.means),
        "codes": set(case.codes),
        "rules": set(case.rules),
    }


def _open(case: OpenCase) -> Item:
    return {
        "execution": f"{MACHINE}:{case.limitation_id}-{'b' * 32}",
        "standing": RUNNING if case.runs else STOPPED,
        "limitationId": case.limitation_id,
        "status": case.status,
        "state": case.state,
        "since": _milliseconds(case.since),
        "startedAt": _milliseconds(case.started_at),
        "redrives": case.redrives,
        "stage": case.stage.value,
        "certainAt": _milliseconds(case.certain_at) if case.certain_at else None,
        "waitsFor": case.waits_for.value if case.waits_for else None,
        "error": case.error,
        "signature": case.signature,
        "changedAt": to_text(case.since),
        "kind": "Remote",
        "stoodStill": 0,
    }


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


# ── Measuring ──


@dataclass
class Reads:
    """Calls to DynamoDB and what came back."""

    calls: int = 0
    size: int = 0


@contextmanager
def counted(cloud: EmbeddedCloud) -> Iterator[Reads]:
    """Count the calls to DynamoDB and the bytes of their responses, for the length of the block."""
    reads, before = Reads(), cloud.dispatcher.after

    def after(request: AwsRequest, response: AwsResponse) -> AwsResponse:
        found = before(request, response)
        if request.service == "dynamodb":
            reads.calls += 1
            reads.size += len(found.body)
        return found

    cloud.dispatcher.after = after
    try:
        yield reads
    finally:
        cloud.dispatcher.after = before


@dataclass(frozen=True)
class Taken:
    """What a screen took: processor time in milliseconds, calls to DynamoDB, and bytes that came back."""

    milliseconds: float
    calls: int
    size: int


def ask(cloud: EmbeddedCloud, screen: str, since: datetime, runs: int) -> Taken:
    """Ask for a screen several times; processor time is the median of all but the first."""
    times = {"start": _milliseconds(since), "end": _milliseconds(NOW)}
    event = {
        "screen": screen,
        "lang": "fr",
        "key": "LIM-000143",
        "widgetContext": {"timeRange": times, "width": 1280},
    }
    cloud.invoke("SuperviseFunction", event)
    took = []
    with counted(cloud) as reads:
        for _ in range(runs):
            begun = processor_milliseconds(worker(cloud))
            page = cloud.invoke("SuperviseFunction", event)
            took.append(processor_milliseconds(worker(cloud)) - begun)
    if "<h2" not in page:
        raise RuntimeError(f"{screen} could not be drawn: {page}")
    return Taken(median(took), reads.calls // runs, reads.size // runs)


def worker(cloud: EmbeddedCloud) -> int:
    """The process of the function's worker: one, since the screens are asked for one after the other."""
    (pid,) = cloud.functions.named("SuperviseFunction").worker_pids()
    return pid


def most_memory(pid: int) -> float:
    """The most that a process has had in memory until now, in MB (Linux only)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def measured(number: int, days: int, running: int, screens: Sequence[str], runs: int) -> tuple[dict[str, Taken], float]:
    """What each screen takes on a cloud with so many cases, and the most memory of the worker."""
    with EmbeddedCloud(
        template=ROOT / "template.yaml", parameters=PARAMETERS, workdir=ROOT / "build" / "cloud"
    ) as cloud:
        load(cloud, synthetic(number, days=days, running=running))
        taken = {screen: ask(cloud, screen, NOW - days * DAY, runs) for screen in screens}
        return taken, most_memory(worker(cloud))


def main() -> int:
    """Measure and print; 1 where a screen took too long or too much memory."""
    told = argparse.ArgumentParser(prog="make bench-supervise", description=__doc__.partition("\n")[0])
    told.add_argument("--cases", type=int, nargs="+", default=[1000, 100_000], help="that ended (1000 100000)")
    told.add_argument("--days", type=int, nargs="+", default=[2, 14], help="of the range (2 14)")
    told.add_argument("--running", type=int, default=5000, help="that are open (5000)")
    told.add_argument("--runs", type=int, default=RUNS, help="of each screen (5)")
    told.add_argument("screens", nargs="*", default=[each for each in SCREENS if each != "case"])
    given = told.parse_args()
    shown, is_good = Table("Range", "Cases", "Screen", "Processor, ms", "Calls", "Read, KB"), True
    for days in given.days:
        for number in given.cases:
            taken, memory = measured(number, days, given.running, given.screens, given.runs)
            is_good = is_good and memory <= MOST_MB
            for screen, each in taken.items():
                is_good = is_good and each.milliseconds <= MOST_MILLISECONDS
                size = f"{each.size / 1000:.0f}"
                shown.add_row(f"{days} d", f"{number:,}", screen, f"{each.milliseconds:.0f}", str(each.calls), size)
            shown.add_row("", "", f"the worker held at most {memory:.0f} MB", "", "", "", end_section=True)
    Console().print(shown)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
