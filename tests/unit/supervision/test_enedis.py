from datetime import UTC, datetime, timedelta
from typing import Any

from supervision.figures.enedis import UNREACHABLE, access
from supervision.kit.columns import period_of
from supervision.question import Range
from tests.unit.supervision import drawing
from tests.unit.supervision.drawing import text_of
from tests.unit.supervision.memory import MemoryMeasures, MemoryRecord
from tests.unit.supervision.synthetic import NOW

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EIGHT = datetime(2026, 11, 25, 8, tzinfo=UTC)


def screen(record: MemoryRecord, of: MemoryMeasures, **asked: Any) -> str:
    sources = {"order_queues": ("urgent", "orders"), "enedis_calls_per_second": 3}
    return text_of(drawing.screen("enedis", record, of, sources=sources, **asked))


def test_periods_out_of_reach_that_follow_each_other_are_one_outage_within_the_range() -> None:
    span = Range(EIGHT + MINUTE / 2, EIGHT + 6 * MINUTE)
    seconds = (30.0, 90.0, 0.0, 0.0, 20.0, 80.0)
    unreachable = [(EIGHT + place * MINUTE, value) for place, value in enumerate(seconds)]
    found = access({UNREACHABLE: unreachable}, 1, span, MINUTE, MINUTE)
    assert found.outages == [Range(span.since, EIGHT + 2 * MINUTE), Range(EIGHT + 4 * MINUTE, span.until)]


def test_measurement_that_is_missing_parts_no_outage() -> None:
    span = Range(EIGHT, EIGHT + HOUR)
    unreachable = [(EIGHT + place * MINUTE, 60.0 * place) for place in (1, 2, 6, 7)] + [(EIGHT + 30 * MINUTE, 20.0)]
    found = access({UNREACHABLE: unreachable}, 1, span, HOUR, MINUTE)
    assert found.outages == [Range(EIGHT + MINUTE, EIGHT + 8 * MINUTE), Range(EIGHT + 30 * MINUTE, EIGHT + 31 * MINUTE)]
    late = access({UNREACHABLE: [(EIGHT, 7200.0)]}, 1, span, HOUR, MINUTE)
    assert late.outages == [Range(EIGHT, EIGHT + MINUTE)]


def test_period_is_one_by_which_cloudwatch_still_has_values() -> None:
    day = timedelta(days=1)
    assert period_of(Range(NOW - 2 * HOUR, NOW), NOW, 160) == MINUTE
    assert period_of(Range(NOW - day, NOW), NOW, 160) == 15 * MINUTE
    assert period_of(Range(NOW - 20 * day, NOW - 20 * day + HOUR), NOW, 160) == 5 * MINUTE
    assert period_of(Range(NOW - 80 * day, NOW - 80 * day + HOUR), NOW, 160) == HOUR
    assert period_of(Range(NOW - 90 * day, NOW), NOW, 160) == day
