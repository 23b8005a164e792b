"""How the table ``counters`` holds what was counted: its keys, and a tally as bytes.

====================  ===========================================  ====================================================
``day``               ``slice``                                    what
====================  ===========================================  ====================================================
``2026-11-26``        ``end#10#<name of an execution>#1``          its end after a redrive, in an hour (UTC), with its
                                                                   outcome, version and tally
``2026-11-26``        ``packed#10#RESTORED#<version>``             the sum of an hour's ends with an outcome
``2026-11``           ``packed#26#RESTORED#<version>``             the sum of a day's
``customer#LIM-1``    ``-``                                        which execution of a customer came first to each
                                                                   milestone
``name#PAY-1``        ``-``                                        the limitations of a payment, or of a case at Enedis
``slow#2026-11``      ``0000086400000#<name of an execution>``     who took the time of a customer after paying, by
                                                                   milliseconds, in a month of Paris
``reminder#SUP-1``    ``-``                                        one confirmation of billing
``reminders#2026-11`` ``26#7``                                     a part of the reminders that billing did not send on
                                                                   a day, by means
``dirty``             ``2026-11-26T10``                            an hour that got an end since it was packed last
``signatures``        its id                                       a signature of failures
``versions``          when it was deployed                         a version of the state machine
``reconciliation``    ``-``                                        up to when all is recorded
====================  ===========================================  ====================================================
"""

import json
import zlib
from datetime import date, datetime, timedelta

from record.domain.tally import Count, Tally
from restoration.clock import from_text, to_text

DIRTY, SIGNATURES, VERSIONS = "dirty", "signatures", "versions"
RECONCILIATION = {"day": "reconciliation", "slice": "-"}
"""The key of the item that says up to when all is recorded."""
PACKED, END = "packed#", "end#"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def key_of_name(name: str) -> dict[str, str]:
    """The key of the item that says whose a payment is, or a case at Enedis."""
    return {"day": f"name#{name}", "slice": "-"}


def key_of_reminders(day: date, part: int) -> dict[str, str]:
    """The key of a part of the sum of a day's reminders that did not leave."""
    return {"day": reminders_key(day), "slice": f"{day:%d}#{part}"}


def reminders_key(month: date) -> str:
    return f"reminders#{month:%Y-%m}"


def slow_key(month: date) -> str:
    return f"slow#{month:%Y-%m}"


def day_key(moment: datetime) -> str:
    return to_text(moment)[:10]


def month_key(moment: datetime) -> str:
    return to_text(moment)[:7]


def hour_key(moment: datetime) -> str:
    return to_text(moment)[:13]


def hour_of_key(text: str) -> datetime:
    """The hour of a dirty mark's key."""
    return from_text(f"{text}:00:00Z")


def packed_keys(start: datetime, length: timedelta) -> tuple[str, str]:
    """The partition of what is packed of an hour, or of a day, and how its sort keys begin."""
    is_day = length == DAY
    return (month_key if is_day else day_key)(start), f"{PACKED}{start:{'%d' if is_day else '%H'}}#"


def end_key(hour: datetime, execution: str, redrives: int) -> str:
    return f"{END}{hour_key(hour)[11:]}#{execution.rpartition(':')[2]}#{redrives}"


def packed(tally: Tally) -> bytes:
    """A tally as few bytes.

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
