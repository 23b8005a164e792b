"""No course of events breaks a promise of the claim: hypothesis looks for one, in the machine's own file.

Executions go on one effect at a time, in any mix; they die, are redriven, are taken over; responses are lost and calls
outlive their tasks; messages are delivered twice; payments, advisors, billing and Enedis do what they do. And with each
of the claim's guards taken out, the same search finds what that guard is for.
"""

import pytest

from restoration.domain.decision import DecisionRequest
from tests.explore.functions import rules
from tests.explore.guards import GUARDS, Guard
from tests.explore.hunting import hunt
from tests.explore.machine import machine
from tests.explore.search import Search

CUSTOMER = {
    "paymentHistory": "GOOD",
    "businessDate": "2026-05-04",
    "returns12m": 0,
    "goodwillUsed12m": 0,
    "planState": "NONE",
    **dict.fromkeys(("planProposedOn", "planOfferUntil", "planAgreedOn", "planBrokenOn", "firstInstalmentDueOn")),
}
SEED, COURSES = 1, 200
SOON = ("claim free", "take-over", "sweep")


def test_no_course_of_events_breaks_a_promise_of_the_claim() -> None:
    search = Search(COURSES, SEED)
    search.run()
    entered = {name for kind, name in search.met if kind == "states"}
    # It is entered only where UrgentFirst is on.
    assert entered == set(machine().states) - {"DecidePriority"}, "some state was never entered"


def test_no_course_is_judged_by_another_ones_payments() -> None:
    for name in ("PAY-11", "PAY-12"):
        paid = {"paymentId": name, "means": "CARD", "status": "CAPTURED", "amount": 50, "receivedOn": "2026-05-04"}
        unsaid = dict.fromkeys(("settledOn", "presentedOn", "payer", "thirdPartyMeans"))
        inputs = CUSTOMER | {"payments": [paid | unsaid]}
        decided = rules().evaluate(DecisionRequest("paymentCertainty", "LIM-1", "E1", inputs))
        assert decided.value["countedPayments"] == [name]


@pytest.mark.parametrize("name", SOON)
def test_the_search_finds_what_a_guard_is_for(name: str) -> None:
    """So the search above would find it, too, were it missing; ``make explore GUARDS=1`` takes out all of them."""
    assert hunt(name, "0", COURSES)


def test_guard_that_is_there_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GUARDS, "none", Guard(""))
    assert hunt("none", "0", 20) is None
