from dataclasses import replace
from datetime import timedelta

import pytest

from record.domain.record import Completeness, Stage
from supervision.figures.overview import funnel, restored_by_time, waiting
from supervision.sources import Sources
from supervision.supervise import Supervision
from tests.unit.supervision.synthetic import NOW, measures, synthetic


def test_funnel_counts_those_that_ended_and_those_that_run() -> None:
    record = synthetic(300, days=1, running=20)
    found = funnel(record.kept_slices, record.kept_open, 900)
    running = [each for each in record.kept_open if each.runs]
    restored = [each for each in record.kept_ended if each.outcome in {"RESTORED", "ALREADY_RESTORED"}]
    assert found.received == 900
    assert found.concerned == len(record.kept_ended) + len(running)
    assert found.restored == len(restored)
    assert found.concerned >= found.certain >= found.ordered >= found.restored > 0


def test_case_that_runs_again_counts_only_for_stages_that_no_slice_has() -> None:
    """It failed once, was counted as concerned and certain, was redriven, and has an order by now."""
    case = next(each for each in synthetic(10).kept_open if each.stage is Stage.ORDERED)
    found = funnel([], [replace(case, counted=Stage.CERTAIN)], None)
    assert (found.concerned, found.certain, found.ordered, found.restored) == (0, 0, 1, 0)
    assert funnel([], [case], None).concerned == 1


def test_range_that_ended_before_has_no_case_that_runs_now() -> None:
    supervision = Supervision(Sources(synthetic(0, running=20), measures(0), "payments", "demo"), lambda: NOW)

    def shown(ago: timedelta) -> str:
        since, until = (int((NOW - ago - each).timestamp() * 1000) for each in (timedelta(days=1), timedelta()))
        return supervision.result({"lang": "en", "widgetContext": {"timeRange": {"start": since, "end": until}}}, "arn")

    assert "No case was counted" not in shown(timedelta(minutes=1))
    assert "No case was counted" in shown(timedelta(hours=1))


def test_customer_who_has_paid_waits_until_power_is_back_also_behind_an_incident() -> None:
    case = next(each for each in synthetic(10).kept_open if each.stage is Stage.ORDERED)
    paid = replace(case, certain_at=NOW - timedelta(hours=2))
    failed = replace(paid, status="FAILED", certain_at=NOW - timedelta(hours=3))
    restored = replace(paid, stage=Stage.RESTORED)
    found = waiting([paid, failed, restored, replace(case, certain_at=None)])
    assert (found.number, found.incidents, found.oldest) == (2, 1, failed)


@pytest.mark.parametrize(("seconds", "is_late"), [(15 * 60, False), (15 * 60 + 1, True)])
def test_record_that_is_late_for_a_quarter_of_an_hour_is_said_to_be(seconds: int, is_late: bool) -> None:  # noqa: FBT001
    record = synthetic(10)
    record.kept_completeness = Completeness(NOW - timedelta(seconds=seconds), 0)
    html = Supervision(Sources(record, measures(), "payments", "demo"), lambda: NOW).result({"lang": "en"}, "arn")
    assert ("late: recent figures are missing" in html) is is_late


def test_columns_of_an_hour_add_up_to_what_was_restored() -> None:
    record = synthetic(400, days=2, running=0)
    found = restored_by_time(record.kept_slices)
    assert sum(found.values()) == funnel(record.kept_slices, (), None).restored
    assert all(start.minute == 0 for start in found)


def test_condition_that_cannot_be_counted_is_said_to_be_left_out() -> None:
    supervision = Supervision(Sources(synthetic(50), measures(), "payments", "demo"), lambda: NOW)
    html = supervision.result({"lang": "en", "filter": "means=CARD outcome=RESTORED"}, "arn")
    assert "“means=CARD” can&#39;t be counted here" in html
