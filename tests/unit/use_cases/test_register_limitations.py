"""The register follows billing's events, in whatever order they come."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import dropwhile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restoration.clock import to_text
from restoration.contracts.envelope import parse_event
from restoration.contracts.published import CancelledLimitationCarriedOut
from restoration.contracts.received_limitations import LIMITATION_EVENTS
from restoration.domain.limitation import CLOCKS_DIFFER_BY, Limitation, LimitationStatus, LimitedPoint
from restoration.domain.switch import Mode, Switch
from restoration.use_cases.register_limitations import RegisterDesk
from tests.fakes.claims import Crash, Heard, InMemoryBus, InMemoryClaims, InMemoryRegister, free, register_desk
from tests.fakes.samples import NOON, POINT, body

REQUESTED, LIMITED = "PowerLimitationRequested", "PowerLimited"
CANCELLED, ENDED = "PowerLimitationCancelled", "ContractEnded"
START = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)

type Reported = tuple[str, float]
"""An event's type, and the hour at which it happened."""


@dataclass
class World:
    """The register, and the facts that are noted."""

    register: InMemoryRegister = field(default_factory=InMemoryRegister)
    facts: Heard = field(default_factory=Heard)

    def report(self, *events: Reported, desk: RegisterDesk | None = None, **changes: Any) -> None:
        for event_type, hour in events:
            text = body(event_type, at=(START + timedelta(hours=hour)).isoformat(), **changes)
            event = parse_event(text, LIMITATION_EVENTS, NOON)
            (desk or register_desk(self.register, self.facts)).receive(event, NOON)

    @property
    def known(self) -> Limitation:
        return self.register.limitations["LIM-1"]

    @property
    def triggers(self) -> list[tuple[str, str]]:
        return [(trigger.type, limited.point_id) for limited, trigger in self.facts.facts.values()]


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(
    ("closed_days_before", "soon"), [(1, True), (34, True), (35, False), (400, False), (-1, False), (None, False)]
)
def test_limitation_that_comes_sooner_than_a_new_dunning_can_lead_to_one_is_noticed(
    closed_days_before: int | None, *, soon: bool
) -> None:
    """Billing confirms no stop of its reminders, so a limitation that should not have come is all that shows it."""
    register = InMemoryRegister()
    if closed_days_before is not None:
        register.has_closed("LIM-0", at=START - timedelta(days=closed_days_before))
    event = parse_event(body(REQUESTED, at=START.isoformat()), LIMITATION_EVENTS, NOON)
    first = register_desk(register).receive(event, NOON)
    assert first == (timedelta(days=closed_days_before or 0) if soon else None)
    assert register_desk(register).receive(event, NOON) is None, "once each"


def outcome(events: Sequence[Reported]) -> tuple[LimitationStatus, datetime] | None:
    world = World()
    world.report(*events)
    limitation = world.register.get("LIM-1")
    return (limitation.status, limitation.last_event_at) if limitation else None


@pytest.mark.parametrize(
    ("event_type", "status"), [(REQUESTED, LimitationStatus.REQUESTED), (LIMITED, LimitationStatus.LIMITED)]
)
def test_a_limitation_is_registered_for_the_sweep_though_it_was_never_announced(
    world: World, event_type: str, status: LimitationStatus
) -> None:
    world.report((event_type, 0))
    known = world.known
    assert (known.status, known.point_id, known.debt) == (status, POINT, Decimal("123.45"))
    assert world.triggers == [("LimitationRegistered", POINT)]
    noted = world.register.tables.items["limitations"]["LIM-1"]["facts"]
    assert [fact.partition("|")[0] for fact in noted] == ["LimitationRegistered"], "with the limitation itself"


def test_an_ended_contract_ends_all_its_limitations_and_no_other(world: World) -> None:
    world.report((LIMITED, 0), limitationId="LIM-1")
    world.report((LIMITED, 0), limitationId="LIM-2")
    world.report((LIMITED, 0), limitationId="LIM-3", contractId="CON-2")
    world.report((ENDED, 2))
    assert world.register.open_limitations(["CON-1", "CON-2"]) == [LimitedPoint("LIM-3", POINT, "CON-2")]
    assert [limited.limitation_id for limited, trigger in world.facts.facts.values() if trigger.type == ENDED] == [
        "LIM-1",
        "LIM-2",
    ]


def test_a_repeated_cancellation_of_an_unknown_limitation_starts_nothing_on_an_unknown_point(world: World) -> None:
    world.report((CANCELLED, 2), (CANCELLED, 2))
    assert not [point for _, point in world.triggers if not point]
    at, nothing = START + timedelta(hours=2), Decimal(0)
    told: Any = {"last_event_at": at, "debt": nothing, "limited_power_kva": nothing, "subscribed_power_kva": nothing}
    assert world.known == Limitation("LIM-1", "CON-1", "", "", LimitationStatus.CANCELLED, registered_at=at, **told)


