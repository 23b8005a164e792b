"""The manifest: frozen, confirmed by its hash, honest about what a redrive would do and how long it takes."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.asl import RESTORATION, Machine
from record.domain.redrive import Effect, InvalidManifest, Item, Manifest, expected_effect
from record.domain.redrive_choice import Choice, Described
from record.domain.states import STATES
from restoration.domain.claim import Claim
from restoration.domain.limitation import LimitationStatus
from restoration.domain.switch import Mode
from tests.fakes.claims import free, settled
from tests.fakes.redrives import BEGIN, failure, holding

TASKS = {state.name for state in Machine.read(RESTORATION).states() if state.type == "Task"}

failures = st.builds(
    failure,
    st.integers(1, 40),
    state=st.sampled_from(sorted(TASKS)),
    cause=st.text(max_size=40),
    redrive_count=st.integers(0, 9),
    status=st.sampled_from(["FAILED", "TIMED_OUT", "ABORTED"]),
)


def item(of: Described, claim: Claim | None = None) -> Item:
    return Item.of(of, claim or holding(of))


@given(st.lists(failures))
def test_manifest_that_is_read_is_the_one_that_was_written(found: list[Described]) -> None:
    manifest = Manifest.freeze(BEGIN, Choice(cause="…\u2028\n"), map(item, found))
    assert Manifest.of_bytes(manifest.to_bytes(), manifest.hash) == manifest
    assert Manifest.of_bytes(manifest.to_bytes(), manifest.redrive_id) == manifest


@given(st.lists(failures))
def test_manifest_has_each_execution_once_in_the_order_in_which_they_stopped(found: list[Described]) -> None:
    items = Manifest.freeze(BEGIN, Choice(), map(item, found)).items
    assert {it.execution for it in items} == {it.execution for it in found}
    assert len({it.execution for it in items}) == len(items)
    assert [it.stopped_at for it in items] == sorted(it.stopped_at for it in items)


def test_another_byte_is_another_manifest() -> None:
    manifest = Manifest.freeze(BEGIN, Choice(), [item(failure(1)), item(failure(2))])
    changed = manifest.to_bytes().replace(b"LIM-00002-0f", b"LIM-00003-0f")
    with pytest.raises(InvalidManifest, match="was confirmed"):
        Manifest.of_bytes(changed, manifest.hash)
    with pytest.raises(InvalidManifest, match="was confirmed"):
        Manifest.of_bytes(manifest.to_bytes(), manifest.hash[:11])


def test_two_freezes_of_one_set_are_two_redrives() -> None:
    items = [item(failure())]
    first, later = (Manifest.freeze(at, Choice(), items) for at in (BEGIN, BEGIN + timedelta(seconds=1)))
    assert first.redrive_id != later.redrive_id
    assert first.token(items[0]) != later.token(items[0])
    assert len(first.token(items[0])) == 64


def test_token_is_of_manifest_execution_and_count() -> None:
    items = [item(failure(1)), item(failure(2)), replace(item(failure(1)), redrive_count=1)]
    manifest = Manifest.freeze(BEGIN, Choice(), items[:2])
    assert len({manifest.token(each) for each in items}) == len(items)
    assert manifest.token(items[0]) == manifest.token(items[0])


def test_more_than_a_manifest_holds_is_said() -> None:
    last = item(failure(1))
    items = [replace(last, execution=f"{last.execution}-{each}", stopped_at=BEGIN) for each in range(10_000)]
    manifest = Manifest.freeze(BEGIN, Choice(), [replace(last, stopped_at=BEGIN + timedelta(seconds=1)), *items])
    assert (set(manifest.items), manifest.left_out) == (set(items), 1)


FAILED = failure()
CLOSED: dict[str, Any] = {"status": LimitationStatus.CLOSED, "holder": None}


@pytest.mark.parametrize(
    ("of", "claim", "effect", "why"),
    [
        (FAILED, holding(FAILED), Effect.RESUMES, ""),
        (FAILED, replace(holding(FAILED), holder="arn:x:LIM-00001-aa"), Effect.SUPERSEDED, "LIM-00001-aa has taken"),
        (FAILED, replace(holding(FAILED), holder=None), Effect.SUPERSEDED, "was let go"),
        (FAILED, replace(holding(FAILED), **CLOSED), Effect.SUPERSEDED, "is closed"),
        (FAILED, None, Effect.SUPERSEDED, "does not know"),
        (failure(state="TakeCharge"), free(), Effect.RESUMES, ""),
        (failure(state="TakeCharge"), free(**CLOSED), Effect.SUPERSEDED, "is closed"),
        (failure(not_redrivable="Execution redrivable period exceeded"), None, Effect.SUPERSEDED, "does not know"),
        (
            failure(not_redrivable="Execution redrivable period exceeded"),
            holding(FAILED),
            Effect.NOT_REDRIVABLE,
            "period exceeded; its next trigger takes the case over, the nightly check at the latest",
        ),
        (failure(error="States.Runtime"), holding(FAILED), Effect.NOT_REDRIVABLE, "definition is broken"),
        (failure(error="States.QueryEvaluationError"), holding(FAILED), Effect.NOT_REDRIVABLE, "next trigger"),
        (
            failure(error="DecisionFailed", cause="situation S-1 is not kept any more"),
            holding(FAILED),
            Effect.NOT_REDRIVABLE,
            "facts that it decides on are deleted",
        ),
    ],
    ids=lambda value: value.value if isinstance(value, Effect) else "",
)
def test_what_a_redrive_would_do_is_said_before(of: Described, claim: Claim | None, effect: Effect, why: str) -> None:
    expected, said = expected_effect(of, claim)
    assert expected is effect
    assert why in said
    assert bool(said) is (effect is not Effect.RESUMES)


@pytest.mark.parametrize(("published", "effect"), [(False, Effect.RESUMES), (True, Effect.SUPERSEDED)])
def test_execution_that_died_while_it_settled_goes_on_until_all_is_published(
    *, published: bool, effect: Effect
) -> None:
    of = failure(state="CloseOrLetGo")
    settlement = settled(execution=of.execution, mode=Mode.ON, published=published)
    claim = free(limitation_id=of.limitation_id, status=LimitationStatus.CLOSED, settlement=settlement)
    assert expected_effect(of, claim)[0] is effect


CALLS_IN = {"ReadPoint": 1, "OrderAtEnedis": 2, "ReadCase": 1}
"""place_order looks for the order before it sends it."""
TO_THE_END = [
    "TakeCharge", "SuspendReminders", "CheckPayment", "DecideProtection", "DecidePayment", "DecideCoverage",
    "ReadPoint", "DecideAction", "PrepareOrder", "OrderAtEnedis", "AnnounceOrder", "WaitForEnedis", "ReadCase",
    "DecideProgress", "CloseOrLetGo",
]  # fmt: skip
"""The tasks of a remote restoration with one read (story @carte)."""


@pytest.mark.parametrize("state", TO_THE_END)
def test_calls_from_a_state_are_those_of_the_tasks_from_there_on(state: str) -> None:
    ahead = TO_THE_END[TO_THE_END.index(state) :]
    assert STATES[state].calls == sum(CALLS_IN.get(each, 0) for each in ahead)


def test_quota_of_enedis_says_how_long_it_takes() -> None:
    found = [item(failure(1)), item(failure(2, state="ReadCase")), item(failure(3), free(**CLOSED))]
    estimate = Manifest.freeze(BEGIN, Choice(), found).estimate(rate=10, calls_per_second=1)
    assert (estimate.items, estimate.redriven, estimate.calls) == (3, 2, 5)
    assert (estimate.seconds_at_rate, estimate.seconds_at_quota) == (1, 5)
    assert json.loads(json.dumps(estimate.to_json()))["secondsAtQuota"] == 5


def test_items_are_told_in_groups_of_one_cause() -> None:
    found = [item(failure(number)) for number in (1, 2)] + [item(failure(3, error="UnknownContract"))]
    groups = Manifest.freeze(BEGIN, Choice(), found).groups()
    assert [(group["error"], group["items"]) for group in groups] == [("InvalidResponse", 2), ("UnknownContract", 1)]
    assert groups[0]["signature"] == "billing's response about … has no debt"
