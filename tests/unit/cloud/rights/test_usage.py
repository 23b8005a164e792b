"""Rights beside calls."""

from pathlib import Path
from typing import Any

import pytest

from embedded_cloud.errors import TemplateError
from embedded_cloud.rights.record import MadeCall
from embedded_cloud.rights.rights import Removal, Rights
from embedded_cloud.rights.usage import grants_of, read_calls, unused, write_calls

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/stack-WorkerFunctionRole"
TABLE = f"arn:aws:dynamodb:eu-west-3:{ACCOUNT}:table/a"
QUEUE = f"arn:aws:sqs:eu-west-3:{ACCOUNT}:q"
RULE = f"arn:aws:events:eu-west-3:{ACCOUNT}:rule/r"
TRUST: dict[str, Any] = {
    "Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
}


def worker(*removals: str) -> Rights:
    rights = Rights(ACCOUNT, [Removal.of(each) for each in removals])
    actions = ["dynamodb:GetItem", "dynamodb:PutItem", "logs:PutLogEvents"]
    document = {"Statement": [{"Effect": "Allow", "Action": actions, "Resource": [TABLE, f"{TABLE}/index/*"]}]}
    rights.put_role(ROLE, TRUST, {"own": document})
    return rights


def test_right_that_no_call_needed_is_unused_but_for_what_aws_uses() -> None:
    calls = {MadeCall("dynamodb:GetItem", TABLE, role="stack-WorkerFunctionRole"): "a test"}
    grants = grants_of(worker(), calls)
    assert [(each.action, each.resource) for each in grants if each.used_by] == [("dynamodb:GetItem", TABLE)]
    assert [(each.action, each.resource.removeprefix(TABLE)) for each in unused(grants)] == [
        ("dynamodb:GetItem", "/index/*"),
        ("dynamodb:PutItem", ""),
        ("dynamodb:PutItem", "/index/*"),
    ]


def test_policy_of_the_account_that_changes_is_another_for_the_roles_that_have_it() -> None:
    rights, policy = worker(), f"arn:aws:iam::{ACCOUNT}:policy/more"
    sending, publishing = (
        {"Statement": [{"Effect": "Allow", "Action": action, "Resource": QUEUE}]} for action in ("sqs:*", "sns:*")
    )
    rights.put_customer_policy(policy, sending)
    rights.put_role(ROLE, TRUST, {}, [policy])
    rights.put_customer_policy(policy, publishing)
    assert [each.action for each in grants_of(rights, {})] == ["sns:*"]


def test_right_of_a_rule_is_used_by_its_own_calls() -> None:
    rights = worker()
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": {"ArnEquals": {"aws:SourceArn": RULE}},
    }
    rights.put_statement(QUEUE, {"Statement": [statement]}, "queue")

    def used(rule: str) -> list[bool]:
        call = MadeCall("sqs:SendMessage", QUEUE, (("aws:sourcearn", (rule,)),), role="events.amazonaws.com")
        return [bool(each.used_by) for each in grants_of(rights, {call: ""}) if each.holder == QUEUE]

    assert used(RULE) == [True]
    assert used(f"{RULE}-2") == [False]


def test_calls_are_kept_with_the_test_that_made_them(tmp_path: Path) -> None:
    call = MadeCall("sqs:SendMessage", QUEUE, (("aws:sourcearn", (RULE,)),), role="r")
    write_calls({call: "tests/a.py::test_b"}, tmp_path / "calls" / "1.jsonl")
    assert read_calls(tmp_path / "calls") == {call: "tests/a.py::test_b"}
    assert read_calls(tmp_path / "none") == {}


def test_action_is_taken_out_by_a_part_of_the_role_s_name() -> None:
    rights = worker("worker:dynamodb:GetItem")
    rights.check_removals()
    assert "dynamodb:GetItem" not in {each.action for each in grants_of(rights, {})}


@pytest.mark.parametrize(
    "removal", ["worker:dynamodb:Scan", "nobody:dynamodb:GetItem", "worker:dynamodb:GetItem@orders"]
)
def test_removal_that_removes_nothing_is_an_error(removal: str) -> None:
    with pytest.raises(TemplateError, match="no role"):
        worker(removal).check_removals()


@pytest.mark.parametrize("text", ["worker", "worker:GetItem", ":dynamodb:GetItem"])
def test_removal_of_another_form_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="is not role:service:Action"):
        Removal.of(text)
