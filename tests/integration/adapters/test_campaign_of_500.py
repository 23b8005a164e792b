"""A campaign over 500 limitations of which 180 are below their floor: dry run, run, interruption, resumption.

The register, the list, the claims, the rules and Enedis' quota are the real ones, on moto; time is the test's own.
``tests/end_to_end/test_protection_campaign.py`` plays a smaller one through the state machine and Enedis.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest

from restoration.adapters.dmn.rule_book import RuleBook
from restoration.adapters.dynamodb.campaigns import CampaignTable
from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.dynamodb.register import LimitationRegister
from restoration.adapters.enedis.soap.quota import SharedQuota
from restoration.clock import to_text
from restoration.contracts.billing import BillingSituation
from restoration.domain.campaign import CampaignReport, CampaignRun, Result, pause_for
from restoration.domain.claimant import Claimant, taken
from restoration.domain.decision import DecisionRequest
from restoration.domain.limitation import LimitedPoint, Trigger
from restoration.domain.switch import Mode, Switch
from restoration.use_cases.evaluate_decision import DecisionDesk
from restoration.use_cases.protection_campaign import CampaignDesk, Seen
from restoration.use_cases.start_restoration import RestorationStart
from tests.fakes.claims import settled
from tests.fakes.register import Crash, InMemoryExecutions
from tests.unit.contracts.test_billing import SITUATION

DECISIONS = Path(__file__).parents[3] / "functions" / "evaluate_decision" / "decisions"
EVERYBODY, CONCERNED = 500, 180
CALLS_PER_SECOND = 1
LIMITED_AT = datetime(2026, 9, 14, 8, tzinfo=UTC)
DRY = CampaignRun(datetime(2026, 10, 20, 4, tzinfo=UTC), is_dry=True)
FIRST = CampaignRun(datetime(2026, 10, 25, 2, tzinfo=UTC))
AGAIN = CampaignRun(datetime(2026, 10, 26, 2, tzinfo=UTC))
TRUCE = datetime(2026, 10, 31, 23, tzinfo=UTC)
"""1 November in Paris."""


class Nothing:
    """Keeps nothing: no log, no situations."""


@dataclass
class World:
    """The parts of the campaign, and a clock that only waits move."""

    dynamodb: Any
    now: datetime = FIRST.at
    business_date: str = "2026-10-20"
    turns: list[datetime] = field(default_factory=list)
    restored: Counter[str] = field(default_factory=Counter)
    executions: InMemoryExecutions = field(default_factory=InMemoryExecutions)

    def __post_init__(self) -> None:
        self.register = LimitationRegister(self.dynamodb, "contracts", "limitations")
        self.claims = ClaimTable(self.dynamodb, "limitations")
        self.rules = DecisionDesk(RuleBook(DECISIONS), Nothing(), Nothing())  # type: ignore[arg-type]
        self.quota = SharedQuota(
            boto3.client("dynamodb"),
            "enedis-access",
            CALLS_PER_SECOND,
            longest_wait=timedelta(days=1),
            clock=lambda: self.now,
            wait=self.wait,
        )
        start = RestorationStart(self, self.register)
        table = CampaignTable(self.dynamodb, "campaigns", "limitations")
        self.desk = CampaignDesk(self.claims, self, self, self.executions, start, table, lambda: Switch(Mode.ON, 100))

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def limit(self, everybody: int) -> None:
        """Register limitations of last September, to 1 kVA where it is one of the 180, else to 3."""
        at = to_text(LIMITED_AT)
        with (
            self.dynamodb.Table("limitations").batch_writer() as limitations,
            self.dynamodb.Table("contracts").batch_writer() as contracts,
        ):
            for number in range(everybody):
                name, contract, point = f"LIM-{number:03}", f"CON-{number:03}", f"{30_000_000_000_000 + number}"
                below = number % 25 < CONCERNED * 25 // EVERYBODY
                contracts.put_item(Item={"contractId": contract, "limitations": {name: point}})
                ids = {"limitationId": name, "contractId": contract, "pointId": point, "customerId": "CUS-1"}
                powers = {"limitedPowerKva": 1 if below else 3, "subscribedPowerKva": 6, "debt": 150}
                times = {"lastEventAt": at, "registeredAt": at, "limitedSince": at}
                limitations.put_item(Item={"status": "LIMITED", **ids, **powers, **times})

    # What the campaign asks of billing, of the rules and of Step Functions

    def situation(self, contract_id: str, _limitation_id: str) -> BillingSituation:
        return BillingSituation.model_validate(
            SITUATION | {"contractId": contract_id, "businessDate": self.business_date, "payments": []}
        )

    def look(self, *asked: Any) -> Mapping[str, Any]:
        return self._decide("coverage", *asked)

    def protection(self, *asked: Any) -> Mapping[str, Any]:
        return self._decide("protection", *asked)

    def _decide(
        self, decision: str, limitation_id: str, asked_by: str, facts: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        value: Mapping[str, Any] = self.rules.look(
            DecisionRequest(decision, limitation_id, asked_by, given), facts
        ).value
        return value

    def start(self, limited: LimitedPoint, trigger: Trigger, _trace: str | None = None) -> Any:
        return self.executions.start(limited, trigger)

    # What the executions do, under the quota

    def restore(self) -> None:
        """Let the executions that were started raise the floors: three calls to Enedis each, and the claim's writes."""
        for name, (limited, trigger) in self.executions.started.items():
            if self.restored[name]:
                continue
            known = self.claims.get(limited.limitation_id)
            assert known is not None
            held = self.claims.take(known, taken(known, Claimant(name, trigger), Mode.ON, self.now))
            assert held is not None
            for _ in range(3):
                self.quota.take_turn()
                self.turns.append(self.now)
            assert self.claims.record_floor(held, Decimal(3), self.now)
            raised = self.claims.get(limited.limitation_id)
            assert raised is not None
            assert self.claims.let_go(raised, settled("FLOOR_RAISED"), take_off_order=False)
            self.restored[name] += 1

    def play(self, run: CampaignRun, *, pages: int | None = None) -> Counter[Seen]:
        """Look at the register page by page, as the state machine does."""
        seen: Counter[Seen] = Counter()
        after, page_number = None, 0
        while page_number != pages:
            page = self.register.page(after, 50)
            looked = self.desk.look_at(page.limitations, run)
            seen += looked.found
            pause = pause_for(looked.found[Seen.STARTED], CALLS_PER_SECOND)
            begun = self.now
            self.restore()
            self.now = max(self.now, begun + timedelta(seconds=pause))
            after, page_number = page.after, page_number + 1
            if after is None:
                break
        return seen


