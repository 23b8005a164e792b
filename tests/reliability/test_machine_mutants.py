"""Each slip in the process changes the machine in one state, and is made of what is there."""

import json
from collections import Counter

from local.asl import RESTORATION, Machine
from local.demo.coverage import full_name, ways_out
from tests.reliability.machine_mutants import KINDS, SAME, SHORTER, WRONG_DEPLOYMENT, Mutant, mutants
from tests.reliability.machine_mutants_page import ALIVE, OUTSIDE, RACING, STORIES, Fate, page, summary

MUTANTS = list(mutants())
DOCUMENT = Machine.read(RESTORATION).document


def called(kind: str, state: str, says: str = "") -> Mutant:
    return next(it for it in MUTANTS if (it.kind, it.state) == (kind, state) and says in it.says)


def changed(mutant: Mutant) -> dict[str, object]:
    """The state with the slip; all other states are as they were."""
    states = json.loads(mutant.definition)["States"]
    assert {name for name, body in states.items() if body != DOCUMENT["States"][name]} == {mutant.state}
    return dict(states[mutant.state])


def test_every_slip_changes_one_state_and_no_two_are_the_same() -> None:
    found = Counter(mutant.state + json.dumps(changed(mutant)) for mutant in MUTANTS)
    assert max(found.values()) == 1
    assert {mutant.kind for mutant in MUTANTS} == set(KINDS)
    ways = {full_name(way) for way in ways_out(DOCUMENT)}
    assert all(set(mutant.ways) <= ways for mutant in MUTANTS)


def test_a_wait_is_left_out_by_going_on_at_once() -> None:
    assert changed(called("wait left out", "WaitForBank")) == {"Type": "Pass", "Next": "TakeCharge"}


def test_who_takes_an_earlier_way_never_meets_a_negated_condition() -> None:
    negated = called("condition negated", "IsItOurs", "Cancelled by billing")
    assert negated.ways == (
        "IsItOurs → Cancelled by billing, ended with its contract, or settled and not all of it published - settle it",
        "IsItOurs → Default",
    )


def test_a_slip_that_no_story_could_notice_says_why() -> None:
    assert called("retry dropped", "DecideAction", "DecisionFailed").reason == WRONG_DEPLOYMENT
    assert called("retry dropped", "CloseOrLetGo", "ClaimContended").reason == SAME
    assert called("retry dropped", "CheckPayment", "BillingUnavailable").reason == SHORTER
    assert called("retry dropped", "CheckPayment", "UnknownContract").reason == ""


def test_page_counts_what_died_and_lists_what_lives() -> None:
    first, second, third, fourth = MUTANTS[:4]
    fates = [Fate(first, STORIES, ""), Fate(second, RACING, ""), Fate(third, ALIVE, ""), Fate(fourth, OUTSIDE, "why")]
    assert summary(fates) == "4 slips, of which 3 show; 33.3% die by stories, 66.7% by stories and races"
    text = page(fates, 60, 4)
    assert "| all | 4 | 1 | 1 | 1 | 1 |" in text
    assert f"| `{third.state}` | {third.kind} | {third.says} |" in text
    assert "drawn by lot" not in text
