"""The policy language, by the cases of IAM's documentation.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from embedded_cloud.errors import UnsupportedPolicyError
from embedded_cloud.rights.conditions import holds, is_arn_like
from embedded_cloud.rights.judging import judge
from embedded_cloud.rights.policies import Call, statements_of
from embedded_cloud.rights.principals import Principal, administrator_of, service, session_of

ACCOUNT, OTHER = "123456789012", "222222222222"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
WORKER = session_of(ROLE, "here")
QUEUE = f"arn:aws:sqs:eu-west-3:{ACCOUNT}:orders"
RULE = f"arn:aws:events:eu-west-3:{ACCOUNT}:rule/bus/payments"
EVENTS = service("events.amazonaws.com")


def statement(effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": "sqs:SendMessage", "Resource": QUEUE} | elements


def reason_against(
    *own: Mapping[str, Any],
    who: Principal = WORKER,
    action: str = "sqs:SendMessage",
    resource: str = QUEUE,
    of_resource: Sequence[Mapping[str, Any]] | None = None,
    keys: Mapping[str, str | tuple[str, ...]] | None = None,
    resource_must_allow: bool = False,
) -> str:
    return judge(
        who,
        Call.of(action, resource, keys),
        own=statements_of({"Statement": list(own)}, "own"),
        of_resource=None if of_resource is None else statements_of({"Statement": of_resource}, "resource"),
        owner=ACCOUNT,
        resource_must_allow=resource_must_allow,
    )


# ── Allow and deny ──


def test_nothing_is_allowed_without_a_statement() -> None:
    assert reason_against() == "because no identity-based policy allows the sqs:SendMessage action"


def test_statement_allows_its_action_on_its_resource_only() -> None:
    assert not reason_against(statement())
    assert reason_against(statement(), action="sqs:ReceiveMessage")
    assert reason_against(statement(), resource=f"{QUEUE}-dead-letters")


def test_explicit_deny_wins_over_every_allow() -> None:
    refused = reason_against(statement(), statement("Deny", Action="sqs:*", Resource="*"))
    assert refused == "with an explicit deny in an identity-based policy"


def test_deny_of_the_resource_wins_too_even_over_the_administrator() -> None:
    denying = [statement("Deny", Principal="*")]
    assert "resource-based" in reason_against(statement(), of_resource=denying)
    assert "resource-based" in reason_against(who=administrator_of(ACCOUNT), of_resource=denying)


# ── Actions and resources ──


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("*", True),
        ("sqs:*", True),
        ("sqs:Send*", True),
        ("SQS:sendmessage", True),
        ("sqs:SendMessag?", True),
        ("sqs:SendMessage?", False),
        ("sns:*", False),
        ("sqs:", False),
    ],
)
def test_action_has_wildcards_and_no_case(pattern: str, *, fits: bool) -> None:
    assert (not reason_against(statement(Action=pattern))) is fits


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("*", True),
        ("arn:aws:s3:::flows/*", True),
        ("arn:aws:s3:::flows/2026/*/R15.zip", True),
        ("arn:aws:s3:::flow?/2026/11/R15.zip", True),
        ("arn:aws:s3:::flows", False),
        ("arn:aws:s3:::flows/2026/11/R15", False),
        ("arn:aws:*:flows/2026/11/R15.zip", False),
    ],
)
def test_resource_s_wildcards_stay_within_a_part_of_the_arn_but_for_its_last(pattern: str, *, fits: bool) -> None:
    assert is_arn_like("arn:aws:s3:::flows/2026/11/R15.zip", pattern) is fits


# ── Conditions ──


@pytest.mark.parametrize(
    ("operator", "wanted", "given", "fits"),
    [
        ("StringEquals", "billing", "billing", True),
        ("StringEquals", "billing", "Billing", False),
        ("StringEquals", ["billing", "advisors"], "advisors", True),
        ("StringEquals", "bill*", "billing", False),
        ("StringNotEquals", "billing", "advisors", True),
        ("StringNotEquals", ["billing", "advisors"], "advisors", False),
        ("StringLike", "bill*", "billing", True),
        ("ArnEquals", RULE, RULE, True),
        ("ArnLike", f"arn:aws:events:*:{ACCOUNT}:rule/*", RULE, True),
        ("ArnLike", f"arn:aws:events:*:{OTHER}:rule/*", RULE, False),
        ("Bool", "true", "true", True),
        ("Bool", True, "false", False),
    ],
)
def test_operator(operator: str, wanted: Any, given: str, *, fits: bool) -> None:
    assert holds({operator: {"a:Key": wanted}}, {"a:key": (given,)}) is fits


@pytest.mark.parametrize(
    ("operator", "fits"),
    [
        ("StringEquals", False),
        ("ArnLike", False),
        ("Bool", False),
        ("StringNotEquals", True),
        ("ForAllValues:StringEquals", True),
    ],
)
def test_key_that_the_request_does_not_have(operator: str, *, fits: bool) -> None:
    assert holds({operator: {"a:Key": "true"}}, {}) is fits


def test_all_operators_and_all_keys_have_to_hold() -> None:
    both = {"StringEquals": {"a:one": "1", "a:two": "2"}, "Bool": {"a:safe": "true"}}
    assert holds(both, {"a:one": ("1",), "a:two": ("2",), "a:safe": ("true",)})
    assert not holds(both, {"a:one": ("1",), "a:two": ("3",), "a:safe": ("true",)})
    assert not holds(both, {"a:one": ("1",), "a:two": ("2",), "a:safe": ("false",)})


# ── Policies of resources ──


def test_queue_s_policy_lets_one_rule_in() -> None:
    policy: list[Mapping[str, Any]] = [
        statement(Principal={"Service": "events.amazonaws.com"}, Condition={"ArnEquals": {"aws:SourceArn": RULE}})
    ]
    assert not reason_against(who=EVENTS, of_resource=policy, keys={"aws:SourceArn": RULE})
    assert reason_against(who=EVENTS, of_resource=policy, keys={"aws:SourceArn": f"{RULE}-2"})
    assert reason_against(who=service("sns.amazonaws.com"), of_resource=policy, keys={"aws:SourceArn": RULE})
    assert "no resource-based policy" in reason_against(who=EVENTS)


def test_in_the_same_account_either_side_suffices_if_the_resource_names_the_role() -> None:
    by_role: list[Mapping[str, Any]] = [statement(Principal={"AWS": ROLE})]
    by_account: list[Mapping[str, Any]] = [statement(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})]
    assert not reason_against(of_resource=by_role)
    assert reason_against(of_resource=by_account), "naming the account leaves it to the role's own policies"
    assert not reason_against(statement(), of_resource=by_account)
    assert not reason_against(statement(), of_resource=[])


def test_from_another_account_both_sides_have_to_allow() -> None:
    stranger = Principal(f"arn:aws:iam::{OTHER}:user/billing", OTHER, is_trusted=True)
    assert reason_against(who=stranger)
    assert not reason_against(who=stranger, of_resource=[statement(Principal={"AWS": OTHER})])
    assert not reason_against(who=stranger, of_resource=[statement(Principal={"AWS": f"arn:aws:iam::{OTHER}:root"})])
    powerless = Principal(f"arn:aws:iam::{OTHER}:user/other", OTHER)
    assert reason_against(who=powerless, of_resource=[statement(Principal={"AWS": OTHER})])


# ── What is not judged is refused ──


@pytest.mark.parametrize(
    "unknown",
    [
        statement(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
        statement(Condition={"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}}),
        statement(Resource="arn:aws:sqs:eu-west-3:123456789012:${aws:username}"),
        statement(Condition={"StringEqualsIfExists": {"a:key": "x"}}),
        statement(NotPrincipal={"AWS": ROLE}),
        statement(NotAction="sqs:*"),
    ],
)
def test_what_nothing_here_can_judge_is_an_error(unknown: Mapping[str, Any]) -> None:
    with pytest.raises(UnsupportedPolicyError):
        statements_of({"Statement": [unknown]}, "own")
