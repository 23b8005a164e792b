"""The dashboard is in step with both templates, shows what there is, and keeps to what CloudWatch takes."""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from record.domain.service_level import CaseKind
from scripts.dashboard.body import KINDS, SUPERVISE, TITLES, body
from scripts.dashboard.stack import COMPANION, Stack
from scripts.dashboard.text import NoPlaceError, drawn
from scripts.dashboard.widgets import (
    COLUMNS,
    MOST_ALARMS,
    MOST_LOG_GROUPS,
    MOST_METRICS,
    MOST_METRICS_IN_ALL,
    MOST_WIDGETS,
)
from supervision.describe import DESCRIPTION
from supervision.supervise import SCREENS
from tests.infrastructure.templates import NAMED_BY, PLACE, ROOT, application, template

PARAMETERS = application("companion").document["Parameters"]
RESOURCES = application("companion").resources
TEXT = str(RESOURCES["Dashboard"].properties["DashboardBody"]["Fn::Sub"])
BODY: Mapping[str, Any] = json.loads(TEXT)
WIDGETS: Sequence[Mapping[str, Any]] = BODY["widgets"]
ALARMS = {one.logical_id for one in template().of_type("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")}
OF_AWS: Mapping[str, frozenset[str]] = {
    "AWS/Lambda": frozenset({"Invocations", "Errors", "Throttles", "Duration", "ConcurrentExecutions"}),
    "AWS/SQS": frozenset(
        {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible", "NumberOfMessagesSent"}
    ),
    "AWS/States": frozenset(
        {"ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"}
    ),
}
"""What AWS's services measure of themselves, of what is shown."""


def of_type(kind: str) -> list[Mapping[str, Any]]:
    return [widget["properties"] for widget in WIDGETS if widget["type"] == kind]


def metrics() -> Iterator[Sequence[Any]]:
    """Each metric that a graph names; expressions are none."""
    for properties in of_type("metric"):
        yield from (line for line in properties["metrics"] if isinstance(line[0], str))


def test_dashboard_is_drawn_from_the_templates_as_they_are() -> None:
    text = COMPANION.read_text(encoding="utf-8")
    assert drawn(text, body(Stack.read())) == text, "run make dashboard"


def test_template_without_a_place_is_refused() -> None:
    with pytest.raises(NoPlaceError, match="some lines below"):
        drawn("Resources:\n", {"widgets": []})


def test_each_text_that_is_filled_in_is_known() -> None:
    """cfn-lint checks what a Sub refers to, too, but not in a loop that it can't write out."""
    for found in re.findall(r"\$\{([^}]+)\}", TEXT):
        name, _, attribute = found.partition(".")
        assert found.startswith("AWS::") or name in RESOURCES or (name in PARAMETERS and not attribute), found


# ── What is shown ──


def test_each_alarm_is_on_it_once_by_its_name() -> None:
    shown = [arn for properties in of_type("alarm") for arn in properties["alarms"]]
    assert Counter(shown) == Counter(
        f"arn:${{AWS::Partition}}:cloudwatch:{PLACE}:alarm:${{Core}}-{name}" for name in ALARMS
    )


def counted() -> tuple[set[str], list[re.Pattern[str]]]:
    """Each text of our code that may be a metric's name, and the patterns of those that are made of another one."""
    texts, patterns = set[str](), list[re.Pattern[str]]()
    for folder in (
        ROOT / "functions",
        ROOT / "layers",
        ROOT / "operations" / "functions",
        ROOT / "operations" / "screens",
    ):
        for node in (node for path in folder.rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                texts.add(node.targets[0].id)
            elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.JoinedStr):
                patterns.append(pattern_of(node.args[0]))
            elif isinstance(node, ast.keyword) and node.arg == "name" and isinstance(node.value, ast.JoinedStr):
                patterns.append(pattern_of(node.value))
    return texts, patterns


def pattern_of(text: ast.JoinedStr) -> re.Pattern[str]:
    parts = [re.escape(str(each.value)) if isinstance(each, ast.Constant) else r"(\w+)" for each in text.values]
    return re.compile("".join(parts))


def is_counted(name: str, texts: set[str], patterns: Sequence[re.Pattern[str]]) -> bool:
    """Whether our code says a name, or makes it of a text that it says, such as ``MessagesSent`` of ``SENT``."""
    found = (pattern.fullmatch(name) for pattern in patterns if pattern.groups == 1 and pattern.pattern != r"(\w+)")
    return name in texts or any(match and {match[1], match[1].upper()} & texts for match in found)


def test_each_metric_of_ours_is_one_that_our_code_counts() -> None:
    ours = [line for line in metrics() if not line[0].startswith("AWS/")]
    texts, patterns = counted()
    assert [line[1] for line in ours if not is_counted(line[1], texts, patterns)] == []
    assert not is_counted("MessagesComplainedOf", texts, patterns)
    for line in ours:
        assert [line[0], *line[2:4]] == ["${Core}", "service", "${Core}"]


def test_each_metric_that_an_alarm_looks_at_is_shown() -> None:
    watched = {metric for alarm in Stack.read().alarms for metric in alarm.metrics}
    shown = {(line[0] if line[0].startswith("AWS/") else "", line[1]) for line in metrics()}
    assert watched <= shown


def names_of(kind: str) -> set[str]:
    """The names of all things of a type, of both stacks, as the companion writes them."""
    named = [one.properties[NAMED_BY[kind][0]]["Fn::Sub"] for one in template().of_type(kind)]
    return {name.replace("${AWS::StackName}", "${Core}") for name in named}


def test_metrics_of_aws_are_those_of_each_function_and_queue_of_both_stacks() -> None:
    functions, queues = names_of("AWS::Serverless::Function"), names_of("AWS::SQS::Queue")
    machines = {f"arn:${{AWS::Partition}}:states:{PLACE}:stateMachine:${{Core}}-restoration"}
    known = {"FunctionName": functions, "QueueName": queues, "StateMachineArn": machines}
    shown: dict[str, set[str]] = {}
    for namespace, name, dimension, value, _ in (line for line in metrics() if line[0].startswith("AWS/")):
        if name == "RecursiveInvocationsDropped":
            continue  # of those alone that read a queue: an alarm looks at each
        assert name in OF_AWS[namespace]
        assert value in known[dimension]
        shown.setdefault(name if namespace == "AWS/Lambda" else namespace, set()).add(value)
    assert {name: shown[name] for name in OF_AWS["AWS/Lambda"]} == dict.fromkeys(OF_AWS["AWS/Lambda"], functions)
    assert shown["AWS/SQS"] == queues


def test_each_kind_of_case_has_its_objective() -> None:
    assert list(KINDS) == list(CaseKind)
    assert [kind for kind in CaseKind if f"(100 - ${{{kind}SloPercent}})" not in TEXT] == []


def test_screens_come_first_with_titles_and_each_exists() -> None:
    """As soon as the stack has the function that draws them."""
    shown = [properties["params"]["screen"] for properties in of_type("custom")]
    assert set(shown) == (set(SCREENS) if SUPERVISE in RESOURCES else set())
    assert [widget["type"] for widget in WIDGETS[1 : 1 + len(shown)]] == ["custom"] * len(shown)
    for properties in of_type("custom"):
        assert properties["endpoint"] == f"${{{SUPERVISE}.Arn}}"
        assert properties["updateOn"] == {"refresh": True, "resize": True, "timeRange": True}
    assert set(SCREENS) <= set(TITLES)
    assert [name for name in TITLES if f"`{name}`" not in DESCRIPTION] == []


def test_queries_read_the_log_of_each_function() -> None:
    groups = {f"/aws/lambda/{name}" for name in names_of("AWS::Serverless::Function")}
    assert of_type("log")
    for properties in of_type("log"):
        assert set(re.findall(r"SOURCE '([^']+)'", properties["query"])) == groups
        assert "correlation_id" in properties["query"]


# ── What CloudWatch takes ──


def test_dashboard_keeps_to_cloudwatch_s_limits() -> None:
    assert len(WIDGETS) <= MOST_WIDGETS
    assert sum(len(properties["metrics"]) for properties in of_type("metric")) <= MOST_METRICS_IN_ALL
    assert all(len(properties["metrics"]) <= MOST_METRICS for properties in of_type("metric"))
    assert all(len(properties["alarms"]) <= MOST_ALARMS for properties in of_type("alarm"))
    assert all(properties["query"].count("SOURCE ") <= MOST_LOG_GROUPS for properties in of_type("log"))


def test_widgets_neither_overlap_nor_leave_the_grid() -> None:
    taken: Counter[tuple[int, int]] = Counter()
    for widget in WIDGETS:
        assert widget["x"] + widget["width"] <= COLUMNS
        taken.update(
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        )
    assert set(taken.values()) == {1}


def test_ids_of_metric_math_are_unique_in_a_graph_and_known() -> None:
    for properties in of_type("metric"):
        options = [line[-1] for line in properties["metrics"]]
        ids = [each["id"] for each in options if "id" in each]
        assert len(ids) == len(set(ids))
        for each in options:
            without = re.sub(r"\$\{\w+\}", "", each.get("expression", ""))
            assert set(re.findall(r"\b[a-z]\w*\b", without)) <= set(ids), each


def test_dashboard_says_how_it_is_changed() -> None:
    assert "make dashboard" in WIDGETS[0]["properties"]["markdown"]
    assert "make dashboard" in Path(ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
