"""Failures with one cause are one signature, whatever differs from customer to customer."""

from dataclasses import replace
from datetime import UTC, datetime

from ops.cases.found import FoundCase, Hold, Search, Status
from ops.cases.listing import signatures
from record.domain.states import Party

CASE = FoundCase(
    execution="LIM-000001-" + "0" * 32,
    limitation_id="LIM-000001",
    contract_id="CTR-000001",
    point_id="30000000000001",
    status=Status.FAILED,
    state="CheckPayment",
    started_at=datetime(2026, 11, 26, 8, tzinfo=UTC),
    since=datetime(2026, 11, 26, 9, tzinfo=UTC),
    error="UnknownContract",
    cause="billing does not know the contract CTR-000001",
    outcome="",
    redrives=0,
    waits_for=Party.US,
    hold=Hold.HOLDS,
)


def test_another_state_or_error_is_another_signature_and_the_frequent_one_is_first() -> None:
    elsewhere = replace(CASE, state="ReadPoint")
    aborted = replace(CASE, status=Status.ABORTED, error="", cause="")
    groups = signatures([elsewhere, CASE, aborted, CASE])
    assert [(group.error, group.state, group.count) for group in groups] == [
        ("UnknownContract", "CheckPayment", 2),
        ("UnknownContract", "ReadPoint", 1),
        ("", "CheckPayment", 1),
    ]


def test_search_takes_what_fits_all_that_it_names() -> None:
    assert Search().takes(CASE)
    assert Search(state="CheckPayment", error="UnknownContract", cause="DOES NOT KNOW").takes(CASE)
    for other in (
        Search(state="ReadPoint"),
        Search(error="InvalidResponse"),
        Search(cause="power"),
        Search(waits_for=Party.BANK),
        Search(outcome="RESTORED"),
    ):
        assert not other.takes(CASE)
