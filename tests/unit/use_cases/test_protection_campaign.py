"""The campaign starts a restoration for each protected customer, once a year, and says who is left."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from restoration.domain.campaign import CampaignRun, Concerned, Result
from restoration.domain.claimant import taken
from restoration.domain.decision import DecisionRequest
from restoration.domain.limitation import LimitationStatus
from restoration.domain.look import COVERAGE, PROTECTION
from restoration.domain.switch import Mode, Switch
from restoration.errors import BillingUnavailable, DecisionFailed, UnknownContract
from restoration.use_cases.protection_campaign import CampaignDesk, Seen, count_of
from tests.fakes import look_world
from tests.fakes.claims import OTHER, Crash, first_look, free, held, order, trigger
from tests.fakes.samples import NOON

RUN = CampaignRun(datetime(2026, 10, 25, 2, tzinfo=UTC))
DRY = CampaignRun(datetime(2026, 10, 20, 4, tzinfo=UTC), is_dry=True)
FLOOR = {"measure": "RAISE_FLOOR", "floorKva": 3, "reason": "WINTER_FLOOR", "until": "2027-03-31"}
NOTHING = {"measure": "NONE", "floorKva": None, "reason": "NO_PROTECTION", "until": None}
RAISE = {"outcome": "RAISE_FLOOR", "reason": "WINTER_FLOOR"}


@dataclass
class InMemoryCampaigns:
    """The limitations that are concerned, by campaign and id."""

    lists: dict[str, dict[str, Concerned]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def find(self, campaign_id: str, limitation_id: str) -> Concerned | None:
        return self.lists.get(campaign_id, {}).get(limitation_id)

    def put(self, campaign_id: str, concerned: Concerned) -> None:
        self.lists.setdefault(campaign_id, {})[concerned.limitation_id] = concerned

    def begin(self, campaign_id: str) -> None:
        self.begun.add(campaign_id)

    def all(self, campaign_id: str) -> Iterator[Concerned]:
        yield from list(self.lists.get(campaign_id, {}).values())


@dataclass
class World(look_world.World):
    """The register's claims, billing, the rules, Step Functions and the list."""

    coverage: Mapping[str, Any] = field(default_factory=lambda: RAISE)
    protections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    mode: Mode = Mode.ON
    dates: list[str] = field(default_factory=list)
    list: InMemoryCampaigns = field(default_factory=InMemoryCampaigns)

    def value(self, request: DecisionRequest, look: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        assert request.asked_by.startswith(("campaign/campaign-2026", "campaign/dry-run-2026-10-20"))
        if request.decision == COVERAGE:
            assert request.inputs == {"limitedPowerKva": 1.0, "advisorDecision": "NONE"}
            return self.coverage
        assert (request.decision, request.inputs) == (PROTECTION, {"limitedPowerKva": 1.0})
        self.dates.append((look or {})["businessDate"])
        return self.protections.get(request.limitation_id, FLOOR)

    @property
    def desk(self) -> CampaignDesk:
        holders, switch = self.executions, lambda: Switch(self.mode, 100)
        return CampaignDesk(self.claims, self, self, holders, self.start, self.list, switch)

    def run(self, run: CampaignRun = RUN) -> dict[Seen, int]:
        return dict(self.desk.look_at(self.page(), run).found)


def test_restoration_is_started_for_each_that_a_protection_owes_power_and_for_no_other() -> None:
    world = World.of(free(), free(limitation_id="LIM-2"), protections={"LIM-2": NOTHING})
    assert world.run() == {Seen.STARTED: 1, Seen.NOT_CONCERNED: 1}
    assert world.started() == [("LIM-1", "ProtectionCampaign|campaign-2026")]
    report = world.desk.report(RUN)
    assert (report.concerned, report.touched, report.results[Result.OPEN]) == (1, 1, 1)
    assert world.dates == ["2026-05-04"] * 2, "the rules are asked with billing's own date"


def test_dry_run_looks_as_on_the_truce_s_first_day_and_starts_nothing() -> None:
    world = World.of(free())
    assert world.run(DRY) == {Seen.LISTED: 1}
    assert (world.started(), world.dates) == ([], ["2026-11-01"])
    report = world.desk.report(DRY)
    assert (report.concerned, report.touched, report.reasons) == (1, 0, {"WINTER_FLOOR": 1})
    assert world.list.begun == set()
    assert world.run() == {Seen.STARTED: 1}, "the campaign has a list of its own"
    assert world.list.begun == {"campaign-2026"}


def test_run_that_is_started_again_passes_over_what_was_started() -> None:
    world = World.of(free(), free(limitation_id="LIM-2"))
    world.executions.crash_on = frozenset({"LIM-2"})
    with pytest.raises(Crash):
        world.run()
    world.executions.crash_on = frozenset()
    assert world.run(CampaignRun(RUN.at + timedelta(days=1))) == {Seen.STARTED_BEFORE: 1, Seen.STARTED: 1}
    assert [each[0] for each in world.started()] == ["LIM-1", "LIM-2"]


@pytest.mark.parametrize(
    ("claim", "changes", "why"),
    [
        (free(), {"coverage": {"outcome": "REFUSE", "reason": "CONTRACT_ENDED"}}, "CONTRACT_ENDED"),
        (free(), {"coverage": {"outcome": "MANUAL", "reason": "OUT_OF_SCOPE"}}, "OUT_OF_SCOPE"),
        (free(), {"mode": Mode.SHADOW}, "SHADOW"),
        (held(holder=OTHER, open_order=order()), {}, "ORDER_UNDER_WAY"),
        (free(last_outcome="NO_ORDER"), {}, "NO_ORDER"),
    ],
)
def test_what_is_kept_back_is_on_the_list_with_the_reason(claim: Any, changes: dict[str, Any], why: str) -> None:
    world = World.of(claim, **changes)
    assert world.run() == {Seen.LISTED: 1}
    assert world.started() == []
    kept = world.list.find("campaign-2026", "LIM-1")
    assert kept is not None
    assert (kept.kept_back, str(kept.floor_kva), kept.is_started) == (why, "3", False)


def test_what_was_kept_back_is_started_once_nothing_keeps_it_back() -> None:
    world = World.of(free(), mode=Mode.SHADOW)
    world.run()
    world.mode = Mode.ON
    assert world.run() == {Seen.STARTED: 1}


def test_limitation_whose_holder_waits_gets_an_execution_that_wakes_it() -> None:
    world = World.of(held(holder=OTHER))
    assert world.run() == {Seen.STARTED: 1}


@pytest.mark.parametrize("outcome", ["RESTORE", "RESTORE_PROVISIONALLY", "RAISE_FLOOR"])
def test_case_that_was_left_to_the_advisors_is_no_reason_to_stay_below_the_floor(outcome: str) -> None:
    coverage = {"outcome": outcome, "reason": "WINTER_FLOOR"}
    assert World.of(free(last_outcome="LEFT_TO_ADVISOR"), coverage=coverage).run() == {Seen.STARTED: 1}


@pytest.mark.parametrize("status", [LimitationStatus.CLOSED, LimitationStatus.CANCELLED, LimitationStatus.ENDED])
def test_limitation_that_is_over_concerns_nobody(status: LimitationStatus) -> None:
    world = World.of(free(status=status), billing_error=AssertionError("billing is not asked"))
    assert world.run() == {Seen.NOT_CONCERNED: 1}


@pytest.mark.parametrize("error", [UnknownContract("CON-1"), DecisionFailed("protection: payments")])
def test_data_that_must_be_mended_are_counted_and_left_to_the_nightly_check(error: Exception) -> None:
    world = World.of(free(), billing_error=error)
    assert world.run() == {Seen.UNREADABLE: 1}
    assert world.started() == []


def test_customer_for_whom_billing_has_an_error_is_looked_at_again_and_left_to_the_nightly_check_at_last() -> None:
    world = World.of(free(), billing_error=BillingUnavailable("503"))
    assert [each.limitation_id for each in world.desk.look_at(world.page(), RUN).failed] == ["LIM-1"]
    last = world.desk.look_at(world.page(), RUN, is_last=True)
    assert (last.found, last.failed, world.started()) == ({Seen.UNREADABLE: 1}, (), [])


def test_health_is_not_on_the_list() -> None:
    world = World.of(free(), protections={"LIM-1": FLOOR | {"measure": "RESTORE", "reason": "MEDICAL"}})
    world.run()
    assert "MEDICAL" not in repr(world.list.lists)
    assert world.desk.report(RUN).reasons == {"PERSONAL": 1}


def test_report_looks_up_some_holders_and_takes_those_of_the_others_for_running() -> None:
    world = World.of(*(held(limitation_id=f"LIM-{number}", holder=f"arn:{number}") for number in range(201)))
    world.run()
    assert world.desk.report(RUN).results == {Result.FAILED: 200, Result.RUNNING: 1}


def test_numbers_of_a_page_count_who_is_concerned_also_when_started_before() -> None:
    second, third = free(limitation_id="LIM-2", contract_id="CON-2"), free(limitation_id="LIM-3")
    world = World.of(free(), second, third, protections={"LIM-3": NOTHING})
    first, again = world.desk.look_at(world.page(), RUN), world.desk.look_at(world.page(), RUN)
    assert count_of(first.found) == {"found": 3, "concerned": 2, "started": 2, "unreadable": 0}
    assert count_of(again.found) == {"found": 3, "concerned": 2, "started": 0, "unreadable": 0}


def test_campaign_is_no_news_that_would_make_a_refusal_lapse() -> None:
    campaign = first_look(because=trigger("ProtectionCampaign", "campaign-2026"))
    assert taken(free(trigger_count=2), campaign, Mode.ON, NOON, None).trigger_count == 2
