"""The rights of each role, and the writers of each queue and of the bus: house rules for the template, as tests."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.infrastructure.templates import FUNCTIONS, QUEUES, TEMPLATE, as_list, dead_letter_queues, name_of, taken_by

# ── Roles ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rights_name_their_actions() -> None:
    """Whether they name their resources, too, is seen beside AWS's own list: test_rights.py."""
    named = [(name, action) for name, one in TEMPLATE.statements() for action in as_list(one["Action"])]
    assert [each for each in named if "*" in each[1]] == []


LETTERS = "HandleDeadLettersFunction"


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {LETTERS}))
def test_function_polls_its_own_queue_and_no_other(name: str) -> None:
    """SAM would attach a policy of AWS's that allows it on every queue of the account."""
    assert queues_of(name, "sqs:ReceiveMessage") == set(TEMPLATE.queues_read_by(FUNCTIONS[name]))


def queues_of(name: str, action: str) -> set[str]:
    """The queues on which a role is allowed an action."""
    return {
        name_of(arn)
        for where, one in TEMPLATE.statements()
        if where == name and one["Effect"] == "Allow" and action in as_list(one["Action"])
        for arn in as_list(one["Resource"])
    }


def test_only_functions_that_send_copies_to_their_own_queue_may_go_round() -> None:
    """Lambda drops a record of the others after sixteen rounds."""
    meant = {name for name, one in FUNCTIONS.items() if TEMPLATE.setting(one, "RecursiveLoop") == "Allow"}
    own = {name: set(TEMPLATE.queues_read_by(one)) for name, one in FUNCTIONS.items()}
    assert meant == {name for name, queues in own.items() if queues & queues_of(name, "sqs:SendMessage")}


def test_one_function_takes_letters_out_and_sends_them_to_the_queues_that_have_dead_letters() -> None:
    assert queues_of(LETTERS, "sqs:ReceiveMessage") == queues_of(LETTERS, "sqs:DeleteMessage") == dead_letter_queues()
    live = {name for name, queue in QUEUES.items() if "RedrivePolicy" in queue.properties}
    assert queues_of(LETTERS, "sqs:SendMessage") == live - {"UrgentOrdersQueue"}, "its letters are those of orders"


def test_operations_neither_put_a_record_into_a_queue_nor_take_one_out() -> None:
    """With sqs:SendMessage, a forged advisor's decision overrode a debt, and a forged order reached another point."""
    allowed = {
        action
        for where, one in TEMPLATE.statements()
        if where == "OperationsRole" and one["Effect"] == "Allow"
        for action in as_list(one["Action"])
    }
    assert {action for action in allowed if action.startswith("sqs:")} == {"sqs:GetQueueAttributes"}
    assert not {"events:PutEvents", "states:SendTaskSuccess", "dynamodb:PutItem", "dynamodb:UpdateItem"} & allowed


def test_mail_is_sent_from_one_address_and_sms_by_one_sender() -> None:
    sending = [one for _, one in TEMPLATE.statements() if {"ses:SendEmail"} & set(as_list(one["Action"]))]
    own = {"StringEquals": {"ses:FromAddress": {"Ref": "SenderAddress"}}}
    assert [one["Condition"] for one in sending] == [own, own]  # to customers, and the reports
    texting = [one for _, one in TEMPLATE.statements() if {"sms-voice:SendTextMessage"} & set(as_list(one["Action"]))]
    assert [one["Resource"]["Fn::Sub"].rpartition(":")[2] for one in texting] == ["sender-id/${SmsSenderId}/FR"]


@pytest.mark.parametrize("name", ["ClaimLimitationFunction", "CheckOpenLimitationsFunction"])
def test_who_reads_the_switch_may_read_it_and_nobody_may_turn_it(name: str) -> None:
    variables = TEMPLATE.environment(FUNCTIONS[name])
    switch = [variables[each]["Fn::Sub"] for each in ("MODE_PARAMETER", "ROLLOUT_PERCENT_PARAMETER")]
    assert switch == ["/${AWS::StackName}/mode", "/${AWS::StackName}/rollout-percent"]
    readers = {where: as_list(one["Action"]) for where, one in TEMPLATE.statements() if "ssm:" in str(one["Action"])}
    assert readers[name] == ["ssm:GetParameters"]
    turners = {where for where, actions in readers.items() if "ssm:PutParameter" in actions}
    assert turners <= {"OperationsRole"}


# ── Policies of queues and of the bus ───────────────────────────────────────────────────────────────────────────────


SCHEDULES = {
    f"{machine.logical_id}{name}": event
    for machine in TEMPLATE.of_type("AWS::Serverless::StateMachine")
    for name, event in machine.properties.get("Events", {}).items()
}
QUEUE_POLICIES = [policy.properties for policy in TEMPLATE.of_type("AWS::SQS::QueuePolicy")]


