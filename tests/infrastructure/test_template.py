"""House rules for the template (docs/architecture.md), as tests."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from aws_lambda_powertools.shared.constants import TRACER_CAPTURE_ERROR_ENV, TRACER_CAPTURE_RESPONSE_ENV

from restoration.adapters.sqs.letter_boxes import HIDDEN_SECONDS
from restoration.adapters.sqs.notification_queue import LONGEST_WAIT
from restoration.contracts.received import source_of
from restoration.domain.dead_letter import Family
from restoration.use_cases.judge_dead_letters import types_of
from tests.infrastructure.templates import ROOT, Resource, as_list, template
from tests.statemachine.deployed import deployed_machines

FOURTEEN_DAYS = 14 * 24 * 3600
TEMPLATE = template()
FUNCTIONS = {function.logical_id: function for function in TEMPLATE.functions}
QUEUES = {queue.logical_id: queue for queue in TEMPLATE.of_type("AWS::SQS::Queue")}
MAPPINGS = TEMPLATE.of_type("AWS::Lambda::EventSourceMapping")
TABLES = {table.logical_id: table for table in TEMPLATE.of_type("AWS::DynamoDB::Table")}
ALARMS = {
    alarm.logical_id: alarm for alarm in TEMPLATE.of_type("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
}
NO_NAMED_RESOURCE: Mapping[str, str] = {
    "states:SendTaskSuccess": "a task token has no ARN",
    "states:SendTaskFailure": "a task token has no ARN",
    "events:ListRules": "a list of rules knows no resource",
    "cloudwatch:GetMetricData": "metrics know no resource",
    "logs:CreateLogDelivery": "log delivery knows no resource",
    "logs:GetLogDelivery": "log delivery knows no resource",
    "logs:UpdateLogDelivery": "log delivery knows no resource",
    "logs:DeleteLogDelivery": "log delivery knows no resource",
    "logs:ListLogDeliveries": "log delivery knows no resource",
    "logs:PutResourcePolicy": "log delivery knows no resource",
    "logs:DescribeResourcePolicies": "log delivery knows no resource",
    "logs:DescribeLogGroups": "log delivery knows no resource",
    "xray:PutTraceSegments": "traces know no resource",
    "xray:PutTelemetryRecords": "traces know no resource",
    "xray:GetSamplingRules": "traces know no resource",
    "xray:GetSamplingTargets": "traces know no resource",
    "xray:GetTraceSummaries": "traces know no resource",
    "xray:BatchGetTraces": "traces know no resource",
}
"""The only actions that may be allowed on every resource, and why."""


def dead_letter_queues() -> set[str]:
    """What a queue's redrive policy or a rule's target names as the place for what could not be handled."""
    arns = [queue.properties.get("RedrivePolicy", {}).get("deadLetterTargetArn") for queue in QUEUES.values()]
    targets = [target for rule in TEMPLATE.of_type("AWS::Events::Rule") for target in rule.properties["Targets"]]
    arns += [target.get("DeadLetterConfig", {}).get("Arn") for target in targets]
    return {arn["Fn::GetAtt"][0] for arn in arns if arn}


# ── Functions ────────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── Queues and tables ────────────────────────────────────────────────────────────────────────────────────────────────


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


@pytest.mark.parametrize("name", sorted(dead_letter_queues()))
def test_dead_letter_queue_is_watched(name: str) -> None:
    watched = [
        dimension["Value"]["Fn::GetAtt"][0]
        for alarm in ALARMS.values()
        if alarm.properties.get("MetricName") == "ApproximateNumberOfMessagesVisible"
        for dimension in alarm.properties["Dimensions"]
    ]
    assert watched.count(name) == 1


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


# ── Rights ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "statement"), list(TEMPLATE.statements()))
def test_rights_name_their_actions_and_resources(name: str, statement: Mapping[str, Any]) -> None:
    actions = as_list(statement["Action"])
    assert not [action for action in actions if "*" in action], f"{name}: an action with a wildcard"
    if "*" in as_list(statement["Resource"]):
        assert set(actions) <= set(NO_NAMED_RESOURCE), f"{name}: every resource, without a reason"


def test_every_reason_for_all_resources_is_used() -> None:
    used = {
        action
        for _, statement in TEMPLATE.statements()
        if "*" in as_list(statement["Resource"])
        for action in as_list(statement["Action"])
    }
    assert set(NO_NAMED_RESOURCE) - used <= {"states:SendTaskFailure"}


LETTERS = "HandleDeadLettersFunction"


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {LETTERS}))
def test_function_polls_its_own_queue_and_no_other(name: str) -> None:
    """SAM would attach a policy of AWS's that allows it on every queue of the account."""
    queue = TEMPLATE.queue_read_by(FUNCTIONS[name])
    assert queues_of(name, "sqs:ReceiveMessage") == ({queue} if queue else set())


