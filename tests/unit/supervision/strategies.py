"""Cases as hypothesis makes them, for recounts of the figures."""

from datetime import timedelta

from hypothesis import strategies as st

from restoration.domain.record import EndedCase, OpenCase, Stage
from restoration.domain.waiting import WAITS_FOR, waits_for
from tests.unit.supervision.synthetic import NOW

ages = st.one_of(
    st.timedeltas(timedelta(), timedelta(days=30)),
    # The bounds themselves, where a recount and a figure may differ.
    st.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(days=7)]),
)
SIGNATURES = ("aaaa", "bbbb", "cccc")


@st.composite
def open_cases(draw: st.DrawFn) -> OpenCase:
    """A case that runs, or failed and holds its limitation."""
    status = draw(st.sampled_from(["RUNNING", "RUNNING", "FAILED", "TIMED_OUT"]))
    state = draw(st.one_of(st.none(), st.sampled_from(sorted(WAITS_FOR))))
    stage = draw(st.sampled_from(list(Stage)))
    since = NOW - draw(ages)
    number = draw(st.integers(0, 20))
    return OpenCase(
        f"arn:execution:LIM-{number}-{draw(st.integers(0, 1000))}",
        f"LIM-{number}",
        status,
        state,
        since,
        since - draw(ages),
        waits_for(status, state),
        draw(st.integers(0, 2)),
        stage,
        draw(st.none() | st.builds(lambda age: NOW - age, ages)),
        "" if status == "RUNNING" else "Broken",
        "" if status == "RUNNING" else draw(st.sampled_from(SIGNATURES)),
    )


@st.composite
def ended_cases(draw: st.DrawFn) -> EndedCase:
    """A case that ended in the last four days."""
    outcome = draw(st.sampled_from(["RESTORED", "RESTORED", "BALANCE_DUE", "JOINED", "LEFT_TO_ADVISOR", "FAILED"]))
    failed = outcome == "FAILED"
    ended_at = NOW - draw(st.timedeltas(timedelta(seconds=1), timedelta(days=4)))
    number = draw(st.integers(0, 20))
    return EndedCase(
        f"arn:execution:LIM-{number}-{draw(st.integers(0, 1000))}",
        f"LIM-{number}",
        "FAILED" if failed else "SUCCEEDED",
        outcome,
        "",
        "CheckPayment" if failed else "Restored",
        ended_at - timedelta(milliseconds=draw(st.integers(0, 10 * 86_400_000))),
        ended_at,
        draw(st.integers(0, 2)),
        "2026-11-25T07:00:00.000Z",
        "Broken" if failed else "",
        draw(st.sampled_from(SIGNATURES)) if failed else "",
        draw(st.frozensets(st.sampled_from(["CARD", "CHEQUE", "TRANSFER"]), max_size=2)),
        draw(st.frozensets(st.sampled_from(["SGT200", "SGT501"]), max_size=1)),
        draw(st.frozensets(st.sampled_from(["coverage#1", "coverage#2", "action#1"]), max_size=2)),
    )
