"""The rules themselves: a small machine that keeps them all, and for each way to break one, the rule that sees it."""

from datetime import timedelta

import pytest

from tests.statemachine import retry_rules, rules
from tests.statemachine.machines import Machine
from tests.statemachine.raised_errors import raised_by
from tests.statemachine.rules import RULES, Rule

CHECKING = ", ".join(sorted(raised_by("check_payment") - {"BillingUnavailable", "UnknownContract"}))
DECIDING = ", ".join(sorted(raised_by("evaluate_decision")))
"""The errors that the code raises today; the sample names them all."""
CONDITIONAL = "DynamoDB.ConditionalCheckFailedException, DynamoDb.ConditionalCheckFailedException"
PARTNER = "IntervalSeconds: 1, BackoffRate: 1.3, MaxAttempts: 800, MaxDelaySeconds: 900, JitterStrategy: FULL"
AWS = "IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 360, MaxDelaySeconds: 600, JitterStrategy: FULL"


def filled(text: str) -> str:
    marks = {
        "<checking>": CHECKING,
        "<deciding>": DECIDING,
        "<conditional>": CONDITIONAL,
        "<partner>": PARTNER,
        "<aws>": AWS,
    }
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text


GOOD = filled("""\
Comment: A machine that keeps every rule
QueryLanguage: JSONata
StartAt: CheckPayment
States:
  CheckPayment:
    Comment: Ask billing
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    Arguments:
      FunctionName: ${CheckPaymentFunction}
    TimeoutSeconds: 60
    Retry:
      - {ErrorEquals: [UnknownContract, <checking>, States.QueryEvaluationError], MaxAttempts: 0}
      - {ErrorEquals: [BillingUnavailable, Lambda.TooManyRequestsException], <partner>}
      - {ErrorEquals: [States.ALL], <aws>}
    Next: IsItPaid
  IsItPaid:
    Comment: Whether there is anything to do
    Type: Choice
    Choices:
      - Comment: Paid
        Condition: "{% $paid %}"
        Next: AwaitClearing
    Default: Ended
  AwaitClearing:
    Comment: Wait for the payment to clear
    Type: Task
    Resource: arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken
    Arguments: {TableName: limitations}
    TimeoutSeconds: "{% ${ClearingTimeoutSeconds} %}"
    Retry:
      - {ErrorEquals: [States.Timeout, <conditional>, States.QueryEvaluationError], MaxAttempts: 0}
      - {ErrorEquals: [States.ALL], <aws>}
    Catch:
      - Comment: Time to look again
        ErrorEquals: [States.Timeout, <conditional>]
        Next: WaitForEnedis
    Next: WaitForEnedis
  WaitForEnedis:
    Comment: Let Enedis work
    Type: Wait
    Seconds: "{% ${WaitSeconds} * 2 %}"
    Next: DecideProgress
  DecideProgress:
    Comment: How far Enedis has come
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    Arguments:
      FunctionName: ${EvaluateDecisionFunction}
    TimeoutSeconds: 60
    Retry:
      - {ErrorEquals: [<deciding>, States.QueryEvaluationError], MaxAttempts: 0}
      - {ErrorEquals: [States.ALL], <aws>}
    Next: Report
  Report:
    Comment: Tell the other systems
    Type: Task
    Resource: arn:aws:states:::events:putEvents
    Arguments: {Entries: []}
    TimeoutSeconds: 30
    Retry:
      - {ErrorEquals: [States.ALL], <aws>}
    Next: Ended
  Ended:
    Comment: It ended
    Type: Succeed
""")