def queues_of(name: str, action: str) -> set[str]:
    """The queues on which a role is allowed an action."""
    return {
        name_of(arn)
        for where, one in TEMPLATE.statements()
        if where == name and one["Effect"] == "Allow" and action in as_list(one["Action"])
        for arn in as_list(one["Resource"])
    }


def test_one_function_takes_letters_out_and_sends_them_to_the_queues_that_have_dead_letters() -> None:
    assert queues_of(LETTERS, "sqs:ReceiveMessage") == queues_of(LETTERS, "sqs:DeleteMessage") == dead_letter_queues()
    live = {name for name, queue in QUEUES.items() if "RedrivePolicy" in queue.properties}
    assert queues_of(LETTERS, "sqs:SendMessage") == live


def test_letters_stay_hidden_while_their_function_may_run() -> None:
    assert TEMPLATE.setting(FUNCTIONS[LETTERS], "Timeout") < HIDDEN_SECONDS


def test_operations_neither_put_a_record_into_a_queue_nor_take_one_out() -> None:
    """With sqs:SendMessage, a forged advisor's decision overrode a debt, and a forged order reached another point."""
    allowed = {
        action
        for where, one in TEMPLATE.statements()
        if where == "OperationsRole" and one["Effect"] == "Allow"
        for action in as_list(one["Action"])
    }
    assert {action for action in allowed if action.startswith("sqs:")} == {"sqs:GetQueueAttributes", "sqs:GetQueueUrl"}
    assert not {"events:PutEvents", "states:SendTaskSuccess", "dynamodb:PutItem", "dynamodb:UpdateItem"} & allowed


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


def test_mail_is_sent_from_one_address_and_sms_by_one_sender() -> None:
    sending = [one for _, one in TEMPLATE.statements() if {"ses:SendEmail"} & set(as_list(one["Action"]))]
    assert [one["Condition"] for one in sending] == [{"StringEquals": {"ses:FromAddress": {"Ref": "SenderAddress"}}}]
    texting = [one for _, one in TEMPLATE.statements() if {"sms-voice:SendTextMessage"} & set(as_list(one["Action"]))]
    assert [one["Resource"]["Fn::Sub"].rpartition(":")[2] for one in texting] == ["sender-id/${SmsSenderId}/FR"]


# ── Policies of queues and of the bus ────────────────────────────────────────────────────────────────────────────────


def queue_statements() -> list[Mapping[str, Any]]:
    policies = TEMPLATE.of_type("AWS::SQS::QueuePolicy")
    return [one for policy in policies for one in policy.properties["PolicyDocument"]["Statement"]]


def name_of(arn: Mapping[str, Any]) -> str:
    return str(arn["Fn::GetAtt"][0])


