"""How the table ``counters`` holds what was counted: its keys, and a tally as attributes or as bytes.

====================  ===========================================  ====================================================
``day``               ``slice``                                    what
====================  ===========================================  ====================================================
``2026-11-26``        ``10#RESTORED#2026-11-20T08:12:00.000Z#3``   a part of what was counted in an hour (UTC) with an
                                                                   outcome, on a version: a number an attribute
``2026-11-26``        ``packed#10#RESTORED#<version>``             all parts of it, packed
``2026-11``           ``26#RESTORED#<version>``                    all of a day, packed
``2026-11-26``        ``end#10#<name of an execution>#1``          that its end after a redrive is counted in the hour
``dirty``             ``2026-11-26T10#3``                          a part that grew since its hour was packed last
``signatures``        its id                                       a signature of failures
``versions``          when it was deployed                         a revision of the state machine
``reconciliation``    ``-``                                        up to when all is recorded
====================  ===========================================  ====================================================

A part only grows, by ADD. Its attributes are named by the tally's key, ``|``, and ``n`` (how often), ``b<bucket>`` or
``s<name of a sum>``: ``state#ReadPoint|b352``.
"""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from record.domain.record import Slice
from record.domain.tally import Count, Tally
from restoration.clock import from_text, to_text

DIRTY, SIGNATURES, VERSIONS = "dirty", "signatures", "versions"
RECONCILIATION = {"day": "reconciliation", "slice": "-"}
"""The key of the item that says up to when all is recorded."""
PACKED, END = "packed#", "end#"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def day_key(moment: datetime) -> str:
    return to_text(moment)[:10]


def month_key(moment: datetime) -> str:
    return to_text(moment)[:7]


def hour_key(moment: datetime) -> str:
    return to_text(moment)[:13]


def hour_of_key(text: str) -> datetime:
    """The hour of a dirty mark's key."""
    return from_text(f"{text[:13]}:00:00Z")


def part_key(hour: datetime, outcome: str, version: str, part: int) -> str:
    return f"{hour_key(hour)[11:]}#{outcome}#{version}#{part}"


def packed_key(hour: datetime, outcome: str, version: str) -> str:
    return f"{PACKED}{hour_key(hour)[11:]}#{outcome}#{version}"


def packed_day_key(day: datetime, outcome: str, version: str) -> str:
    return f"{day:%d}#{outcome}#{version}"


def end_key(hour: datetime, execution: str, redrives: int) -> str:
    return f"{END}{hour_key(hour)[11:]}#{execution.rpartition(':')[2]}#{redrives}"


def attributes_of(tally: Tally) -> dict[str, int]:
    """A tally as the numbers to be added to attributes."""
    numbers: dict[str, int] = {}
    for key, count in tally.counts.items():
        if count.number:
            numbers[f"{key}|n"] = count.number
        numbers |= {f"{key}|b{bucket}": number for bucket, number in count.buckets.items()}
        numbers |= {f"{key}|s{name}": number for name, number in count.sums.items()}
    return numbers


def tally_of_attributes(parts: Iterable[Mapping[str, int]]) -> Tally:
    """The tally of which each part has some numbers."""
    numbers: dict[str, int] = defaultdict(int)
    buckets: dict[str, dict[int, int]] = defaultdict(dict)
    sums: dict[str, dict[str, int]] = defaultdict(dict)
    for part in parts:
        for name, number in part.items():
            key, _, what = name.partition("|")
            if what == "n":
                numbers[key] += number
            elif what[0] == "b":
                held, bucket = buckets[key], int(what[1:])
                held[bucket] = held.get(bucket, 0) + number
            else:
                summed = sums[key]
                summed[what[1:]] = summed.get(what[1:], 0) + number
    keys = {**numbers, **dict.fromkeys(buckets), **dict.fromkeys(sums)}
    return Tally({key: Count(numbers.get(key, 0), buckets.get(key, {}), sums.get(key, {})) for key in keys})


def packed(tally: Tally) -> bytes:
    """A tally as few bytes: an hour's hundred kilobytes of attributes become some ten.

    Buckets stand in one list and their numbers in another: smaller than as an object, and read in half the time.
    """
    content: dict[str, list[object]] = {}
    for key, each in sorted(tally.counts.items()):
        buckets = sorted(each.buckets)
        content[key] = [each.number, buckets, [each.buckets[bucket] for bucket in buckets], each.sums]
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode(), level=9)


def unpacked(content: bytes) -> Tally:
    """The tally that was packed."""
    counts = json.loads(zlib.decompress(content))
    return Tally(
        {
            key: Count(number, dict(zip(buckets, numbers, strict=True)), sums)
            for key, (number, buckets, numbers, sums) in counts.items()
        }
    )


def slices_of_parts(day: datetime, parts: Iterable[tuple[str, Mapping[str, int]]]) -> list[Slice]:
    """The slices of a day's hours, of which each part has its sort key and its numbers."""
    found: dict[tuple[str, str, str], list[Mapping[str, int]]] = defaultdict(list)
    for key, numbers in parts:
        hour, outcome, version, _ = key.split("#")
        found[hour, outcome, version].append(numbers)
    return [
        Slice(day + int(hour) * HOUR, HOUR, outcome, version, tally_of_attributes(numbers))
        for (hour, outcome, version), numbers in found.items()
    ]