def test_contract_s_end_that_is_announced_changes_nothing_before_it_comes_or_clocks_may_differ(world: World) -> None:
    world.report((LIMITED, 0))
    before, hour = world.known, timedelta(hours=1)
    world.report((ENDED, (NOON + timedelta(days=30) - START) / hour))
    assert (world.known, world.register.listed["CON-1"]) == (before, {"LIM-1": POINT})
    assert [kind for kind, _ in world.triggers] == ["LimitationRegistered"]
    world.report((ENDED, (NOON + CLOCKS_DIFFER_BY - START) / hour))
    assert world.known.status is LimitationStatus.ENDED


def test_end_of_a_contract_that_the_limitation_was_under_before_changes_nothing(world: World) -> None:
    world.report((LIMITED, 0))
    world.report((LIMITED, 1), contractId="CON-2")
    assert world.register.listed == {"CON-1": {}, "CON-2": {"LIM-1": POINT}}
    world.register.listed["CON-1"]["LIM-1"] = POINT  # where the report was not worked through yet
    world.report((ENDED, 2))
    assert world.known.is_open


@pytest.mark.parametrize(
    ("before", "event_type", "fact"),
    [
        (None, REQUESTED, "LimitationRegistered"),
        (None, LIMITED, "LimitationRegistered"),
        (LIMITED, CANCELLED, CANCELLED),
        (LIMITED, ENDED, ENDED),
    ],
)
def test_what_is_reported_is_noted_although_the_first_try_failed(
    world: World, before: str | None, event_type: str, fact: str
) -> None:
    if before:
        world.report((before, 0))
    world.facts.crash_on = frozenset({"LIM-1"})
    with pytest.raises(Crash):
        world.report((event_type, 3))
    world.facts.crash_on = frozenset()
    world.report((event_type, 3))  # SQS shows the record again
    assert world.triggers[-1] == (fact, POINT)
    assert bool(world.register.open_limitations(["CON-1"])) is (before is None)


LIVES = [
    (REQUESTED, LIMITED),
    (REQUESTED, CANCELLED),
    (REQUESTED, LIMITED, CANCELLED),
    (LIMITED, CANCELLED),
    (REQUESTED, CANCELLED, LIMITED),  # Enedis was faster than the cancellation
    (REQUESTED, ENDED),
    (LIMITED, ENDED),
    (REQUESTED, LIMITED, ENDED),
]


@given(life=st.sampled_from(LIVES), data=st.data())
def test_a_life_ends_the_same_way_in_any_order_and_with_any_duplicates(
    life: Sequence[str], data: st.DataObject
) -> None:
    in_order = [(event_type, hour) for hour, event_type in enumerate(life)]
    repeated = data.draw(st.permutations(in_order + data.draw(st.lists(st.sampled_from(in_order), max_size=4))))
    # An end is not remembered for a contract without limitation (millions a year): the check asks billing.
    counts = list(dropwhile(lambda each: each[0] == ENDED, repeated))
    assert outcome(repeated) == outcome([each for each in in_order if each in counts])


@pytest.mark.parametrize("before", [(), ((REQUESTED, 0),)], ids=["unknown", "requested"])
@pytest.mark.parametrize("event_type", [REQUESTED, LIMITED])
@pytest.mark.parametrize("hour", [1, 2], ids=["before it was cancelled", "at the same moment"])
def test_limitation_that_is_no_younger_than_its_cancellation_ends_the_same_way_in_either_order(
    before: tuple[Reported, ...], event_type: str, hour: int
) -> None:
    found = []
    for order in ([(event_type, hour), (CANCELLED, 2)], [(CANCELLED, 2), (event_type, hour)]):
        world = World()
        world.report(*before, *order)
        found.append((world.known, world.register.open_limitations(["CON-1"]), told(*before, *order)))
    assert found[0] == found[1]
    assert found[0][0].status is LimitationStatus.CANCELLED


def test_a_limitation_that_is_carried_out_although_it_was_cancelled_is_looked_at_again(world: World) -> None:
    world.report((REQUESTED, 0), (CANCELLED, 1))
    before = len(world.triggers)
    # A payment that comes now starts nothing: the limitation is off its contract's list.
    world.report((LIMITED, 2))
    assert world.register.open_limitations(["CON-1"]) == [LimitedPoint("LIM-1", POINT, "CON-1")]
    assert world.triggers[before:] == [("LimitationRegistered", POINT)]


def test_cancelled_limitation_has_its_power_by_the_first_report_that_it_was_carried_out(world: World) -> None:
    world.report((REQUESTED, 0), (CANCELLED, 2))
    for event_type, hour, reported, kva in ((LIMITED, 1, 3, 3), (REQUESTED, 0.5, 2, 3), (LIMITED, 1.5, 2, 3)):
        world.report((event_type, hour), limitedPowerKva=reported)
        assert (world.known.status.value, world.known.limited_power_kva) == ("CANCELLED", Decimal(kva))


