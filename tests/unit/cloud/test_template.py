"""SAM templates become resources whose values are resolved, or errors that say what is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from embedded_cloud.errors import TemplateError, UnsupportedResourceError
from embedded_cloud.stack.creation import Created, CreationContext
from embedded_cloud.stack.intrinsics import Resolver
from embedded_cloud.stack.resources import CREATORS
from embedded_cloud.stack.stack import Stack
from embedded_cloud.stack.template import load_template, read_definition

if TYPE_CHECKING:
    from pathlib import Path


HEAD = "Transform: AWS::Serverless-2016-10-31\n"


def resolver(**more: Any) -> Resolver:
    sources: dict[str, Any] = {
        "parameters": {"Name": "x", "Many": ["a", "b"], "Flag": "true"},
        "conditions": {
            "Yes": {"Fn::Equals": [{"Ref": "Flag"}, "true"]},
            "No": {"Fn::Not": [{"Condition": "Yes"}]},
        },
        "pseudo_parameters": {"AWS::Region": "eu-west-3"},
        "reference": lambda name: f"ref:{name}",
        "attribute": lambda name, attribute: f"{name}/{attribute}",
    }
    return Resolver(**{**sources, **more})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Name"}, "x"),
        ({"Ref": "Queue"}, "ref:Queue"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "Queue/Arn"),
        ({"Fn::GetAtt": "Queue.Nested.Arn"}, "Queue/Nested.Arn"),
        ({"Fn::Sub": "${Name}-${AWS::Region}-${Queue.Arn}-${!Literal}"}, "x-eu-west-3-Queue/Arn-${Literal}"),
        ({"Fn::Sub": ["${V}/${Name}", {"V": {"Ref": "Queue"}}]}, "ref:Queue/x"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Name"}]]}, "a-x"),
        ({"Fn::If": ["Yes", 1, 2]}, 1),
        ({"Fn::If": ["No", 1, 2]}, 2),
        ({"a": {"Fn::If": ["No", 1, {"Ref": "AWS::NoValue"}]}, "b": [{"Ref": "AWS::NoValue"}, 1]}, {"b": [1]}),
    ],
)
def test_functions_of_cloudformation(value: object, expected: object) -> None:
    assert resolver().resolve(value) == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"Fn::ImportValue": "x"}, "Fn::ImportValue"),
        ({"Fn::If": ["Maybe", 1, 2]}, "Maybe"),
    ],
)
def test_what_cannot_be_resolved_is_named(value: object, words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        resolver().resolve(value)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "template.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def test_parameters_have_values_that_their_declaration_allows(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "Parameters:\n  Mode: {Type: String, AllowedValues: ['on', 'off']}\n  "
        "Wait: {Type: Number, Default: 3, MaxValue: 9}\nResources:\n  Q: {Type: AWS::SQS::Queue}\n",
    )
    assert load_template(path, {"Mode": "on"}, "eu-west-3").parameters == {"Mode": "on", "Wait": "3"}
    for overrides, words in (
        ({}, "need a value, for they have no default: Mode"),
        ({"Mode": "maybe"}, "'maybe', allowed are on, off"),
        ({"Mode": "on", "Wait": 12}, "Wait is 12"),
        ({"Mode": "on", "Wiat": 1}, "no such parameter: Wiat"),
    ):
        with pytest.raises(TemplateError, match=words):
            load_template(path, overrides, "eu-west-3")


def test_sams_refusal_is_passed_on(tmp_path: Path) -> None:
    path = write(tmp_path, "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: code}\n")
    with pytest.raises(TemplateError, match="F"):
        load_template(path, {}, "eu-west-3")


def deployed(tmp_path: Path, text: str, creators: dict[str, Any] | None = None) -> Stack:
    context = CreationContext(
        client=lambda service: service,
        stack_name="stack",
        account="1",
        region="eu-west-3",
        endpoint_url="http://127.0.0.1:1",
        root=tmp_path,
        services=None,
    )
    stack = Stack(context, creators or CREATORS)
    stack.deploy(load_template(write(tmp_path, text), {}, "eu-west-3"))
    return stack


def test_unknown_types_are_named_before_anything_is_created(tmp_path: Path) -> None:
    text = "Resources:\n  Q: {Type: AWS::SQS::Queue}\n  Api: {Type: AWS::AppSync::GraphQLApi}\n"
    with pytest.raises(UnsupportedResourceError, match=r"Api \(AWS::AppSync::GraphQLApi\)"):
        deployed(tmp_path, text)


def test_circle_of_references_is_shown(tmp_path: Path) -> None:
    text = "Resources:\n  A: {Type: T, Properties: {X: !Ref B}}\n  B: {Type: T, Properties: {X: !Ref A}}\n"
    with pytest.raises(TemplateError, match="A → B → A"):
        deployed(tmp_path, text, {"T": lambda *_: Created("x")})


def test_machine_that_reads_the_response_of_an_sdk_integration_is_refused(tmp_path: Path) -> None:
    text = (
        "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties: {RoleArn: r, Definition: %s}\n"
    )
    state = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:ssm:getParameters", "End": True}
    with pytest.raises(TemplateError, match=r"M .*aws-sdk:ssm:getParameters: .* is not named"):
        deployed(tmp_path, text % json.dumps({"StartAt": "A", "States": {"A": state}}))


def test_definition_is_filled_in_as_text(tmp_path: Path) -> None:
    path = tmp_path / "machine.asl.yaml"
    path.write_text(
        'StartAt: A\nTimeoutSeconds: "{% ${Wait} * 2 %}"\nStates: {A: {Type: Succeed, Comment: "${Name}"}}\n'
    )
    document = json.loads(read_definition(path, {"Wait": 30, "Name": "x", "Unused": 1}, "M"))
    assert document["TimeoutSeconds"] == "{% 30 * 2 %}"
    assert document["States"]["A"]["Comment"] == "x"
    with pytest.raises(TemplateError, match="no value in DefinitionSubstitutions for Name"):
        read_definition(path, {"Wait": 30}, "M")
    with pytest.raises(TemplateError, match="not JSON after substitution"):
        read_definition(path, {"Wait": 30, "Name": 'a"b'}, "M")
