"""What both templates have that a dashboard shows: their loops are written out, their texts are not filled in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cfnlint.decode import cfn_yaml

from embedded_cloud.stack.language_extensions import written_out

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
CORE, COMPANION = ROOT / "template.yaml", ROOT / "operations" / "template.yaml"
ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")


STACKS = ("${AWS::StackName}-", "${Core}-")
"""With which a name begins, in the one template and in the other."""


@dataclass(frozen=True)
class Function:
    """A function: its logical id, and its name after that of the core."""

    logical_id: str
    name: str


@dataclass(frozen=True)
class Queue:
    """A queue, and its dead letters where it has some: names after that of the core."""

    name: str
    dead_letters: str | None


@dataclass(frozen=True)
class Alarm:
    """An alarm, whether it pages, and what it looks at."""

    name: str
    is_page: bool
    is_composite: bool
    metrics: frozenset[tuple[str, str]]
    """Namespace and name of each; the namespace is empty where it is the core's own."""


@dataclass(frozen=True)
class Stack:
    """The templates of core and companion as a dashboard needs them."""

    documents: tuple[Mapping[str, Any], ...]

    @classmethod
    def read(cls, *paths: Path) -> Stack:
        """Read templates; by default ours."""
        return cls(tuple(written_out(cfn_yaml.load(str(path))) for path in paths or (CORE, COMPANION)))

    def of_type(self, *types: str) -> dict[str, Mapping[str, Any]]:
        """The properties of each resource of some types, by logical id."""
        return {
            name: body.get("Properties") or {}
            for document in self.documents
            for name, body in document["Resources"].items()
            if body["Type"] in types
        }

    @property
    def functions(self) -> list[Function]:
        """In the templates' order, which is that of the flow."""
        return [
            Function(logical_id, _after_the_stack(properties["FunctionName"]))
            for logical_id, properties in self.of_type("AWS::Serverless::Function").items()
        ]

    @property
    def queues(self) -> list[Queue]:
        """Those that something is sent to for work; dead letters belong to one of them."""
        queues = self.of_type("AWS::SQS::Queue")
        letters = {
            logical_id: properties["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
            for logical_id, properties in queues.items()
            if "RedrivePolicy" in properties
        }
        names = {logical_id: _after_the_stack(properties["QueueName"]) for logical_id, properties in queues.items()}
        return [
            Queue(name, names.get(letters.get(logical_id, "")))
            for logical_id, name in names.items()
            if logical_id not in letters.values()
        ]

    @property
    def readers(self) -> dict[str, str]:
        """The name of the function that reads a queue, by the queue's."""
        names = {each.logical_id: each.name for each in self.functions}
        return {queue["Name"]: names[queue["Reader"]] for queue in self.table("Queues").values()}

    @property
    def alarms(self) -> list[Alarm]:
        """All of them, with what they look at."""
        return [_alarm(name, properties) for name, properties in self.of_type(*ALARMS).items()]

    def table(self, name: str) -> Mapping[str, Any]:
        """A table of a template's ``Mappings``."""
        found: Mapping[str, Any] = next(it["Mappings"][name] for it in self.documents if name in it["Mappings"])
        return found


def _alarm(name: str, properties: Mapping[str, Any]) -> Alarm:
    looked_at = [properties] if "MetricName" in properties else []
    looked_at += [one["MetricStat"]["Metric"] for one in properties.get("Metrics", []) if "MetricStat" in one]
    metrics = frozenset((_namespace(each["Namespace"]), str(each["MetricName"])) for each in looked_at)
    return Alarm(name, _is_page(properties.get("AlarmActions", [])), "AlarmRule" in properties, metrics)


def _is_page(actions: Any) -> bool:
    """The companion names the core's topic."""
    return any(
        action == {"Ref": "PagesTopic"} or action.get("Fn::Sub", "").endswith(":${Core}-pages") for action in actions
    )


def _namespace(given: Any) -> str:
    return given if isinstance(given, str) else ""


def _after_the_stack(name: Mapping[str, str]) -> str:
    (stack,) = (each for each in STACKS if name["Fn::Sub"].startswith(each))
    return name["Fn::Sub"].removeprefix(stack)
