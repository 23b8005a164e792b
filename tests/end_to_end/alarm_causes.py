"""What sets each alarm of the template off, and how it is taken away again."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from botocore.exceptions import ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from local.cloud import Execution, LambdaError
from local.partners.enedis.flows import FlowRow, zipped_flow
from local.stage.gates import failing
from restoration.clock import to_text
from restoration.contracts.notifications import tag_of
from restoration.domain.point import SupplyState
from tests.end_to_end.world import World
from tests.infrastructure.templates import template

FUNCTIONS = [one.logical_id.removesuffix("Function") for one in template().functions]
FAMILIES = list(template().document["Mappings"]["Queues"])
WATCHING = ("MeasureEnedisFunction", "MeasureExecutionsFunction", "ReconcileExecutionsFunction")
NOW = datetime.now(UTC)
_numbers = count(1)


@dataclass(frozen=True)
class Scene:
    """A world whose clock the tests move."""

    world: World
    ended: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Hear of the ends of executions, after the cloud has measured them."""
        self.world.cloud.subscriptions.on_execution(lambda it: None if it.is_running else self.ended.add(it.arn))

    def wait_for_end(self, execution: Execution) -> None:
        """Wait until an execution has ended, and that was measured."""
        self.world.wait(lambda: execution.arn in self.ended, f"the end of {execution.name}")

    def state(self, alarm: str) -> str:
        return str(self.world.cloud.alarms.state(f"restoration-{alarm}"))

    def minutes(self, number: int) -> None:
        self.world.cloud.pass_minutes(number)

    def rest(self) -> None:
        """Let what was before leave every period but the longest."""
        self.world.cloud.wait_idle(waiting=True)
        self.world.cloud.clock.move(timedelta(hours=3))
        self.minutes(3)

    def move_to(self, weekday: int, hour: int) -> None:
        """Move the clock to the next such moment; Monday is 1."""
        clock = self.world.cloud.clock
        at = clock.now().replace(hour=hour, minute=0)
        while at <= clock.now() or at.isoweekday() != weekday:
            at += timedelta(days=1)
        clock.move(at - clock.now())

    def watch(self) -> None:
        """Do what the three schedules do."""
        for function in WATCHING:
            self.world.cloud.invoke(function, {})

    def put_item(self, table: str, **item: Any) -> None:
        typed = {name: _typed(value) for name, value in item.items()}
        self.world.cloud.client("dynamodb").put_item(TableName=self.world.cloud.physical_id(table), Item=typed)

    def put_metric(self, name: str, value: float, namespace: str = "restoration", **dimensions: str) -> None:
        given = dimensions or {"service": "restoration"}
        self.world.cloud.client("cloudwatch").put_metric_data(
            Namespace=namespace,
            MetricData=[
                {
                    "MetricName": name,
                    "Value": value,
                    "Dimensions": [{"Name": key, "Value": text} for key, text in given.items()],
                }
            ],
        )

    def feed(self, function: str, *bodies: str) -> Any:
        """Invoke a function with a batch of records."""
        records = [{"messageId": f"m-{next(_numbers)}", "body": body, "attributes": {}} for body in bodies]
        return self.world.cloud.invoke(function, {"Records": records})

    def drop_flow(self, *rows: FlowRow, taken_at: datetime) -> None:
        """Drop a file of Enedis' flows, and wait until it was worked through."""
        key = f"x12/{next(_numbers)}.zip"
        bucket = self.world.cloud.outputs["FlowsBucketName"]
        content = zipped_flow(list(rows), taken_at)
        self.world.cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
        self.world.wait(lambda: key in str(self.world.cloud.logs("ingest_enedis_flow")), f"{key} worked through")
        self.world.cloud.wait_idle(waiting=True)


type Cause = Callable[[Scene], Iterator[None]]
"""Provokes up to its `yield`, and mends what it broke after it."""


@dataclass(frozen=True)
class Provocation:
    """A cause, and the alarms that it has to set off."""

    cause: Cause
    alarms: tuple[str, ...]

    def played(self, scene: Scene) -> Any:
        return contextmanager(self.cause)(scene)


PROVOCATIONS: list[Provocation] = []


