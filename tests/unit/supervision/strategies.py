"""Cases as hypothesis makes them, for recounts of the figures."""

from datetime import timedelta

from hypothesis import strategies as st

from record.domain.record import EndedCase, OpenCase, Stage
from record.domain.states import STATES, waits_for
from tests.unit.supervision.synthetic import NOW


def durations(least: timedelta, most: timedelta) -> st.SearchStrategy[timedelta]:
    """Durations by the microsecond: one number is drawn for each, where ``st.timedeltas`` draws three."""
    unit = timedelta(microseconds=1)
    return st.integers(least // unit, most // unit).map(lambda number: number * unit)


ages = st.one_of(
    durations(timedelta(), timedelta(days=30)),
    # The bounds themselves, where a recount and a figure may differ.
    st.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(days=7)]),
)
SIGNATURES = ("aaaa", "bbbb", "cccc")

# A strategy that is made once is checked once: made for each case, they took more time than the figures under test.
_signatures = st.sampled_from(SIGNATURES)
_numbers = st.integers(0, 20)
_executions = st.integers(0, 1000)
_redrives = st.integers(0, 2)
_statuses = st.sampled_from(["RUNNING", "RUNNING", "FAILED", "TIMED_OUT"])
_states = st.sampled_from(["", *sorted(STATES)])
_stages = st.sampled_from(list(Stage))
_certain = st.none() | ages.map(lambda age: NOW - age)
_outcomes = st.sampled_from(["RESTORED", "RESTORED", "BALANCE_DUE", "JOINED", "LEFT_TO_ADVISOR", "FAILED"])
_ended_before = durations(timedelta(seconds=1), timedelta(days=4))
_took = st.integers(0, 10 * 86_400_000)
_means = st.frozensets(st.sampled_from(["CARD", "CHEQUE", "TRANSFER"]), max_size=2)
_codes = st.frozensets(st.sampled_from(["SGT200", "SGT501"]), max_size=1)
_rules = st.frozensets(st.sampled_from(["coverage#1", "coverage#2", "action#1"]), max_size=2)


@st.composite
def open_cases(draw: st.DrawFn) -> OpenCase:
    """A case that runs, or failed and holds its limitation."""
    status = draw(_statuses)
    state = draw(_states)
    stage = draw(_stages)
    since = NOW - draw(ages)
    number = draw(_numbers)
    return OpenCase(
        execution=f"arn:execution:LIM-{number}-{draw(_executions)}",
        limitation_id=f"LIM-{number}",
        status=status,
        state=state,
        since=since,
        started_at=since - draw(ages),
        waits_for=waits_for(status, state),
        redrives=draw(_redrives),
        stage=stage,
        certain_at=draw(_certain),
        error="" if status == "RUNNING" else "Broken",
        signature="" if status == "RUNNING" else draw(_signatures),
    )


@st.composite
def ended_cases(draw: st.DrawFn) -> EndedCase:
    """A case that ended in the last four days."""
    outcome = draw(_outcomes)
    failed = outcome == "FAILED"
    ended_at = NOW - draw(_ended_before)
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
