"""What is reckoned from a price file: sizes as DynamoDB bills them, and prices for all that is measured."""

from datetime import date

import pytest

from benchmarks.costs.bench import is_supervision, monthly, prices, reckoned
from benchmarks.costs.usage import CHANNELS, size_of
from supervision.assumptions import assumptions


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "é"}, 2),
        ({"N": "123456"}, 4),
        ({"BOOL": True}, 1),
        ({"M": {"ab": {"S": "xyz"}}}, 3 + 2 + 1 + 3),
        ({"L": [{"S": "a"}, {"S": "bc"}]}, 3 + 2 + 3),
    ],
)
def test_item_has_the_size_that_is_billed(value: dict[str, object], size: int) -> None:
    assert size_of(value) == size


def test_items_are_in_dollars_the_largest_first_and_supervision_is_told_apart() -> None:
    found = {("transitions", "restoration"): 23.0, ("dynamodb_writes", "demo-courses"): 200.0}
    items = reckoned(found, 1000, prices())
    assert [(by, round(usd, 3), own) for _, by, usd, own in items] == [
        ("restoration", 0.683, False),
        ("demo-courses", 0.148, True),
    ]


def test_all_that_is_billed_by_the_month_has_a_price_and_comes_to_what_valeur_assumes() -> None:
    """Of the 25 metrics that a run of ``make costs`` saw."""
    assert {what for what, _ in monthly(25)} <= set(prices())
    assumed = assumptions(date.max)["aws.month"].value
    dollars = sum(usd for _, _, usd, _ in reckoned(monthly(25), 1, prices()))
    assert float(assumed or 0) == pytest.approx(dollars, rel=0.05), "write what make costs prints into assumptions.csv"
    assert set(CHANNELS.values()) <= set(prices())


def test_machine_s_log_is_supervision_s() -> None:
    assert is_supervision("vended_log_gigabytes", "restoration")
    assert not is_supervision("log_gigabytes", "place-order")