def sets_off(*alarms: str) -> Callable[[Cause], Cause]:
    """Note what a cause has to set off."""

    def noted(cause: Cause) -> Cause:
        PROVOCATIONS.append(Provocation(cause, alarms))
        return cause

    return noted


def _typed(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float):
        return {"N": str(value)}
    return {"M": {name: _typed(each) for name, each in value.items()}} if isinstance(value, dict) else {"S": value}


# ── Executions ──


@sets_off("ExecutionsFailed", "CustomersAffected")
def execution_fails(scene: Scene) -> Iterator[None]:
    """Billing does not know the contract."""
    world, customer = scene.world, scene.world.new_customer()
    world.put_entries([_limited(customer.limitation_id, "CTR-UNKNOWN", customer.point_id)])
    scene.wait_for_end(world.wait_for_outcome(customer, "FAILED"))
    scene.minutes(1)
    yield


@sets_off("OldestExecutionTooOld", "ExecutionsAborted")
def execution_is_old_and_stopped(scene: Scene) -> Iterator[None]:
    """An advisor forgets a question for a month; then somebody stops the execution."""
    world = scene.world
    customer = world.limited_customer()
    world.dispute(customer)
    execution = world.executions(customer)[-1]
    machines = stepfunctions_parser_backends[DEFAULT_ACCOUNT_ID][world.cloud.region].state_machines
    (known,) = (each for machine in machines for each in machine.executions if each.execution_arn == execution.arn)
    known.start_date -= timedelta(days=30)
    scene.watch()
    world.cloud.stop_execution(execution.arn)
    scene.wait_for_end(execution)
    scene.minutes(1)
    yield


@sets_off("ExecutionsTimedOut")
def execution_times_out(scene: Scene) -> Iterator[None]:
    """Put, since no machine has a limit of its own: an execution times out after a year."""
    machine = scene.world.cloud.physical_id("RestorationStateMachine")
    scene.put_metric("ExecutionsTimedOut", 1, "AWS/States", StateMachineArn=machine)
    scene.minutes(1)
    yield


@sets_off("ProtectionCampaignFailed")
def campaign_fails(scene: Scene) -> Iterator[None]:
    cloud = scene.world.cloud
    with failing(cloud, "ProtectionCampaignFunction", lambda _: True, "InvalidConfiguration"):
        machine = cloud.physical_id("ProtectionCampaignStateMachine")
        arn = cloud.client("stepfunctions").start_execution(stateMachineArn=machine, input="{}")["executionArn"]
        scene.wait_for_end(cloud.execution(arn))
    scene.minutes(1)
    yield


@sets_off("BulkRedriveFailed")
def bulk_redrive_fails(scene: Scene) -> Iterator[None]:
    cloud = scene.world.cloud
    given = {"redriveId": "redrive-1", "hash": "0" * 64, "rate": 1}
    with failing(cloud, "BulkRedriveFunction", lambda _: True, "InvalidManifest"):
        machine = cloud.physical_id("BulkRedriveStateMachine")
        arn = cloud.client("stepfunctions").start_execution(stateMachineArn=machine, input=json.dumps(given))
        scene.wait_for_end(cloud.execution(arn["executionArn"]))
    scene.minutes(1)
    yield


@sets_off("BulkRedriveStopped")
def bulk_redrive_stops(scene: Scene) -> Iterator[None]:
    """Put, since ``test_bulk_redrive`` has a brake that stops one."""
    scene.put_metric("BulkRedrivesStopped", 1)
    scene.minutes(1)
    yield


@sets_off("ProtectionCampaignNotDone")
def campaign_is_not_done(scene: Scene) -> Iterator[None]:
    """The report of a campaign of the past, with one limitation that stayed open."""
    scene.put_item(
        "CampaignsTable",
        campaignId="campaign-2020",
        limitationId="LIM-2020",
        contractId="CTR-2020",
        measure="FLOOR",
        reason="WINTER_FLOOR",
        floorKva=3,
        started=False,
    )
    request = {"step": "REPORT", "at": "2020-10-30T03:00:00Z", "dryRun": False}
    assert scene.world.cloud.invoke("ProtectionCampaignFunction", request)["open"] == 1
    scene.minutes(1)
    yield


# ── Queues ──


