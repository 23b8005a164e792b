"""All comes to rest after a course; then the promises are checked that have to hold at rest."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from local.partners.enedis import Ending
from restoration.adapters.enedis.soap.codes import InterventionType
from restoration.clock import from_text
from restoration.domain.limitation import OPEN_STATUSES, REDUCED_STATUSES, REPORTS
from restoration.domain.payment import PaymentStatus
from restoration.domain.point import SupplyState
from restoration.domain.switch import Mode, Switch
from restoration.use_cases.settle_limitation import POWER_IS_BACK
from restoration.use_cases.sweep_unseen import DECLARED_FOR
from tests.explore import feeding
from tests.explore.calls import Broken
from tests.explore.executions import Status
from tests.explore.functions import BILLING_LAG
from tests.explore.handling import ALL, handle, handled
from tests.explore.outside import OF_ANOTHER, end_work, say_of, send_look
from tests.explore.partners import ENDS_OF_DUNNING, Fault
from tests.explore.running import held_up
from tests.explore.world import World

_LATE = 3
"""After so many waits Enedis is late."""
_ROUND = 200
"""An execution that passes so many states without a wait never waits."""


@dataclass
class Rest:
    """Lets everything come to rest, and checks the promises that have to hold then."""

    world: World
    slow: bool = False
    """Enedis takes longer than it promises."""
    returned: bool = False
    """In the end the bank takes all payments back."""

    def come(self) -> None:
        world = self.world
        if world.switch.mode is Mode.OFF:
            world.switch = Switch(Mode.ON, 100)
        world.invisible_for = timedelta()
        self._quiet()
        self._nobody_sleeps_on_news()
        self._patiently()
        for execution in world.executions:
            if execution.status is Status.FAILED and not execution.forgotten:
                execution.redrive()
                world.say(f"{execution.name} is redriven at {execution.state.name}")
        self._patiently()
        if self.returned:
            self._take_payments_back()
            self._patiently()
        self._sweep()
        world.say("--- the last nightly look")
        send_look(world, "N-last", feeding.check_nightly)
        self._patiently()
        self._sweep()
        self._promises()

    def _sweep(self) -> None:
        """Sweep as every minute: after a lost start, when billing has caught up, when no declaration is looked for.

        And after what the execution of a late declaration has brought: billing may report a limitation meanwhile.
        """
        world = self.world
        for passed in (BILLING_LAG, BILLING_LAG, DECLARED_FOR, BILLING_LAG):
            world.now += passed
            world.say("--- a sweep")
            send_look(world, "sweep", feeding.sweep)
            self._patiently()
        for limitation_id in world.contract_of:
            item = world.item(limitation_id)
            if item.get("unseenSince") and not item.get("holder"):
                raise Broken(f"{limitation_id} has facts that nobody looked at")

    def _take_payments_back(self) -> None:
        for limitation_id, debt in sorted(self.world.billing.debts.items()):
            for paid in debt.paid:
                if paid.stated[-1][1] is not PaymentStatus.REJECTED:
                    say_of(self.world, limitation_id, paid, PaymentStatus.REJECTED)

    def _quiet(self) -> None:
        """Let everything go on that needs no wait's end."""
        world = self.world
        world.enedis.fault = Fault.NONE
        for _ in range(400):
            if not self._some_progress():
                later = [record.visible_at for record in world.orders]
                if not later and not any(each.held_up for each in world.executions if each.is_busy):
                    return
                world.now = min((*later, world.now + timedelta(minutes=2)))
        raise Broken(f"never comes to rest: {self._where()}")

    def _where(self) -> str:
        return ", ".join(f"{each.name} {each.state.name}" for each in self.world.executions if each.is_busy)

    def _some_progress(self) -> bool:
        world = self.world
        moved = bool(world.strays or world.under_way or world.inbox)
        for call in world.strays:
            call.go(ALL)
        world.strays.clear()
        under_way, world.under_way = world.under_way, []
        for record, call in under_way:
            call.go(ALL)
            handled(world, record, call)
        inbox, world.inbox = world.inbox, []
        for record in inbox:
            handle(world, record, ALL)
        for record in [each for each in world.orders if each.visible_at <= world.now]:
            world.orders.remove(record)
            handle(world, record, ALL)
            moved = True
        for execution in world.executions:
            way: list[str] = []
            while execution.is_busy:
                way.append(execution.state.name)
                if len(way) > _ROUND:
                    raise Broken(f"{execution.name} goes round and round: {' > '.join(way[-20:])}")
                execution.go(ALL)
                if execution.held_up:
                    break
                moved = True
            if way:
                world.say(f"{execution.name} {' > '.join(way)}{held_up(execution)}")
        return moved

    def _patiently(self) -> None:
        """Enedis does its work, and waits end in their time."""
        world = self.world
        for patience in range(20):
            self._quiet()
            for work in world.enedis.works:
                if work.is_running(world.now) and not (self.slow and patience < _LATE):
                    end_work(world, work, Ending.DONE)
            waiting = [each for each in world.executions if each.waiting]
            if not waiting:
                return
            world.now += timedelta(hours=13) if patience < 12 else timedelta(days=21)
            for execution in waiting:
                if execution.waiting and execution.state.name != "OrderAtEnedis":
                    world.say(f"{execution.name} {execution.state.name}: time's up")
                    execution.time_out()
        stuck = [f"{each.name} {each.state.name}" for each in world.executions if each.waiting]
        if any("OrderAtEnedis" in each for each in stuck):
            raise Broken(f"waits for ever: {stuck}")

    def _nobody_sleeps_on_news(self) -> None:
        world = self.world
        for execution in world.executions:
            waits = execution.waiting and execution.state.name in {"WaitForBank", "WaitForAdvisor"}
            if waits and world.marked.get(execution.limitation_id, 0) > execution.looked:
                holder = world.item(execution.limitation_id).get("holder")
                if holder == execution.name:
                    raise Broken(f"{execution.name} sleeps in {execution.state.name} on news that it has not seen")

    def _promises(self) -> None:
        world = self.world
        for limitation_id in world.contract_of:
            item = world.item(limitation_id)
            holder = item.get("holder")
            ended = holder and world.execution(holder).status is not Status.RUNNING
            if ended:
                raise Broken(f"{holder} ended and holds {limitation_id} still")
            if not holder:
                self._free(limitation_id, item)
            if item["status"] == "CLOSED" and from_text(item["closedAt"]) < world.reports[limitation_id]:
                raise Broken(f"{limitation_id} was reported after it was closed, and stays closed")
            self._heard(limitation_id, item)
            if not holder and item["status"] in REDUCED_STATUSES and limitation_id not in world.excused:
                self._is_not_asked_for_power_that_is_there(limitation_id, item)

    def _is_not_asked_for_power_that_is_there(self, limitation_id: str, item: dict[str, Any]) -> None:
        """No limitation stays in force at a point whose power another one of its contract has shown since.

        Left to the daily flow are points at which Enedis had a limitation to carry out, reports whose handling broke
        off, and those that come with the other one's end, or after it.
        """
        world = self.world
        if world.broke_off or any(it.kind is InterventionType.LIMITATION for it in world.enedis.works):
            return
        reported = [from_text(it["at"]) for fact, it in item["noted"].items() if fact.partition("|")[0] in REPORTS]
        is_live = world.modes.get((limitation_id, int(item.get("generation", 0)))) == Mode.ON
        for other in map(world.item, world.contract_of):
            is_same = all(item[name] == other[name] for name in ("contractId", "pointId"))
            is_ours = (
                world.enedis.point.contract_id != OF_ANOTHER and world.enedis.point.supply_state is SupplyState.SUPPLIED
            )
            is_back = is_same and is_ours and other["status"] == "CLOSED" and other["settlement"]["published"]
            if is_live and is_back and from_text(other["closedAt"]) > max(reported) + timedelta(seconds=1):
                raise Broken(f"{limitation_id} is in force, and {other['limitationId']} has shown power at its point")

    def _heard(self, limitation_id: str, item: dict[str, Any]) -> None:
        """Billing heard of each end, and the advisors of a cancelled limitation that Enedis carried out.

        Where operators forsake an execution, they must see to what it has not published.
        """
        world = self.world
        published = world.bus.published(limitation_id)
        own = [each for each in world.executions if each.limitation_id == limitation_id]
        if not any(each.forgotten or each.status is Status.ABORTED for each in own):
            for generation in sorted(world.settled[limitation_id]):
                if not any((kind, generation) in published for kind in ENDS_OF_DUNNING):
                    raise Broken(f"{limitation_id}: end {generation} was never published")
        modes = {mode for (each, _), mode in world.modes.items() if each == limitation_id}
        late = item["status"] == "CANCELLED" and "limitedSince" in item and modes == {Mode.ON}
        if late and "CancelledLimitationCarriedOut" not in dict(published):
            raise Broken(f"{limitation_id} was carried out and is cancelled, and no advisor heard")

    def _returned(self, limitation_id: str, settlement: dict[str, Any]) -> None:
        """Billing heard of each counted payment that came back.

        But one that came back while billing had the limitation cancelled was no news of it: should Enedis carry it out
        all the same, it is looked at without that return, as long as billing's read side lags behind. Nor was one that
        came back while the limitation was still being registered.
        """
        if limitation_id in self.world.ended_at_billing:
            return
        is_back = settlement["outcome"] in POWER_IS_BACK
        counted = settlement.get("ground", {}).get("payments", set()) if is_back else set()
        debt = self.world.billing.debts[limitation_id]
        returned = {each.payment_id for each in debt.paid if each.shown(self.world.now) is PaymentStatus.REJECTED}
        returned -= self.world.unlisted[limitation_id]
        if silent := counted & returned - self.world.bus.reported_returns(limitation_id):
            raise Broken(f"{limitation_id} was restored on {sorted(silent)}, which came back, and billing never heard")

    def _is_listed(self, limitation_id: str) -> bool:
        """Whether it is on its contract's list: it leaves when its events are out, and only the mark is missing."""
        key = {"contractId": self.world.contract_of[limitation_id]}
        contract: Any = self.world.tables.Table("contracts").get_item(Key=key).get("Item", {"limitations": {}})
        if contract["limitations"] and "expiresAt" in contract:
            raise Broken(f"{key['contractId']} lists limitations, and expires")
        return limitation_id in contract["limitations"]

    def _free(self, limitation_id: str, item: dict[str, Any]) -> None:
        world = self.world
        mode = world.modes.get((limitation_id, int(item.get("generation", 0))), world.switch.mode_of(limitation_id))
        live = mode == Mode.ON
        if live and world.bus.dunning.newest(limitation_id) == "DunningHoldRequested":
            raise Broken(f"{limitation_id} is free, and its reminders are held for ever")
        settlement = item.get("settlement")
        if self._is_listed(limitation_id) and settlement and not settlement["published"]:
            raise Broken(f"{limitation_id} is settled, and nobody published it")
        if settlement and settlement["mode"] == Mode.ON and item["status"] not in OPEN_STATUSES:
            self._returned(limitation_id, settlement)
        if item["status"] in OPEN_STATUSES:
            world.no_order_at_work(limitation_id)
            if limitation_id in world.excused:
                return
            if world.told.get(limitation_id, 0) > world.let_go_at.get(limitation_id, 0):
                raise Broken(f"{limitation_id} is free, and an execution never looked at its last fact")
            word = world.words.get(limitation_id)
            given_up = (word and word.decision == "REFUSE") or item.get("outcome") in {
                "LEFT_TO_ADVISOR",
                "NO_ORDER",
                "REFUSED",
            }
            if live and not given_up and world.billing.debts[limitation_id].is_covered(world.now):
                raise Broken(f"{limitation_id} is paid in full, and nobody is at work on it")
