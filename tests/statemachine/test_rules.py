"""Each rule sees what breaks it: ways to break the process, and what the rule says of each."""

import pytest

from local.asl import RESTORATION, Machine
from tests.statemachine.retry_rules import retriers_stand_on_one_line, tasks_are_retried
from tests.statemachine.rules import (
    RULES,
    Rule,
    choices_have_a_default,
    error_names_exist,
    everything_is_explained,
    failures_stay_where_they_happened,
    file_is_plain_yaml,
    messages_are_no_step,
    no_error_is_named_twice,
    raised_errors_are_named,
    waits_are_bounded,
)

PROCESS = RESTORATION.read_text(encoding="utf-8")
EVALUATION = "{ErrorEquals: [States.QueryEvaluationError], MaxAttempts: 0}"
LAST = "      - {ErrorEquals: [States.ALL],"
EITHER = "DynamoDB.ConditionalCheckFailedException, DynamoDb.ConditionalCheckFailedException"
BREAKS: dict[Rule, list[tuple[str, str, str]]] = {
    file_is_plain_yaml: [
        ("Choices:\n", "Choices: &here\n", "anchor &here"),
        ("reads: 0", "on: 0", "on is read as true or false"),
    ],
    retriers_stand_on_one_line: [("[ClaimContended, ", "[ClaimContended,\n          ", "takes several lines")],
    everything_is_explained: [
        ("Comment: >-", "Why: >-", "the machine has no Comment"),
        ("    Comment: Nothing", "    Why: Nothing", "Begin has no Comment"),
        ('{Comment: "Ours now', '{Why: "Ours now', "IsItOurs: choice SuspendReminders has no Comment"),
        ("      - Comment: Time to read", "      - Why: Time to read", "catcher ReadCase has no Comment"),
    ],
    choices_have_a_default: [("    Default: NothingToDo\n", "", "IsItOurs is a Choice without Default")],
    tasks_are_retried: [
        (", MaxDelaySeconds: 600", "", "Retry of ['States.ALL']: numbers of no profile"),
        ("    Retry:\n", "    X:\n", "CheckPayment has no Retry"),
        ("[BillingUnavailable, ", "[", "BillingUnavailable does not have a partner's retrier"),
        (
            "BackoffRate: 2, MaxAttempts: 360, MaxDelaySeconds: 600",
            "BackoffRate: 1.3, MaxAttempts: 1600, MaxDelaySeconds: 450",
            "TakeCharge has a partner's retrier, and talks to no partner",
        ),
        (
            LAST,
            f"{LAST.replace('States.ALL', 'A')} MaxAttempts: 0}}\n{LAST}",
            "not in the order ours to mend, partner, AWS",
        ),
        (", States.QueryEvaluationError]", "]", "CheckPayment: States.QueryEvaluationError is ours to mend"),
        ("[States.ALL]", "[States.TaskFailed]", "CheckPayment: its last retrier is not AWS's of States.ALL"),
        ("[States.ALL]", "[States.ALL, A]", "CheckPayment: its last retrier is not AWS's of States.ALL"),
    ],
    waits_are_bounded: [
        ("    TimeoutSeconds: 30\n", "", "SuspendReminders has no TimeoutSeconds"),
        ('"{% ${OrderTimeoutSeconds} %}"', "9", "callback is 9"),
        ('"{% ${OrderTimeoutSeconds} %}"', '"{% 60 * $looks %}"', "callback is '{% 60"),
        ("TimeoutSeconds: 30", 'TimeoutSeconds: "{% 30 %}"', "TimeoutSeconds is '{% 30 %}'"),
        ("    Seconds: ", "    Seconds: 60 # ", "WaitBeforeReading: Seconds is 60"),
    ],
    error_names_exist: [
        ("[UnknownContract, ", "[UnknownContrat, ", "UnknownContrat is no exception class"),
        ("Sandbox.Timedout", "Sandbox.TimedOut", "no error of the Amazon States Language or of Lambda"),
        (EITHER, EITHER.partition(", ")[0], "without its other spelling, DynamoDb.Conditional"),
        (
            EVALUATION,
            EVALUATION.replace("States.QueryEvaluationError", "Eventbridge.InternalException"),
            "reaches this state as EventBridge.Int",
        ),
        ("DynamoDb.ConditionalCheckFailed", "DynamoDb.ConditionFailed", "no error of arn:aws:states"),
    ],
    no_error_is_named_twice: [
        (EVALUATION, "{ErrorEquals: [States.ALL], MaxAttempts: 0}", "States.ALL twice in Retry"),
        (
            "[BillingUnavailable, ",
            "[BillingUnavailable, UnknownContract, ",
            "CheckPayment: UnknownContract twice in Retry",
        ),
    ],
    raised_errors_are_named: [
        ("[BillingUnavailable, ", "[", "BillingUnavailable, which check_payment raises, is not named"),
        (
            "[UnknownContract, ",
            "[UnknownContract, EnedisRejected, ",
            "EnedisRejected is named, and check_payment never",
        ),
        ("EnedisRejected, ", "", "OrderAtEnedis: EnedisRejected, which place_order raises, is not named"),
    ],
    failures_stay_where_they_happened: [
        ("Type: Succeed", "Type: Fail", "is a Fail state"),
        (f"        ErrorEquals: [{EITHER}]", "        ErrorEquals: [States.TaskFailed]", "catches everything"),
    ],
    messages_are_no_step: [
        ("${EvaluateDecisionFunction}", "${NotifyCustomerFunction}", "DecidePayment sends a message to the customer"),
    ],
}
"""For each rule: what stands in the process, what breaks it, and what the rule says."""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_each_way_to_break_a_rule_is_found(rule: Rule) -> None:
    missed = []
    for right, wrong, finding in BREAKS[rule]:
        assert right in PROCESS, right
        found = list(rule(Machine("broken", PROCESS.replace(right, wrong))))
        if not any(finding in one for one in found):
            missed.append((finding, found))
    assert missed == []
