"""An execution that follows the state machine's file, one effect at a time."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer

from restoration.adapters.eventbridge.event_bus import EventNotPublished
from restoration.clock import to_text
from restoration.contracts.business_event import SOURCE, event_id
from restoration.contracts.published import PUBLISHED
from restoration.errors import ClaimContended, EnedisUnavailable, PaymentNotShown
from tests.explore import functions, ordering
from tests.explore.calls import Broken, Call
from tests.explore.machine import Machine, State, machine
from tests.explore.ports import Knows

if TYPE_CHECKING:
    from tests.explore.world import World

_WAIT = "arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken"
_QUEUE = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
_PUBLISH = "arn:aws:states:::events:putEvents"
_CONDITION = "DynamoDB.ConditionalCheckFailedException"
_TRIED_AGAIN = (ClaimContended, EventNotPublished, PaymentNotShown, EnedisUnavailable)
_python = TypeDeserializer().deserialize
_text = lru_cache(10_000)(to_text)


@lru_cache(10_000)
def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


class Status(Enum):
    """The status of an execution, by Step Functions."""

    RUNNING = auto()
    SUCCEEDED = auto()
    FAILED = auto()
    ABORTED = auto()


class Execution:
    """One execution; it stands in a task state, or waits there to be woken, or has ended."""

    def __init__(self, world: "World", name: str, given: Mapping[str, Any], visible_from: datetime) -> None:
        self.world = world
        self.name = name
        self.given = dict(given)
        self.visible_from = visible_from
        self.forgotten = False
        self.status = Status.RUNNING
        self.machine: Machine = machine()
        self.state: State = self.machine.states[self.machine.start]
        self.call: Call | None = None
        self.waiting = False
        self.attempts = 0
        self.retries = 0
        self.looked = 0
        self.supplied = 0
        self.covered = False
        self.revived = 0
        self.held_up: Exception | None = None
        self._generation = 0
        self.steps = 0
        self._scope: dict[str, Any] = {}
        self._input: Any = self.given

    @property
    def limitation_id(self) -> str:
        return str(self.given["limitationId"])

    @property
    def outcome(self) -> str:
        return str(self._scope.get("outcome"))

    @property
    def is_busy(self) -> bool:
        return self.status is Status.RUNNING and not self.waiting

    @property
    def token(self) -> str:
        return f"{self.name}#{self.attempts}"

    def enter_start(self) -> None:
        self._enter(self.machine.start, self.given)

    def scope(self, **states: Any) -> dict[str, Any]:
        """The variables, and Step Functions' own ones."""
        now = self.world.now
        context = {
            "Execution": {"Id": self.name, "Name": self.name, "Input": self.given},
            "State": {"Name": self.state.name, "EnteredTime": _text(self.entered), "RetryCount": self.retries},
            "Task": {"Token": self.token},
        }
        return self._scope | {
            "states": {"input": self._input, "context": context, **states},
            "nowMillis": _milliseconds(now),
            "nowText": _text(now),
        }

    def _enter(self, name: str, given: Any) -> None:
        """Enter a state; all but tasks and endings are passed at once."""
        while True:
            self.steps += 1
            self.world.met.add(("states", name))
            self.state, self._input = self.machine.states[name], given
            self.entered = self.world.now + timedelta(milliseconds=self.steps)
            self.call, self.waiting, self.held_up, self.retries = None, False, None, 0
            if self.state.kind == "Choice":
                name = self._chosen()
            elif self.state.kind in {"Pass", "Wait"}:
                self._scope |= self.state.assign(self.scope())
                name = self.state.next
            else:
                break
        if self.state.kind == "Succeed":
            self.status = Status.SUCCEEDED
            self.state.output(self.scope())
            self.world.say(f"        {self.name} ends: {name}")
            self.world.met.add(("ends", self.outcome))
            item, claim = self.world.item(self.limitation_id), self._scope["claim"]
            if item.get("holder") == self.name and item["generation"] == claim["generation"]:
                raise Broken(f"{self.name} ended well ({name}) and holds {self.limitation_id} still")
            settled = item.get("settlement", {})
            mine = settled.get("execution") == self.name and settled["generation"] == self._generation
            if mine and self.outcome != settled["outcome"]:
                raise Broken(f"{self.name} settled {self.limitation_id}: {settled['outcome']}, and ends: {name}")

    def _chosen(self) -> str:
        scope = self.scope()
        for rule in self.state.rules:
            if rule.condition(scope):
                self._scope |= rule.assign(scope)
                return rule.next
        return self.state.next

    # ── The task at hand ──

    def go(self, effects: int) -> bool:
        """Go on by at most some effects; whether the state's task has ended."""
        if not self.is_busy:
            return False
        call = self.call or self._called()
        if not call.go(effects):
            return False
        self._ended(call)
        return True

    def _called(self) -> Call:
        self.attempts += 1
        given = self.state.arguments(self.scope())
        self.call = self.world.new_call(self._run(given), f"{self.name} {self.state.name}", self._knows())
        return self.call

    def _knows(self) -> Any:
        decision = (self._scope.get("claim") or {}).get("advisorDecision", "")
        return Knows(self.name, self.world.tick(), self.looked, self.supplied, self.covered, decision)

    def _run(self, given: Any) -> Callable[[Call], Any]:
        world, name = self.world, self.state.function
        if name == _PUBLISH:
            return lambda call: call.perform(lambda: self._publish(given["Entries"]))
        if name == _WAIT:
            return lambda call: _store_token(world, call, given)
        if name == _QUEUE:
            return lambda call: call.perform(lambda: ordering.queue_order(world, given["MessageBody"]))
        function = functions.BY_NAME[name]
        return lambda call: function(world, call, given)

    def _publish(self, entries: list[dict[str, Any]]) -> dict[str, Any]:
        for entry in entries:
            detail_type, detail = entry["DetailType"], entry["Detail"]
            model = PUBLISHED[detail_type]
            event = model.model_validate(detail)
            key = "/".join("null" if detail[name] is None else str(detail[name]) for name in model.keyed_by)
            expected = event_id(event.limitation_id, event.generation, detail_type, key)
            if event.id != expected:
                raise Broken(f"{detail_type} is named {event.id}, not {expected}")
            said = event.model_dump(mode="json", by_alias=True)
            if (entry["Source"], detail.keys()) != (SOURCE, said.keys()):
                raise Broken(f"{detail_type} of {entry['Source']} and its model differ: {detail.keys() ^ said.keys()}")
            self.world.publish(detail_type, said)
        return {"FailedEntryCount": 0}

    def _ended(self, call: Call) -> None:
        self.call = None
        function, error = self.state.function, call.error
        if error is None:
            if function in {_WAIT, _QUEUE}:
                self.call, self.waiting = call, True
            elif function == _PUBLISH:
                self.succeed(call.result)
            else:
                self._learnt(call)
                self.succeed({"Payload": call.result, "StatusCode": 200})
        elif type(error).__name__ == "ConditionalCheckFailedException" and function == _WAIT:
            self._catch(_CONDITION)
        elif isinstance(error, _TRIED_AGAIN):
            self.held_up = error
        else:
            raise Broken(f"{self.name} fails at {self.state.name}: {type(error).__name__}: {error}") from error

    def _learnt(self, call: Call) -> None:
        if self.state.function == "ClaimLimitationFunction":
            self.looked = call.marked
            if call.result["standing"] in {"CLAIMED", "HELD"}:
                self._generation = call.result["generation"]
            if call.result["standing"] == "OFF":
                self.world.excused.add(self.limitation_id)
        elif self.state.function == "CheckPaymentFunction":
            self.covered = self.world.situations[call.result["situation"]]["covered"]
        elif self.state.function == "ReadPointFunction":
            self.supplied = self.world.tick() if call.result["fullPower"] else 0

    def succeed(self, result: Any) -> None:
        """The task's result came: assign and go on."""
        state = self.state
        self._scope |= state.assign(self.scope(result=result))
        self._enter(state.next, result)

    def completed(self, token: str, output: dict[str, Any]) -> bool:
        """A callback: whether this very wait was still waiting."""
        waits = self.status is Status.RUNNING and self.state.function in {_WAIT, _QUEUE} and self.token == token
        if not waits or self.call is None:
            return False
        self.succeed(output)
        return True

    def _catch(self, error: str) -> None:
        assign, name = self.state.caught[error]
        self.world.met.add(("catches", f"{self.state.name}: {error}"))
        output = {"Error": error, "Cause": ""}
        self._scope |= assign(self.scope(errorOutput=output))
        self._enter(name, output)

    # ── Losses and ends from outside ──

    def time_out(self) -> None:
        """The wait's time is up."""
        if "States.Timeout" in self.state.caught:
            self._catch("States.Timeout")
        else:
            self.fail(Status.FAILED)

    def lose(self, *, outlives: bool) -> None:
        """The call's response is lost: the task is tried again, and a function's call may go on by itself.

        So may a wait's update, which is one request of Step Functions' own.
        """
        if self.call is not None and not self.waiting:
            if outlives and not self.call.done:
                self.world.strays.append(self.call)
            self.call = None
            self.retries += 1

    def fail(self, status: Status) -> None:
        """It ends without letting go of the limitation that it holds."""
        self.lose(outlives=True)
        if status is Status.ABORTED:
            self._given_up()
        self.status, self.waiting, self.call = status, False, None

    def forget(self) -> None:
        """Step Functions forgets it, for its incident was left open for 90 days."""
        self.forgotten = True
        self._given_up()

    def _given_up(self) -> None:
        """Nobody redrives it: the operators must see to the events that it has not published."""
        if not self.looked:
            self.world.excused.add(self.limitation_id)

    def redrive(self) -> None:
        """It goes on where it failed, with a new attempt."""
        self.status, self.revived = Status.RUNNING, self.world.tick()
        self.call, self.waiting, self.held_up = None, False, None
        self.steps += 1
        self.entered = self.world.now + timedelta(milliseconds=self.steps)


def _store_token(world: "World", call: Call, given: Mapping[str, Any]) -> Any:
    """Make the update of a wait, as the machine's file has it."""
    table = world.watched(call).Table("limitations")
    return table.update_item(
        Key={name: _python(value) for name, value in given["Key"].items()},
        UpdateExpression=given["UpdateExpression"],
        ConditionExpression=given["ConditionExpression"],
        ExpressionAttributeValues={name: _python(value) for name, value in given["ExpressionAttributeValues"].items()},
    )