@pytest.mark.parametrize("name", QUEUES)
def test_queue_takes_nothing_but_over_tls(name: str) -> None:
    denied = [
        one
        for one in queue_statements()
        if one["Effect"] == "Deny" and {"Fn::GetAtt": [name, "Arn"]} in one["Resource"]
    ]
    assert [(one["Principal"], one["Action"], one["Condition"]) for one in denied] == [
        ("*", "sqs:*", {"Bool": {"aws:SecureTransport": "false"}})
    ]
    (policy,) = (
        each for each in TEMPLATE.of_type("AWS::SQS::QueuePolicy") if {"Ref": name} in each.properties["Queues"]
    )
    assert denied[0] in policy.properties["PolicyDocument"]["Statement"]


def test_rule_writes_to_its_targets_and_to_no_other_queue() -> None:
    may: set[tuple[str, str]] = set()
    for one in queue_statements():
        if one["Effect"] == "Allow":
            assert one["Principal"] == {"Service": "events.amazonaws.com"}
            rules = as_list(one["Condition"]["ArnEquals"]["aws:SourceArn"])
            may |= {(name_of(rule), name_of(queue)) for rule in rules for queue in as_list(one["Resource"])}
    does = {
        (rule.logical_id, name_of(arn))
        for rule in TEMPLATE.of_type("AWS::Events::Rule")
        for target in rule.properties["Targets"]
        for arn in (target["Arn"], target["DeadLetterConfig"]["Arn"])
    }
    assert may == does


def bus_statement(name: str) -> Mapping[str, Any]:
    return dict(TEMPLATE.resources[name].properties["Statement"])


def test_billing_puts_the_events_that_rules_expect_of_billing_and_advisors_put_their_decisions() -> None:
    expected: set[str] = set()
    for rule in ("PaymentEvents", "LimitationEvents"):
        expected |= set(TEMPLATE.resources[rule].properties["EventPattern"]["detail-type"])
    for either in TEMPLATE.resources["ResumingEvents"].properties["EventPattern"]["$or"]:
        if either["source"] == ["billing"]:
            expected |= set(either["detail-type"])
    billing = bus_statement("BillingMayPutEvents")["Condition"]["StringEquals"]
    assert billing["events:source"] == "billing"
    assert set(billing["events:detail-type"]) == expected
    advisors = bus_statement("AdvisorsMayPutEvents")
    assert advisors["Principal"] == {"AWS": {"Ref": "AdvisorsRoleArn"}}
    keys = {"events:source": "advisors", "events:detail-type": "AdvisorDecided"}
    assert advisors["Condition"] == {"StringEquals": keys}