@sets_off(*(f"{family}DeadLettersNotEmpty" for family in FAMILIES), "UnrecognisedEventsNotEmpty")
def records_are_poisoned(scene: Scene) -> Iterator[None]:
    """Each queue gets a record that breaks its contract, and the function that reads it puts it aside."""
    cloud = scene.world.cloud
    bad = [("PaymentReceived", "billing"), ("PowerLimited", "billing"), ("AdvisorDecided", "advisors")]
    for detail_type, source in [*bad, ("PaymentReceve", "billing")]:
        entry = {"Source": source, "DetailType": detail_type, "Detail": "{}"}
        scene.world.put_entries([entry | {"EventBusName": cloud.outputs["EventBusName"]}])
    for queue in ("OrdersQueue", "NotificationsQueue"):
        cloud.client("sqs").send_message(QueueUrl=cloud.physical_id(queue), MessageBody="{}")
    cloud.client("s3").put_object(Bucket=cloud.outputs["FlowsBucketName"], Key="x12/broken.zip", Body=b"broken")
    letters = [*(f"{family}DeadLetters" for family in FAMILIES), "UnrecognisedEventsQueue"]
    names = {cloud.physical_id(queue).rpartition("/")[2] for queue in letters}
    scene.world.wait(lambda: all(cloud.queue_depths()[name].visible for name in names), "dead letters everywhere")
    scene.minutes(1)
    yield
    for queue in letters:
        cloud.client("sqs").purge_queue(QueueUrl=cloud.physical_id(queue))


@sets_off(*(f"{family}QueueTooOld" for family in FAMILIES))
def queues_are_not_read(scene: Scene) -> Iterator[None]:
    cloud = scene.world.cloud
    queues = [f"{family}Queue" for family in FAMILIES]
    for queue in queues:
        for poller in cloud.pollers_of(queue):
            poller.enabled = False
        cloud.client("sqs").send_message(QueueUrl=cloud.physical_id(queue), MessageBody="{}")
    scene.minutes(14)
    assert {scene.state(f"{queue}TooOld") for queue in queues} == {"OK"}
    scene.minutes(3)
    yield
    for queue in queues:
        cloud.client("sqs").purge_queue(QueueUrl=cloud.physical_id(queue))
        for poller in cloud.pollers_of(queue):
            poller.enabled = True


@sets_off("IntakeSilent")
def nothing_comes_in_on_a_working_day(scene: Scene) -> Iterator[None]:
    scene.move_to(4, 9)
    scene.minutes(61)
    yield


# ── Functions ──


@sets_off(*(f"{function}Errors" for function in FUNCTIONS))
def functions_raise_errors(scene: Scene) -> Iterator[None]:
    """Each is called with what is no input of it; the three that look at none are made to fail."""
    cloud = scene.world.cloud
    with ExitStack() as stack:
        for function in WATCHING:
            stack.enter_context(failing(cloud, function, lambda _: True, "RuntimeError"))
        for minute in range(3):
            assert minute == 0 or {scene.state(f"{function}Errors") for function in FUNCTIONS} == {"OK"}
            for function in FUNCTIONS:
                with suppress(LambdaError):
                    cloud.invoke(f"{function}Function", {})
            scene.minutes(1)
    yield


@sets_off(*(f"{function}Throttles" for function in FUNCTIONS))
def functions_are_throttled(scene: Scene) -> Iterator[None]:
    """No concurrency is left for any of them."""
    functions = scene.world.cloud.functions.all()
    before = [function.configuration for function in functions]
    for function in functions:
        function.configuration = replace(function.configuration, reserved_concurrency=0)
    for _ in range(3):
        for function in functions:
            with suppress(ClientError):
                scene.world.cloud.client("lambda").invoke(FunctionName=function.configuration.name, Payload=b"{}")
        scene.minutes(1)
    for function, configuration in zip(functions, before, strict=True):
        function.configuration = configuration
    yield


# ── Enedis ──


@sets_off("EnedisUnreachable")
def enedis_is_down(scene: Scene) -> Iterator[None]:
    """The breaker has been open for ten minutes."""
    until = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
    began = to_text(datetime.now(UTC) - timedelta(minutes=10))
    scene.put_item("EnedisAccessTable", name="outage", beganAt=began, expiration=until)
    scene.watch()
    scene.minutes(1)
    yield
    _forget_access(scene, "outage")


