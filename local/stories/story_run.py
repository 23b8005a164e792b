"""One story as it runs: the steps it has taken, the events it has put on the bus, and how it ended."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from embedded_cloud import Execution
from local.customers import Customer, Entry, Numbering, Put, moment_of
from local.partners.enedis import Ending, Fault, FaultKind, PointSetup
from local.stage import Gate, Situation, Stage
from local.stage.gates import let_days_pass
from local.stage.watch import in_words
from local.stories import interventions
from local.stories import model as steps
from local.stories.model import WAITS, Limited, Story

LONGER_THAN_ANY_DEADLINE = timedelta(days=30)
PATIENCE_SECONDS = 240.0
"""How long a story may take before it is given up; the longest needs about ten, on a machine that does nothing else."""

IDLE_SECONDS = 20.0
"""How long nothing may go on before a story that still waits is given up; what comes late, comes within some."""

LONGEST_FOR_MESSAGES_SECONDS = 40.0
"""How long a story waits for its customers' messages; one that can't be sent must not hold it for ever."""


@dataclass(frozen=True, slots=True)
class SentEvent:
    """One event of a story, as it was put on the bus."""

    put: Put
    entry: Entry
    at: datetime


class StoryRun:
    """Plays one story, one step after the other, whenever it is asked to advance.

    Parameters
    ----------
    patience_seconds
        How long nothing of it may go on before it is given up. However much goes on, :data:`PATIENCE_SECONDS` end it.
    """

    def __init__(
        self, story: Story, numbering: Numbering, stage: Stage, *, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self.story = story
        self._patience = patience_seconds
        self._seen: object = None
        self._seen_since = 0.0
        self.customers = tuple(numbering.customer(story.debt, in_shadow=story.in_shadow) for _ in story.limited)
        if story.one_point:
            first = self.customers[0]
            self.customers = tuple(replace(first, limitation_id=each.limitation_id) for each in self.customers)
        self.events: list[SentEvent] = []
        self.gave_up = ""
        self._stage = stage
        self._cursor = 0
        self._puts = 0
        self._began: float | None = None
        self._gate: Gate | None = None
        self._waits_for_messages_since: float | None = None
        self._unreached_before = 0
        self._time_passed = timedelta(0)
        self._time_to_pass: timedelta | None = None
        self._passed_by: set[tuple[str, int]] = set()
        self._orders_are_paused = self._is_out = False

    @property
    def cases(self) -> list[tuple[Customer, Limited]]:
        """Its limited customers and what is expected for each."""
        return list(zip(self.customers, self.story.limited, strict=True))

    @property
    def is_over(self) -> bool:
        """Whether it has taken all steps and all its executions have settled, or it was given up."""
        return bool(self.gave_up) or (self._cursor == len(self.story.steps) and self._has_settled())

    def advance(self) -> None:
        """Take all steps that can be taken now."""
        if self._began is None:
            self._began = time.monotonic()
            self._set_up()
        while self._cursor < len(self.story.steps):
            step = self.story.steps[self._cursor]
            if isinstance(step, WAITS):
                if not self._has_come(step):
                    break
            else:
                if self._messages_are_under_way():
                    break
                self._take(step)
            self._cursor += 1
        if not self.is_over and self._waits_in_vain(self._began):
            self._give_up()

    def _waits_in_vain(self, began: float) -> bool:
        """Whether it has waited for long: at rest, what it waits for does not come any more."""
        now, rests = time.monotonic(), self._gate is None and self._is_at_rest()
        seen = (self._cursor, [len(it.entries) for situation in self._situations() for it in situation.executions])
        if seen != self._seen:
            self._seen, self._seen_since = seen, now
        return now - began > PATIENCE_SECONDS or now - self._seen_since > (IDLE_SECONDS if rests else self._patience)

    def _messages_are_under_way(self) -> bool:
        """Whether the customers still get messages about what has happened: what happens next would make them untrue.

        Between two events of a real customer lie minutes at least.
        """
        if self._cursor == 0 or not any(self._stage.watch.is_being_told(it.limitation_id) for it in self.customers):
            self._waits_for_messages_since = None
            return False
        now = time.monotonic()
        if self._waits_for_messages_since is None:
            self._waits_for_messages_since = now
        return now - self._waits_for_messages_since < LONGEST_FOR_MESSAGES_SECONDS

    def _give_up(self) -> None:
        waiting = "l'issue, qui ne vient pas"
        if self._cursor < len(self.story.steps):
            said = self.story.sentences[self._cursor : self._cursor + 1] or (str(self.story.steps[self._cursor]),)
            waiting = f"de pouvoir dire « {said[0]} »"
        seen = " | ".join(in_words(it.executions) for it in self._situations())
        self.gave_up = f"abandonnée, car elle attend {waiting} ; vu : {seen}"
        if self._gate is not None:
            self._gate.open()

    # ── Looking ──

    def _situations(self) -> list[Situation]:
        return [self._stage.watch.of(customer.limitation_id) for customer in self.customers]

    def _has_settled(self) -> bool:
        return all(
            not situation.running and len(situation.executions) >= len(limited.outcomes)
            for situation, limited in zip(self._situations(), self.story.limited, strict=True)
        )

    def _has_come(self, wait: steps.Wait) -> bool:  # noqa: PLR0911 - one for each word of the vocabulary
        situations = self._situations()
        match wait:
            case steps.Ended(outcome):
                return any(outcome in it.outcomes for it in situations)
            case steps.Entered(state, times, executions):
                runs = [run for situation in situations for run in situation.running]
                return sum(run.path.count(state) >= times for run in runs) >= executions
            case steps.Until.AT_REST:
                return self._is_at_rest()
            case steps.Passed(time):
                return self._has_passed(time)
            case steps.Until.HELD:
                return self._gate is not None and self._gate.reached.is_set()
            case steps.Until.UNREACHED:
                return self._calls_in_vain() > self._unreached_before
            case steps.Heard(detail_type):
                heard = ((it["detail-type"], it["detail"].get("limitationId")) for it in self._stage.watch.published())
                return (detail_type, self.customers[0].limitation_id) in heard
            case steps.Until.RECEIVED:
                return self._stage.watch.intake_is_empty()
            case steps.Until.QUIET:
                # An event leaves its queue after it has started its execution, so the queues are looked at first.
                return self._stage.watch.intake_is_empty() and not any(it.running for it in self._situations())

    def _is_at_rest(self) -> bool:
        """Whether nothing goes on until something new happens: what people would call minutes or hours later."""
        if not self._stage.watch.intake_is_empty():
            return False
        return all(
            self._waits_for_others(execution, situation)
            for situation in self._situations()
            for execution in situation.running
        )

    def _waits_for_others(self, execution: Execution, situation: Situation) -> bool:
        if (execution.arn, len(execution.entries)) in self._passed_by:
            return False
        # It may go on while its item is read, so the state is read once: the follower knows no rest of any other.
        match state := execution.state:
            case "WaitForBank" | "WaitForAdvisor" | "WaitForEnedis":
                if not execution.rests or not _has_heard_all(situation.read_item()):
                    return False
                return state != "WaitForEnedis" or self._stage.follower.leaves_alone(execution)
            case "OrderAtEnedis" if self._orders_are_paused:
                return execution.rests
        return self._is_out and self._calls_in_vain() > self._unreached_before

    def _has_passed(self, time: timedelta) -> bool:
        """Let time pass, wait by wait; whether all of it has, and what went on is at rest again."""
        if not self._is_at_rest():
            return False
        left = time if self._time_to_pass is None else self._time_to_pass
        # A wait before a retry has its own, short time: who tries again does so whatever the day.
        running = [it for situation in self._situations() for it in situation.running if it.rests]
        waits = [(wait, it) for it in running if (wait := self._stage.cloud.waits_for(it.arn)) is not None]
        if len(waits) < len(running):
            # One has entered its Wait state, and its wait has not begun: time that passes now would not reach it.
            return False
        wait, first = min(waits, key=lambda it: it[0], default=(time + left, None))
        if first is None or wait > left:
            self._pass_days(left)
            self._time_to_pass = None
            return True
        self._pass_days(wait)
        self._time_to_pass = left - wait
        self._passed_by.add((first.arn, len(first.entries)))
        self._stage.cloud.pass_time(first.arn)
        return False

    def _pass_days(self, time: timedelta) -> None:
        """Let billing's calendar go on for the story's contracts."""
        self._time_passed += time
        for customer in self.customers:
            self._stage.billing.set_business_date(self._now.date(), customer.contract_id)

    @property
    def _now(self) -> datetime:
        return self.story.begins + self._time_passed

    def _calls_in_vain(self) -> int:
        calls = self._stage.enedis.network.journal.calls()
        return sum(call.fault is FaultKind.CONNECTION_REFUSED for call in calls)

    # ── Acting ──

    def _set_up(self) -> None:
        for customer, limited in self.cases:
            self._stage.billing.set_business_date(self.story.begins.date(), customer.contract_id)
            if limited.point is not None and (customer is self.customers[0] or not self.story.one_point):
                setup = PointSetup(customer.point_id, customer.contract_id, **limited.point)
                self._stage.enedis.network.add_point(setup)

    def _take(self, action: steps.Action) -> None:  # noqa: C901, PLR0912 - one line for each word of the vocabulary
        customer, network = self.customers[0], self._stage.enedis.network
        match action:
            case Put():
                self._put(action)
            case steps.Hold():
                self._gate = self._hold(action)
            case steps.Do.LET_GO:
                if self._gate is not None:
                    self._gate.open()
            case steps.Do.SWEEP:
                self._stage.sweep(*(each.limitation_id for each in self.customers))
            case steps.Do.ABORT_HOLDER:
                interventions.abort_holder(self._stage, customer)
            case steps.Do.REDRIVE:
                interventions.redrive(self._stage, customer)
            case steps.Do.FLOW_DIFFERS:
                interventions.note_difference(self._stage, customer, f"flow-{self._cursor}", self._now)
            case steps.Do.NIGHT:
                interventions.look_at_night(self._stage, customer, f"night-{self._cursor}", self._now)
            case steps.Do.LOSE_CLAIM:
                interventions.lose_claim(self._stage, customer, since=self.story.begins)
            case Fault():
                network.inject(replace(action, point_id=customer.point_id))
            case steps.Outage(seconds):
                # One that ends by itself is no rest: what tries on will go on.
                self._unreached_before, self._is_out = self._calls_in_vain(), seconds is None
                network.begin_outage(lasts=None if seconds is None else timedelta(seconds=seconds))
            case steps.Do.OUTAGE_ENDS:
                self._is_out = False
                network.end_outage()
            case steps.Do.HICCUPS:
                self._stage.strike_each_state_once(customer.limitation_id)
            case steps.Do.LONG_AFTER:
                let_days_pass(self._stage.cloud, customer.limitation_id, LONGER_THAN_ANY_DEADLINE)
            case steps.PauseOrders(paused):
                self._orders_are_paused = paused
                self._stage.pause_orders(paused=paused)
            case steps.PointChanges(changes):
                network.change_point(customer.point_id, **changes)
            case Ending():
                network.change_ending(customer.point_id, action)
            case steps.Do.SOMEBODY_ELSES_ORDER:
                network.receive(interventions.order_of_somebody_else(customer))
            case steps.Billing(kind, contact, times):
                subject = customer.customer_id if contact else customer.contract_id
                self._stage.billing.inject(kind, times=times, subject=subject)
            case steps.ContractChanges(changes):
                self._stage.billing.update_contract(customer.contract_id, **changes)
            case steps.Switch(mode):
                self._stage.switch(mode)

    def _put(self, put: Put) -> None:
        if not put.repeats:
            self._puts += 1
        about = tuple(self.customers[index] for index in put.customers)
        item = put.entry(about, moment_of(self._now, self._puts))
        (sent,) = self._stage.put([item])
        self.events.append(SentEvent(put, item, sent.at))

    def _hold(self, hold: steps.Hold) -> Gate:
        limitation_id = self.customers[0].limitation_id

        def fits(payload: Mapping[str, Any]) -> bool:
            return payload.get("limitationId") == limitation_id and payload.get(hold.field) == hold.value

        return self._stage.hold(hold.function, fits)


def _has_heard_all(item: Mapping[str, Any]) -> bool:
    """Whether no fact was noted since the execution began to wait, which it does only when it has seen them all."""
    noted = [datetime.fromisoformat(fact["M"]["at"]["S"]) for fact in item.get("noted", {}).values()]
    since = str(item.get("waitingSince", "")).partition("/")[0]
    return bool(since) and max(noted, default=datetime.min.replace(tzinfo=UTC)) < datetime.fromisoformat(since)
