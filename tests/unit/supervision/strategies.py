"""Cases as hypothesis makes them, for recounts of the figures."""

from datetime import timedelta

from hypothesis import strategies as st

from record.domain.record import EndedCase
from tests.unit.supervision.synthetic import NOW

# A strategy that is made once is checked once: made for each case, they took more time than the figures under test.
_numbers = st.integers(0, 20)
_executions = st.integers(0, 1000)
_redrives = st.integers(0, 2)
_signatures = st.sampled_from(["aaaa", "bbbb", "cccc"])
_outcomes = st.sampled_from(["RESTORED", "RESTORED", "BALANCE_DUE", "JOINED", "LEFT_TO_ADVISOR", "FAILED"])
_ended_before = st.integers(1, 4 * 86_400_000)
_took = st.integers(0, 10 * 86_400_000)
_means = st.frozensets(st.sampled_from(["CARD", "CHEQUE", "TRANSFER"]), max_size=2)
_codes = st.frozensets(st.sampled_from(["SGT200", "SGT501"]), max_size=1)
_rules = st.frozensets(st.sampled_from(["coverage#1", "coverage#2", "action#1"]), max_size=2)


@st.composite
def ended_cases(draw: st.DrawFn) -> EndedCase:
    """A case that ended in the last four days."""
    outcome = draw(_outcomes)
    failed = outcome == "FAILED"
    ended_at = NOW - timedelta(milliseconds=draw(_ended_before))
    number = draw(_numbers)
    return EndedCase(
        execution=f"arn:execution:LIM-{number}-{draw(_executions)}",
        limitation_id=f"LIM-{number}",
        status="FAILED" if failed else "SUCCEEDED",
        outcome=outcome,
        state="CheckPayment" if failed else "Restored",
        started_at=ended_at - timedelta(milliseconds=draw(_took)),
        ended_at=ended_at,
        redrives=draw(_redrives),
        version="2026-11-25T07:00:00.000Z",
        error="Broken" if failed else "",
        signature=draw(_signatures) if failed else "",
        means=draw(_means),
        codes=draw(_codes),
        rules=draw(_rules),
    )
