"""House rules for both templates' functions, queues, tables and machines (docs/architecture.md), as tests."""

import re
from datetime import timedelta

import pytest
from aws_lambda_powertools.shared.constants import TRACER_CAPTURE_ERROR_ENV, TRACER_CAPTURE_RESPONSE_ENV

from record.adapters.sqs.letter_boxes import HIDDEN_SECONDS
from record.domain.dead_letter import Family
from record.use_cases.judge_dead_letters import types_of
from restoration.adapters.sqs.delayed_copies import LONGEST_WAIT
from restoration.contracts.envelope import sources_of
from restoration.use_cases.notify_customer import LEASE
from tests.infrastructure.templates import FUNCTIONS, QUEUES, TEMPLATE, TEXTS, application, dead_letter_queues, taken_by
from tests.statemachine.deployed import deployed_machines

FOURTEEN_DAYS = 14 * 24 * 3600
MAPPINGS = TEMPLATE.of_type("AWS::Lambda::EventSourceMapping")
TABLES = {table.logical_id: table for table in TEMPLATE.of_type("AWS::DynamoDB::Table")}


# ── Functions ───────────────────────────────────────────────────────────────────────────────────────────────────────


SETTINGS = {
    "Runtime": "python3.13",
    "Tracing": "Active",
    "Architectures": [{"Ref": "Architecture"}],
    "Handler": "app.handler",
}


def test_functions_run_on_the_one_runtime_traced_and_say_what_they_do() -> None:
    for name, function in FUNCTIONS.items():
        assert {setting: TEMPLATE.setting(function, setting) for setting in SETTINGS} == SETTINGS, name
        assert function.properties["Description"], name


def test_no_function_copies_a_response_or_an_error_into_its_traces() -> None:
    """Powertools would, and both may contain a customer's debt or health."""
    for name, function in FUNCTIONS.items():
        variables = TEMPLATE.environment(function)
        assert (variables[TRACER_CAPTURE_RESPONSE_ENV], variables[TRACER_CAPTURE_ERROR_ENV]) == ("false", "false"), name


def test_functions_write_into_log_groups_that_are_there_before_them() -> None:
    """Lambda would make the group at a first call, without a limit and in the way of the template's own."""
    for name, function in FUNCTIONS.items():
        given, group = function.properties, TEMPLATE.resources[f"{name}Logs"]
        assert given["LoggingConfig"] == {"LogGroup": {"Ref": group.logical_id}}
        assert group.properties["LogGroupName"] == {"Fn::Sub": f"/aws/lambda/{given['FunctionName']['Fn::Sub']}"}
    unlimited = [it for it in TEMPLATE.of_type("AWS::Logs::LogGroup") if not it.properties["RetentionInDays"]]
    assert unlimited == []


def test_queues_hide_a_record_for_six_timeouts_of_their_function_and_bring_back_no_batch() -> None:
    """AWS' advice for event source mappings; less shows a message again while it is being handled."""
    for name, function in FUNCTIONS.items():
        for queue in TEMPLATE.queues_read_by(function):
            assert QUEUES[queue].properties["VisibilityTimeout"] >= 6 * TEMPLATE.setting(function, "Timeout"), name
    for mapping in MAPPINGS:
        assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"], mapping.logical_id
        assert mapping.properties["ScalingConfig"]["MaximumConcurrency"], mapping.logical_id


def test_nobody_takes_a_message_for_lost_that_is_still_being_sent() -> None:
    timeout = TEMPLATE.setting(FUNCTIONS["NotifyCustomerFunction"], "Timeout")
    assert LEASE.total_seconds() > timeout


def test_a_kept_record_is_never_the_reason_why_its_queue_is_too_old() -> None:
    longest = LONGEST_WAIT.total_seconds() + 60  # and a minute until somebody looks at it
    assert longest < TEMPLATE.resources["NotificationsQueueTooOld"].properties["Threshold"]


def test_task_outlives_the_function_it_calls() -> None:
    """The function's own timeout must strike first, so that the state sees what was slow."""
    for deployed in deployed_machines():
        for state in deployed.machine.states():
            if state.function:
                assert state.body["TimeoutSeconds"] > TEMPLATE.setting(FUNCTIONS[state.function], "Timeout"), state.name


def test_letters_stay_hidden_while_their_function_may_run() -> None:
    assert TEMPLATE.setting(FUNCTIONS["HandleDeadLettersFunction"], "Timeout") < HIDDEN_SECONDS


# ── Queues, tables and rules ────────────────────────────────────────────────────────────────────────────────────────


def test_queues_are_encrypted_with_the_key_of_sqs_and_keep_fourteen_days() -> None:
    for name, queue in QUEUES.items():
        given = queue.properties
        assert (given["SqsManagedSseEnabled"], given["MessageRetentionPeriod"]) == (True, FOURTEEN_DAYS), name
        assert "KmsMasterKeyId" not in given, name


def test_queues_have_dead_letter_queues() -> None:
    for name in set(QUEUES) - dead_letter_queues():
        policy = QUEUES[name].properties["RedrivePolicy"]
        assert policy["deadLetterTargetArn"]["Fn::GetAtt"][0] in QUEUES, name
        assert policy["maxReceiveCount"] >= 3, name