def test_nobody_but_the_roles_that_publish_puts_events_of_the_restoration() -> None:
    publishers = {name for name, one in TEMPLATE.statements() if "events:PutEvents" in as_list(one["Action"])}
    denied = bus_statement("OnlyOurRolesReport")
    assert (denied["Effect"], denied["Principal"]) == ("Deny", "*")
    assert denied["Condition"]["StringEquals"] == {"events:source": "restoration"}
    spared = denied["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]
    assert {name_of(role) for role in spared} == {f"{name}Role" for name in publishers}


def starts(statement: Mapping[str, Any]) -> bool:
    return any(action.startswith("states:Start") for action in as_list(statement["Action"]))


def test_operations_may_redrive_and_stop_and_never_start_a_restoration() -> None:
    role = TEMPLATE.resources["OperationsRole"].properties
    statements = [one for policy in role["Policies"] for one in policy["PolicyDocument"]["Statement"]]
    allowed = {action for one in statements if one["Effect"] == "Allow" for action in as_list(one["Action"])}
    denied = {action for one in statements if one["Effect"] == "Deny" for action in as_list(one["Action"])}
    assert {"states:RedriveExecution", "states:StopExecution", "states:DescribeExecution"} <= allowed
    assert "states:StartExecution" in denied
    started = [one["Resource"] for one in statements if one["Effect"] == "Allow" and starts(one)]
    machines = ("NightlyCheckStateMachine", "ProtectionCampaignStateMachine", "BulkRedriveStateMachine")
    assert started == [[{"Ref": name} for name in machines]], "they start by the register what no event brought"


def test_only_operations_may_redrive_or_stop() -> None:
    others = {
        name
        for name, statement in TEMPLATE.statements()
        if {"states:RedriveExecution", "states:StopExecution"} & set(as_list(statement["Action"]))
    }
    assert others == {"OperationsRole", "BulkRedriveFunction"}


def test_only_operations_start_a_bulk_redrive() -> None:
    others = {
        name
        for name, statement in TEMPLATE.statements()
        if statement["Effect"] == "Allow"
        and {"Ref": "BulkRedriveStateMachine"} in as_list(statement["Resource"])
        and starts(statement)
    }
    assert others == {"OperationsRole"}


# ── Alarms, machine, outputs ─────────────────────────────────────────────────────────────────────────────────────────


PAGING = {"CustomersAffected", "ProtectionCampaignNotDone", "ExecutionsUnmeasured", "EnedisUnmeasured"}
"""The few that cannot wait: customers without power, a date that the law sets, and being blind."""

MISSED = {"NightlyCheckNotDone", "ExecutionsUnmeasured", "EnedisUnmeasured", "ExecutionsUnrecorded"}
"""What should have happened and did not has no data; all else that has none has not happened."""


@pytest.mark.parametrize("name", ALARMS)
def test_alarm_says_whether_it_pages_and_does_so(name: str) -> None:
    alarm = ALARMS[name].properties
    word, topic = ("Page", "PagesTopic") if name in PAGING else ("Ticket", "TicketsTopic")
    assert alarm["AlarmDescription"].startswith(f"{word}: ")
    assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": topic}]


@pytest.mark.parametrize("alarm", TEMPLATE.of_type("AWS::CloudWatch::Alarm"), ids=lambda alarm: alarm.logical_id)
def test_alarm_takes_silence_for_bad_news_where_something_should_have_come(alarm: Resource) -> None:
    expected = "breaching" if alarm.logical_id in MISSED else "notBreaching"
    assert alarm.properties["TreatMissingData"] == expected


def test_page_looks_at_alarms_that_open_a_ticket() -> None:
    """So the page says that somebody is affected, and a ticket says why."""
    (_, parts) = ALARMS["CustomersAffected"].properties["AlarmRule"]["Fn::Join"]
    named = re.findall(r'ALARM\("\$\{(\w+)\}"\)', str(parts))
    assert len(named) == len(parts)
    assert set(named) <= set(ALARMS) - PAGING
    assert {"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted", "EnedisUnreachable", "IntakeSilent"} <= set(
        named
    )


@pytest.mark.parametrize("name", ALARMS)
def test_alarm_has_a_page_in_the_runbook(name: str) -> None:
    named = re.search(r'runbook, "([^"]+)"\.?$', ALARMS[name].properties["AlarmDescription"])
    assert named, 'the description ends with: runbook, "heading"'
    runbook = ROOT / "docs" / "runbook.md"
    assert runbook.is_file()
    assert named.group(1) in re.findall(r"^#+ (.+)$", runbook.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_errors_of_a_function_alarm_within_minutes_and_one_hiccup_does_not(name: str) -> None:
    """A day of retries would hide a bug for a day."""
    alarm = ALARMS[f"{name.removesuffix('Function')}Errors"].properties
    errors = alarm
    if "Metrics" in alarm:
        (stat,) = (one["MetricStat"] for one in alarm["Metrics"] if one["Id"] == "errors")
        errors = stat["Metric"] | {"Statistic": stat["Stat"], "Period": stat["Period"]}
    assert (errors["Namespace"], errors["MetricName"], errors["Statistic"]) == ("AWS/Lambda", "Errors", "Sum")
    assert errors["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": name}}]
    assert (alarm["ComparisonOperator"], alarm["Threshold"], errors["Period"]) == ("GreaterThanThreshold", 0, 60)
    assert (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) == (3, 15)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_throttles_of_a_function_alarm(name: str) -> None:
    alarm = ALARMS[f"{name.removesuffix('Function')}Throttles"].properties
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("AWS/Lambda", "Throttles", "Sum")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": name}}]


