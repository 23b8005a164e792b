"""House rules for the template's functions, queues, tables and machines (docs/architecture.md), as tests."""

import re
from datetime import timedelta

import pytest
from aws_lambda_powertools.shared.constants import TRACER_CAPTURE_ERROR_ENV, TRACER_CAPTURE_RESPONSE_ENV

from restoration.adapters.sqs.letter_boxes import HIDDEN_SECONDS
from restoration.adapters.sqs.notification_queue import LONGEST_WAIT
from restoration.contracts.received import source_of
from restoration.domain.dead_letter import Family
from restoration.use_cases.judge_dead_letters import types_of
from tests.infrastructure.templates import FUNCTIONS, QUEUES, ROOT, TEMPLATE, Resource, dead_letter_queues
from tests.statemachine.deployed import deployed_machines

FOURTEEN_DAYS = 14 * 24 * 3600
MAPPINGS = TEMPLATE.of_type("AWS::Lambda::EventSourceMapping")
TABLES = {table.logical_id: table for table in TEMPLATE.of_type("AWS::DynamoDB::Table")}


# ── Functions ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_runs_on_the_one_runtime_traced(name: str) -> None:
    function = FUNCTIONS[name]
    assert TEMPLATE.setting(function, "Runtime") == "python3.13"
    assert TEMPLATE.setting(function, "Tracing") == "Active"
    assert TEMPLATE.setting(function, "Architectures") == [{"Ref": "Architecture"}]
    assert TEMPLATE.setting(function, "Handler") == "app.handler"
    assert function.properties["Description"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_copies_no_response_and_no_error_into_its_traces(name: str) -> None:
    """Powertools would, and both may contain a customer's debt or health."""
    variables = TEMPLATE.environment(FUNCTIONS[name])
    assert variables[TRACER_CAPTURE_RESPONSE_ENV] == "false"
    assert variables[TRACER_CAPTURE_ERROR_ENV] == "false"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_writes_into_a_log_group_that_is_there_before_it(name: str) -> None:
    """Lambda would make the group at a first call, without a limit and in the way of the template's own."""
    function = FUNCTIONS[name].properties
    group = TEMPLATE.resources[f"{name}Logs"]
    assert group.type == "AWS::Logs::LogGroup"
    assert function["LoggingConfig"] == {"LogGroup": {"Ref": group.logical_id}}
    assert group.properties["LogGroupName"] == {"Fn::Sub": f"/aws/lambda/{function['FunctionName']['Fn::Sub']}"}


@pytest.mark.parametrize("group", TEMPLATE.of_type("AWS::Logs::LogGroup"), ids=lambda group: group.logical_id)
def test_logs_are_kept_for_a_time_and_retained_on_delete(group: Resource) -> None:
    assert group.properties["RetentionInDays"]
    assert group.body["DeletionPolicy"] == "RetainExceptOnCreate"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_visibility_of_a_queue_is_six_times_its_function_s_timeout(name: str) -> None:
    """AWS' advice for event source mappings; less shows a message again while it is being handled."""
    function = FUNCTIONS[name]
    queue = TEMPLATE.queue_read_by(function)
    if queue is not None:
        assert QUEUES[queue].properties["VisibilityTimeout"] >= 6 * TEMPLATE.setting(function, "Timeout")


@pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda mapping: mapping.logical_id)
def test_one_bad_record_does_not_bring_back_its_batch(mapping: Resource) -> None:
    assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def give_up_at(function: Resource) -> int:
    """The try of a record at which a function gives it up, with the reason."""
    app = (ROOT / function.properties["CodeUri"] / "app.py").read_text(encoding="utf-8")
    (found,) = re.findall(r"^GIVE_UP_AT = (\d+)$", app, re.MULTILINE)
    return int(found)


READERS = {queue: function for function in TEMPLATE.functions if (queue := TEMPLATE.queue_read_by(function))}


@pytest.mark.parametrize("queue", READERS)
def test_a_record_is_given_up_by_ourselves_before_the_queue_does_it_without_a_word(queue: str) -> None:
    limit = QUEUES[queue].properties["RedrivePolicy"]["maxReceiveCount"]
    assert give_up_at(READERS[queue]) == limit - 1, "the last try is for a worker that died in the one before"


def test_nobody_takes_a_message_for_lost_that_is_still_being_sent() -> None:
    timeout = TEMPLATE.setting(FUNCTIONS["NotifyCustomerFunction"], "Timeout")
    assert TEMPLATE.document["Parameters"]["MessageLeaseSeconds"]["Default"] > timeout


