"""What the template has that a dashboard shows: its loops are written out, its texts are not filled in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cfnlint.decode import cfn_yaml

from embedded_cloud.stack.language_extensions import written_out

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"
ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")


@dataclass(frozen=True)
class Function:
    """A function: its logical id, and its name after that of the stack."""

    logical_id: str
    name: str


@dataclass(frozen=True)
class Queue:
    """A queue, its dead letters where it has some, and the French word that people know it by."""

    logical_id: str
    name: str
    dead_letters: str | None


@dataclass(frozen=True)
class Alarm:
    """An alarm, whether it pages, and what it looks at.

    Attributes
    ----------
    is_conditional
        Whether a stack may do without it.
    """

    name: str
    is_conditional: bool
    is_page: bool
    is_composite: bool
    metrics: frozenset[tuple[str, str]]
    """Namespace and name of each; the namespace is empty where it is the stack's own."""


@dataclass(frozen=True)
class Stack:
    """A template as a dashboard needs it."""

    document: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path = TEMPLATE) -> Stack:
        """Read a template."""
        return cls(written_out(cfn_yaml.load(str(path))))

    def of_type(self, *types: str) -> dict[str, Mapping[str, Any]]:
        """The properties of each resource of some types, by logical id."""
        resources = self.document["Resources"]
        return {name: body.get("Properties") or {} for name, body in resources.items() if body["Type"] in types}

    @property
    def functions(self) -> list[Function]:
        """In the template's order, which is that of the flow."""
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
        return [
            Queue(logical_id, _after_the_stack(properties["QueueName"]), letters.get(logical_id))
            for logical_id, properties in queues.items()
            if logical_id not in letters.values()
        ]

    @property
    def alarms(self) -> list[Alarm]:
        """All of them, with what they look at."""
        resources = self.document["Resources"]
        return [
            _alarm(name, properties, is_conditional="Condition" in resources[name])
            for name, properties in self.of_type(*ALARMS).items()
        ]

    def table(self, name: str) -> Mapping[str, Any]:
        """A table of the template's ``Mappings``."""
        found: Mapping[str, Any] = self.document["Mappings"][name]
        return found


def _alarm(name: str, properties: Mapping[str, Any], *, is_conditional: bool) -> Alarm:
    looked_at = [properties] if "MetricName" in properties else []
    looked_at += [one["MetricStat"]["Metric"] for one in properties.get("Metrics", []) if "MetricStat" in one]
    metrics = frozenset((_namespace(each["Namespace"]), str(each["MetricName"])) for each in looked_at)
    is_page = {"Ref": "PagesTopic"} in properties.get("AlarmActions", [])
    return Alarm(name, is_conditional, is_page, "AlarmRule" in properties, metrics)


def _namespace(given: Any) -> str:
    return given if isinstance(given, str) else ""


def _after_the_stack(name: Mapping[str, str]) -> str:
    return name["Fn::Sub"].removeprefix("${AWS::StackName}-")