@sets_off("EnedisQuotaExhausted")
def quota_is_exhausted(scene: Scene) -> Iterator[None]:
    """All turns of the next minutes are booked, whenever a read asks for one in half an hour."""
    customer = scene.world.new_customer()
    for _ in range(8):
        ahead = int((datetime.now(UTC) + timedelta(minutes=5)).timestamp() * 1000)
        scene.put_item("EnedisAccessTable", name="quota", next_at=ahead, reach=600_000)
        with suppress(LambdaError):
            scene.world.cloud.invoke("ReadPointFunction", _read(customer))
        scene.minutes(4)
    yield
    _forget_access(scene, "quota")


@sets_off("OrdersLate")
def order_is_late(scene: Scene) -> Iterator[None]:
    late = _read(scene.world.new_customer()) | {"reference": "LIM-1/R/1", "dueAt": "2026-01-01T00:00:00Z"}
    assert scene.world.cloud.invoke("ReadPointFunction", late)["late"] is True
    scene.minutes(1)
    yield


@sets_off("EnedisCertificateExpires")
def certificate_is_unusable(scene: Scene) -> Iterator[None]:
    cloud = scene.world.cloud
    secret = cloud.outputs["EnedisSecretArn"]
    secrets = cloud.client("secretsmanager")
    good = secrets.get_secret_value(SecretId=secret)["SecretString"]
    secrets.put_secret_value(SecretId=secret, SecretString=json.dumps({**json.loads(good), "certificate": "none"}))
    try:
        scene.world.end_workers("MeasureEnedisFunction")
        scene.watch()
        scene.minutes(1)
        yield
    finally:
        secrets.put_secret_value(SecretId=secret, SecretString=good)
        scene.world.end_workers("MeasureEnedisFunction")


@sets_off("FlowRowsSkipped", "SettledStillLimited", "FlowContradictsClosing")
def flow_shows_what_was_settled(scene: Scene) -> Iterator[None]:
    """A limitation that was closed days ago is shown; it is closed after another look, and shown again."""
    customer = scene.world.new_customer()
    scene.world.billing.update_contract(
        customer.contract_id, customer_id=customer.customer_id, point_id=customer.point_id
    )
    closed_at = NOW - timedelta(days=3)
    scene.put_item(
        "LimitedContractsTable",
        contractId=customer.contract_id,
        limitations={},
        closedLimitations={},
        lastClosedAt=to_text(closed_at),
    )
    shown = FlowRow(
        "LIM77",
        1,
        customer.point_id,
        customer.contract_id,
        supply_state=SupplyState.LIMITED,
        effective_on=(closed_at - timedelta(days=9)).date(),
        limited_power_kva="1",
        limitation_reason="IMPAYE",
    )
    nobody_s = replace(shown, case_id="LIM78", point_id="30000000099999", contract_id="")
    scene.drop_flow(shown, nobody_s, taken_at=NOW)
    scene.world.wait_for_outcome(replace(customer, limitation_id="ENEDIS-LIM77-1"), "RESTORED")
    scene.world.cloud.client("dynamodb").update_item(
        TableName=scene.world.cloud.physical_id("LimitationsTable"),
        Key={"limitationId": {"S": "ENEDIS-LIM77-1"}},
        UpdateExpression="SET #status = :closed",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":closed": {"S": "CLOSED"}},
    )
    scene.world.cloud.client("dynamodb").update_item(
        TableName=scene.world.cloud.physical_id("LimitedContractsTable"),
        Key={"contractId": {"S": customer.contract_id}},
        UpdateExpression="SET limitations = :none, lastClosedAt = :at",
        ExpressionAttributeValues={":none": {"M": {}}, ":at": {"S": to_text(closed_at)}},
    )
    scene.drop_flow(shown, taken_at=NOW + timedelta(hours=1))
    scene.minutes(1)
    yield


@sets_off("FlowChecksDeferred")
def flow_differs_too_much(scene: Scene) -> Iterator[None]:
    """Put: one file would have to start 2,000 executions first."""
    scene.put_metric("FlowChecksDeferred", 1)
    scene.minutes(1)
    yield


# ── Messages and billing ──


