"""Several stacks on one cloud: a core and a companion, each of a folder of its own, deployed and deleted alone."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud import Application, EmbeddedCloud, TemplateError
from embedded_cloud.errors import AccessDeniedError
from embedded_cloud.functions.forking import Preloaded
from embedded_cloud.rights.usage import grants_of
from tests.integration.cloud.machines import COMPANION, CORE, ENDED, WORKDIR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

AWS_NAMES = "arn:aws:{}:eu-west-3:123456789012:{}"


@pytest.fixture
def cloud() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud([CORE], workdir=WORKDIR, pace=0.02) as running:
        yield running


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """A copy of an application's folder with some of its texts changed, as a newer commit has it."""

    def change(application: Application, changes: dict[str, tuple[str, str]]) -> Path:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        shutil.copytree(application.template.parent, folder)
        for name, (old, new) in changes.items():
            text = (folder / name).read_text(encoding="utf-8")
            assert old in text
            (folder / name).write_text(text.replace(old, new), encoding="utf-8")
        return folder / "template.yaml"

    return change


def put(cloud: EmbeddedCloud, key: str) -> None:
    item = {"id": {"S": key}, "value": {"S": f"{key} of dev"}}
    cloud.client("dynamodb").put_item(TableName="dev-items", Item=item)
    entry = {"Source": "core", "DetailType": "Put", "Detail": json.dumps({"id": key}), "EventBusName": "dev-bus"}
    [answer] = cloud.client("events").put_events(Entries=[entry])["Entries"]
    assert "EventId" in answer


def heard(cloud: EmbeddedCloud) -> list[tuple[str, str]]:
    lines = cloud.logs("Listen")
    return [(line["heard"], line["item"]) for line in lines if "heard" in line]


def start(cloud: EmbeddedCloud) -> str:
    machine = AWS_NAMES.format("states", "stateMachine:dev-chain")
    arn = str(cloud.client("stepfunctions").start_execution(stateMachineArn=machine)["executionArn"])
    cloud.wait_until(lambda: cloud.execution(arn).state == "Rest")
    return arn


def output(cloud: EmbeddedCloud, arn: str) -> Any:
    cloud.wait_until(lambda: cloud.pass_time(arn))
    cloud.wait_until(lambda: cloud.execution(arn).status in ENDED)
    return cloud.execution(arn).output


def state_after_a_minute(cloud: EmbeddedCloud, alarm: str) -> str:
    cloud.pass_minutes()
    return cloud.alarms.state(alarm)


def everything(cloud: EmbeddedCloud) -> Counter[str]:
    """What the account has, by kind, asked of its APIs and of the cloud's own parts."""
    pages: dict[str, tuple[str, dict[str, str], str]] = {
        "sqs": ("list_queues", {}, "QueueUrls"),
        "lambda": ("list_functions", {}, "Functions"),
        "cloudwatch": ("describe_alarms", {}, "MetricAlarms"),
        "stepfunctions": ("list_state_machines", {}, "stateMachines"),
        "dynamodb": ("list_tables", {}, "TableNames"),
        "logs": ("describe_log_groups", {}, "logGroups"),
        "iam": ("list_roles", {}, "Roles"),
    }
    found = {
        name: len(getattr(cloud.client(name), call)(**asked).get(key, [])) for name, (call, asked, key) in pages.items()
    }
    buses = cloud.client("events").list_event_buses()["EventBuses"]
    rules = [len(cloud.client("events").list_rules(EventBusName=bus["Name"])["Rules"]) for bus in buses]
    dashboards = cloud.client("cloudwatch").list_dashboards()["DashboardEntries"]
    rights = len(cloud.rights.roles) + len(cloud.rights.resource_statements())
    own = {
        "buses": len(buses),
        "rules": sum(rules),
        "dashboards": len(dashboards),
        "mappings": len(cloud.pollers.all()),
        "rights": rights,
    }
    return Counter({**found, **own, "functions": len(cloud.functions.all()), "layers": len(cloud.layers)})