def test_a_kept_record_is_never_the_reason_why_its_queue_is_too_old() -> None:
    longest = LONGEST_WAIT.total_seconds() + 60  # and a minute until somebody looks at it
    assert longest < TEMPLATE.document["Parameters"]["QueueAgeAlarmSeconds"]["Default"]


def test_task_outlives_the_function_it_calls() -> None:
    """The function's own timeout must strike first, so that the state sees what was slow."""
    for deployed in deployed_machines():
        for state in deployed.machine.states():
            if state.function:
                assert state.body["TimeoutSeconds"] > TEMPLATE.setting(FUNCTIONS[state.function], "Timeout"), state.name


def test_letters_stay_hidden_while_their_function_may_run() -> None:
    assert TEMPLATE.setting(FUNCTIONS["HandleDeadLettersFunction"], "Timeout") < HIDDEN_SECONDS


# ── Queues, tables and rules ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", QUEUES)
def test_queue_is_encrypted_with_the_key_of_sqs_and_keeps_fourteen_days(name: str) -> None:
    queue = QUEUES[name].properties
    assert queue["SqsManagedSseEnabled"] is True
    assert "KmsMasterKeyId" not in queue
    assert queue["MessageRetentionPeriod"] == FOURTEEN_DAYS


@pytest.mark.parametrize("name", sorted(set(QUEUES) - dead_letter_queues()))
def test_queue_has_a_dead_letter_queue(name: str) -> None:
    policy = QUEUES[name].properties["RedrivePolicy"]
    assert policy["deadLetterTargetArn"]["Fn::GetAtt"][0] in QUEUES
    assert policy["maxReceiveCount"] >= 3


@pytest.mark.parametrize("name", TABLES)
def test_table_is_on_demand_recoverable_encrypted_and_retained(name: str) -> None:
    table = TABLES[name]
    assert table.properties["BillingMode"] == "PAY_PER_REQUEST"
    assert table.properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table.properties["SSESpecification"]["SSEEnabled"] is True
    assert (table.body["DeletionPolicy"], table.body["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


@pytest.mark.parametrize("rule", TEMPLATE.of_type("AWS::Events::Rule"), ids=lambda rule: rule.logical_id)
def test_event_that_cannot_be_delivered_is_put_aside(rule: Resource) -> None:
    for target in rule.properties["Targets"]:
        assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0] in QUEUES
        assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] >= 3600


@pytest.mark.parametrize(
    ("rule", "family"),
    [
        ("PaymentEvents", Family.PAYMENTS),
        ("LimitationEvents", Family.LIMITATIONS),
        ("ResumingEvents", Family.RESUMPTIONS),
    ],
)
def test_unrecognised_event_goes_back_where_the_rule_of_its_type_and_source_would_bring_it(
    rule: str, family: Family
) -> None:
    pattern = TEMPLATE.resources[rule].properties["EventPattern"]
    taken = {
        (source, detail_type)
        for one in pattern.get("$or", [pattern])
        for source in one["source"]
        for detail_type in one["detail-type"]
    }
    assert taken == {(source_of(each), each) for each in types_of(family)}


@pytest.mark.parametrize("table", ["SituationsTable", "DecisionsTable"])
def test_tables_with_facts_about_a_customer_s_life_forget_them(table: str) -> None:
    """GDPR art. 5(1)(e): docs/decisions/0026."""
    assert TEMPLATE.resources[table].properties["TimeToLiveSpecification"] == {
        "AttributeName": "expiresAt",
        "Enabled": True,
    }


@pytest.mark.parametrize("table", ["LimitedContractsTable", "LimitationsTable", "OrdersTable", "FlowSnapshotsTable"])
def test_tables_with_cases_forget_what_is_closed(table: str) -> None:
    """GDPR art. 5(1)(e): docs/decisions/0062."""
    assert TEMPLATE.resources[table].properties["TimeToLiveSpecification"] == {
        "AttributeName": "expiresAt",
        "Enabled": True,
    }


def test_closed_cases_outlast_the_return_of_a_direct_debit_and_the_archive() -> None:
    parameters = TEMPLATE.document["Parameters"]
    thirteen_months = 397
    assert parameters["ClosedRetentionDays"]["MinValue"] > thirteen_months
    assert parameters["ClosedRetentionDays"]["Default"] >= thirteen_months + 30
    assert parameters["ClosedRetentionDays"]["Default"] > parameters["ArchiveDays"]["Default"]


