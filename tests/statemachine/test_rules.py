"""The rules themselves: a small machine that keeps them all, and for each way to break one, the rule that sees it."""

import pytest

from local.asl import Machine
from tests.statemachine.raised_errors import raised_by
from tests.statemachine.retry_rules import retriers_stand_on_one_line, tasks_are_retried
from tests.statemachine.rules import (
    RULES,
    Rule,
    catch_alls_stand_alone_and_last,
    choices_have_a_default,
    error_names_exist,
    everything_is_explained,
    failures_stay_where_they_happened,
    file_is_plain_yaml,
    language_is_jsonata,
    messages_are_no_step,
    raised_errors_are_named,
    waits_are_bounded,
)

CHECKING = ", ".join(sorted(raised_by("check_payment") - {"BillingUnavailable", "UnknownContract"}))
DECIDING = ", ".join(sorted(raised_by("evaluate_decision")))
"""The errors that the code raises today; the sample names them all."""
CONDITIONAL = "DynamoDB.ConditionalCheckFailedException, DynamoDb.ConditionalCheckFailedException"
PARTNER = "IntervalSeconds: 1, BackoffRate: 1.3, MaxAttempts: 1600, MaxDelaySeconds: 450, JitterStrategy: FULL"
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
BREAKS: dict[Rule, list[tuple[str, str, str]]] = {
    file_is_plain_yaml: [
        ("Choices:\n", "Choices: &here\n", "anchor &here"),
        ("Entries: []", "Entries: [&one a, *one]", "alias *one"),
        ("{TableName: limitations}", "{on: limitations}", "on is read as true or false"),
        ("{TableName: limitations}", "{TableName: Off}", "Off is read as true or false"),
    ],
    retriers_stand_on_one_line: [
        (
            f"      - {{ErrorEquals: [BillingUnavailable, Lambda.TooManyRequestsException], {PARTNER}}}",
            "      - ErrorEquals: [BillingUnavailable]\n        MaxAttempts: 600",
            ": a retrier takes several lines",
        ),
        ("[BillingUnavailable, Lambda", "[BillingUnavailable,\n          Lambda", ": a retrier takes several lines"),
    ],
    everything_is_explained: [
        ("Comment: A machine that keeps every rule\n", "", "the machine has no Comment"),
        ("    Comment: It ended\n", "", "Ended has no Comment"),
        ("      - Comment: Paid\n        C", "      - C", "choice AwaitClearing has no Comment"),
        ("      - Comment: Time to look again\n        E", "      - E", "catcher WaitForEnedis has no Comment"),
    ],
    language_is_jsonata: [
        ("QueryLanguage: JSONata\n", "", "not JSONata"),
        ("    Type: Succeed", "    Type: Succeed\n    OutputPath: $.a", "JSONPath's OutputPath"),
    ],
    choices_have_a_default: [("    Default: Ended\n", "", "Choice without Default")],
    tasks_are_retried: [
        (", MaxDelaySeconds: 600", "", "CheckPayment, Retry of ['States.ALL']: numbers of no"),
        ("MaxDelaySeconds: 450", 'MaxDelaySeconds: "${Max}"', "numbers of no profile"),
        ("MaxAttempts: 1600", 'MaxAttempts: "{% 600 %}"', "numbers of no profile"),
        ("MaxAttempts: 1600", "MaxAttempts: 60", "numbers of no profile"),
        ("IntervalSeconds: 1", "IntervalSeconds: true", "numbers of no profile"),
        ("JitterStrategy: FULL", "JitterStrategy: NONE", "numbers of no profile"),
        ("    Retry:\n      - {ErrorEquals: [States.ALL]", "    X:\n      - {E: []", "Report has no Retry"),
        (
            f"[BillingUnavailable, Lambda.TooManyRequestsException], {PARTNER}",
            f"[A], {AWS}",
            "BillingUnavailable does not have a partner's retrier",
        ),
        (
            f"[BillingUnavailable, Lambda.TooManyRequestsException], {PARTNER}",
            f"[A], {AWS}}}\n      - {{ErrorEquals: [B], {AWS}",
            "CheckPayment: more than 2 of the profile AWS",
        ),
        (
            f"[{DECIDING}, States.QueryEvaluationError], MaxAttempts: 0",
            f"[A], {PARTNER}",
            "DecideProgress has a partner's retrier, and talks to no partner",
        ),
        (
            f"[{DECIDING}, States.QueryEvaluationError], MaxAttempts: 0",
            f"[A], {AWS}}}\n      - {{ErrorEquals: [B], MaxAttempts: 0",
            "DecideProgress: its retriers are not in the order ours to mend, partner, AWS",
        ),
        (", States.QueryEvaluationError]", "]", "AwaitClearing: States.QueryEvaluationError is"),
        (
            f"    Retry:\n      - {{ErrorEquals: [States.ALL], {AWS}}}",
            "    Retry:\n      - {ErrorEquals: [States.TaskFailed], MaxAttempts: 0}",
            "Report: its last retrier is not AWS's of States.ALL",
        ),
    ],
    waits_are_bounded: [
        ("    TimeoutSeconds: 30\n", "", "Report has no TimeoutSeconds"),
        ('    TimeoutSeconds: "{% ${ClearingTimeoutSeconds} %}"\n', "", "has no TimeoutSeconds"),
        (CLEARING, CLEARING.replace('"{% ${ClearingTimeoutSeconds} %}"', "9"), "callback is 9"),
        ('"{% ${ClearingTimeoutSeconds} %}"', '"${ClearingTimeoutSeconds}"', "callback is '${"),
        ('"{% ${ClearingTimeoutSeconds} %}"', '"{% 60 * $looks %}"', "callback is '{% 60"),
        ("TimeoutSeconds: 30", 'TimeoutSeconds: "{% ${Longest} - 1 %}"', "TimeoutSeconds is '{%"),
        ("TimeoutSeconds: 30", 'TimeoutSeconds: "{% 30 %}"', "TimeoutSeconds is '{% 30 %}'"),
        ('Seconds: "{% ${WaitSeconds} * 2 %}"', "Seconds: 60", "Seconds is 60"),
    ],
    error_names_exist: [
        ("[UnknownContract, ", "[UnknownContrat, ", "UnknownContrat is no exception class"),
        ("Lambda.TooMany", "Lambda.Many", "no error of the Amazon States Language or of Lambda"),
        ("[States.ALL]", "[States.All]", "States.All is no error of the Amazon States Language"),
        *(
            (
                f"[States.Timeout, {CONDITIONAL}{more}]",
                f"[States.Timeout, {kept}.ConditionalCheckFailedException{more}]",
                f"{kept}.ConditionalCheckFailedException without its other spelling, {left}.Conditional",
            )
            for kept, left in (("DynamoDB", "DynamoDb"), ("DynamoDb", "DynamoDB"))
            for more in ("", ", States.QueryEvaluationError")  # of the catcher, of the retrier
        ),
        (
            "    Retry:\n      - {ErrorEquals: [States.ALL]",
            "    Retry:\n      - {ErrorEquals: [Eventbridge.InternalException]",
            "Report: Eventbridge.InternalException reaches this state as EventBridge.InternalException",
        ),
        ("DynamoDb.ConditionalCheckFailed", "DynamoDb.ConditionFailed", "no error of arn:aws:states"),
    ],
    catch_alls_stand_alone_and_last: [
        ("[States.ALL]", "[States.ALL, States.Timeout]", "beside other names"),
        (f"[UnknownContract, {CHECKING}, States.QueryEvaluationError]", "[States.ALL]", "after States.ALL"),
        ("[BillingUnavailable, ", "[BillingUnavailable, UnknownContract, ", "UnknownContract twice"),
    ],
    raised_errors_are_named: [
        ("[BillingUnavailable, Lambda", "[Lambda", "BillingUnavailable, which check_payment raises"),
        ("[UnknownContract, ", "[UnknownContract, EnedisRejected, ", "EnedisRejected is named, and"),
    ],
    failures_stay_where_they_happened: [
        ("Type: Succeed", "Type: Fail", "Ended is a Fail state"),
        (
            f"        ErrorEquals: [States.Timeout, {CONDITIONAL}]\n        Next",
            "        ErrorEquals: [States.ALL]\n        Next",
            "AwaitClearing catches everything",
        ),
        (
            f"        ErrorEquals: [States.Timeout, {CONDITIONAL}]\n        Next",
            "        ErrorEquals: [States.TaskFailed]\n        Next",
            "AwaitClearing catches everything",
        ),
    ],
    messages_are_no_step: [
        ("${EvaluateDecisionFunction}", "${NotifyCustomerFunction}", "DecideProgress sends a message to the customer"),
    ],
}
"""For each rule: what is right in the sample, what breaks it, and what the rule says."""