def test_companion_that_is_added_hears_follows_and_reads_the_core_until_it_is_deleted(cloud: EmbeddedCloud) -> None:
    before, running = everything(cloud), start(cloud)
    cloud.deploy(COMPANION)
    put(cloud, "a")
    assert cloud.wait_until(lambda: heard(cloud)) == [("a", "a of dev")]
    own = cloud.client("stepfunctions").start_execution(stateMachineArn=cloud.physical_id("Own"))["executionArn"]
    second = start(cloud)
    assert cloud.wait_until(lambda: cloud.execution(own).output) == "own"
    logged = cloud.wait_until(lambda: [line for line in cloud.logs("Listen") if "logGroup" in line])
    assert [(line["logGroup"], len(line["logEvents"])) for line in logged] == [("/aws/states/dev-chain", 1)]
    lines = cloud.client("logs").filter_log_events(
        logGroupName="/aws/states/dev-chain", filterPattern='{ $.type = "*State*" }'
    )["events"]
    said = [line for line in map(json.loads, (line["message"] for line in lines)) if line["execution_arn"] == second]
    assert [(line["type"], line["details"]["name"]) for line in said] == [
        ("TaskStateEntered", "First"),
        ("TaskStateExited", "First"),
        ("WaitStateEntered", "Rest"),
    ]
    assert not any({"input", "output", "assignedVariables"} & line["details"].keys() for line in said), (
        "data of executions are not logged"
    )
    cloud.stop_execution(second)
    cloud.wait_until(lambda: cloud.execution(second).status == "ABORTED")
    cloud.wait_until(lambda: state_after_a_minute(cloud, "dev-watch-failed") == "ALARM")
    used = {(each.holder, each.resource) for each in grants_of(cloud.rights, cloud.rights.record.calls) if each.used_by}
    table, invoked = AWS_NAMES.format("dynamodb", "table/dev-items"), AWS_NAMES.format("lambda", "function:dev-Say*")
    assert {("dev-watch-ListenRole", table), ("dev-MachineRole", invoked)} <= used

    # It fails, and would be tried again in a minute.
    cloud.client("lambda").invoke(FunctionName="dev-watch-Listen", InvocationType="Event", Payload=b'{"Records": 1}')
    cloud.wait_until(lambda: cloud.timers.waiting == 1)
    cloud.delete_stack("dev-watch")
    cloud.pass_minutes(2)
    cloud.wait_until(lambda: not cloud.functions.busy())
    assert "poller-ListenHeard" not in {thread.name for thread in threading.enumerate()}
    assert everything(cloud) == before + Counter({"layers": 1})
    put(cloud, "b")
    start(cloud)
    assert output(cloud, running) == {"first": "core", "second": "core"}
    cloud.machine_logs.flush()
    cloud.rights.record.raise_first()


def test_bus_with_a_rule_of_another_stack_keeps_its_stack_from_being_deleted(cloud: EmbeddedCloud) -> None:
    cloud.deploy(COMPANION)
    running = start(cloud)
    cloudformation = cloud.client("cloudformation")
    cloudformation.delete_stack(StackName="dev")
    [stack] = cloudformation.describe_stacks(StackName="dev")["Stacks"]
    assert stack["StackStatus"] == "DELETE_FAILED"
    assert stack["StackStatusReason"] == (
        "Bus (AWS::Events::EventBus): EventBus can't be deleted since it has rules. "
        f"Delete them first: dev-watch-heard of {cloud.stacks.named('dev-watch').arn}"
    )
    cloud.pass_minutes()
    cloud.delete_stack("dev-watch")
    cloud.delete_stack("dev")
    assert cloud.execution(running).status == "ABORTED"
    with pytest.raises(ClientError, match="does not exist"):
        cloudformation.describe_stacks(StackName="dev")
    assert {kind: n for kind, n in everything(cloud).items() if n} == {"buses": 1, "dynamodb": 1, "layers": 2}
    with pytest.raises(TemplateError, match=r"Items .*Table already exists: dev-items"):
        cloud.deploy(CORE)
    assert cloud.client("events").list_event_buses(NamePrefix="dev")["EventBuses"] == []


def test_name_that_another_stack_has_is_refused_and_nothing_is_left_or_taken(cloud: EmbeddedCloud) -> None:
    cloud.deploy(COMPANION)
    cloud.client("events").create_event_bus(Name="prod-bus")
    before = everything(cloud)
    with pytest.raises(TemplateError, match=r"Items .*dev-items already exists in stack .*:stack/dev/local \(Items\)"):
        cloud.deploy(CORE.beside("staging", {"Table": "dev-items"}))
    with pytest.raises(TemplateError, match=r"Follow .*: the log group /aws/states/prod-chain does not exist"):
        cloud.deploy(COMPANION.beside("prod-watch", {"Core": "prod"}))
    # SAM retains a layer's versions, also of a stack that could not be created.
    assert everything(cloud) == before + Counter({"layers": 1})
    put(cloud, "a")
    assert cloud.wait_until(lambda: heard(cloud)) == [("a", "a of dev")]