def test_queue_has_one_policy_of_its_own_and_takes_nothing_but_over_tls() -> None:
    queues = [policy["Queues"][0]["Ref"] for policy in QUEUE_POLICIES if len(policy["Queues"]) == 1]
    assert sorted(queues) == sorted(QUEUES)
    for queue, policy in zip(queues, QUEUE_POLICIES, strict=True):
        statements = policy["PolicyDocument"]["Statement"]
        assert {str(one["Resource"]) for one in statements} == {str({"Fn::GetAtt": [queue, "Arn"]})}
        denied = [one for one in statements if one["Effect"] == "Deny"]
        assert [(one["Principal"], one["Action"], one["Condition"]) for one in denied] == [
            ("*", "sqs:*", {"Bool": {"aws:SecureTransport": "false"}})
        ]


def test_rule_writes_to_its_targets_and_to_no_other_queue() -> None:
    may: set[tuple[str, str]] = set()
    for one in (one for policy in QUEUE_POLICIES for one in policy["PolicyDocument"]["Statement"]):
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
    scheduled = {name: event["Properties"] for name, event in SCHEDULES.items() if event["Type"] == "Schedule"}
    assert may == does | {(name, name_of(one["DeadLetterConfig"]["Arn"])) for name, one in scheduled.items()}


def test_a_start_that_its_schedule_could_not_make_is_a_dead_letter() -> None:
    """What runs each minute or hour is made again by its next run; a night or a day of the campaign is not."""
    assert len(SCHEDULES) == 3
    places = {name_of(event["Properties"]["DeadLetterConfig"]["Arn"]) for event in SCHEDULES.values()}
    assert places == {"UnrecognisedEventsQueue"}


def bus_statement(name: str) -> Mapping[str, Any]:
    return dict(TEMPLATE.resources[name].properties["Statement"])


def test_billing_puts_the_events_that_rules_expect_of_billing_and_advisors_put_their_decisions() -> None:
    rules = [taken_by(rule) for rule in ("PaymentEvents", "LimitationEvents", "ResumingEvents")]
    expected = {kind for taken in rules for source, kind in taken if source == "billing"}
    expected.add("RemindersSuppressed")  # the companion's rule alone takes it
    billing = bus_statement("BillingMayPutEvents")["Condition"]["StringEquals"]
    assert billing["events:source"] == "billing"
    assert set(billing["events:detail-type"]) == expected
    advisors = bus_statement("AdvisorsMayPutEvents")
    assert advisors["Principal"] == {"AWS": {"Ref": "AdvisorsRoleArn"}}
    keys = {"events:source": "advisors", "events:detail-type": "AdvisorDecided"}
    assert advisors["Condition"] == {"StringEquals": keys}


def test_nobody_but_billing_reports_a_payment_where_billing_is_named() -> None:
    condition = TEMPLATE.document["Conditions"]["BillingIsNamed"]
    assert condition == {"Fn::Or": [{"Condition": "HasBillingRoles"}, {"Condition": "HasBillingAccount"}]}
    assert TEMPLATE.resources["OnlyBillingReports"].body["Condition"] == "BillingIsNamed"
    denied = bus_statement("OnlyBillingReports")
    assert (denied["Effect"], denied["Principal"], denied["Action"]) == ("Deny", "*", "events:PutEvents")
    assert denied["Condition"]["StringEquals"] == {"events:source": "billing"}
    named, roles, account = denied["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]["Fn::If"]
    assert (named, roles) == ("HasBillingRoles", {"Ref": "BillingRoleArns"})
    assert account == {"Fn::Sub": "arn:${AWS::Partition}:iam::${BillingAccountId}:*"}


def test_operations_come_by_a_provider_by_a_pattern_of_roles_or_with_a_second_factor() -> None:
    (chosen,) = TEMPLATE.resources["OperationsRole"].properties["AssumeRolePolicyDocument"]["Statement"]
    _, _, own = chosen["Fn::If"]
    assert own["Condition"]["Fn::If"] == [
        "HasOperationsPrincipals",
        {"ArnLike": {"aws:PrincipalArn": {"Ref": "OperationsPrincipals"}}},
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    ]


def starts(statement: Mapping[str, Any]) -> bool:
    return any(action.startswith("states:Start") for action in as_list(statement["Action"]))


def test_only_operations_redrive_stop_or_start_a_bulk_redrive() -> None:
    acting, starting = set(), set()
    for name, statement in TEMPLATE.statements():
        if {"states:RedriveExecution", "states:StopExecution"} & set(as_list(statement["Action"])):
            acting.add(name)
        is_of_bulk = {"Ref": "BulkRedriveStateMachine"} in as_list(statement["Resource"])
        if is_of_bulk and statement["Effect"] == "Allow" and starts(statement):
            starting.add(name)
    assert (acting, starting) == ({"OperationsRole", "BulkRedriveFunction"}, {"OperationsRole"})
