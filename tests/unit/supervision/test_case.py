import re
from dataclasses import replace

import pytest

from record.domain.course import Course
from record.domain.course_event import End
from tests.unit.supervision.drawing import screen, text_of
from tests.unit.supervision.made_case import ARN, FIRST, MemoryCases, dossier, execution
from tests.unit.supervision.memory import MemoryRecord


def drawn(only: Course) -> str:
    """The screen of a case that one execution has."""
    case = replace(dossier(), item={"status": "LIMITED", "holder": ARN + FIRST}, executions=[only])
    return text_of(screen("case", MemoryRecord(), sources={"cases": MemoryCases({"LIM-1": [case]})}, key="LIM-1"))


@pytest.mark.parametrize(
    ("seconds", "moments"),
    [
        (0, ["10:58:04"]),
        (40, ["10:58:05", "10:58:10"]),
        (1200, ["11:00", "11:05"]),
        (172_800, ["12:00", "18:00"]),
        (172_801, ["26/11", "27/11"]),
    ],
)
def test_moments_below_a_case_are_as_fine_as_it_is_short(seconds: int, moments: list[str]) -> None:
    html = drawn(execution(FIRST, [(0, "TakeCharge")], "PaymentReceived|PAY-1", seconds, error="Odd"))
    assert re.findall(r'text-anchor="(?:middle|end)">([\d:/]+)</text>', html)[:2] == moments


def test_what_happened_is_told_without_codes_and_the_cause_stands_behind_a_word() -> None:
    """A state of one word, an id with a dot, and a partner's English stood in the sentence."""
    states = [(0, "Begin"), (1, "TakeCharge"), (2, "CheckPayment")]
    html = drawn(execution(FIRST, states, "PaymentReceived|PAY-000006-0.3:CAPTURED", 9, error="Odd", cause="a: b"))
    assert "commence : paiement reçu PAY-000006-0.3 " in html
    assert ": Commencer, Prendre en charge</title>" in html
    assert "incident: en échec : Odd</title>" in html
    assert "…03285715 en échec : Odd\r\n" in html, "a CSV has what is shown"


def test_execution_that_failed_before_any_state_has_none() -> None:
    assert "« ? »" in drawn(Course.of(ARN + FIRST, [], [End(0, "FAILED", 0, 1, error="Odd")]))
