"""A first deployment that fails can be made again: what it left behind is in nobody's way (docs/deploying.md)."""

import re
import subprocess
from collections.abc import Mapping
from graphlib import TopologicalSorter
from itertools import pairwise, product
from typing import Any

import pytest

from tests.infrastructure.templates import EVERY, ROOT, TEMPLATE, as_list

RETAINED = [resource for each in EVERY for resource in each.resources.values() if "DeletionPolicy" in resource.body]
LONGEST_BUCKET_NAME = 63
LONGEST_FUNCTION_NAME = 64
LONGEST_STACK_NAME = 37


def test_what_is_retained_goes_with_the_creation_that_failed() -> None:
    """With Retain it would stay, and the next try would end in "already exists". A replacement knows only that."""
    policies = {it.logical_id: (it.body["DeletionPolicy"], it.body["UpdateReplacePolicy"]) for it in RETAINED}
    assert policies == dict.fromkeys(policies, ("RetainExceptOnCreate", "Retain"))


def test_data_logs_secrets_and_the_key_are_retained() -> None:
    kinds = [
        f"AWS::{it}" for it in ("DynamoDB::Table", "KMS::Key", "Logs::LogGroup", "S3::Bucket", "SecretsManager::Secret")
    ]
    assert {resource.logical_id for resource in RETAINED} == {
        one.logical_id for each in EVERY for one in each.of_type(*kinds)
    }


def test_tables_of_a_protected_stack_are_not_deleted() -> None:
    tables = [one for each in EVERY for one in each.of_type("AWS::DynamoDB::Table")]
    assert {str(it.properties["DeletionProtectionEnabled"]) for it in tables} == {str({"Ref": "Protected"})}


def test_what_only_looks_takes_no_more_of_the_account_than_it_is_given() -> None:
    bounded = {it.logical_id for it in TEMPLATE.functions if "ReservedConcurrentExecutions" in it.properties}
    assert bounded == {"RecordExecutionFunction", "SuperviseFunction"}
    given = ["IsSupervisionBounded", {"Ref": "SupervisionConcurrency"}, {"Ref": "AWS::NoValue"}]
    for name in bounded:
        assert TEMPLATE.resources[name].properties["ReservedConcurrentExecutions"] == {"Fn::If": given}


def test_what_a_discarded_letter_contained_is_forgotten_and_lies_under_no_lock() -> None:
    bucket = TEMPLATE.resources["RecordBucket"].properties
    rules = {rule["Prefix"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"] if "Prefix" in rule}
    assert rules["letters/"]["ExpirationInDays"] == {"Ref": "ArchiveDays"}
    assert "ObjectLockEnabled" not in bucket


def test_log_group_of_a_machine_is_there_before_it() -> None:
    for machine in TEMPLATE.of_type("AWS::Serverless::StateMachine"):
        (destination,) = machine.properties["Logging"]["Destinations"]
        group, attribute = destination["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"]
        assert (TEMPLATE.resources[group].type, attribute) == ("AWS::Logs::LogGroup", "Arn")


def test_no_log_group_needs_the_function_that_writes_into_it() -> None:
    """It would be created after it, and a first call in between would create it without a limit."""
    for group in (one for each in EVERY for one in each.of_type("AWS::Logs::LogGroup")):
        named = re.findall(r"\$\{([^}]+)\}", group.properties["LogGroupName"]["Fn::Sub"])
        assert named == ["AWS::StackName"]


def test_a_stack_name_of_thirty_seven_letters_fits_into_every_name() -> None:
    bucket = TEMPLATE.resources["FlowsBucket"].properties["BucketName"]["Fn::Sub"]
    longest = bucket.replace("${AWS::StackName}", "s" * LONGEST_STACK_NAME).replace("${AWS::AccountId}", "1" * 12)
    assert len(longest) == LONGEST_BUCKET_NAME, "the bucket's name is the one that bounds the stack's"
    for template, stack in zip(EVERY, ("s" * LONGEST_STACK_NAME, "s" * LONGEST_STACK_NAME + "-channels"), strict=True):
        for function in template.functions:
            name = function.properties["FunctionName"]["Fn::Sub"].replace("${AWS::StackName}", stack)
            assert len(name) <= LONGEST_FUNCTION_NAME


def test_policies_of_the_bus_are_put_one_after_the_other() -> None:
    """They change one document, and EventBridge refuses two changes at once. One that is not there can't be named."""
    every = {it.logical_id: it.body for it in TEMPLATE.of_type("AWS::Events::EventBusPolicy")}
    for billing, roles, advisors in product((True, False), repeat=3):
        given = {"HasBillingAccount": billing, "HasBillingRoles": roles, "HasAdvisorsRole": advisors}
        given |= {"BillingIsNamed": billing or roles}
        before = {
            name: {*as_list(body.get("DependsOn", [])), *_named(body.get("Metadata", {}).get("After", ""), given)}
            for name, body in every.items()
            if given.get(body.get("Condition", ""), True)
        }
        order = list(TopologicalSorter(before).static_order())
        assert set(order) == set(before)
        assert all(one in before[other] for one, other in pairwise(order)), given


def _named(value: Any, given: Mapping[str, bool]) -> list[str]:
    while "Fn::If" in value:
        condition, yes, no = value["Fn::If"]
        value = yes if given[condition] else no
    return [value["Ref"]] if value else []


def test_build_takes_the_architecture() -> None:
    """Wheels of one processor do not run on the other."""
    command = ["make", "--dry-run", "sam-build", "ARCHITECTURE=x86_64"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our Makefile
    assert re.sub(r" +", " ", shown.stdout).count("sam build --parameter-overrides Architecture=x86_64\n") == 3


@pytest.mark.parametrize(("target", "sam"), [("sam-deploy", "$(SAM)"), ("sam-deploy-channels", "$(CHANNELS_SAM)")])
def test_makefile_looks_at_the_name_before_it_deploys(target: str, sam: str) -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition(f"\n{target}:")[2].partition("\n\n")[0]
    assert recipe.index("ops.environments") < recipe.index(f"{sam} build")
