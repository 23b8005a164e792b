"""What is said of an outage."""

from datetime import UTC, datetime, timedelta

from ops.outage import Line, Outage, sentences

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
QUIET = Outage(
    began_at=None,
    breaker="closed",
    opened_at=None,
    urgent=Line(0, 0),
    others=Line(0, 0),
    states={},
    oldest=None,
    oldest_since=None,
    unread=0,
    calls=0,
    drain_seconds=0,
)
LONG = Outage(
    began_at=NOW - timedelta(hours=5),
    breaker="open",
    opened_at=NOW - timedelta(minutes=1),
    urgent=Line(30, 1, 25),
    others=Line(1169, 2, 655),
    states={"OrderAtEnedis": 1202, "ReadPoint": 10},
    oldest="LIM-000001-0",
    oldest_since=NOW - timedelta(hours=4),
    unread=0,
    calls=2434,
    drain_seconds=2653,
)


def test_outage_says_since_when_what_waits_and_how_long_it_takes() -> None:
    assert sentences(LONG, NOW) == [
        "Enedis has been out of reach since 04:00:00 (5 h).",
        "Urgent orders in the queue: 30, and 1 that a worker has: placed in 25 s at least, once Enedis responds.",
        "Other orders in the queue: 1169, and 2 that a worker has: placed in 11 min at least, once Enedis responds.",
        "Executions that wait for Enedis: 1212, the longest since 05:00:00 (LIM-000001-0).",
        "They need 2434 calls at least: 44 min under the quota, once Enedis responds.",
    ]


def test_no_outage_says_so() -> None:
    assert sentences(QUIET, NOW) == [
        "Enedis is within reach: the breaker is closed, and no outage is noted.",
        "Urgent orders in the queue: 0, and 0 that a worker has.",
        "Other orders in the queue: 0, and 0 that a worker has.",
        "No execution waits for Enedis.",
    ]
