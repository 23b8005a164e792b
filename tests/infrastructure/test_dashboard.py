"""The dashboard shows what it has to, and finds what is this stack's."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from record.domain.service_level import CaseKind
from supervision.supervise import SCREENS
from tests.infrastructure.templates import ALARMS, FUNCTIONS, PLACE, ROOT, TEMPLATE

STACK = "${AWS::StackName}"
LONGEST_SEARCH, LONGEST_STACK = 1024, 128
SEARCH = re.compile(r"SEARCH\('\{(?P<namespace>[^,]+),(?P<dimension>\w+)\} (?P<terms>.+)', '\w+', \d+\)")


def body() -> Mapping[str, Any]:
    """The dashboard's JSON, where only the stack's values are not filled in."""
    text, variables = TEMPLATE.resources["Dashboard"].properties["DashboardBody"]["Fn::Sub"]
    for name, value in variables.items():
        text = text.replace(f"${{{name}}}", value["Fn::Sub"])
    read: Mapping[str, Any] = json.loads(text)
    return read


WIDGETS: Sequence[Mapping[str, Any]] = body()["widgets"]


def of_type(kind: str) -> list[Mapping[str, Any]]:
    return [widget["properties"] for widget in WIDGETS if widget["type"] == kind]


def named(graph: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    """Each metric that a graph names, with what stands above it for each point; expressions are none."""
    above: Sequence[Any] = ()
    for line in (line for line in graph["metrics"] if isinstance(line[0], str)):
        above = [above[place] if part == "." else part for place, part in enumerate(line)]
        yield above[:4]


def expressions() -> list[str]:
    lines = chain.from_iterable(graph["metrics"] for graph in of_type("metric"))
    return [line[0]["expression"] for line in lines if isinstance(line[0], dict)]


def searches() -> list[str]:
    return [each for each in expressions() if "SEARCH" in each]


# ── What is shown ──


def test_each_screen_is_on_it_once() -> None:
    assert sorted(screen["params"]["screen"] for screen in of_type("custom")) == sorted(SCREENS)
    for screen in of_type("custom"):
        assert screen["endpoint"] == "${SuperviseFunction.Arn}"
        assert screen["updateOn"] == {"refresh": True, "resize": True, "timeRange": True}


def test_alarms_that_page_are_on_it_once_and_no_others() -> None:
    topic = {"Ref": "PagesTopic"}
    tells = {
        name: [*alarm.properties.get("AlarmActions", []), *alarm.properties.get("InsufficientDataActions", [])]
        for name, alarm in ALARMS.items()
    }
    shown = chain.from_iterable(widget["alarms"] for widget in of_type("alarm"))
    named = f"arn:${{AWS::Partition}}:cloudwatch:{PLACE}:alarm:{STACK}-"
    assert sorted(shown) == sorted(f"{named}{name}" for name, topics in tells.items() if topic in topics)


def test_each_metric_of_ours_is_one_that_our_code_counts_or_an_alarm_reads() -> None:
    rooms = [ROOT / "functions", ROOT / "layers", *(ROOT / "operations" / room for room in ("functions", "record"))]
    code = "\n".join(path.read_text(encoding="utf-8") for room in rooms for path in room.rglob("*.py"))
    words = set(re.findall(r'"(\w+)"', code)) | set(re.findall(r"^ +([A-Z_]+) = ", code, re.MULTILINE))
    made = set(re.findall(r'(?:count\(|measure\(|name=)f"(\w*)\{[^"]+\}(\w*)"', code))
    alarms = [alarm.properties for alarm in ALARMS.values()]
    read = {str(alarm["MetricName"]) for alarm in alarms if alarm.get("Namespace") == {"Ref": "AWS::StackName"}}

    def is_counted(name: str) -> bool:
        """Said by our code, or made of a word that it says, such as ``MessagesSent`` of ``SENT``."""
        parts = (re.fullmatch(rf"{start}(\w+){end}", name) for start, end in made)
        return name in words | read or any(part and {part[1], part[1].upper()} & words for part in parts)

    ours = [line for graph in of_type("metric") for line in named(graph) if not line[0].startswith("AWS/")]
    assert [name for _, name, *_ in ours if not is_counted(name)] == []
    assert all([stack, *dimension] == [STACK, "service", STACK] for stack, _, *dimension in ours)
    assert not is_counted("MessagesComplainedOf")


def test_each_kind_of_case_has_its_objective_and_those_past_it() -> None:
    names = {name for graph in of_type("metric") for _, name, *_ in named(graph)}
    assert {f"{kind}{count}" for kind in CaseKind for count in ("Ended", "InTime", "Overdue")} <= names
    for kind in CaseKind:
        assert any(f"(100 - ${{{kind}SloPercent}})" in each for each in expressions()), kind


def test_queries_read_the_log_of_each_function() -> None:
    logs = sorted(f"/aws/lambda/{one.properties['FunctionName']['Fn::Sub']}" for one in FUNCTIONS.values())
    assert [sorted(re.findall(r"SOURCE '([^']+)'", query["query"])) for query in of_type("log")] == [logs, logs]


# ── What CloudWatch takes ──


def test_each_search_finds_the_names_of_this_stack() -> None:
    """In double quotes a name would be the whole name, and a search without it would find the whole account's."""
    assert searches()
    for each in searches():
        found = SEARCH.fullmatch(each)
        assert found, each
        is_ours = found["namespace"] == f'"{STACK}"' and found["dimension"] == "service"
        assert is_ours or f"{found['dimension']}={STACK}" in found["terms"].split(), each
        assert len(each.replace(STACK, "x" * LONGEST_STACK)) <= LONGEST_SEARCH, each


def test_ids_of_metric_math_are_unique_in_a_graph_and_known() -> None:
    for graph in of_type("metric"):
        options = [line[-1] for line in graph["metrics"] if isinstance(line[-1], dict)]
        ids = [each["id"] for each in options if "id" in each]
        assert len(ids) == len(set(ids)), graph["title"]
        for each in (each for each in options if "SEARCH" not in each.get("expression", "")):
            used = re.findall(r"\b[a-z]\w*\b", re.sub(r"\$\{\w+\}", "", each.get("expression", "")))
            assert set(used) <= set(ids), each