def test_tables_are_on_demand_recoverable_and_encrypted() -> None:
    for name, table in TABLES.items():
        given = table.properties
        assert given["BillingMode"] == "PAY_PER_REQUEST", name
        assert given["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}, name
        assert given["SSESpecification"]["SSEEnabled"] is True, name


def test_event_that_cannot_be_delivered_is_put_aside() -> None:
    for rule in TEMPLATE.of_type("AWS::Events::Rule"):
        for target in rule.properties["Targets"]:
            assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0] in QUEUES, rule.logical_id
            assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] >= 3600, rule.logical_id


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
    assert taken_by(rule) == {(source, each) for each in types_of(family) for source in sources_of(each)}


def test_tables_forget_facts_about_a_customer_s_life_and_closed_cases() -> None:
    """GDPR art. 5(1)(e): docs/decisions/0026 and 0062."""
    facts = {"SituationsTable", "DecisionsTable"}
    cases = {"LimitedContractsTable", "LimitationsTable", "OrdersTable", "FlowSnapshotsTable"}
    expiry = {"AttributeName": "expiresAt", "Enabled": True}
    forgetting = {name for name in TABLES if TABLES[name].properties.get("TimeToLiveSpecification") == expiry}
    assert facts | cases <= forgetting


def test_closed_cases_outlast_the_return_of_a_direct_debit_and_the_archive() -> None:
    parameters = TEMPLATE.document["Parameters"]
    thirteen_months = 397
    assert parameters["ClosedRetentionDays"]["MinValue"] > thirteen_months
    assert parameters["ClosedRetentionDays"]["Default"] >= thirteen_months + 30
    assert parameters["ClosedRetentionDays"]["Default"] > parameters["ArchiveDays"]["Default"]


def test_record_that_fails_for_an_hour_is_not_put_aside() -> None:
    for queue in ("PaymentsQueue", "LimitationsQueue", "ResumptionsQueue", "OrdersQueue", "FlowsQueue"):
        tries = QUEUES[queue].properties["RedrivePolicy"]["maxReceiveCount"] - 2
        assert QUEUES[queue].properties["VisibilityTimeout"] * tries > timedelta(hours=1).total_seconds(), queue


# ── Machines ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_machines_are_standard_traced_and_logged_without_the_data_of_executions() -> None:
    """What only the rules need to know of a customer (health, debts) is not to be kept in logs."""
    for machine in TEMPLATE.of_type("AWS::Serverless::StateMachine"):
        logging = machine.properties["Logging"]
        assert (machine.properties["Type"], machine.properties["Tracing"]) == ("STANDARD", {"Enabled": True})
        assert logging["Level"] in {"ALL", "ERROR"}
        assert logging["Destinations"]
        assert logging["IncludeExecutionData"] is False, machine.logical_id


# ── Parameters, outputs and layout ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", TEXTS)
def test_each_row_of_a_table_is_used(name: str) -> None:
    """A loop within another stands with it; one may take some of the rows."""
    loops = TEXTS[name].split("\n  Fn::ForEach::")[1:]
    for table, rows in application(name).document["Mappings"].items():
        reading = "\n".join(loop for loop in loops if f"!FindInMap [{table}, " in loop)
        assert [row for row in rows if not re.search(rf"\b{row}\b", reading)] == [], table


def test_templates_are_short_enough_to_be_read() -> None:
    lines = {name: text.count("\n") for name, text in TEXTS.items()}
    assert (lines["core"] <= 2_000, lines["core"] + lines["companion"] <= 3_500) == (True, True), lines
    assert len(application("core").document["Parameters"]) <= 45


def test_no_deployment_touches_the_switch() -> None:
    """CloudFormation writes a parameter that a template declares at any update of it, even of a tag."""
    assert not TEMPLATE.of_type("AWS::SSM::Parameter")


@pytest.mark.parametrize("name", TEXTS)
def test_every_parameter_is_used_and_explained(name: str) -> None:
    for each, parameter in application(name).document["Parameters"].items():
        assert parameter["Description"]
        used = rf"!Ref {each}\b|\$\{{{each}\}}" + (r"|\$\{Kind\}SloPercent" if each.endswith("SloPercent") else "")
        assert re.search(used, TEXTS[name]), f"{each} is not used"


@pytest.mark.parametrize("name", TEXTS)
def test_each_parameter_stands_in_the_group_of_those_who_set_it_in_the_template_s_order(name: str) -> None:
    document = application(name).document
    groups = document["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert [each for group in groups for each in group["Parameters"]] == list(document["Parameters"])
    banners = re.findall(r"^  # ── (.+?) ─+$", TEXTS[name], re.MULTILINE)
    assert [group["Label"]["default"] for group in groups] == banners


@pytest.mark.parametrize("name", TEXTS)
def test_every_check_that_cfn_lint_leaves_out_has_its_reason(name: str) -> None:
    lines = TEXTS[name].splitlines()
    places = [number for number, line in enumerate(lines) if "ignore_checks:" in line]
    reasons = {number: lines[number - 1 if "[" in lines[number] else number + 1] for number in places}
    assert [number for number, reason in reasons.items() if not reason.strip().startswith("# ")] == []
