"""template.yaml as the tests look at it: its resources, with what SAM's Globals add to each function."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

from embedded_cloud.stack.language_extensions import written_out

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Resource:
    """One resource of the template."""

    logical_id: str
    type: str
    body: Mapping[str, Any]

    @property
    def properties(self) -> Mapping[str, Any]:
        return self.body.get("Properties") or {}


@dataclass(frozen=True)
class Template:
    """A SAM template, its intrinsic functions in their long form (``{"Ref": …}``)."""

    document: Mapping[str, Any]

    @property
    def resources(self) -> dict[str, Resource]:
        return {name: Resource(name, body["Type"], body) for name, body in self.document["Resources"].items()}

    def of_type(self, *types: str) -> list[Resource]:
        return [resource for resource in self.resources.values() if resource.type in types]

    @property
    def functions(self) -> list[Resource]:
        return self.of_type("AWS::Serverless::Function")

    def setting(self, function: Resource, name: str) -> Any:
        """A property of a function, its own or that of the Globals."""
        return function.properties.get(name, self.document["Globals"]["Function"].get(name))

    def queue_read_by(self, function: Resource) -> str | None:
        """The queue that Lambda polls for a function; SAM's own events would let the function poll every queue."""
        assert not any(event["Type"] == "SQS" for event in function.properties.get("Events", {}).values())
        queues = [
            mapping.properties["EventSourceArn"]["Fn::GetAtt"][0]
            for mapping in self.of_type("AWS::Lambda::EventSourceMapping")
            if mapping.properties["FunctionName"] == {"Ref": function.logical_id}
        ]
        assert len(queues) <= 1
        return queues[0] if queues else None

    def layers(self, function: Resource) -> list[Any]:
        """Layers of the Globals come first; a function's own are added."""
        return [*self.document["Globals"]["Function"]["Layers"], *function.properties.get("Layers", [])]

    def environment(self, function: Resource) -> dict[str, Any]:
        variables: dict[str, Any] = {}
        for source in (self.document["Globals"]["Function"], function.properties):
            variables |= source.get("Environment", {}).get("Variables", {})
        return variables

    def statements(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Each statement that gives a role rights, with the resource whose role it is."""
        resources = self.resources
        for resource in resources.values():
            for item in resource.properties.get("Policies") or []:
                document = resources[item["Ref"]].properties if "Ref" in item else item
                yield from ((resource.logical_id, one) for one in document.get("PolicyDocument", document)["Statement"])


@cache
def template() -> Template:
    return Template(written_out(cfn_yaml.load(str(ROOT / "template.yaml"))))


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def name_of(arn: Mapping[str, Any]) -> str:
    """The resource whose ARN it is."""
    return str(arn["Fn::GetAtt"][0])


TEMPLATE = template()
FUNCTIONS = {function.logical_id: function for function in TEMPLATE.functions}
QUEUES = {queue.logical_id: queue for queue in TEMPLATE.of_type("AWS::SQS::Queue")}


def dead_letter_queues() -> set[str]:
    """What a queue's redrive policy or a rule's target names as the place for what could not be handled."""
    arns = [queue.properties.get("RedrivePolicy", {}).get("deadLetterTargetArn") for queue in QUEUES.values()]
    targets = [target for rule in TEMPLATE.of_type("AWS::Events::Rule") for target in rule.properties["Targets"]]
    arns += [target.get("DeadLetterConfig", {}).get("Arn") for target in targets]
    return {name_of(arn) for arn in arns if arn}


CONFIG: Mapping[str, Any] = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
MODES = {"dev": "on", "staging": "shadow", "prod": "shadow"}
"""The environments, each as cautious as it has to be."""


def overrides(environment: str) -> dict[str, str]:
    """The values of the template's parameters in an environment."""
    return dict(pair.split("=", 1) for pair in CONFIG[environment]["global"]["parameters"]["parameter_overrides"])
