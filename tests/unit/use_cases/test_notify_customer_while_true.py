"""Customers get each message at most once, and only while it is true."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from restoration.domain.claim import Claim
from restoration.domain.switch import Mode
from restoration.errors import InvalidEvent, MessageNotSent
from restoration.use_cases.notify_customer import Notified
from tests.cases import cases
from tests.fakes.claims import BY_TECHNICIAN, order
from tests.fakes.message_world import (
    CLOSED,
    HELD,
    MONDAY_NOON,
    NIGHT,
    OPEN,
    World,
    by_the_table,
    incident,
    late_request,
    no_email,
    record,
)

# ── A balance is told once, and every other is told ──────────────────────────────────────────────────────────────────


def told(world: World, generation: int, detail_type: str = "BalanceDue", **changes: Any) -> str:
    """The outcome of an event of a claim, which waits its ten minutes if it is a balance."""
    holder = "arn:me" if detail_type in {"PaymentPending", "AdvisorDecisionRequested"} else None
    outcome = "LEFT_TO_ADVISOR" if detail_type == "RestorationLeftToAdvisor" else ""
    world.cases["LIM-1"] = replace(OPEN, generation=generation, holder=holder, last_outcome=outcome)
    notified = world.notify(detail_type, generation=generation, at=world.now, **changes)
    return (world.until_told() if notified.status == "KEPT" else notified).status


DUE_60, DUE_20 = {"balance": "60"}, {"balance": "20"}
RETURNED = {"balance": "60", "rejected": True}
BOUNCED = {**RETURNED, "paid": False}
PENDING = {"detail_type": "PaymentPending", "until": "2026-05-20"}
SENT, DROPPED = "SENT", "DROPPED"


@cases(
    "said, statuses",
    {
        "the new balance of a second part payment": ([DUE_60, DUE_20], [SENT, SENT]),
        "also within one claim": ([DUE_60, {**DUE_20, "generation": 2}], [SENT, SENT]),
        "not the same again at night": ([{}, {}, {}], [SENT, DROPPED, DROPPED]),
        "a balance that comes back after another": ([DUE_60, DUE_20, DUE_60], [SENT, SENT, SENT]),
        "a returned payment once, whose amount was due before": ([DUE_60, RETURNED, RETURNED], [SENT, SENT, DROPPED]),
        "a second cheque that bounces": ([BOUNCED, PENDING, BOUNCED], [SENT, SENT, SENT]),
    },
)
def test_claims_that_follow_one_another_tell(said: list[dict[str, Any]], statuses: list[str]) -> None:
    world = World()
    assert [told(world, **{"generation": number, **each}) for number, each in enumerate(said, 2)] == statuses


def test_whoever_waits_for_a_person_hears_so_once_and_again_when_the_day_that_they_were_told_has_passed() -> None:
    world = World()
    days = [told(world, 2, "AdvisorDecisionRequested"), told(world, 3, "AdvisorDecisionRequested", question=2)]
    world.now += timedelta(days=6, hours=23)
    days.append(told(world, 4, "RestorationLeftToAdvisor"))
    world.now += timedelta(days=1)
    days.append(told(world, 5, "AdvisorDecisionRequested"))
    assert days == ["SENT", "DROPPED", "DROPPED", "SENT"]
    assert [sorted(each.facts) for each in world.told] == [[], ["again"]]


def test_day_of_a_promise_counts_from_the_question_although_its_message_waited_for_the_morning() -> None:
    asked_at = datetime(2026, 5, 3, 12, tzinfo=UTC)  # a Sunday
    world = World(ruling=by_the_table, now=asked_at)
    assert told(world, 2, "AdvisorDecisionRequested") == "SENT"
    world.now = asked_at + timedelta(days=7, hours=14)
    assert told(world, 3, "AdvisorDecisionRequested") == "SENT", "its day has passed"


def test_what_an_incident_promised_is_kept_although_the_balance_is_the_old_one() -> None:
    world = World()
    assert told(world, 2) == "SENT"
    world.cases["LIM-1"] = replace(OPEN, generation=3, holder="arn:me", mode=Mode.ON)
    world.add(incident(at=world.now), due=world.now)
    assert world.until_told().status == "SENT"
    assert told(world, 3) == "SENT"


def test_only_a_message_that_left_is_replaced_in_words() -> None:
    world = World(carrier_fate=lambda _: "throttled")
    with pytest.raises(MessageNotSent):
        told(world, 2, balance="60")
    world.carrier_fate = lambda _: ""
    assert [told(world, it, balance=balance) for it, balance in ((3, "50"), (4, "40"))] == ["SENT", "SENT"]
    assert [sorted(each.facts) for each in world.told] == [["paid"], ["again", "paid"]]


def test_a_visit_replaces_the_one_before_whatever_was_said_between_and_no_visit_of_another_order() -> None:
    world = World(cases={"LIM-1": HELD})
    for generation, changes in ((2, {"number": 1}), (2, {"number": 2, "on": "2026-05-08"})):
        world.notify("VisitPlanned", generation=generation, **changes)
        world.notify("RestorationOrdered", generation=generation)
    world.notify("VisitPlanned", number=3, on="2026-05-09", reference="LIM-1/T/3")
    visits = [sorted(each.facts) for each in world.told if each.visit]
    assert visits == [[], ["again"], []]


@pytest.mark.parametrize("generation", [2, 3])
def test_a_balance_that_is_tried_again_is_not_taken_for_one_that_was_told(generation: int) -> None:
    world = World(carrier_fate=lambda _: "throttled")
    with pytest.raises(MessageNotSent):
        told(world, 2)
    world.carrier_fate = lambda _: ""
    assert told(world, generation) == "SENT"


# ── What is not true any more ────────────────────────────────────────────────────────────────────────────────────────


AN_HOUR_LATER = MONDAY_NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("detail_type", "changes", "case", "now"),
    [
        ("PaymentPending", {}, OPEN, MONDAY_NOON),
        ("PaymentPending", {}, replace(HELD, open_order=order()), MONDAY_NOON),
        ("PaymentPending", {}, HELD, datetime(2026, 5, 12, 22, 0, tzinfo=UTC)),
        ("RestorationOrdered", {}, HELD, AN_HOUR_LATER),
        ("RestorationDelayed", {}, CLOSED, MONDAY_NOON),
        ("RestorationDelayed", {}, replace(OPEN, open_order=order()), MONDAY_NOON),
        ("RestorationDelayed", {}, replace(HELD, open_order=order(BY_TECHNICIAN, 2)), MONDAY_NOON),
        ("RestorationDelayed", {"reference": "LIM-2/R/1"}, replace(HELD, open_order=order()), MONDAY_NOON),
        ("VisitPlanned", {}, CLOSED, MONDAY_NOON),
        ("VisitPlanned", {}, replace(HELD, open_order=order(BY_TECHNICIAN, 3)), MONDAY_NOON),
        ("VisitPlanned", {}, HELD, datetime(2026, 5, 7, 22, 0, tzinfo=UTC)),
        ("BalanceDue", {}, HELD, AN_HOUR_LATER),
        ("BalanceDue", {}, replace(OPEN, generation=3), AN_HOUR_LATER),
        ("AdvisorDecisionRequested", {}, replace(OPEN, last_outcome="REFUSED"), AN_HOUR_LATER),
        ("RestorationRefused", {}, HELD, MONDAY_NOON),
        ("RestorationRefused", {}, CLOSED, MONDAY_NOON),
        ("PowerFloorRaised", {}, CLOSED, MONDAY_NOON),
        ("PowerFloorRaised", {}, OPEN, MONDAY_NOON + timedelta(days=7)),
    ],
)
def test_a_message_that_is_not_true_any_more_is_not_sent(
    detail_type: str, changes: dict[str, Any], case: Any, now: datetime
) -> None:
    world = World(now=now, cases={"LIM-1": case})
    notified = world.notify(detail_type, **changes)
    assert notified.status == "DROPPED"
    assert notified.reason
    assert (world.sent, world.log.items, world.fetched) == ([], {}, 0)


@pytest.mark.parametrize(
    ("detail_type", "changes", "case", "days"),
    [
        ("PaymentPending", {}, HELD, 0),
        ("PaymentPending", {"generation": 1}, HELD, 0),
        ("RestorationDelayed", {}, replace(HELD, open_order=order()), 0),
        ("RestorationDelayed", {"reference": "LIM-2/R/1"}, HELD, 0),
        ("RestorationDelayed", {"reference": "IMPAYE"}, HELD, 0),
        ("RestorationOrdered", {}, replace(HELD, open_order=order()), 0),
        ("VisitPlanned", {}, replace(HELD, open_order=order(BY_TECHNICIAN, 2)), 0),
        ("VisitPlanned", {}, OPEN, 0),
        ("RestorationRefused", {}, OPEN, 0),
        ("PowerFloorRaised", {}, HELD, 0),
        ("PowerRestored", {}, CLOSED, 30),
        ("PowerRestored", {"outcome": "LIMITATION_CANCELLED"}, CLOSED, 30),
    ],
)
def test_a_message_that_is_still_true_is_sent_however_late(
    detail_type: str, changes: dict[str, Any], case: Any, days: int
) -> None:
    world = World(now=MONDAY_NOON + timedelta(days=days), cases={"LIM-1": case})
    assert world.notify(detail_type, **changes).status == "SENT"


def test_a_delay_of_the_night_is_told_in_the_morning_unless_power_is_back() -> None:
    followed = replace(HELD, open_order=order())
    for case, status in ((followed, "SENT"), (CLOSED, "DROPPED")):
        world = World(now=NIGHT, cases={"LIM-1": followed}, ruling=by_the_table)
        assert world.notify("RestorationDelayed", at=NIGHT).status == "KEPT"
        world.now, world.cases["LIM-1"] = datetime(2026, 5, 5, 7, 0, tzinfo=UTC), case
        assert world.next_copy().status == status


# ── Our own delay: a check of over half an hour, and an incident ─────────────────────────────────────────────────────

LOOKED_AT = replace(HELD, mode=Mode.ON)
HALF_AN_HOUR = timedelta(minutes=30)


def told_of_a_delay(body: str, case: Claim, redriven: Collection[str] = ()) -> Notified:
    """The outcome after half an hour; nothing is told before."""
    world = World(cases={"LIM-1": case}, redriven=set(redriven))
    world.add(body)
    assert world.next_copy().status == "KEPT"
    notified = world.until_told()
    assert world.now == MONDAY_NOON + HALF_AN_HOUR
    assert len(world.sent) == (notified.status == "SENT")
    return notified


@pytest.mark.parametrize("body", [record("DunningHoldRequested"), incident()])
@pytest.mark.parametrize(
    ("case", "status"),
    [
        (LOOKED_AT, "SENT"),
        (CLOSED, "DROPPED"),
        (replace(LOOKED_AT, holder=None), "DROPPED"),
        (replace(LOOKED_AT, mode=Mode.SHADOW), "DROPPED"),
    ],
)
def test_a_delay_of_ours_is_told_after_half_an_hour_while_a_live_case_is_held(
    body: str, case: Claim, status: str
) -> None:
    assert told_of_a_delay(body, case).status == status


@pytest.mark.parametrize("change", [{"open_order": order()}, {"waiting_token": "token"}, {"generation": 3}], ids=str)
def test_a_check_that_came_to_its_end_is_no_delay(change: dict[str, Any]) -> None:
    assert told_of_a_delay(record("DunningHoldRequested"), replace(LOOKED_AT, **change)).reason == "it is checked"


def test_an_incident_is_told_unless_operations_made_the_case_go_on() -> None:
    followed = replace(LOOKED_AT, open_order=order(), waiting_token="token", generation=3)
    assert told_of_a_delay(incident(), followed).status == "SENT"
    assert told_of_a_delay(incident(), replace(followed, holder="arn:that-took-over")).status == "DROPPED"
    assert told_of_a_delay(incident(), followed, redriven={"arn:me"}).status == "DROPPED"


def test_a_long_check_that_then_fails_is_told_once() -> None:
    world = World(cases={"LIM-1": LOOKED_AT})
    world.add(record("DunningHoldRequested"))
    world.add(incident(MONDAY_NOON + timedelta(hours=3)), due=MONDAY_NOON + timedelta(hours=3))
    while world.kept:
        world.next_copy()
    assert world.sent_ids == ["LIM-1#CASE_DELAYED#2026-05-04"]


@pytest.mark.parametrize("case", [CLOSED, LOOKED_AT], ids=["closed", "held"])
def test_a_request_that_is_late_is_told_once_at_once_and_whatever_became_of_the_case(
    case: Claim,
) -> None:
    world = World(cases={"LIM-1": case})
    for night in range(3):
        world.add(late_request(MONDAY_NOON + timedelta(days=night)), due=MONDAY_NOON + timedelta(days=night))
        world.next_copy()
    assert (world.sent_ids, world.kept) == (["LIM-1#CASE_DELAYED#2026-05-04"], [])


def test_a_visit_is_sent_once_each_time_it_is_planned_also_when_it_comes_back_to_an_earlier_day() -> None:
    world = World(cases={"LIM-1": HELD})
    plans = [(1, "2026-05-07"), (1, "2026-05-07"), (2, "2026-05-08"), (2, "2026-05-08"), (3, "2026-05-07")]
    statuses = [world.notify("VisitPlanned", number=number, on=on).status for number, on in plans]
    assert statuses == ["SENT", "ALREADY_SENT", "SENT", "ALREADY_SENT", "SENT"]


def test_a_visit_that_was_planned_again_while_its_message_was_kept_is_sent_as_it_is_now() -> None:
    world = World(now=NIGHT, cases={"LIM-1": HELD}, ruling=by_the_table, contact=no_email())
    for number, on in ((1, "2026-05-07"), (2, "2026-05-08")):
        assert world.notify("VisitPlanned", number=number, on=on, at=NIGHT).status == "KEPT"
    world.now = datetime(2026, 5, 5, 7, 0, tzinfo=UTC)
    statuses = sorted(world.next_copy().status for _ in range(2))
    assert statuses == ["DROPPED", "SENT"]
    assert "2026-05-08" in world.sent_ids[0]


def test_visits_of_a_newer_claim_are_counted_from_one_again() -> None:
    world = World(cases={"LIM-1": HELD})
    world.notify("VisitPlanned", number=3, generation=2)
    assert world.notify("VisitPlanned", number=1, on="2026-05-11", generation=3).status == "SENT"


def test_an_unknown_limitation_is_put_aside() -> None:
    with pytest.raises(InvalidEvent, match="LIM-9"):
        World().notify("PowerRestored", limitation="LIM-9", reference=None)
