"""What differs from a story is said: what was expected, what happened, and why an execution failed."""

from local.demo.report import Case, Run
from local.demo.verdict import outcome_problems, shadow_problems
from local.stories.model import Limited


def run(outcome: str) -> Run:
    return Run("LIM-1-0", "LIM-1", "SUCCEEDED", outcome)


def failed() -> Run:
    path = ("ReadMode", "ReadPoint")
    return Run("LIM-1-0", "LIM-1", "FAILED", "FAILED", path, error="EnedisRejected", cause="SGT401")


def case(*runs: Run) -> Case:
    return Case("LIM-1", "story", "tells", runs)


def test_a_case_that_ends_as_its_story_says_has_no_problem() -> None:
    limited = Limited(("BALANCE_DUE", "JOINED", "RESTORED"))
    assert outcome_problems(limited.outcomes, case(run("BALANCE_DUE"), run("RESTORED"), run("JOINED"))) == []


def test_what_was_expected_what_happened_and_why_are_said() -> None:
    (problem,) = outcome_problems(("BALANCE_DUE", "RESTORED"), case(run("BALANCE_DUE"), failed()))
    assert problem == (
        "attendu : « il reste un solde à payer », puis « la puissance est rétablie » ; "
        "obtenu : « il reste un solde à payer », puis « le dossier échoue et attend les opérations »"
        "; failed: EnedisRejected in ReadPoint: SGT401"
    )


def test_the_right_outcomes_in_the_wrong_order_are_a_problem() -> None:
    (problem,) = outcome_problems(("BALANCE_DUE", "RESTORED"), case(run("RESTORED"), run("BALANCE_DUE")))
    assert problem == ("attendu à la fin : « la puissance est rétablie » ; obtenu : « il reste un solde à payer »")


def test_in_shadow_nothing_but_shadow_is_right() -> None:
    assert shadow_problems((run("SHADOW"), run("CANCELLED_BY_BILLING")), may_fail=False) == []
    assert shadow_problems((run("SHADOW"), failed()), may_fail=True) == []
    assert "FAILED; failed: EnedisRejected" in shadow_problems((failed(),), may_fail=False)[0]
    assert shadow_problems((), may_fail=False) == ["was to end in shadow, and ended as nothing"]