@sets_off("MessagesFail")
def billing_knows_no_contact(scene: Scene) -> Iterator[None]:
    bodies = []
    for number in range(10):
        limitation = f"LIM-F{number}"
        scene.put_item(
            "LimitationsTable",
            limitationId=limitation,
            contractId=f"CTR-F{number}",
            pointId="30009990000001",
            customerId=f"CUS-F{number}",
            status="CLOSED",
            generation=1,
        )
        detail = {
            "id": f"{limitation}:1:PowerRestored:",
            "limitationId": limitation,
            "contractId": f"CTR-F{number}",
            "generation": 1,
            "pointId": "30009990000001",
            "outcome": "RESTORED",
            "reference": None,
            "basis": "DEBT_COVERED",
            "residual": "0.00",
            "reviewOn": None,
            "communicatingMeter": True,
        }
        bodies.append(_delivered("PowerRestored", detail))
    records = [
        {"messageId": f"f-{number}", "body": body, "attributes": {"ApproximateReceiveCount": "5"}}
        for number, body in enumerate(bodies)
    ]
    scene.world.cloud.invoke("NotifyCustomerFunction", {"Records": records})
    scene.minutes(1)
    yield
    scene.world.dead_letters("NotificationsDeadLetters")


@sets_off("MessagesUndelivered", "CustomersComplain")
def carriers_report_trouble(scene: Scene) -> Iterator[None]:
    bodies = []
    for number in range(23):
        attempt = f"LIM-D{number}#POWER_RESTORED#1"
        report = "Email Bounced" if number < 20 else "Email Complaint Received"
        body = json.dumps({"report": report, "at": "2026-11-26T10:00:00Z", "tag": tag_of(attempt)})
        scene.put_item(
            "MessagesTable",
            messageId=attempt,
            state="SENT",
            claimedBy="somebody",
            claimedAt="2026-11-26T09:00:00.000Z",
            channel="EMAIL",
            record=body,
        )
        bodies.append(body)
    scene.feed("NotifyCustomerFunction", *bodies)
    scene.minutes(1)
    yield


@sets_off("DunningStopUnheard")
def billing_limits_again(scene: Scene) -> Iterator[None]:
    """Twenty limitations of one contract, whose last one was closed a week ago."""
    customer = scene.world.new_customer()
    scene.put_item(
        "LimitedContractsTable",
        contractId=customer.contract_id,
        limitations={},
        closedLimitations={},
        lastClosedAt=to_text(NOW - timedelta(days=7)),
    )
    scene.feed(
        "RegisterLimitationsFunction",
        *(
            _delivered(
                "PowerLimitationRequested",
                json.loads(_limited(f"LIM-S{number}", customer.contract_id, customer.point_id)["Detail"]),
            )
            for number in range(20)
        ),
    )
    scene.minutes(1)
    yield


# ── Helpers ──


def _limited(limitation: str, contract: str, point: str) -> dict[str, Any]:
    detail = {
        "limitationId": limitation,
        "pointId": point,
        "customerId": "CUS-1",
        "contractId": contract,
        "debt": 100,
        "currency": "EUR",
        "limitedPowerKva": 1,
        "subscribedPowerKva": 6,
        "at": to_text(NOW),
    }
    return {"Source": "billing", "DetailType": "PowerLimitationRequested", "Detail": json.dumps(detail)}


def _delivered(detail_type: str, detail: Mapping[str, Any]) -> str:
    """An event as a queue holds it."""
    return json.dumps(
        {
            "version": "0",
            "id": f"e-{next(_numbers)}",
            "detail-type": detail_type,
            "source": "restoration" if detail_type == "PowerRestored" else "billing",
            "account": DEFAULT_ACCOUNT_ID,
            "time": to_text(NOW),
            "region": "eu-west-3",
            "resources": [],
            "detail": detail,
        }
    )


def _read(customer: Any) -> dict[str, Any]:
    return {
        "limitationId": customer.limitation_id,
        "pointId": customer.point_id,
        "contractId": customer.contract_id,
    }


def _forget_access(scene: Scene, name: str) -> None:
    table = scene.world.cloud.physical_id("EnedisAccessTable")
    scene.world.cloud.client("dynamodb").delete_item(TableName=table, Key={"name": {"S": name}})