def test_update_reaches_what_begins_later_and_a_failed_one_is_rolled_back(
    cloud: EmbeddedCloud, changed: Callable[..., Path]
) -> None:
    cloud.deploy(COMPANION)
    running, word = start(cloud), {"layer/python/word.py": ('"core"', '"newer"')}
    newer = changed(CORE, {**word, "template.yaml": ("{first: ", "{version: 2, first: ")})
    [old] = cloud.functions.named("Say").worker_pids()
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(cloud.invoke, "Say", {"seconds": 1.0})
        cloud.wait_until(cloud.functions.busy)
        cloud.deploy(Application(newer, "dev"))
        assert (slow.result()["word"], cloud.invoke("Say", {})["word"]) == ("core", "newer")
    with pytest.raises(ProcessLookupError):
        os.kill(old, 0)
    later = start(cloud)
    assert output(cloud, running) == {"first": "core", "second": "newer"}
    assert output(cloud, later) == {"version": 2, "first": "newer", "second": "newer"}

    before, running = everything(cloud), start(cloud)
    broken = changed(CORE, {"template.yaml": ("{first: ", "{version: 3, first: ")})
    text = broken.read_text(encoding="utf-8").replace("Outputs:", "  More: {Type: AWS::SQS::Queue}\nOutputs:")
    table = "  Zoo:\n    Type: AWS::Events::Rule\n    DependsOn: [Machine, More]\n    Properties: {EventBusName: none, "
    broken.write_text(text.replace("Outputs:", table + "EventPattern: {source: [core]}}\nOutputs:"), encoding="utf-8")
    with pytest.raises(TemplateError, match=r"Zoo .*Event bus none does not exist"):
        cloud.deploy(Application(broken, "dev"))
    [stack] = cloud.client("cloudformation").describe_stacks(StackName="dev")["Stacks"]
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert everything(cloud) == before + Counter({"layers": 2})
    assert [output(cloud, arn)["version"] for arn in (running, start(cloud))] == [2, 2]
    put(cloud, "a")
    assert cloud.wait_until(lambda: heard(cloud)) == [("a", "a of dev")]


def test_layer_that_changed_in_its_place_is_imported_anew(changed: Callable[..., Path]) -> None:
    core = Application(changed(CORE, {}), "dev")
    with EmbeddedCloud([core], workdir=WORKDIR, preloaded=Preloaded(("word",))) as cloud:
        assert cloud.invoke("Say", {}) == {"word": "core"}
        (core.template.parent / "layer" / "python" / "word.py").write_text('WORD = "newer"\n', encoding="utf-8")
        cloud.deploy(core)
        assert cloud.invoke("Say", {}) == {"word": "newer"}


def test_rule_and_right_that_an_update_changes_are_others_at_once(
    cloud: EmbeddedCloud, changed: Callable[..., Path]
) -> None:
    cloud.deploy(COMPANION)
    put(cloud, "a")
    cloud.wait_until(lambda: heard(cloud))
    template = changed(COMPANION, {"template.yaml": ("{Id: heard,", "{Id: other,")})
    cloud.deploy(Application(template, "dev-watch", {"Reading": "dynamodb:Query"}))
    targets = cloud.client("events").list_targets_by_rule(Rule="dev-watch-heard", EventBusName="dev-bus")["Targets"]
    assert [target["Id"] for target in targets] == ["other"]
    put(cloud, "b")
    cloud.wait_until(lambda: len(heard(cloud)) == 2)
    assert heard(cloud) == [("a", "a of dev"), ("b", "AccessDeniedException")]
    # What is not given stays as the stack has it.
    kept = cloud.deploy(Application(COMPANION.template, "dev-watch")).template
    assert kept is not None
    assert kept.parameters == {"Core": "dev", "Reading": "dynamodb:Query"}
    with pytest.raises(AccessDeniedError, match="lambda:InvokeFunction"):
        cloud.machine_logs.subscribe("another", "filter", AWS_NAMES.format("logs", "another"), cloud.arn("Listen"), "")


def test_table_s_keys_cannot_change_and_its_stack_stays_as_it_is(
    cloud: EmbeddedCloud, changed: Callable[..., Path]
) -> None:
    put(cloud, "a")
    keys = changed(CORE, {"template.yaml": ("AttributeName: id", "AttributeName: other")})
    with pytest.raises(TemplateError, match=r"Items .*AttributeDefinitions, KeySchema cannot be changed here"):
        cloud.deploy(Application(keys, "dev"))
    put(cloud, "a")
