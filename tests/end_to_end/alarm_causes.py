"""What sets the alarms of executions, queues and functions off, and how it is taken away again."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from embedded_cloud import LambdaError
from local.stage.gates import failing
from local.stage.visitor import Visitor
from tests.end_to_end.alarm_scene import WATCHING, Scene, set_off
from tests.end_to_end.provoked import fail, unusable_certificate
from tests.infrastructure.templates import application, template

FUNCTIONS = [one.logical_id.removesuffix("Function") for one in template().functions]
FAMILIES = list(template().document["Mappings"]["Queues"])
STOPPED = template().resources["BulkRedriveStopped"].properties
COUNTERS: Mapping[str, Any] = {
    **template().document["Mappings"]["Counters"],
    "BulkRedriveStopped": {
        "Metric": STOPPED["MetricName"],
        "Threshold": STOPPED["Threshold"],
        "Periods": STOPPED["EvaluationPeriods"],
    },
}
CHANNELS = [one.logical_id.removesuffix("Function") for one in application("channels").functions]
TRIED: Mapping[str, Any] = application("channels").document["Mappings"]["Counters"]


# ── Executions ──────────────────────────────────────────────────────────────────────────────────────────────────────


@set_off("ExecutionsFailed", "CustomersAffected")
def execution_fails(scene: Scene) -> Iterator[None]:
    [customer] = fail(scene.world, 1)
    scene.wait_for_end(scene.world.executions(customer)[-1])
    scene.minutes(1)
    yield


@set_off("OldestExecutionTooOld", "ExecutionsAborted")
def execution_is_old_and_stopped(scene: Scene) -> Iterator[None]:
    """An advisor forgets a question for a month; then somebody stops the execution."""
    world = scene.world
    execution = world.executions(world.disputing_customer())[-1]
    machines = stepfunctions_parser_backends[DEFAULT_ACCOUNT_ID][world.cloud.region].state_machines
    (known,) = (each for machine in machines for each in machine.executions if each.execution_arn == execution.arn)
    known.start_date -= timedelta(days=30)
    scene.watch()
    world.cloud.stop_execution(execution.arn)
    scene.wait_for_end(execution)
    scene.minutes(1)
    yield


@set_off("ProtectionCampaignFailed", "BulkRedriveFailed")
def campaign_and_bulk_redrive_fail(scene: Scene) -> Iterator[None]:
    cloud, redrive = scene.world.cloud, {"redriveId": "redrive-1", "hash": "0" * 64, "rate": 1}
    for name, error, given in (
        ("ProtectionCampaign", "InvalidConfiguration", {}),
        ("BulkRedrive", "InvalidManifest", redrive),
    ):
        with failing(cloud, f"{name}Function", lambda _: True, error):
            machine = cloud.physical_id(f"{name}StateMachine")
            begun = cloud.client("stepfunctions").start_execution(stateMachineArn=machine, input=json.dumps(given))
            scene.wait_for_end(cloud.execution(begun["executionArn"]))
    scene.minutes(1)
    yield


@set_off("ProtectionCampaignNotDone")
def campaign_is_not_done(scene: Scene) -> Iterator[None]:
    """The report of a campaign of the past, with one limitation that stayed open."""
    of = {"campaignId": "campaign-2020", "limitationId": "LIM-2020", "contractId": "CTR-2020"}
    how = {"measure": "FLOOR", "reason": "WINTER_FLOOR", "floorKva": 3, "started": False}
    scene.world.table("CampaignsTable").put_item(Item=of | how)
    request = {"step": "REPORT", "at": "2020-10-30T03:00:00Z", "dryRun": False}
    assert scene.world.cloud.invoke("ProtectionCampaignFunction", request)["open"] == 1
    scene.minutes(1)
    yield


# ── Queues ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@set_off(*(f"{family}DeadLettersNotEmpty" for family in (*FAMILIES, "channels-Work")), "UnrecognisedEventsNotEmpty")
def records_are_poisoned(scene: Scene) -> Iterator[None]:
    """Each queue gets a record that breaks its contract, and the function that reads it puts it aside."""
    cloud = scene.world.cloud
    bad = [("PaymentReceived", "billing"), ("PowerLimited", "billing"), ("AdvisorDecided", "advisors")]
    for detail_type, source in [*bad, ("PaymentReceve", "billing"), ("ReviewAsked", "channels")]:
        entry = {"Source": source, "DetailType": detail_type, "Detail": '{"limitationId": "LIM-ODD", "at": "never"}'}
        scene.world.put_entries([entry | {"EventBusName": cloud.outputs["EventBusName"]}])
    for queue in ("OrdersQueue", "NotificationsQueue"):
        cloud.client("sqs").send_message(QueueUrl=cloud.physical_id(queue), MessageBody="{}")
    cloud.client("s3").put_object(Bucket=cloud.outputs["FlowsBucketName"], Key="x12/broken.zip", Body=b"broken")
    letters = [*(f"{family}DeadLetters" for family in (*FAMILIES, "Work")), "UnrecognisedEventsQueue"]
    names = {cloud.physical_id(queue).rpartition("/")[2] for queue in letters}
    scene.world.wait(lambda: all(cloud.queue_depths()[name].visible for name in names), "dead letters everywhere")
    scene.minutes(1)
    yield
    for queue in letters:
        cloud.client("sqs").purge_queue(QueueUrl=cloud.physical_id(queue))


@set_off(*(f"{family}QueueTooOld" for family in (*FAMILIES, "UrgentOrders", "channels-Work")))
def queues_are_not_read(scene: Scene) -> Iterator[None]:
    cloud = scene.world.cloud
    queues = [f"{family}Queue" for family in (*FAMILIES, "UrgentOrders", "Work")]
    for queue in queues:
        for poller in cloud.pollers_of(queue):
            poller.enabled = False
        cloud.client("sqs").send_message(QueueUrl=cloud.physical_id(queue), MessageBody="{}")
    scene.spans(1, 14)
    assert {scene.state(f"{queue}TooOld") for queue in (*queues[:-1], "channels-WorkQueue")} == {"OK"}
    scene.minutes(3)
    yield
    for queue in queues:
        cloud.client("sqs").purge_queue(QueueUrl=cloud.physical_id(queue))
        for poller in cloud.pollers_of(queue):
            poller.enabled = True


@set_off("ExecutionsTimedOut", *(f"{family}RecordsDropped" for family in FAMILIES))
def aws_ends_an_execution_and_takes_records_for_loops(scene: Scene) -> Iterator[None]:
    """Put: it takes a year, and the functions that send copies to their own queue are allowed to."""
    cloud = scene.world.cloud
    machine = cloud.physical_id("RestorationStateMachine")
    scene.put_metric("ExecutionsTimedOut", 1, "AWS/States", StateMachineArn=machine)
    readers = {one.configuration.function_name for family in FAMILIES for one in cloud.pollers_of(f"{family}Queue")}
    for reader in readers:
        scene.put_metric("RecursiveInvocationsDropped", 1, "AWS/Lambda", FunctionName=reader)
    scene.minutes(1)
    yield


@set_off("IntakeSilent")
def nothing_comes_in_on_a_working_day(scene: Scene) -> Iterator[None]:
    scene.move_to(4, 9)
    scene.spans(13, 5)
    yield


# ── Functions ───────────────────────────────────────────────────────────────────────────────────────────────────────


@set_off(*(f"{function}Errors" for function in FUNCTIONS))
def functions_raise_errors(scene: Scene) -> Iterator[None]:
    """Each is called with what is no input of it; those that look at none, or draw it as a page, are made to fail."""
    cloud = scene.world.cloud
    with ExitStack() as stack:
        for function in (*WATCHING, "SuperviseFunction"):
            stack.enter_context(failing(cloud, function, lambda _: True, "RuntimeError"))
        for minute in range(3):
            others = [each for each in FUNCTIONS if each != "ReportDaily"]  # one error of it is enough
            assert minute == 0 or {scene.state(f"{function}Errors") for function in others} == {"OK"}
            for function in FUNCTIONS:
                with suppress(LambdaError):
                    cloud.invoke(f"{function}Function", {})
            scene.minutes(1)
    yield


@set_off("channels-SiteFails", *(f"channels-{function}Errors" for function in CHANNELS))
def functions_of_the_channels_raise_errors(scene: Scene) -> Iterator[None]:
    """Pages are asked for as people do."""
    cloud, visitor = scene.world.cloud, Visitor(scene.world.stage.site)
    with ExitStack() as stack:
        for function in CHANNELS:
            stack.enter_context(failing(cloud, f"{function}Function", lambda _: True, "RuntimeError"))
        for _ in range(3):
            for path in ("/", "/conseil"):
                with suppress(RuntimeError):
                    visitor.get(path)
            with suppress(LambdaError):
                cloud.invoke("KeepWorkFunction", {})
        scene.minutes(1)
    yield


@set_off(*(f"{function}Throttles" for function in (*FUNCTIONS, *(f"channels-{each}" for each in CHANNELS))))
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


# ── Partners ────────────────────────────────────────────────────────────────────────────────────────────────────────


@set_off("EnedisCertificateExpires")
def certificate_is_unusable(scene: Scene) -> Iterator[None]:
    with unusable_certificate(scene.world):
        scene.watch()
        scene.minutes(1)
        yield


@set_off(*COUNTERS)
def counters_reach_their_thresholds(scene: Scene) -> Iterator[None]:
    """Put: the incidents of the runbook count them, and one less than each threshold is no alarm."""
    for short in (1, 0):
        for left in range(90, -5, -5):
            for counter in COUNTERS.values():
                if left * 60 <= (counter["Period"] * counter["Periods"] if counter["Periods"] > 1 else 0):
                    scene.put_metric(counter["Metric"], counter["Threshold"] - short)
            scene.spans(1, 5 if left else 1)
        if short:
            assert {alarm for alarm in COUNTERS if scene.state(alarm) != "OK"} == set()
            scene.rest()
    yield


@set_off(*(f"channels-{alarm}" for alarm in TRIED))
def people_try_too_much(scene: Scene) -> Iterator[None]:
    """Put, but for one wrong try on the page: one less than each threshold is no alarm."""
    with suppress(RuntimeError):
        Visitor(scene.world.stage.site).send("/entrer", {"code": "0", "end": "0417", "postcode": "75011"})
    for alarm, counter in TRIED.items():
        scene.put_metric(counter["Metric"], counter["Threshold"] - 1 - (alarm == "CodesGuessed"))
    scene.minutes(1)
    assert {alarm for alarm in TRIED if scene.state(f"channels-{alarm}") != "OK"} == set()
    for counter in TRIED.values():
        scene.put_metric(counter["Metric"], 1)
    scene.minutes(1)
    yield