@pytest.fixture
def world(dynamodb: Any) -> World:
    world = World(dynamodb)
    world.limit(EVERYBODY)
    return world


def numbers(report: CampaignReport) -> tuple[int, int, dict[Result, int]]:
    return report.concerned, report.touched, dict(report.results)


def test_campaign_raises_180_floors_of_500_before_the_truce_none_twice_and_within_the_quota(world: World) -> None:
    # Five days before, the rules raise nothing yet. The dry run sees what they will say.
    assert world.play(DRY) == {Seen.LISTED: CONCERNED, Seen.NOT_CONCERNED: EVERYBODY - CONCERNED}
    planned = world.desk.report(DRY)
    assert numbers(planned) == (CONCERNED, 0, {Result.OPEN: CONCERNED})
    assert planned.reasons == {"WINTER_FLOOR": CONCERNED}
    assert world.executions.started == {}

    # The first run dies in the middle of its fifth page.
    world.business_date, world.now = "2026-10-25", FIRST.at
    world.play(FIRST, pages=4)
    before = len(world.executions.started)
    assert 0 < before < CONCERNED
    with pytest.raises(Crash):
        die_after(world, 10)
    assert len(world.executions.started) == before + 10

    # The next one goes on.
    world.business_date, world.now = "2026-10-26", AGAIN.at
    seen = world.play(AGAIN)
    assert seen[Seen.STARTED] == CONCERNED - before - 10
    done = world.desk.report(AGAIN)
    assert numbers(done) == (CONCERNED, CONCERNED, {Result.RAISED: CONCERNED})
    assert (done.cases, done.unprotected) == ([], 0)

    # 180 floors, each once, before the date, and never more than a call a second.
    assert len(world.executions.started) == CONCERNED
    assert set(world.restored.values()) == {1}
    assert len(world.turns) == 3 * CONCERNED
    assert world.turns[-1] < TRUCE
    assert busiest_second(world.turns) <= CALLS_PER_SECOND


def die_after(world: World, starts: int) -> None:
    """Look at the rest of the register, and die at the start after so many."""
    left = [each for each in world.register.page(None, EVERYBODY).limitations if not is_started(world, each)]
    below = [each for each in left if world.register.get(each.limitation_id).limited_power_kva == 1]  # type: ignore[union-attr]
    world.executions.crash_on = frozenset({below[starts].limitation_id})
    try:
        world.desk.look_at(left, FIRST)
    finally:
        world.executions.crash_on = frozenset()


def is_started(world: World, limited: LimitedPoint) -> bool:
    return any(it.limitation_id == limited.limitation_id for it, _ in world.executions.started.values())


def busiest_second(turns: list[datetime]) -> int:
    return max(sum(0 <= (other - turn).total_seconds() < 1 for other in turns) for turn in turns)