@pytest.mark.parametrize(
    "queue", ["PaymentsQueue", "LimitationsQueue", "ResumptionsQueue", "OrdersQueue", "FlowsQueue"]
)
def test_record_that_fails_for_an_hour_is_not_put_aside(queue: str) -> None:
    waits = give_up_at(READERS[queue]) - 1
    seconds = QUEUES[queue].properties["VisibilityTimeout"] * waits
    assert seconds > timedelta(hours=1).total_seconds()


@pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda mapping: mapping.logical_id)
def test_every_queue_is_read_with_bounded_concurrency(mapping: Resource) -> None:
    assert mapping.properties["ScalingConfig"]["MaximumConcurrency"]


# ── Machines ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_machine_is_standard_traced_and_logged() -> None:
    for machine in TEMPLATE.of_type("AWS::Serverless::StateMachine"):
        assert machine.properties["Type"] == "STANDARD"
        assert machine.properties["Tracing"] == {"Enabled": True}
        assert machine.properties["Logging"]["Level"] in {"ALL", "ERROR"}
        assert machine.properties["Logging"]["Destinations"]


def test_logs_of_a_machine_hold_no_data_of_executions() -> None:
    """What only the rules need to know of a customer (health, debts) is not to be kept in logs."""
    for machine in TEMPLATE.of_type("AWS::Serverless::StateMachine"):
        assert machine.properties["Logging"]["IncludeExecutionData"] is False, machine.logical_id


# ── Parameters, outputs and layout ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("table", TEMPLATE.document["Mappings"])
def test_each_row_of_a_table_is_used(table: str) -> None:
    """A loop within another stands with it."""
    loops = (ROOT / "template.yaml").read_text(encoding="utf-8").split("\n  Fn::ForEach::")[1:]
    reading = [loop for loop in loops if f"!FindInMap [{table}, " in loop]
    assert reading
    for row in TEMPLATE.document["Mappings"][table]:
        assert all(re.search(rf"\b{row}\b", loop) for loop in reading), row


def test_no_deployment_touches_the_switch() -> None:
    """CloudFormation writes a parameter that a template declares at any update of it, even of a tag."""
    assert not TEMPLATE.of_type("AWS::SSM::Parameter")


def test_every_parameter_is_used_and_explained() -> None:
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    for name, parameter in TEMPLATE.document["Parameters"].items():
        assert parameter["Description"]
        assert re.search(rf"!Ref {name}\b|\$\{{{name}\}}", text), f"{name} is not used"


def test_each_parameter_stands_in_the_group_of_those_who_set_it_in_the_template_s_order() -> None:
    groups = TEMPLATE.document["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert [name for group in groups for name in group["Parameters"]] == list(TEMPLATE.document["Parameters"])
    banners = re.findall(r"^  # ── (.+?) ─+$", (ROOT / "template.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    assert [group["Label"]["default"] for group in groups] == banners


def test_banners_follow_the_way_of_the_data() -> None:
    """A queue comes before the function that reads it, a function's log group right after the function."""
    names = list(TEMPLATE.resources)
    for function in TEMPLATE.functions:
        place = names.index(function.logical_id)
        assert names[place + 1] == f"{function.logical_id}Logs"
        queue = TEMPLATE.queue_read_by(function)
        if queue is not None:
            assert names.index(queue) < place
    numbers = re.findall(r"^  # ══ (\d+)\. ", (ROOT / "template.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number in numbers] == list(range(1, len(numbers) + 1))


def test_every_output_is_explained() -> None:
    assert all(output["Description"] for output in TEMPLATE.document["Outputs"].values())


@pytest.mark.parametrize("name", TEMPLATE.document["Outputs"])
def test_output_is_called_what_it_holds(name: str) -> None:
    """Ref gives the ARN of a policy, a secret, a topic or a machine, and the name of most other things."""
    value = TEMPLATE.document["Outputs"][name]["Value"]
    arns = {
        "AWS::IAM::ManagedPolicy",
        "AWS::SecretsManager::Secret",
        "AWS::SNS::Topic",
        "AWS::Serverless::StateMachine",
    }
    referred = TEMPLATE.resources.get(value.get("Ref", ""))
    is_arn = "Fn::GetAtt" in value or (referred is not None and referred.type in arns)
    assert name.endswith("Arn" if is_arn else "Name")