CLEARING = """    Arguments: {TableName: limitations}
    TimeoutSeconds: "{% ${ClearingTimeoutSeconds} %}"
"""
BREAKS: list[tuple[Rule, str, str, str]] = [
    (rules.file_is_plain_yaml, "Choices:\n", "Choices: &here\n", "anchor &here"),
    (rules.file_is_plain_yaml, "Entries: []", "Entries: [&one a, *one]", "alias *one"),
    (rules.file_is_plain_yaml, "{TableName: limitations}", "{on: limitations}", "on is read as true or false"),
    (rules.file_is_plain_yaml, "{TableName: limitations}", "{TableName: Off}", "Off is read as true or false"),
    (rules.file_is_plain_yaml, "    Default: Ended\n", "    Default: Ended\n    Default: Report\n", "'Default' twice"),
    (
        retry_rules.retriers_stand_on_one_line,
        f"      - {{ErrorEquals: [BillingUnavailable, Lambda.TooManyRequestsException], {PARTNER}}}",
        "      - ErrorEquals: [BillingUnavailable]\n        MaxAttempts: 600",
        ": a retrier takes several lines",
    ),
    (
        retry_rules.retriers_stand_on_one_line,
        "[BillingUnavailable, Lambda",
        "[BillingUnavailable,\n          Lambda",
        ": a retrier takes several lines",
    ),
    (rules.everything_is_explained, "Comment: A machine that keeps every rule\n", "", "the machine has no Comment"),
    (rules.everything_is_explained, "    Comment: It ended\n", "", "Ended has no Comment"),
    (
        rules.everything_is_explained,
        "      - Comment: Paid\n        C",
        "      - C",
        "choice AwaitClearing has no Comment",
    ),
    (
        rules.everything_is_explained,
        "      - Comment: Time to look again\n        E",
        "      - E",
        "catcher WaitForEnedis has no Comment",
    ),
    (rules.language_is_jsonata, "QueryLanguage: JSONata\n", "", "not JSONata"),
    (rules.language_is_jsonata, "    Type: Succeed", "    Type: Succeed\n    OutputPath: $.a", "JSONPath's OutputPath"),
    (rules.ways_lead_somewhere, "StartAt: CheckPayment", "StartAt: CheckPayments", "StartAt names 'CheckPayments'"),
    (rules.ways_lead_somewhere, "    Next: IsItPaid", "    Next: IsItPayed", "leads to 'IsItPayed'"),
    (rules.ways_lead_somewhere, "        Next: WaitForEnedis", "        Next: Waits", "leads to 'Waits'"),
    (rules.ways_lead_somewhere, "    Next: Report", "    Next: Ended", "Report is never reached"),
    (rules.ways_lead_somewhere, "    Default: Ended\n", "", "Choice without Default"),
    (rules.ways_lead_somewhere, "    Next: DecideProgress\n", "", "WaitForEnedis needs either Next or End"),
    (
        retry_rules.tasks_are_retried,
        ", MaxDelaySeconds: 600",
        "",
        "CheckPayment, Retry of ['States.ALL']: numbers of no",
    ),
    (retry_rules.tasks_are_retried, "MaxDelaySeconds: 900", 'MaxDelaySeconds: "${Max}"', "numbers of no profile"),
    (retry_rules.tasks_are_retried, "MaxAttempts: 800", 'MaxAttempts: "{% 600 %}"', "numbers of no profile"),
    (retry_rules.tasks_are_retried, "MaxAttempts: 800", "MaxAttempts: 60", "numbers of no profile"),
    (retry_rules.tasks_are_retried, "IntervalSeconds: 1", "IntervalSeconds: true", "numbers of no profile"),
    (retry_rules.tasks_are_retried, "JitterStrategy: FULL", "JitterStrategy: NONE", "numbers of no profile"),
    (
        retry_rules.tasks_are_retried,
        "    Retry:\n      - {ErrorEquals: [States.ALL]",
        "    X:\n      - {E: []",
        "Report has no Retry",
    ),
    (
        retry_rules.tasks_are_retried,
        f"[BillingUnavailable, Lambda.TooManyRequestsException], {PARTNER}",
        f"[A], {AWS}",
        "BillingUnavailable does not have a partner's retrier",
    ),
    (
        retry_rules.tasks_are_retried,
        f"[BillingUnavailable, Lambda.TooManyRequestsException], {PARTNER}",
        f"[A], {AWS}}}\n      - {{ErrorEquals: [B], {AWS}",
        "CheckPayment: more than 2 of the profile AWS",
    ),
    (
        retry_rules.tasks_are_retried,
        f"[{DECIDING}, States.QueryEvaluationError], MaxAttempts: 0",
        f"[A], {PARTNER}",
        "DecideProgress has a partner's retrier, and talks to no partner",
    ),
    (
        retry_rules.tasks_are_retried,
        f"[{DECIDING}, States.QueryEvaluationError], MaxAttempts: 0",
        f"[A], {AWS}}}\n      - {{ErrorEquals: [B], MaxAttempts: 0",
        "DecideProgress: its retriers are not in the order ours to mend, partner, AWS",
    ),
    (
        retry_rules.tasks_are_retried,
        ", States.QueryEvaluationError]",
        "]",
        "AwaitClearing: States.QueryEvaluationError is",
    ),
    (
        retry_rules.tasks_are_retried,
        f"    Retry:\n      - {{ErrorEquals: [States.ALL], {AWS}}}",
        "    Retry:\n      - {ErrorEquals: [States.TaskFailed], MaxAttempts: 0}",
        "Report: its last retrier is not AWS's of States.ALL",
    ),
    (rules.waits_are_bounded, "    TimeoutSeconds: 30\n", "", "Report has no TimeoutSeconds"),
    (rules.waits_are_bounded, '    TimeoutSeconds: "{% ${ClearingTimeoutSeconds} %}"\n', "", "has no TimeoutSeconds"),
    (rules.waits_are_bounded, CLEARING, CLEARING.replace('"{% ${ClearingTimeoutSeconds} %}"', "9"), "callback is 9"),
    (rules.waits_are_bounded, '"{% ${ClearingTimeoutSeconds} %}"', '"${ClearingTimeoutSeconds}"', "callback is '${"),
    (rules.waits_are_bounded, '"{% ${ClearingTimeoutSeconds} %}"', '"{% 60 * $looks %}"', "callback is '{% 60"),
    (rules.waits_are_bounded, "TimeoutSeconds: 30", 'TimeoutSeconds: "{% ${Longest} - 1 %}"', "TimeoutSeconds is '{%"),
    (rules.waits_are_bounded, "TimeoutSeconds: 30", 'TimeoutSeconds: "{% 30 %}"', "TimeoutSeconds is '{% 30 %}'"),
    (rules.waits_are_bounded, 'Seconds: "{% ${WaitSeconds} * 2 %}"', "Seconds: 60", "Seconds is 60"),
    (rules.waits_are_bounded, '    Seconds: "{% ${WaitSeconds} * 2 %}"\n', "", "WaitForEnedis waits for nothing"),
    (rules.error_names_exist, "[UnknownContract, ", "[UnknownContrat, ", "UnknownContrat is no exception class"),
    (rules.error_names_exist, "Lambda.TooMany", "Lambda.Many", "no error of the Amazon States Language or of Lambda"),
    (rules.error_names_exist, "[States.ALL]", "[States.All]", "States.All is no error of the Amazon States Language"),
    *(
        (
            rules.error_names_exist,
            f"[States.Timeout, {CONDITIONAL}{more}]",
            f"[States.Timeout, {kept}.ConditionalCheckFailedException{more}]",
            f"{kept}.ConditionalCheckFailedException without its other spelling, {left}.Conditional",
        )
        for kept, left in (("DynamoDB", "DynamoDb"), ("DynamoDb", "DynamoDB"))
        for more in ("", ", States.QueryEvaluationError")  # of the catcher, of the retrier
    ),
    (
        rules.error_names_exist,
        "    Retry:\n      - {ErrorEquals: [States.ALL]",
        "    Retry:\n      - {ErrorEquals: [Eventbridge.InternalException]",
        "Report: Eventbridge.InternalException reaches this state as EventBridge.InternalException",
    ),
    (
        rules.error_names_exist,
        "DynamoDb.ConditionalCheckFailed",
        "DynamoDb.ConditionFailed",
        "no error of arn:aws:states",
    ),
    (rules.error_names_exist, "[States.ALL]", "[]", "without ErrorEquals"),
    (rules.catch_alls_stand_alone_and_last, "[States.ALL]", "[States.ALL, States.Timeout]", "beside other names"),
    (
        rules.catch_alls_stand_alone_and_last,
        f"[UnknownContract, {CHECKING}, States.QueryEvaluationError]",
        "[States.ALL]",
        "after States.ALL",
    ),
    (
        rules.catch_alls_stand_alone_and_last,
        "[BillingUnavailable, ",
        "[BillingUnavailable, UnknownContract, ",
        "UnknownContract twice",
    ),
    (
        rules.raised_errors_are_named,
        "[BillingUnavailable, Lambda",
        "[Lambda",
        "BillingUnavailable, which check_payment raises",
    ),
    (
        rules.raised_errors_are_named,
        "[UnknownContract, ",
        "[UnknownContract, EnedisRejected, ",
        "EnedisRejected is named, and",
    ),
    (rules.failures_stay_where_they_happened, "Type: Succeed", "Type: Fail", "Ended is a Fail state"),
    (
        rules.failures_stay_where_they_happened,
        f"        ErrorEquals: [States.Timeout, {CONDITIONAL}]\n        Next",
        "        ErrorEquals: [States.ALL]\n        Next",
        "AwaitClearing catches everything",
    ),
    (
        rules.failures_stay_where_they_happened,
        f"        ErrorEquals: [States.Timeout, {CONDITIONAL}]\n        Next",
        "        ErrorEquals: [States.TaskFailed]\n        Next",
        "AwaitClearing catches everything",
    ),
    (
        rules.messages_are_no_step,
        "${EvaluateDecisionFunction}",
        "${NotifyCustomerFunction}",
        "DecideProgress sends a message to the customer",
    ),
]


