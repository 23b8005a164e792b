"""Cases and signatures of which a test changes what it is about."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from record.domain.record import EndedCase, OpenCase, Signature, Slice, Stage
from record.domain.states import Party
from record.domain.tally import Count, Tally
from tests.unit.supervision.synthetic import NOW

HOUR = timedelta(hours=1)
VERSION = "2026-11-25T07:00:00.000Z"


def ended_case(**changes: Any) -> EndedCase:
    """A case whose power came back, after an hour."""
    case = EndedCase(
        execution="arn:execution:LIM-1-a",
        limitation_id="LIM-1",
        status="SUCCEEDED",
        outcome="RESTORED",
        state="Restored",
        started_at=NOW - 3 * HOUR,
        ended_at=NOW - 2 * HOUR,
        redrives=0,
        version=VERSION,
    )
    return replace(case, **changes)


def open_case(**changes: Any) -> OpenCase:
    """A case that waits for Enedis since five minutes."""
    case = OpenCase(
        execution="arn:execution:LIM-1-a",
        limitation_id="LIM-1",
        status="RUNNING",
        state="WaitForEnedis",
        since=NOW - timedelta(minutes=5),
        started_at=NOW - timedelta(minutes=6),
        waits_for=Party.ENEDIS,
        redrives=0,
        stage=Stage.ORDERED,
        certain_at=NOW - 2 * HOUR,
    )
    return replace(case, **changes)


def a_slice(outcome: str = "RESTORED", version: str = VERSION, ago: timedelta = HOUR, **counts: Count) -> Slice:
    """A slice that began an hour ago; ``state__ReadPoint`` is the key ``state#ReadPoint``."""
    tally = Tally({key.replace("__", "#"): count for key, count in counts.items()})
    return Slice(NOW - ago, HOUR, outcome, version, tally)


SIGNATURE = Signature(
    id="aaaa",
    state="CheckPayment",
    error="UnknownContract",
    words="billing does not know limitation … of contract …",
    first_seen=NOW - 5 * HOUR,
    last_seen=NOW - HOUR,
    versions=frozenset({VERSION}),
    execution="arn:execution:LIM-7-a",
)
