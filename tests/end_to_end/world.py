"""What the end-to-end tests act on and look at: the stage, in the words that the tests use."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from typing import Any

import boto3

from embedded_cloud import EmbeddedCloud, Execution, LambdaError
from embedded_cloud.backends.clients import SECRET_KEY
from embedded_cloud.errors import WaitTimeoutError
from embedded_cloud.stack.template import substitute
from local.customers import Numbering, entry, fields_of, payment_fields
from local.partners.billing.simulator import BillingSimulator
from local.partners.enedis import Ending, PointSetup
from local.partners.enedis.journal import Call
from local.partners.enedis.simulator import EnedisSimulator
from local.stage import MACHINE, Customer, Entry, Stage, deployed_stage, outcome_of
from local.stage.event_log import deviations_on
from local.stage.following import is_followed
from local.stage.gates import failing
from local.stage.watch import in_words
from ops.event_log.command import deviation_lines

SUMMER = date(2026, 5, 4)
LIMITED_AT = "2026-05-01T08:00:00Z"
PAID_AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
NIGHTLY = "NightlyCheckStateMachine"
WINTER = date(2026, 12, 1)
PATIENCE_SECONDS = 120.0
"""How long a test waits for what is to come. What does come, it does not wait for longer than it takes."""
_payments, NUMBERS = count(100_001), Numbering(100_001)
"""Far from those of the stories, which may be played on the same cloud; within a rollout that such a cloud has."""


@dataclass(frozen=True)
class World:
    """What a test acts on and looks at."""

    stage: Stage

    @property
    def cloud(self) -> EmbeddedCloud:
        return self.stage.cloud

    @property
    def billing(self) -> BillingSimulator:
        return self.stage.billing

    @property
    def enedis(self) -> EnedisSimulator:
        return self.stage.enedis

    @property
    def dynamodb(self) -> Any:
        """The resource of boto3, whose items are plain values."""
        return _dynamodb(self.cloud.endpoint_url, self.cloud.rights.key_of(self.cloud.rights.administrator))

    def table(self, logical_id: str) -> Any:
        return self.dynamodb.Table(self.cloud.physical_id(logical_id))

    def pass_night(self) -> Execution:
        """Let the check of all open limitations begin by its schedule, and end."""
        before = len(self.cloud.executions(NIGHTLY))
        self.cloud.fire_rule(f"{NIGHTLY}EveryNight")

        def ended() -> list[Execution]:
            found = self.cloud.executions(NIGHTLY)[before:]
            for night in found:
                if night.is_running and night.state.startswith("WaitFor"):
                    self.cloud.pass_time(night.arn)
            return [] if any(night.is_running for night in found) else found

        return self.wait(ended, "the end of the night")[-1]

    # ── Acting ──

    def put(self, detail_type: str, source: str = "billing", **detail: object) -> None:
        """Let billing (or the advisors' tool) book a fact and put it on the bus."""
        self.put_entries([entry(detail_type, detail, source)], booked=True)

    def put_entries(self, entries: list[Entry], *, booked: bool = False) -> None:
        """Put events on the bus; what billing has not booked, it shows later, or never."""
        refusals = [sent.refusal for sent in self.stage.put(entries, booked=booked) if sent.refusal]
        assert refusals == []

    def new_customer(self, *, debt: float = 120.0, **point: Any) -> Customer:
        """A customer whose point Enedis has limited, and whose limitation nobody has announced to us yet."""
        customer = NUMBERS.customer(debt)
        self.enedis.network.add_point(PointSetup(customer.point_id, contract_id=customer.contract_id, **point))
        self.billing.set_business_date(SUMMER, customer.contract_id)
        return customer

    def limit(self, customer: Customer, detail_type: str = "PowerLimited", kva: int = 1) -> None:
        """Let billing announce the limitation, and the sweep look at it."""
        self.register(customer, detail_type, kva=kva)
        self.stage.sweep()

    def register(
        self, customer: Customer, detail_type: str = "PowerLimited", at: str = LIMITED_AT, kva: int = 1
    ) -> None:
        """Let billing announce the limitation, and wait until it is noted, and listed on its contract."""
        known = self._facts(customer)
        fields = fields_of(detail_type, (customer,), datetime.fromisoformat(at), "")
        self.put(detail_type, **fields | {"limitedPowerKva": kva})
        self.wait(
            lambda: self._facts(customer) - known and self._is_listed(customer),
            f"{detail_type} of {customer.limitation_id}",
        )

    def _is_listed(self, customer: Customer) -> bool:
        key = {"contractId": customer.contract_id}
        contract = self.table("LimitedContractsTable").get_item(Key=key, ConsistentRead=True).get("Item", {})
        return bool(contract.get("limitations", {}).get(customer.limitation_id) == customer.point_id)

    def _facts(self, customer: Customer) -> set[str]:
        return set(self.limitation(customer).get("facts", ()))

    def limited_customer(self, *, debt: float = 120.0, **point: Any) -> Customer:
        """A customer whose limitation is registered."""
        customer = self.new_customer(debt=debt, **point)
        self.register(customer)
        return customer

    def restored_customer(self) -> Customer:
        """A customer who has paid, and has power again."""
        customer = self.limited_customer()
        self.pay(customer)
        self.wait_for_outcomes(customer, "RESTORED")
        return customer

    def followed_customer(self) -> Customer:
        """A customer who has paid, and whose order Enedis has and does not carry out."""
        customer = self.limited_customer(endings=[Ending.NEVER] * 3)
        self.pay(customer)
        self.wait_until_followed(customer)
        return customer

    def disputing_customer(self) -> Customer:
        """A customer about whom an advisor is asked."""
        customer = self.limited_customer()
        self.dispute(customer)
        return customer

    def pay(self, *customers: Customer, amount: float | None = None, told: bool = True, **changes: object) -> str:
        """Let customers pay, by default their whole debt by card in one payment; returns the payment's id.

        A payment that is not told is booked by billing, and its event lost.
        """
        detail = _payment_detail(customers, amount, changes)
        paid = entry("PaymentReceived", detail)
        if told:
            self.put_entries([paid], booked=True)
        else:
            self.billing.record(paid)
        return str(detail["paymentId"])

    def payment(self, *customers: Customer, **changes: object) -> Entry:
        """The event of a payment that billing has not booked, and that is not on the bus."""
        return entry("PaymentReceived", _payment_detail(customers, None, changes))

    def dispute(self, customer: Customer) -> None:
        """Let billing report a dispute, and wait until an advisor is asked."""
        self.put(
            "ProtectionGranted",
            protectionId=f"PRO-{customer.limitation_id}",
            contractId=customer.contract_id,
            at="2026-05-04T10:00:00Z",
            kind="DISPUTE",
        )
        self.wait_until_it_waits(customer, "WaitForAdvisor")

    def advise(self, customer: Customer, decision: str) -> None:
        """Let an advisor decide."""
        self.put(
            "AdvisorDecided",
            source="advisors",
            limitationId=customer.limitation_id,
            decision=decision,
            advisor="A-17",
            reason="Vérifié au téléphone",
            at="2026-05-04T10:00:00Z",
        )

    def redrive(self, customer: Customer) -> None:
        """Let operations redrive a customer's last execution."""
        self.stage.operations("stepfunctions").redrive_execution(executionArn=self.executions(customer)[-1].arn)

    def deploy(self, definition: str) -> None:
        """Let executions that begin from now on have a definition, as those had that began before a deployment."""
        held = self.cloud.stacks.named("restoration").held[MACHINE]
        self.cloud.client("stepfunctions").update_state_machine(
            stateMachineArn=self.cloud.physical_id(MACHINE),
            definition=substitute(definition, held.properties["DefinitionSubstitutions"], MACHINE),
        )

    # ── Looking ──

    def executions(self, customer: Customer) -> list[Execution]:
        """The executions of a customer's limitation, oldest first."""
        return self.stage.watch.of(customer.limitation_id).executions

    def outcomes(self, customer: Customer) -> list[str]:
        """Outcome or status of each execution of a customer's limitation, in the order in which they started."""
        return self.stage.watch.of(customer.limitation_id).outcomes

    def limitation(self, customer: Customer) -> dict[str, Any]:
        """The limitation's item, its attributes as plain values."""
        return self.stage.limitation(customer.limitation_id)

    def orders(self, customer: Customer) -> list[Call]:
        """The orders that Enedis accepted for a customer's point."""
        return self.enedis.network.journal.orders(customer.point_id)

    def told(self, customer: Customer) -> list[str]:
        """The messages that a customer got: their ids without the limitation's, sorted."""
        ids = sorted(str(item["messageId"]) for item in self.stage.items("MessagesTable", "sentAt"))
        return [each.partition("#")[2] for each in ids if each.startswith(f"{customer.limitation_id}#")]

    def decisions(self, customer: Customer) -> list[str]:
        """The names of the decisions that were kept about a customer, in order."""
        asked = {":id": customer.limitation_id}
        query = self.table("DecisionsTable").query
        found = query(KeyConditionExpression="limitationId = :id", ExpressionAttributeValues=asked)["Items"]
        return [str(item["decision"]) for item in found if "decision" in item]

    def published(self, customer: Customer) -> list[str]:
        """The detail types that we published about a customer, in order."""
        events = self.stage.watch.published()
        return [it["detail-type"] for it in events if it["detail"].get("limitationId") == customer.limitation_id]

    def heard(self, detail_type: str) -> list[Mapping[str, Any]]:
        """The events of a type that we published, in order."""
        return self.stage.watch.published(detail_type)

    def dead_letters(self, queue: str) -> list[tuple[str, dict[str, str]]]:
        """Take the records of a dead-letter queue (logical id): body and attributes."""
        return [
            (letter["Body"], {name: it["StringValue"] for name, it in letter.get("MessageAttributes", {}).items()})
            for letter in self.stage.dead_letters(queue)
        ]

    # ── Waiting ──

    def wait[Found](self, look: Callable[[], Found], what: str, timeout: float = PATIENCE_SECONDS) -> Found:
        """Wait until a look finds something, and return it; looks again whenever something happens in the cloud."""
        return self.cloud.wait_until(look, timeout=timeout, describe=what)

    def wait_about[Found](self, customer: Customer, look: Callable[[], Found], what: str) -> Found:
        """Wait for something about a customer; a wait that is given up says how their executions stand."""
        try:
            return self.wait(look, f"{customer.limitation_id}: {what}")
        except WaitTimeoutError as error:
            raise AssertionError(f"{error}\n  seen: {in_words(self.executions(customer))}") from error

    def wait_for_all(self, cases: Sequence[Any], is_over: Callable[[Any], object], timeout: float) -> None:
        """Wait until several cases, each with its customer, are over; a wait that is given up says how others stand."""
        left = list(cases)

        def all_over() -> bool:
            left[:] = [case for case in left if not is_over(case)]
            return not left

        try:
            self.wait(all_over, f"the end of {len(cases)} cases", timeout)
        except WaitTimeoutError as error:
            stuck = [f"{case}: {in_words(self.executions(case.customer))}" for case in left]
            raise AssertionError(f"not over: {stuck}") from error

    def wait_for_outcomes(self, customer: Customer, *outcomes: str) -> list[Execution]:
        """Wait until a customer's executions have ended with these outcomes (in any order); returns them."""

        def ended() -> list[Execution]:
            found = self.executions(customer)
            return found if sorted(map(outcome_of, found)) == sorted(outcomes) else []

        return self.wait_about(customer, ended, f"the outcomes {', '.join(outcomes)}")

    def wait_for_outcome(self, customer: Customer, outcome: str) -> Execution:
        """Wait until one of a customer's executions has ended with an outcome; returns it."""
        return self._wait_for_one(customer, f"the outcome {outcome}", lambda it: outcome_of(it) == outcome)

    def wait_in_state(self, customer: Customer, state: str) -> Execution:
        """Wait until an execution of a customer is in a state; returns it."""
        return self._wait_for_running(customer, f"in {state}", lambda it: it.state == state)

    def wait_until_it_waits(self, customer: Customer, state: str) -> Execution:
        """Wait until an execution of a customer has stored its token in a state, so that news wakes it; returns it."""
        return self._wait_for_running(customer, f"waiting in {state}", lambda it: it.state == state and it.rests)

    def wait_until_followed(self, customer: Customer) -> Execution:
        """Wait until an execution has read how a customer's order stands, and leaves it to Enedis; returns it.

        It reads again when a test changes something at Enedis.
        """
        return self._wait_for_running(customer, "that follows an order", lambda it: it.rests and is_followed(it))

    def _wait_for_running(self, customer: Customer, what: str, fits: Callable[[Execution], bool]) -> Execution:
        return self._wait_for_one(customer, f"an execution {what}", lambda it: it.is_running and fits(it))

    def _wait_for_one(self, customer: Customer, what: str, fits: Callable[[Execution], bool]) -> Execution:
        def there() -> Execution | None:
            return next(filter(fits, self.executions(customer)), None)

        found = self.wait_about(customer, there, what)
        assert found is not None
        return found

    def wait_for_messages(self) -> None:
        """Wait until every event has reached its customer."""
        self.wait(self.stage.watch.messages_are_out, "the end of the messages")

    # ── Making trouble ──

    def end_workers(self, function: str) -> None:
        """Kill a function's workers, which remember a secret for minutes of the machine's own clock."""
        for pid in self.cloud.functions.named(function).worker_pids():
            os.kill(pid, signal.SIGKILL)
        # The invocation that finds its worker dead fails, and the next one has a new worker.
        with suppress(LambdaError):
            self.cloud.invoke(function, {})

    def failing(self, function: str, error: str, *customers: Customer) -> AbstractContextManager[object]:
        """Let a function raise an error, for some customers."""
        ids = {each.limitation_id for each in customers}
        return failing(self.cloud, function, lambda call: call.get("limitationId") in ids, error)


@cache
def _dynamodb(endpoint_url: str, key: str) -> Any:
    session: Any = boto3.Session(key, SECRET_KEY, region_name="eu-west-3")
    return session.resource("dynamodb", endpoint_url=endpoint_url)


def _payment_detail(
    customers: tuple[Customer, ...], amount: float | None, changes: Mapping[str, object]
) -> dict[str, object]:
    detail = fields_of("PaymentReceived", customers, PAID_AT, "") | payment_fields(customers, amount)
    return {**detail, "paymentId": f"PAY-{next(_payments):06}", "means": "CARD", "status": "CAPTURED", **changes}


@contextmanager
def running_world(
    parameters: Mapping[str, str] | None = None,
    *,
    pace: float = 0.1,
    workers: int = 2,
    alone: bool = False,
) -> Iterator[World]:
    """Deploy core and companion with short waits, and connect them to the simulators, which move when a test says so.

    At the end each execution must have taken a path that its definition allows, whatever a test let happen to it.
    ``parameters`` are either template's, in place of the stage's; with ``alone``, there is no companion.
    """
    with deployed_stage(parameters=parameters, pace=pace, workers=workers, alone=alone) as stage:
        yield World(stage)
        deviations = deviations_on(stage)
        assert not deviations, "\n".join(line for each in deviations for line in deviation_lines(each))
