"""Loops and tables of a template, written out as AWS::LanguageExtensions does."""

from __future__ import annotations

from typing import Any

import pytest

from embedded_cloud.errors import TemplateError
from embedded_cloud.stack.language_extensions import written_out

TRANSFORM = ["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"]


def resources(section: dict[str, Any], **more: Any) -> dict[str, Any]:
    written: dict[str, Any] = written_out({"Transform": TRANSFORM, "Resources": section, **more})["Resources"]
    return written


def test_loop_is_written_out_in_its_place_and_its_items_replaced() -> None:
    body = {
        "Type": "T",
        "Name": {"Fn::Sub": "${AWS::StackName}-${Item}"},
        "Of": {"Ref": {"Fn::Sub": "${Item}Function"}},
        "Arn": {"Fn::GetAtt": [{"Fn::Sub": "${Item}Letters"}, "Arn"]},
        "Itself": {"Ref": "Item"},
        "Plain": ["&{Item}", 3, True],
    }
    found = resources({"Before": {}, "Fn::ForEach::Loop": ["Item", ["A", "B"], {"${Item}X": body}], "After": {}})
    assert list(found) == ["Before", "AX", "BX", "After"]
    assert found["BX"] == {
        "Type": "T",
        "Name": {"Fn::Sub": "${AWS::StackName}-B"},
        "Of": {"Ref": "BFunction"},
        "Arn": {"Fn::GetAtt": ["BLetters", "Arn"]},
        "Itself": "B",
        "Plain": ["B", 3, True],
    }


def test_loop_in_a_loop_is_written_out() -> None:
    inner = {"Fn::ForEach::Inner": ["Y", [1, 2], {"${X}${Y}": {"Type": "T"}}]}
    found = resources({"Fn::ForEach::Outer": ["X", ["A", "B"], inner]})
    assert list(found) == ["A1", "A2", "B1", "B2"]


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"Fn::ForEach::Loop": ["Item", ["A"]]}, "a name, a list and what is repeated"),
        ({"Fn::ForEach::Loop": ["Item", "A", {"${Item}": {}}]}, "a name, a list and what is repeated"),
        ({"AX": {}, "Fn::ForEach::Loop": ["Item", ["A"], {"${Item}X": {}}]}, "AX is there twice"),
        ({"A": {"P": {"Fn::FindInMap": ["No", "such", "row"]}}}, "nothing at No, such, row"),
    ],
)
def test_what_is_no_loop_or_no_row_is_refused(section: dict[str, Any], words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        resources(section)


@pytest.mark.parametrize("transform", [None, "AWS::Serverless-2016-10-31", TRANSFORM[::-1]])
def test_loop_needs_the_transform_before_sam_s(transform: Any) -> None:
    loop = {"Fn::ForEach::Loop": ["Item", ["A"], {"${Item}X": {}}]}
    with pytest.raises(TemplateError, match="AWS::LanguageExtensions"):
        written_out({"Transform": transform, "Resources": loop})
