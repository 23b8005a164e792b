"""The whole chain for end-to-end tests: the embedded cloud with the deployable artefacts, billing and Enedis."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from local.billing import BillingSimulator
from local.cloud import EmbeddedCloud, LambdaError
from local.cloud.dispatch import AwsRequest, AwsResponse, error_response
from local.cloud.ear import Ear
from local.cloud.errors import WaitTimeoutError
from local.cloud.executions import Execution
from local.enedis import EnedisSimulator, PointSetup

ROOT = Path(__file__).resolve().parents[2]
SENDER = "ne-pas-repondre@fournisseur.example"
MESSAGE_PARAMETERS = {
    "SenderAddress": SENDER,
    "SmsSenderId": "FOURNISSEUR",
    "SupplierName": "Fournisseur",
    "SupplierTelephone": "09 70 00 00 00",
    "PaymentLink": "https://payer.fournisseur.example",
    "BalanceDueDelaySeconds": "1",
}
SUMMER = date(2026, 5, 4)
WINTER = date(2026, 12, 1)
PATIENCE_SECONDS = 120.0
"""A slow machine is no wrong chain; what is waited for is an event, so patience costs nothing where all is well."""
_numbers = count(1)


@dataclass(frozen=True)
class Customer:
    """A limited customer of the tests, with ids of its own."""

    limitation_id: str
    contract_id: str
    point_id: str
    customer_id: str
    debt: float


@dataclass
class World:
    """What a test acts on and looks at."""

    cloud: EmbeddedCloud
    billing: BillingSimulator
    enedis: EnedisSimulator
    _ear: Ear

    # ── Acting ──

    def put(self, detail_type: str, source: str = "billing", **detail: object) -> None:
        """Let billing (or the advisors' tool) book a fact and tell of it on the bus."""
        self._book(detail_type, source, detail, told=True)

    def _entry(self, detail_type: str, source: str, detail: Mapping[str, object]) -> dict[str, Any]:
        return {
            "Source": source,
            "DetailType": detail_type,
            "Detail": json.dumps(detail),
            "EventBusName": self.cloud.outputs["EventBusName"],
        }

    def _book(self, detail_type: str, source: str, detail: Mapping[str, object], *, told: bool) -> None:
        entry = self._entry(detail_type, source, detail)
        self.billing.record(entry)
        if told:
            self.put_entries([entry])

    def put_entries(self, entries: list[dict[str, Any]]) -> None:
        for start in range(0, len(entries), 10):
            answer = self.cloud.client("events").put_events(Entries=entries[start : start + 10])
            assert answer["FailedEntryCount"] == 0

    def new_customer(self, *, debt: float = 120.0, on: date = SUMMER, **point: Any) -> Customer:
        """A customer whose point Enedis has limited, not yet told to us."""
        number = next(_numbers)
        customer = Customer(
            f"LIM-{number:06}", f"CTR-{number:06}", f"{30000000000000 + number}", f"CUS-{number:06}", debt
        )
        self.enedis.network.add_point(PointSetup(customer.point_id, contract_id=customer.contract_id, **point))
        self.billing.set_business_date(on, customer.contract_id)
        return customer

    def limit(self, customer: Customer, detail_type: str = "PowerLimited", at: str = "2026-05-01T08:00:00Z") -> None:
        """Let billing tell of the limitation."""
        self.put(
            detail_type,
            limitationId=customer.limitation_id,
            contractId=customer.contract_id,
            pointId=customer.point_id,
            customerId=customer.customer_id,
            at=at,
            debt=customer.debt,
            currency="EUR",
            limitedPowerKva=1,
            subscribedPowerKva=6,
        )

    def limited_customer(self, *, debt: float = 120.0, on: date = SUMMER, **point: Any) -> Customer:
        """A customer whose limitation is registered and was checked, in vain, at once."""
        customer = self.new_customer(debt=debt, on=on, **point)
        self.limit(customer)
        self.wait(lambda: self.outcomes(customer) == ["BALANCE_DUE"], f"{customer.limitation_id} registered")
        return customer

    def pay(self, *customers: Customer, amount: float | None = None, told: bool = True, **changes: object) -> str:
        """Let customers pay, by default their whole debt by card in one payment; returns the payment's id.

        A payment that is not told of is booked by billing, and its event lost.
        """
        detail = _payment_detail(customers, amount, changes)
        self._book("PaymentReceived", "billing", detail, told=told)
        return str(detail["paymentId"])

    def payment(self, *customers: Customer, amount: float | None = None, **changes: object) -> dict[str, Any]:
        """The entry of a payment that billing has not booked, and that nobody has been told of."""
        return self._entry("PaymentReceived", "billing", _payment_detail(customers, amount, changes))

    def dispute(self, customer: Customer) -> None:
        """Let billing tell of a dispute, and wait until an advisor is asked."""
        self.put(
            "ProtectionGranted",
            protectionId=f"PRO-{customer.limitation_id}",
            contractId=customer.contract_id,
            at="2026-05-04T10:00:00Z",
            kind="DISPUTE",
        )
        self.wait_in_state(customer, "WaitForAdvisor")
        self.wait_for_token(customer)

    def advise(self, customer: Customer, decision: str, at: str = "2026-05-04T10:00:00Z") -> None:
        """Let an advisor decide."""
        self.put(
            "AdvisorDecided",
            source="advisors",
            limitationId=customer.limitation_id,
            decision=decision,
            advisor="A-17",
            reason="Vérifié au téléphone",
            at=at,
        )

    # ── Looking ──

    def executions(self, customer: Customer) -> list[Execution]:
        return [
            item
            for item in self.cloud.executions("RestorationStateMachine")
            if item.input["limitationId"] == customer.limitation_id
        ]

    def outcomes(self, customer: Customer) -> list[str]:
        """Outcome or status of each execution of a customer's limitation, in the order in which they started."""
        return [item.output["outcome"] if item.output else item.status for item in self.executions(customer)]

    def execution(self, arn: str) -> Execution:
        return next(item for item in self.cloud.executions("RestorationStateMachine") if item.arn == arn)

    def errors(self, arn: str) -> list[str]:
        """The errors of an execution's failed attempts, in order."""
        history = self.execution(arn).history
        return [str(event["taskFailedEventDetails"].get("error")) for event in history if event["type"] == "TaskFailed"]

    def wait(self, predicate: Callable[[], object], what: str, timeout: float = PATIENCE_SECONDS) -> None:
        self.cloud.wait_until(predicate, timeout=timeout, describe=what)

    def wait_for_outcomes(self, customer: Customer, *outcomes: str, timeout: float = PATIENCE_SECONDS) -> None:
        """Wait until a customer's executions have ended with these outcomes (in any order)."""
        try:
            self.wait(
                lambda: sorted(self.outcomes(customer)) == sorted(outcomes), f"{customer.limitation_id}'s end", timeout
            )
        except WaitTimeoutError as error:
            found = "; ".join(
                f"{outcome} by {' → '.join(item.path[-6:])} {item.error or ''} {(item.cause or '')[:300]} "
                f"{_last_error(item)}"
                for item, outcome in zip(self.executions(customer), self.outcomes(customer), strict=True)
            )
            raise AssertionError(f"expected {outcomes}, found {found} ({error})") from error

    def wait_in_state(self, customer: Customer, state: str) -> Execution:
        """Wait until an execution of a customer is in a state; returns it as it was there, for it may go on at once."""
        found: list[Execution] = []

        def there() -> bool:
            running = (item for item in self.executions(customer) if item.status == "RUNNING")
            found.extend(item for item in running if item.path and item.path[-1] == state)
            return bool(found)

        self.wait(there, f"{customer.limitation_id} in {state}")
        return found[0]

    def limitation(self, customer: Customer) -> dict[str, Any]:
        """The limitation's item, its attributes as plain values."""
        answer = self.cloud.client("dynamodb").get_item(
            TableName=self.cloud.physical_id("LimitationsTable"), Key={"limitationId": {"S": customer.limitation_id}}
        )
        return {name: next(iter(value.values())) for name, value in answer.get("Item", {}).items()}

    def wait_for_token(self, customer: Customer) -> None:
        """Wait until an execution of the customer has stored its token."""
        self.wait(lambda: self.limitation(customer).get("waitingToken"), "the token's being stored")

    def turn_switch(self, mode: str, percent: int = 100) -> None:
        """Turn the switch in Parameter Store, as operations do."""
        ssm, outputs = self.cloud.client("ssm"), self.cloud.outputs
        for name, value in (("ModeParameterName", mode), ("RolloutPercentParameterName", str(percent))):
            ssm.put_parameter(Name=outputs[name], Value=value, Type="String", Overwrite=True)

    def orders(self, customer: Customer) -> list[Any]:
        """The orders that Enedis accepted for a customer's point."""
        return [order for order in self.enedis.network.journal.orders() if order.point_id == customer.point_id]

    def told(self, customer: Customer) -> list[str]:
        """What the customer was written: the ids of the messages, sorted."""
        items = self.cloud.client("dynamodb").scan(TableName=self.cloud.physical_id("MessagesTable"))["Items"]
        ids = sorted(item["messageId"]["S"] for item in items if "sentAt" in item)
        return [each.partition("#")[2] for each in ids if each.startswith(f"{customer.limitation_id}#")]

    def has_told_all(self) -> bool:
        """Whether no event waits to be told to a customer."""
        queues = self.cloud.queue_depths()
        return not any(depth.total for name, depth in queues.items() if name.endswith("-notifications"))

    def published(self, customer: Customer) -> list[str]:
        """The detail types that we published about a customer, in order."""
        mine = [event for event in self._ear.heard() if event["detail"].get("limitationId") == customer.limitation_id]
        return [event["detail-type"] for event in mine]

    def heard(self, detail_type: str) -> list[dict[str, Any]]:
        """The events of a type that we published, in order."""
        return [event for event in self._ear.heard() if event["detail-type"] == detail_type]

    def dead_letters(self, queue: str) -> list[tuple[str, dict[str, str]]]:
        """Take the messages of a dead-letter queue (logical id): body and attributes."""
        sqs = self.cloud.client("sqs")
        url = self.cloud.physical_id(queue)
        found = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get(
            "Messages"
        ):
            for message in messages:
                attributes = {
                    name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()
                }
                found.append((message["Body"], attributes))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    # ── Making trouble ──

    @contextmanager
    def _wrapped(
        self, function: str, wrap: Callable[[Mapping[str, Any], Callable[[], bytes]], bytes]
    ) -> Iterator[None]:
        """Put ``wrap`` around the invocations of a function: it is given the payload and what goes on as usual."""
        found = self.cloud.functions.find(function)
        assert found is not None, function
        original = found.invoke

        def invoke(payload: bytes, *rest: Any, **named: Any) -> bytes:
            return wrap(json.loads(payload), lambda: original(payload, *rest, **named))

        found.invoke = invoke  # type: ignore[method-assign]
        try:
            yield
        finally:
            found.invoke = original  # type: ignore[method-assign]

    @contextmanager
    def held(self, function: str, when: Callable[[Mapping[str, Any]], bool]) -> Iterator[threading.Event]:
        """Hold the invocations of a function whose payload fits, until the block ends; the event says one is held."""
        reached, released = threading.Event(), threading.Event()

        def hold(payload: Mapping[str, Any], go_on: Callable[[], bytes]) -> bytes:
            if when(payload):
                reached.set()
                released.wait(60)
            return go_on()

        with self._wrapped(function, hold):
            try:
                yield reached
            finally:
                released.set()

    @contextmanager
    def failing(self, function: str, customer: Customer, error: str) -> Iterator[None]:
        """Let a function raise an error, for one customer."""

        def fail(payload: Mapping[str, Any], go_on: Callable[[], bytes]) -> bytes:
            if payload.get("limitationId") != customer.limitation_id:
                return go_on()
            message = "raised by the test"
            raise LambdaError(error, message, json.dumps({"errorType": error, "errorMessage": message}).encode())

        with self._wrapped(function, fail):
            yield

    @contextmanager
    def lost_answers(self, action: str, when: Callable[[AwsRequest], bool], times: int) -> Iterator[list[AwsRequest]]:
        """Let AWS carry out the calls that fit and lose its answer; the list holds the calls struck."""
        struck: list[AwsRequest] = []
        dispatcher = self.cloud.dispatcher

        def lose(request: AwsRequest) -> AwsResponse | None:
            if request.action != action or len(struck) >= times or not when(request):
                return None
            struck.append(request)
            dispatcher.ask_moto(request)
            return error_response(500, "InternalServerError", "The answer was lost on its way")

        dispatcher.intercept(lose)
        try:
            yield struck
        finally:
            dispatcher._interceptors.remove(lose)


def _payment_detail(
    customers: tuple[Customer, ...], amount: float | None, changes: Mapping[str, object]
) -> dict[str, object]:
    shares = [customer.debt if amount is None else amount for customer in customers]
    detail: dict[str, object] = {
        "paymentId": f"PAY-{next(_numbers):06}",
        "customerId": customers[0].customer_id,
        "at": "2026-05-04T09:00:00Z",
        "means": "CARD",
        "status": "CAPTURED",
        "amount": sum(shares),
        "currency": "EUR",
        "allocations": [
            {"contractId": customer.contract_id, "amount": share}
            for customer, share in zip(customers, shares, strict=True)
        ],
    }
    return detail | dict(changes)


def _last_error(execution: Execution) -> str:
    """What the last failed attempt of an execution met: retries outlast a test's patience."""
    failures = [event["taskFailedEventDetails"] for event in execution.history if event["type"] == "TaskFailed"]
    return (
        f"(last failed attempt: {failures[-1].get('error')} {str(failures[-1].get('cause'))[:300]})" if failures else ""
    )


@contextmanager
def running_world(*, pace: float = 0.1, workers: int = 2, **parameters: str) -> Iterator[World]:
    """Deploy template.yaml with short waits, and connect it to the simulators."""
    settings = {
        "Mode": "on",
        "DeferMessages": "false",
        "SwitchCacheSeconds": "0.001",
        "BillingLagSeconds": "5",
        **MESSAGE_PARAMETERS,
        "Architecture": "x86_64",
        "FollowFirstWaitSeconds": "1",
        "FollowMaxWaitSeconds": "1",
        "EnedisSettleSeconds": "1",
        "EnedisRetrySeconds": "1",
        "EnedisReadTimeoutSeconds": "2",
        "EnedisCallsPerSecond": "200",
        # Faults here strike one customer; the breaker is for all. Who wants it open asks for it.
        "EnedisBreakerFailures": "1000",
        "EnedisBreakerRecoverySeconds": "1",
        **parameters,
    }
    with BillingSimulator() as billing, EnedisSimulator(step_seconds=0.2) as enedis:
        settings |= {"BillingUrl": billing.url, "EnedisUrl": enedis.url}
        with EmbeddedCloud(
            template=ROOT / "template.yaml",
            parameters=settings,
            workdir=ROOT / "build" / "cloud",
            pace=pace,
            workers_per_function=workers,
        ) as cloud:
            secrets = cloud.client("secretsmanager")
            secrets.put_secret_value(
                SecretId=cloud.outputs["BillingSecretName"], SecretString=json.dumps({"apiKey": billing.api_key})
            )
            secrets.put_secret_value(
                SecretId=cloud.outputs["EnedisSecretName"], SecretString=json.dumps(enedis.secret())
            )
            cloud.client("ses").verify_email_identity(EmailAddress=SENDER)
            yield World(cloud, billing, enedis, Ear(cloud, cloud.outputs["EventBusName"], "restoration"))