def test_good_machine_has_no_finding() -> None:
    assert [finding for rule in RULES for finding in rule(Machine("good", GOOD))] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_each_way_to_break_a_rule_is_found(rule: Rule) -> None:
    missed = []
    for right, wrong, finding in BREAKS[rule]:
        assert right in GOOD
        found = list(rule(Machine("broken", GOOD.replace(right, wrong))))
        if not any(finding in one for one in found):
            missed.append((finding, found))
    assert missed == []


def test_own_errors_may_be_tried_again_as_aws_s_are() -> None:
    twice = GOOD.replace(
        f"      - {{ErrorEquals: [States.ALL], {AWS}}}\n",
        f"      - {{ErrorEquals: [RegisterConflict], {AWS}}}\n      - {{ErrorEquals: [States.ALL], {AWS}}}\n",
    )
    assert list(tasks_are_retried(Machine("twice", twice))) == []


def test_callback_may_wait_for_the_rest_of_a_parameter_s_time() -> None:
    left = '"{% $max([1, ${ClearingTimeoutSeconds} - ($millis() - $askedAt) / 1000]) %}"'
    reckoned = GOOD.replace('"{% ${ClearingTimeoutSeconds} %}"', left)
    assert left in reckoned
    assert list(waits_are_bounded(Machine("reckoned", reckoned))) == []


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
          End: true
    Next: Ended
"""
    nested = GOOD.replace("    Default: Ended\n", "    Default: Each\n").replace("  Ended:\n", f"{inner}  Ended:\n")
    findings = [finding for rule in RULES for finding in rule(Machine("nested", nested))]
    assert findings == ["Call has no Retry", "Call has no TimeoutSeconds"]


def test_error_with_which_a_consumer_fails_the_waiting_state_must_be_named() -> None:
    callback = "arn:aws:states:::sqs:sendMessage.waitForTaskToken\n    Arguments: {QueueUrl: '${OrdersQueueUrl}'}"
    sending = GOOD.replace(
        "arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken\n    Arguments: {TableName: limitations}",
        callback,
    )
    findings = list(raised_errors_are_named(Machine("sending", sending)))
    assert "AwaitClearing: InvalidEvent, which place_order raises, is not named" in findings
