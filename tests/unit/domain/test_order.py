"""An order's reference names its limitation, its intent and its number."""

import pytest

from restoration.domain.order import Intent, OrderReference


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        (Intent.RESTORE_REMOTELY, "LIM-1/R/2"),
        (Intent.RESTORE_BY_TECHNICIAN, "LIM-1/T/2"),
        (Intent.RAISE_FLOOR, "LIM-1/F/2"),
        (Intent.CANCEL_LIMITATION, "LIM-1/C/2"),
    ],
)
def test_a_reference_shows_limitation_intent_and_ordinal(intent: Intent, text: str) -> None:
    assert str(OrderReference("LIM-1", intent, 2)) == text
