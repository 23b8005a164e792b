"""The world of a course: tables, Step Functions, queues, partners; and the promises that are checked at each write.

Everything that acts does so through a :class:`~tests.explore.calls.Call`, so that a course may stop it anywhere.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from restoration.contracts.billing import BillingSituation
from restoration.domain.claim import HolderStatus
from restoration.domain.limitation import (
    DECLARED,
    LOOK_FIRST,
    OPEN_STATUSES,
    REPORTS,
    LimitedPoint,
    Started,
    Trigger,
    execution_input,
    execution_name,
)
from restoration.domain.payment import PaymentHistory
from restoration.domain.point import SupplyState
from restoration.domain.switch import Mode, Switch
from restoration.use_cases.settle_limitation import POWER_IS_BACK
from tests.explore.calls import Acts, Broken, Call, Watched
from tests.explore.executions import Execution, Status
from tests.explore.partners import Billing, Bus, Enedis
from tests.explore.ports import Knows, QueuedRecord
from tests.explore.tables import MemoryTables

KEYS = {"limitations": "limitationId", "contracts": "contractId", "orders": "reference"}
SUMMER = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
WINTER = datetime(2026, 1, 12, 10, 0, tzinfo=UTC)

_FORBIDS = ("PaymentRejected|", "PaymentPlanBroken|", "HousingAidRefused|")


@dataclass
class Word:
    """An advisor's newest decision: a refusal holds until something else comes, the others for the claim."""

    id: str
    decision: str
    at: int
    is_last: bool = True

    def holds_since(self, let_go_at: int) -> bool:
        """Whether it counts for a claim: it came after the limitation was last let go, live."""
        return self.at >= let_go_at and (self.is_last or self.decision != "REFUSE")