# ── Cancelled, and carried out ──


def told(*events: Reported, mode: Mode | None = Mode.ON, switch: Mode = Mode.OFF) -> list[dict[str, Any]]:
    """What the advisors hear while billing's events come, one after another."""
    world, bus = World(), InMemoryBus()
    claims = InMemoryClaims(free(generation=2, mode=mode))
    acts = world.facts.note, world.facts.hear
    world.report(*events, desk=RegisterDesk(world.register, *acts, claims, bus, lambda: Switch(switch, 100)))
    return [event.model_dump() for event in bus.events]


@pytest.mark.parametrize(
    "events",
    [
        [(LIMITED, 1), (CANCELLED, 2)],
        [(REQUESTED, 0), (LIMITED, 1), (CANCELLED, 2)],
        [(REQUESTED, 0), (CANCELLED, 1), (LIMITED, 2)],
        [(CANCELLED, 1), (LIMITED, 2)],
        [(REQUESTED, 0), (CANCELLED, 2), (LIMITED, 1)],
        [(REQUESTED, 0), (CANCELLED, 1), (LIMITED, 1)],
    ],
)
def test_advisors_hear_of_a_limitation_that_was_cancelled_and_carried_out(events: list[Reported]) -> None:
    """A customer who was limited by mistake must not wait at 1 kVA until they call."""
    (event,) = told(*events)
    since = next(START + timedelta(hours=hour) for event_type, hour in events if event_type == LIMITED)
    assert event["id"] == f"LIM-1:2:CancelledLimitationCarriedOut:{to_text(since)}/1"
    assert (event["point_id"], event["limited_power_kva"]) == (POINT, Decimal(1))


def test_cancellation_after_a_floor_was_raised_is_other_news() -> None:
    """One id with two contents would be taken for one event: the explorer found the course."""
    content = {"point_id": POINT, "limited_since": START}
    ids = [
        CancelledLimitationCarriedOut.of("LIM-1", 2, "C-1", limited_power_kva=Decimal(kva), **content).id
        for kva in ("1", "1.0", "3")
    ]
    assert (ids[0] == ids[1], ids[1] == ids[2]) == (True, False)


@pytest.mark.parametrize(("then", "ids"), [([(CANCELLED, 2)], 1), ([(LIMITED, 3), (CANCELLED, 4)], 2)])
def test_only_a_limitation_carried_out_once_more_after_its_cancellation_is_other_news(
    then: list[Reported], ids: int
) -> None:
    """A consumer that knows an id takes the event for a repetition: the customer would stay without power."""
    assert len({event["id"] for event in told((LIMITED, 1), (CANCELLED, 2), *then)}) == ids


@pytest.mark.parametrize(
    "events",
    [
        [(REQUESTED, 0), (CANCELLED, 1)],
        [(LIMITED, 2), (CANCELLED, 1)],
        [(LIMITED, 1), (ENDED, 2), (CANCELLED, 3)],
        [(REQUESTED, 0), (LIMITED, 1)],
    ],
    ids=["never carried out", "an older cancellation", "its contract ended", "not cancelled"],
)
def test_where_nobody_is_limited_by_mistake_the_advisors_hear_nothing(events: list[Reported]) -> None:
    assert told(*events) == []


@pytest.mark.parametrize(
    ("mode", "switch", "times"), [(Mode.SHADOW, Mode.ON, 0), (None, Mode.ON, 1), (None, Mode.SHADOW, 0)]
)
def test_in_shadow_the_advisors_hear_nothing_and_of_what_no_execution_ever_held_the_switch_decides(
    mode: Mode | None, switch: Mode, times: int
) -> None:
    assert len(told((LIMITED, 1), (CANCELLED, 2), mode=mode, switch=switch)) == times


# ── What billing reports of a limitation that it reported before ──


def test_newer_report_is_a_fact_of_its_own_and_an_older_one_is_none(world: World) -> None:
    world.report((REQUESTED, 1), (LIMITED, 2), (REQUESTED, 0))
    assert world.triggers == [("LimitationRegistered", POINT), (LIMITED, POINT)]
    world.report((REQUESTED, 2))
    assert world.known.status is LimitationStatus.LIMITED, "of one moment, the first report counts"


def test_report_under_another_point_is_noted(world: World) -> None:
    world.report((LIMITED, 1))
    world.report((LIMITED, 2), pointId="30000000000002")
    assert world.triggers == [("LimitationRegistered", POINT), (LIMITED, "30000000000002")]
    assert world.known.limited_since == START + timedelta(hours=2), "since when it is limited there"
