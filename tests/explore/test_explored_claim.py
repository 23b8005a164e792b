"""No course of events breaks a promise of the claim: hypothesis looks for one, in the machine's own file.

Executions go on one effect at a time, in any mix; they die, are redriven, are taken over; responses are lost and calls
outlive their tasks; messages are delivered twice; payments, advisors, billing and Enedis do what they do. And with each
of the claim's guards taken out, the same search finds what that guard is for.
"""

import pytest

from restoration.domain.decision import DecisionRequest
from tests.explore.functions import rules
from tests.explore.guards import GUARDS
from tests.explore.machine import machine
from tests.explore.search import PromiseBroken, Search

CUSTOMER = {
    "paymentHistory": "GOOD",
    "businessDate": "2026-05-04",
    "returns12m": 0,
    "goodwillUsed12m": 0,
    "planAgreedOn": None,
}
COURSES = {2: 150, 16: 20, 20: 25}
"""By the seed: as many as find what each of its guards is for."""


def test_no_course_of_events_breaks_a_promise_of_the_claim() -> None:
    entered: set[str] = set()
    for seed, courses in COURSES.items():
        search = Search(courses, seed)
        search.run()
        entered |= search.entered
    assert entered == set(machine().states), "some state was never entered"


def test_no_course_is_judged_by_another_ones_payments() -> None:
    for name in ("PAY-11", "PAY-12"):
        paid = {"paymentId": name, "means": "CARD", "status": "CAPTURED", "amount": 50, "receivedOn": "2026-05-04"}
        inputs = CUSTOMER | {"payments": [paid | dict.fromkeys(("settledOn", "presentedOn", "payer"))]}
        decided = rules().evaluate(DecisionRequest("paymentCertainty", "LIM-1", "E1", inputs))
        assert decided.value["countedPayments"] == [name]


@pytest.mark.parametrize("name", GUARDS)
def test_the_search_finds_what_a_guard_is_for(name: str) -> None:
    """So the search above would find it, too, were it missing: its courses are the same."""
    guard = GUARDS[name]
    with guard.taken_out(), pytest.raises(PromiseBroken, match=guard.found):
        Search(COURSES[guard.seed], guard.seed, shrinks=False).run()
