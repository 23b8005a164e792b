"""The errors that a function can raise are read from the code: a test of the reading itself."""

from tests.statemachine.raised_errors import error_classes, failed_with, made_by, raised_by


def test_errors_of_adapters_belong_to_the_functions_that_reach_them() -> None:
    assert {"BillingUnavailable", "UnknownContract", "InvalidResponse"} <= raised_by("check_payment")
    assert "EnedisUnavailable" in raised_by("read_point")
    assert "EnedisUnavailable" not in raised_by("check_payment")
    assert "BillingUnavailable" not in raised_by("read_point")


def test_every_function_may_miss_a_setting() -> None:
    for function in ("check_payment", "evaluate_decision", "read_point", "place_order", "notify_customer"):
        assert "InvalidConfiguration" in raised_by(function)


def test_error_chosen_by_a_condition_counts() -> None:
    assert "EnedisOutcomeUnknown" in made_by("place_order")


def test_error_that_a_read_cannot_raise_is_left_out() -> None:
    assert "EnedisOutcomeUnknown" in made_by("read_point")
    assert "EnedisOutcomeUnknown" not in raised_by("read_point")


def test_subclasses_are_error_classes_too() -> None:
    assert {"RestorationError", "RetryableError", "EnedisUnavailable", "InvalidEvent"} <= error_classes()
    assert "ValueError" not in error_classes()


def test_error_that_fails_a_waiting_state_counts_for_that_state() -> None:
    assert "InvalidEvent" in failed_with("place_order")
    assert failed_with("resume_restoration") == frozenset()