def test_good_machine_has_no_finding() -> None:
    assert [finding for rule in RULES for finding in rule(Machine("good", GOOD))] == []


@pytest.mark.parametrize(
    ("rule", "right", "wrong", "finding"), BREAKS, ids=[f"{rule.__name__}-{finding}" for rule, _, _, finding in BREAKS]
)
def test_broken_rule_is_found(rule: Rule, right: str, wrong: str, finding: str) -> None:
    assert right in GOOD
    found = list(rule(Machine("broken", GOOD.replace(right, wrong))))
    assert any(finding in one for one in found), found


def test_own_errors_may_be_tried_again_as_aws_s_are() -> None:
    twice = GOOD.replace(
        f"      - {{ErrorEquals: [States.ALL], {AWS}}}\n",
        f"      - {{ErrorEquals: [RegisterConflict], {AWS}}}\n      - {{ErrorEquals: [States.ALL], {AWS}}}\n",
    )
    assert list(retry_rules.tasks_are_retried(Machine("twice", twice))) == []


def test_partner_s_profile_outlasts_three_days_on_average() -> None:
    assert timedelta(seconds=retry_rules.mean_patience_seconds("partner")) > timedelta(days=3)


def test_aws_s_profile_outlasts_a_day_on_average() -> None:
    assert timedelta(seconds=retry_rules.mean_patience_seconds("AWS")) > timedelta(days=1)


