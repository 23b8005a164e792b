"""An order's reference names its limitation, its intent and its number."""

from datetime import timedelta

import pytest

from restoration.domain.order import place_in_line


@pytest.mark.parametrize(
    ("waited", "lasted", "later"),
    [(0, 40, 10), (10, 40, 7.5), (40, 40, 0), (50, 40, 0), (-5, 40, 10), (0, 480, 14), (0, 0, 0.25 / 60)],
)
def test_the_order_that_has_waited_longest_comes_back_first(waited: float, lasted: float, later: float) -> None:
    waiting, outage = timedelta(minutes=waited), timedelta(minutes=lasted)
    assert place_in_line(waiting, outage, timedelta(seconds=30)) == timedelta(minutes=later)
