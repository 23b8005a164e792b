"""The nightly check starts an execution only where there is something to do; a night with nothing new costs reads."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from restoration.domain.claim import AdvisorWord, Claim, HolderStatus
from restoration.domain.ground import Basis, Ground
from restoration.domain.limitation import LimitationStatus, RegisterPage
from restoration.errors import (
    BillingUnavailable,
    DecisionFailed,
    InvalidConfiguration,
    InvalidResponse,
    UnknownContract,
)
from restoration.use_cases.check_open_limitations import Found, Looked
from tests.cases import cases
from tests.fakes import look_world
from tests.fakes.claims import OTHER, free, held, settled, trigger
from tests.fakes.look_world import NOTHING
from tests.fakes.samples import NOON

NIGHT = trigger("NightlyCheck", "check-1")


def due(outcome: str, reason: str = "ANY", basis: str | None = None) -> dict[str, str]:
    """What the rules say of a case."""
    return {"outcome": outcome, "reason": reason} | ({"basis": basis} if basis else {})


class World(look_world.World):
    """A page of all limitations that there are."""

    def check_page(self, is_time_left: Callable[[], bool] = lambda: True) -> Looked[Found]:
        return self.check.check(self.page(), NIGHT, is_time_left)

    def found(self) -> dict[Found, int]:
        return dict(self.check_page().found)


def started(world: World) -> list[str]:
    return [limitation_id for limitation_id, _ in world.started()]


@pytest.mark.explored
def test_night_over_50_000_open_limitations_with_nothing_new_starts_nothing_and_keeps_nothing() -> None:
    """No decision can be kept: the check has nowhere to keep one."""
    number = 50_000
    world = World.of(*(free(limitation_id=f"LIM-{each}") for each in range(number)))
    assert world.found() == {Found.NOTHING_NEW: number}
    assert (started(world), len(world.given), world.claims.tables.writes) == ([], number, 0)


def left(outcome: str = "LEFT_TO_ADVISOR", days: int = 0, **changes: Any) -> Claim:
    """A case that was left to the advisors, or is not ours at Enedis, so many days ago."""
    return free(last_outcome=outcome, claimed_at=NIGHT.at - timedelta(days=days), **changes)


def ended(outcome: str, basis: Basis | None = None) -> Claim:
    ground = basis and Ground(basis, Decimal(0))
    return left(outcome, settlement=settled(outcome, published=True, ground=ground))


UNPUBLISHED = {"settlement": settled(published=False)}
CLOSED = LimitationStatus.CLOSED


@cases(
    "claim, coverage, found",
    {
        "a covered debt": (free(), due("RESTORE"), Found.SOMETHING),
        "a plan": (free(), due("RESTORE_PROVISIONALLY"), Found.SOMETHING),
        "a floor": (free(), due("RAISE_FLOOR"), Found.SOMETHING),
        "a cheque that is to clear": (free(), due("AWAIT_CLEARING"), Found.SOMETHING),
        "the contract's end": (free(), due("REFUSE", "CONTRACT_ENDED"), Found.SOMETHING),
        "a question": (free(), due("MANUAL"), Found.SOMETHING),
        "no balance": (free(), NOTHING, Found.NOTHING_NEW),
        "no refusal": (free(), due("REFUSE", "ADVISOR"), Found.NOTHING_NEW),
        "another question than was asked": (free(asked_for="DISPUTE"), due("MANUAL", "GAS"), Found.SOMETHING),
        "not the same question again": (free(asked_for="GAS"), due("MANUAL", "GAS"), Found.NOTHING_NEW),
        "no restoration of a case that was left": (left(), due("RESTORE"), Found.NOTHING_NEW),
        "no question of one that was left": (left(), due("MANUAL"), Found.NOTHING_NEW),
        "no restoration of what is not ours": (left("NO_ORDER"), due("RESTORE"), Found.NOTHING_NEW),
        # The word came while the switch was off.
        "whom the law restores in a case that was left": (left(), due("RESTORE", basis="PROTECTED"), Found.SOMETHING),
        "whom an advisor's new word restores there": (left(), due("RESTORE", basis="ADVISOR"), Found.SOMETHING),
        "winter in a case that was left": (left(), due("RAISE_FLOOR", "WINTER"), Found.SOMETHING),
        "the contract's end in a case that was left": (left(), due("REFUSE", "CONTRACT_ENDED"), Found.SOMETHING),
        # The payment's event was lost: nobody else looks.
        "who paid since their case was left": (
            ended("LEFT_TO_ADVISOR"), due("RESTORE", basis="DEBT_COVERED"), Found.SOMETHING,
        ),
        "who owes nothing since": (ended("LEFT_TO_ADVISOR"), due("RESTORE", basis="NO_DEBT"), Found.SOMETHING),
        "who paid since it was not ours": (ended("NO_ORDER"), due("RESTORE", basis="DEBT_COVERED"), Found.SOMETHING),
        # Enedis, not the debt, is what the question was about.
        "not whose power the advisors have to bring back": (
            ended("LEFT_TO_ADVISOR", Basis.DEBT_COVERED), due("RESTORE", basis="DEBT_COVERED"), Found.NOTHING_NEW,
        ),
        "who waits for an advisor past their day": (left(days=8), NOTHING, Found.OVERDUE),
        "not on that day": (left(days=7), NOTHING, Found.NOTHING_NEW),
        "nobody who knows what there is to pay": (left("BALANCE_DUE", days=300), NOTHING, Found.NOTHING_NEW),
        "nobody whose power is back": (left(days=300, status=CLOSED), NOTHING, Found.NOTHING_NEW),
        "an end that was not published": (free(**UNPUBLISHED), NOTHING, Found.SOMETHING),
        "an end of a closed one that was not published": (free(status=CLOSED, **UNPUBLISHED), NOTHING, Found.SOMETHING),
    },
)  # fmt: skip
def test_execution_is_started_for_what_is_found(claim: Claim, coverage: dict[str, str], found: Found) -> None:
    world = World.of(claim, coverage=coverage)
    assert world.found() == {found: 1}
    assert started(world) == ([] if found is Found.NOTHING_NEW else ["LIM-1"])


@pytest.mark.parametrize("status", HolderStatus)
def test_live_holder_is_left_at_work_and_a_dead_one_taken_over_without_a_look(status: HolderStatus) -> None:
    world = World.of(held(holder=OTHER))
    world.executions.statuses = {OTHER: status}
    is_alive = status is HolderStatus.ALIVE
    assert world.found() == {Found.HELD if is_alive else Found.SOMETHING: 1}
    assert (started(world), world.given) == ([] if is_alive else ["LIM-1"], [])


def test_of_a_closed_limitation_billing_is_not_asked() -> None:
    world = World.of(free(status=LimitationStatus.CLOSED), billing_error=BillingUnavailable("503"))
    assert world.found() == {Found.NOTHING_NEW: 1}


def test_limitation_that_is_gone_between_page_and_look_is_skipped() -> None:
    assert World.of().check.check([free().limited_point], NIGHT).found == {Found.NOTHING_NEW: 1}


@pytest.mark.parametrize(
    ("of", "error"),
    [
        *(("billing", each) for each in (UnknownContract("CON-1"), InvalidResponse("payments: Field required"))),
        ("rules", DecisionFailed("coverage: limitationDebt")),
    ],
)
def test_unreadable_data_start_an_execution_which_fails_where_it_is_seen(of: str, error: Exception) -> None:
    world = World.of(free(), **{f"{of}_error": error})
    assert world.found() == {Found.UNREADABLE: 1}
    assert started(world) == ["LIM-1"]


def page_of(number: int, failing: int) -> World:
    """A page of so many customers, and billing has an error for the last ones."""
    named = [f"LIM-{each}" for each in range(number)]
    claims = (free(limitation_id=each, contract_id=each.replace("LIM", "CON")) for each in named)
    return World.of(*claims, billing_error=BillingUnavailable("503"), failing=named[number - failing :])


@pytest.mark.parametrize("failing", [1, 5])
def test_customer_for_whom_billing_has_an_error_does_not_stop_those_after(failing: int) -> None:
    looked = page_of(10, failing).check_page()
    assert (looked.found, len(looked.failed)) == ({Found.NOTHING_NEW: 10 - failing}, failing)
    assert looked.goes_on(RegisterPage((), "CON-9"), is_chosen=False) == {
        "failed": [f"LIM-{each}" for each in range(10 - failing, 10)],
        "left": [],
        "after": "CON-9",
    }


@pytest.mark.parametrize("world", [page_of(10, failing=6), page_of(4, failing=4)])
def test_page_is_looked_at_again_when_billing_has_an_error_for_most_of_it(world: World) -> None:
    with pytest.raises(BillingUnavailable):
        world.check_page()


def test_page_of_few_customers_is_no_proof_that_billing_is_unavailable() -> None:
    looked = page_of(3, failing=3).check_page()
    assert (looked.found.total(), [each.limitation_id for each in looked.failed]) == (0, ["LIM-0", "LIM-1", "LIM-2"])


def test_chosen_customers_for_whom_there_was_no_time_are_left_for_another_call() -> None:
    looked = page_of(10, failing=1).check_page(is_time_left=lambda: False)
    assert looked.goes_on(RegisterPage((), None), is_chosen=True) == {
        "failed": [],
        "left": [f"LIM-{each}" for each in range(1, 10)],
        "after": None,
    }


def test_page_fails_when_billing_refuses_us() -> None:
    with pytest.raises(InvalidConfiguration):
        World.of(free(), billing_error=InvalidConfiguration("billing refused the API key")).found()


@pytest.mark.parametrize("decision", ["RESTORE", "REFUSE"])
def test_decision_that_came_while_the_switch_was_off_is_acted_on_at_night(decision: str) -> None:
    """Its own execution claimed nothing, or only looked in shadow: nobody else would look."""
    world = World.of(free(word=AdvisorWord("LIM-1:first", decision, NOON, count=2), trigger_count=2, seen=1))
    world.found()
    assert world.given == [{"limitedPowerKva": 1.0, "advisorDecision": decision}]


def test_refusal_that_a_claim_has_settled_keeps_no_payment_from_being_found_at_night() -> None:
    """No event may have brought the payment: a refusal holds for the claim that it decided, no longer."""
    refused = AdvisorWord("LIM-1:first", "REFUSE", NOON, count=2)
    world = World.of(free(word=refused, trigger_count=2, seen=2))
    world.coverage = {"outcome": "RESTORE", "reason": "COVERED"}
    assert world.found() == {Found.SOMETHING: 1}
    assert world.given == [{"limitedPowerKva": 1.0, "advisorDecision": "NONE"}]


def test_page_that_takes_too_long_ends_after_the_last_contract_that_was_looked_at() -> None:
    world = World.of(*(free(limitation_id=f"LIM-{each}", contract_id=f"CON-{each // 2}") for each in range(6)))
    time = iter([True, False])
    looked = world.check_page(lambda: next(time))
    assert (looked.found.total(), looked.stopped_after) == (4, "CON-1")


def test_whatever_is_found_the_social_services_are_thought_of() -> None:
    world = World.of(held(), free(limitation_id="LIM-2"), free(limitation_id="LIM-3", last_outcome="NO_ORDER"))
    world.executions.statuses = {"arn:execution-1": HolderStatus.ALIVE}
    world.found()
    assert world.told == [(each, date(2026, 5, 4)) for each in ("LIM-1", "LIM-2", "LIM-3")]