def test_callback_may_wait_for_the_rest_of_a_parameter_s_time() -> None:
    left = '"{% $max([1, ${ClearingTimeoutSeconds} - ($millis() - $askedAt) / 1000]) %}"'
    reckoned = GOOD.replace('"{% ${ClearingTimeoutSeconds} %}"', left)
    assert left in reckoned
    assert list(rules.waits_are_bounded(Machine("reckoned", reckoned))) == []


def test_every_rule_is_shown_to_fail() -> None:
    assert {rule for rule, *_ in BREAKS} == set(RULES)


def test_states_within_a_map_are_held_to_the_rules() -> None:
    inner = """\
  Each:
    Comment: Each of them
    Type: Map
    ItemProcessor:
      StartAt: Call
      States:
        Call:
          Comment: Call
          Type: Task
          Resource: arn:aws:states:::events:putEvents
          Next: Nowhere
    Next: Ended
"""
    nested = GOOD.replace("    Default: Ended\n", "    Default: Each\n").replace("  Ended:\n", f"{inner}  Ended:\n")
    findings = [finding for rule in RULES for finding in rule(Machine("nested", nested))]
    assert findings == [
        "Call leads to 'Nowhere', which does not exist",
        "Call has no Retry",
        "Call has no TimeoutSeconds",
    ]


def test_error_with_which_a_consumer_fails_the_waiting_state_must_be_named() -> None:
    callback = "arn:aws:states:::sqs:sendMessage.waitForTaskToken\n    Arguments: {QueueUrl: '${OrdersQueueUrl}'}"
    sending = GOOD.replace(
        "arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken\n    Arguments: {TableName: limitations}",
        callback,
    )
    findings = list(rules.raised_errors_are_named(Machine("sending", sending)))
    assert "AwaitClearing: InvalidEvent, which place_order raises, is not named" in findings