@pytest.mark.parametrize("table", TEMPLATE.document["Mappings"])
def test_each_row_of_a_table_is_used(table: str) -> None:
    loops = (ROOT / "template.yaml").read_text(encoding="utf-8").split("Fn::ForEach::")[1:]
    reading = [loop for loop in loops if f"!FindInMap [{table}, " in loop.partition("Fn::ForEach::")[0]]
    assert reading
    for row in TEMPLATE.document["Mappings"][table]:
        assert all(re.search(rf"\b{row}\b", loop) for loop in reading), row


def test_payment_that_billing_does_not_show_yet_is_no_alarm() -> None:
    """It is asked for again by an error, a few times for each payment of another debt."""
    metrics = {one["Id"]: one for one in ALARMS["CheckPaymentErrors"].properties["Metrics"]}
    assert [one for one in metrics if metrics[one]["ReturnData"]] == ["unexpected"]
    assert metrics["unexpected"]["Expression"] == "errors - FILL(lagging, 0)"
    assert metrics["lagging"]["MetricStat"]["Metric"]["MetricName"] == "PaymentsNotShown"


def test_no_deployment_touches_the_switch() -> None:
    """CloudFormation writes a parameter that a template declares at any update of it, even of a tag."""
    assert not TEMPLATE.of_type("AWS::SSM::Parameter")


def test_first_alarms_are_there() -> None:
    metrics = {alarm.properties["MetricName"] for alarm in ALARMS.values() if "MetricName" in alarm.properties}
    assert metrics >= {
        "ExecutionsFailed",
        "OldestRunningExecutionAge",
        "ApproximateNumberOfMessagesVisible",
        "ApproximateAgeOfOldestMessage",
    }


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


def test_every_queue_is_read_with_bounded_concurrency() -> None:
    for function in TEMPLATE.functions:
        for source in function.properties.get("Events", {}).values():
            if source["Type"] == "SQS":
                assert source["Properties"]["ScalingConfig"]["MaximumConcurrency"], function.logical_id


def test_switch_survives_a_deployment() -> None:
    """CloudFormation writes a parameter's template value again at any update of that resource, even of a tag."""
    assert TEMPLATE.of_type("AWS::SSM::Parameter") == []
    assert not any("SSM" in resource.type for resource in TEMPLATE.resources.values())


@pytest.mark.parametrize("name", ["ClaimLimitationFunction", "CheckOpenLimitationsFunction"])
def test_who_reads_the_switch_may_read_it_and_nobody_may_turn_it(name: str) -> None:
    variables = TEMPLATE.environment(FUNCTIONS[name])
    switch = [variables[each]["Fn::Sub"] for each in ("MODE_PARAMETER", "ROLLOUT_PERCENT_PARAMETER")]
    assert switch == ["/${AWS::StackName}/mode", "/${AWS::StackName}/rollout-percent"]
    readers = {where: as_list(one["Action"]) for where, one in TEMPLATE.statements() if "ssm:" in str(one["Action"])}
    assert readers[name] == ["ssm:GetParameters"]
    turners = {where for where, actions in readers.items() if "ssm:PutParameter" in actions}
    assert turners <= {"OperationsRole"}


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
    """Ref gives the ARN of a secret, a topic or a machine, and the name of most other things."""
    value = TEMPLATE.document["Outputs"][name]["Value"]
    arns = {"AWS::SecretsManager::Secret", "AWS::SNS::Topic", "AWS::Serverless::StateMachine"}
    referred = TEMPLATE.resources.get(value.get("Ref", ""))
    is_arn = "Fn::GetAtt" in value or (referred is not None and referred.type in arns)
    assert name.endswith("Arn" if is_arn else "Name")