@dataclass(eq=False)
class World:
    """Everything outside the functions; ``tables`` is a boto3 resource, or what stands for one."""

    now: datetime = SUMMER
    tables: Any = field(default_factory=lambda: MemoryTables(KEYS))
    history: PaymentHistory = PaymentHistory.GOOD
    switch: Switch = field(default_factory=lambda: Switch(Mode.ON, 100))
    enedis: Enedis = field(default_factory=Enedis)
    bus: Bus = field(default_factory=Bus)
    executions: list[Execution] = field(default_factory=list)
    strays: list[Call] = field(default_factory=list)
    inbox: list[QueuedRecord] = field(default_factory=list)
    orders: list[QueuedRecord] = field(default_factory=list)
    under_way: list[tuple[QueuedRecord, Call]] = field(default_factory=list)
    situations: dict[str, dict[str, Any]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    invisible_for: timedelta = timedelta()

    def __post_init__(self) -> None:
        self.billing = Billing(self.now, self.history)
        self.count = 0
        self.named: dict[tuple[str, str], Execution] = {}
        self.items: dict[str, dict[str, Any]] = {}
        self.marked: dict[str, int] = {}
        self.reported: dict[str, int] = {}
        self.told: dict[str, int] = {}
        """When a fact came that an execution has to look at; the sweep looks at the others."""
        self.modes: dict[tuple[str, int], str] = {}
        self.contract_of: dict[str, str] = {}
        self.words: dict[str, Word] = {}
        self.lost_at: dict[tuple[str, int], int] = {}
        self.ended_at_billing: set[str] = set()
        self.enedis.given_up = lambda reference: reference.partition("/")[0] in self.ended_at_billing
        self.lately = timedelta()
        """The time that has passed since no call was under way."""
        self.interrupted = False
        """Whether the next step is something that happens outside."""
        self.met: set[tuple[str, str]] = set()
        """The states, the kinds of facts, the caught errors and the ends that the course met."""
        self.excused: set[str] = set()
        """Limitations of which a trigger met a switch that was off, or an operator who stopped its execution."""
        self.let_go_at: dict[str, int] = {}
        self.let_go_live_at: dict[str, int] = {}
        self.forbidding: dict[str, list[tuple[int, int]]] = defaultdict(list)
        """By limitation: when a fact came that may forbid an order, and its number."""
        self.sending_at: dict[Call, int] = {}
        """When a call wrote that it sends its order."""
        self.unsent: set[str] = set()
        """Orders that were let go without a word in the orders table, as if no worker could send them any more."""
        self.moved_at: dict[str, int] = {}
        """When billing reported a limitation at another point."""
        self.reports: dict[str, datetime] = {}
        """Billing's time of the last report of a limitation."""
        self.broke_off = False
        """Whether the handling of an event or of an order ever stopped between two effects."""
        self.unlisted: dict[str, set[str]] = defaultdict(set)
        """By limitation: the payments that came back before its contract listed it."""
        self.settled: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        """By limitation: the generations that let it go, or closed it, live, each with its settlement."""

    def note_unlisted(self, payment_id: str) -> None:
        """Note the limitations that their contract does not list yet: a return is no news of them."""
        for limitation_id, contract_id in self.contract_of.items():
            key = {"contractId": contract_id}
            contract: Any = self.tables.Table("contracts").get_item(Key=key, ConsistentRead=True).get("Item", {})
            if limitation_id not in {*contract.get("limitations", ()), *contract.get("closedLimitations", ())}:
                self.unlisted[limitation_id].add(payment_id)

    def say(self, what: str) -> None:
        self.log.append(what)

    @property
    def is_idle(self) -> bool:
        """Whether nobody is at work, and nothing is on its way."""
        return not self.inbox and not self.orders and not any(each.is_busy for each in self.executions)

    @property
    def is_any_open(self) -> bool:
        """Whether any limitation is open."""
        return any(self.items.get(each, {}).get("status") in OPEN_STATUSES for each in self.contract_of)

    def tick(self) -> int:
        """Count one more event."""
        self.count += 1
        return self.count

    # ── What calls act through ──

    def watched(self, call: Call) -> Any:
        return Watched(self.tables, call, self.after_write)

    def through(self, call: Call) -> Any:
        """Step Functions and billing, as a use case acts through them."""
        return Acts(call, self)

    def new_call(self, run: Callable[[Call], Any], name: str, known: Knows | None = None) -> Call:
        return Call(run, name, known or Knows("", self.tick()), self.tick)

    def item(self, limitation_id: str) -> dict[str, Any]:
        response = self.tables.Table("limitations").get_item(Key={"limitationId": limitation_id}, ConsistentRead=True)
        return cast("dict[str, Any]", response.get("Item", {}))

    def execution(self, name: str) -> Execution:
        return self.executions[int(name.removeprefix("E")) - 1]

    # ── Promises at each write of a limitation ──

    def after_write(self, call: Call, table: str, limitation_id: str, item: dict[str, Any] | None) -> None:
        if table == "orders":
            self._order_written(call, limitation_id)
        if table != "limitations":
            return
        before, after = self.items.get(limitation_id, {}), item or self.item(limitation_id)
        self.items[limitation_id] = after
        self._item_written(limitation_id, before, after)
        holder, former = after.get("holder"), before.get("holder")
        claims = holder and (holder, after["generation"]) != (former, before.get("generation"))
        if former and (holder, after["generation"]) != (former, before["generation"]):
            self.lost_at[limitation_id, int(before["generation"])] = self.tick()
        if claims:
            self._claimed(call, before, after)
        if former and not holder:
            self._freed(call, limitation_id, before, after)
        closes = after.get("status") == "CLOSED" != before.get("status")
        if closes and call.known.supplied <= self.reported.get(limitation_id, 0):
            raise Broken(f"{limitation_id} was closed, and no reading since the last report had shown power")

    def _item_written(self, limitation_id: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        if after.get("status") in {"CANCELLED", "ENDED"}:
            self.ended_at_billing.add(limitation_id)
            self.told.pop(limitation_id, None)
        for fact in after.get("facts", {}).keys() - before.get("facts", {}).keys():
            self._marked(limitation_id, fact, before, after)
        order = before.get("openOrder", {}).get("reference")
        if order and "openOrder" not in after and self._order(order).get("status", "NOT_SENT") == "NOT_SENT":
            self.unsent.add(order)
        token = after.get("waitingToken", "")
        waits = token.partition("#")[0]
        if token not in {"", before.get("waitingToken")} and waits != after.get("holder"):
            raise Broken(f"{waits} waits for {limitation_id}, which it does not hold")
        if after.get("status") in OPEN_STATUSES and "expiresAt" in after:
            raise Broken(f"{limitation_id} is open, and expires")
        if before and after.get("pointId") != before.get("pointId"):
            self.moved_at[limitation_id] = self.tick()
        settlement = after.get("settlement", {})
        if settlement.get("mode") == Mode.ON:
            self.settled[limitation_id][int(settlement["generation"])] = settlement

    def _order_written(self, call: Call, reference: str) -> None:
        if self._order(reference).get("status") == "SENDING":
            self.sending_at[call] = self.tick()

    def _order(self, reference: str) -> dict[str, Any]:
        response = self.tables.Table("orders").get_item(Key={"reference": reference})
        return cast("dict[str, Any]", response.get("Item", {}))

    def _marked(self, limitation_id: str, fact: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        """A fact was noted."""
        now = self.tick()
        word: dict[str, Any] = after.get("advisorWord", {})
        if fact.startswith("AdvisorDecided|"):
            if former := before.get("advisorWord"):
                overruled = int(before["facts"][f"AdvisorDecided|{former['id']}"])
                kept = self.forbidding[limitation_id]
                self.forbidding[limitation_id] = [each for each in kept if each[1] != overruled]
            self.words[limitation_id] = Word(word["id"], word["decision"], now)
        elif word and fact.partition("|")[0] not in LOOK_FIRST:
            self.words[limitation_id].is_last = False
        refuses = fact.startswith("AdvisorDecided|") and word["decision"] == "REFUSE"
        if refuses or fact.startswith(_FORBIDS) or fact.endswith(":REVERSED"):
            self.forbidding[limitation_id].append((now, int(after["facts"][fact])))
        self.marked[limitation_id] = now
        kind = fact.partition("|")[0]
        self.met.add(("facts", kind))
        if kind in REPORTS:
            self.reported[limitation_id] = now
        elif kind not in {"PowerLimitationCancelled", "ContractEnded", DECLARED}:
            self.told[limitation_id] = now

    def _claimed(self, call: Call, before: dict[str, Any], after: dict[str, Any]) -> None:
        limitation_id, generation = after["limitationId"], int(after["generation"])
        former = before.get("holder")
        if generation <= int(before.get("generation", 0)):
            raise Broken(f"{limitation_id}: generation {generation} was claimed twice")
        if former and former != after["holder"]:
            robbed = self.execution(former)
            if robbed.status is Status.RUNNING and robbed.revived <= call.known.since:
                raise Broken(f"{after['holder']} took {limitation_id} from {former}, which is alive")
        self.modes[limitation_id, generation] = after["claimMode"]

    def _freed(self, call: Call, limitation_id: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        let_go_before = self.let_go_live_at.get(limitation_id, 0)
        self.let_go_at[limitation_id] = self.tick()
        if after["settlement"]["mode"] == Mode.ON:
            self.let_go_live_at[limitation_id] = self.let_go_at[limitation_id]
        if after["status"] not in OPEN_STATUSES:
            return
        if self.marked.get(limitation_id, 0) > call.known.looked:
            raise Broken(f"{limitation_id} was let go, and a trigger since the look of {call.known.execution} is lost")
        word = self.words.get(limitation_id)
        if word and word.holds_since(let_go_before) and call.known.advisor_decision != word.decision:
            known = call.known.advisor_decision
            raise Broken(f"{limitation_id} was let go, knowing {known!r}, and an advisor had decided {word.decision}")
        if (
            after["settlement"]["outcome"] == "FLOOR_RAISED"
            and call.known.covered
            and call.known.advisor_decision != "REFUSE"
        ):
            raise Broken(f"{limitation_id} ends FLOOR_RAISED, and its debt is paid in full")
        if after["settlement"]["outcome"] == "SHADOW" and not before.get("openOrder"):
            return
        self.no_order_at_work(limitation_id)

    def no_order_at_work(self, limitation_id: str) -> None:
        """Nothing free has an order that Enedis may have accepted.

        Power that is back proves that none is needed any more, and so does a floor that is reached of an order for it;
        and one of a limitation that billing ended is followed by nobody.
        """
        if self.enedis.point.supply_state is SupplyState.SUPPLIED or limitation_id in self.ended_at_billing:
            return
        for work in self.enedis.running(self.now):
            if str(work.reference).startswith(f"{limitation_id}/") and not self.enedis.has_reached(work):
                raise Broken(f"{limitation_id} is free, and its order {work.reference} is at work")

    # ── Step Functions ──

    def start(self, limited: LimitedPoint, trigger: Trigger) -> Started:
        limitation_id = limited.limitation_id
        name = execution_name(limitation_id, trigger.fact)
        known = self.named.get((limitation_id, name))
        if known:
            return Started.INCIDENT if known.status in {Status.FAILED, Status.ABORTED} else Started.ABSORBED
        alias = f"E{len(self.executions) + 1}"
        given = execution_input(limited, trigger)
        execution = Execution(self, alias, given, self.now + self.invisible_for)
        self.executions.append(execution)
        self.named[limitation_id, name] = execution
        self.say(f"        {alias} starts for {limitation_id}: {trigger.type} {trigger.id}")
        execution.enter_start()
        return Started.STARTED

    def status_of(self, name: str) -> HolderStatus:
        execution = self.execution(name)
        if execution.visible_from > self.now or execution.forgotten:
            return HolderStatus.UNKNOWN
        return HolderStatus.ALIVE if execution.status is Status.RUNNING else HolderStatus.ENDED

    def wake(self, token: str, trigger_type: str, trigger_id: str) -> bool:
        return self.complete(token, {"type": trigger_type, "id": trigger_id})

    def complete(self, token: str, output: dict[str, Any]) -> bool:
        """Complete the wait that has this token."""
        execution = self.execution(token.partition("#")[0])
        return execution.completed(token, output)

    def send(self, name: str, run: Callable[["World", Call], Any]) -> None:
        """Put an event on its way to us."""
        self.inbox.append(QueuedRecord(name, run, self.now))

    def publish(self, detail_type: str, detail: dict[str, Any]) -> None:
        limitation_id, generation = detail["limitationId"], detail["generation"]
        if self.modes.get((limitation_id, generation), Mode.ON) != Mode.ON:
            raise Broken(f"{detail_type} was published for {limitation_id} in shadow")
        if detail_type == "RestoredPaymentReversed":
            self._was_restored_on(limitation_id, generation, detail["paymentId"])
        self.bus.publish(detail_type, detail)

    def _was_restored_on(self, limitation_id: str, generation: int, payment_id: str) -> None:
        settlement = self.settled[limitation_id][generation]
        counted = settlement.get("ground", {}).get("payments", set())
        if settlement["outcome"] not in POWER_IS_BACK or payment_id not in counted:
            raise Broken(f"{limitation_id} was not restored on {payment_id}, and billing heard that it came back")

    def situation(self, _contract_id: str, limitation_id: str) -> BillingSituation:
        return self.billing.situation(limitation_id, self.now)
