"""The templates as the tests look at them: their resources, with what SAM's Globals add to each function."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

from embedded_cloud.stack.language_extensions import written_out

ROOT = Path(__file__).resolve().parents[2]
PATHS = {
    name: ROOT / folder / "template.yaml"
    for name, folder in (("core", "."), ("companion", "operations"), ("channels", "channels"))
}
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in PATHS.items()}


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

    def queues_read_by(self, function: Resource) -> list[str]:
        """The queues that Lambda polls for a function; SAM's own events would let the function poll every queue."""
        assert not any(event["Type"] == "SQS" for event in function.properties.get("Events", {}).values())
        return [
            mapping.properties["EventSourceArn"]["Fn::GetAtt"][0]
            for mapping in self.of_type("AWS::Lambda::EventSourceMapping")
            if mapping.properties["FunctionName"] == {"Ref": function.logical_id}
        ]

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
def application(name: str) -> Template:
    """One of them, as it stands."""
    return Template(written_out(cfn_yaml.load(str(PATHS[name]))))


NAMED_BY = {
    "AWS::DynamoDB::Table": ("TableName", "dynamodb:{place}:table/{name}"),
    "AWS::SQS::Queue": ("QueueName", "sqs:{place}:{name}"),
    "AWS::Serverless::Function": ("FunctionName", "lambda:{place}:function:{name}"),
    "AWS::Serverless::StateMachine": ("Name", "states:{place}:stateMachine:{name}"),
    "AWS::Events::EventBus": ("Name", "events:{place}:event-bus/{name}"),
    "AWS::Events::Archive": ("ArchiveName", "events:{place}:archive/{name}"),
    "AWS::SNS::Topic": ("TopicName", "sns:{place}:{name}"),
    "AWS::Logs::LogGroup": ("LogGroupName", "logs:{place}:log-group:{name}:*"),
}
"""What the companion names of the core: by which property, and in which ARN."""
BY_ARN = {"AWS::Serverless::StateMachine", "AWS::SNS::Topic"}
"""Of these, a Ref is the ARN."""
PLACE = "${AWS::Region}:${AWS::AccountId}"


def _referring(name: str) -> Template:
    """A companion, with references in the place of the core's names."""
    text = json.dumps(application(name).document).replace("${Core}", "${AWS::StackName}")
    text = text.replace(json.dumps({"Ref": "Core"}), json.dumps({"Ref": "AWS::StackName"}))
    for logical_id, one in application("core").resources.items():
        if one.type in NAMED_BY:
            key, form = NAMED_BY[one.type]
            arn = "arn:${AWS::Partition}:" + form.format(place=PLACE, name=one.properties[key]["Fn::Sub"])
            own = {"Ref": logical_id} if one.type in BY_ARN else {"Fn::GetAtt": [logical_id, "Arn"]}
            text = text.replace(json.dumps({"Fn::Sub": arn}), json.dumps(own))
            text = text.replace(f"{arn}/index/", f"${{{logical_id}.Arn}}/index/")
    return Template(json.loads(text))


@cache
def template() -> Template:
    """Core and companion as one template. The companion's names of the core are references."""
    core, companion = application("core"), _referring("companion")
    for one in companion.functions:
        given = companion.document["Resources"][one.logical_id]["Properties"]
        given["Environment"] = {"Variables": companion.environment(one)}
    joined = {
        section: {**companion.document[section], **core.document[section]}
        for section in ("Parameters", "Conditions", "Mappings", "Outputs", "Resources")
    }
    return Template({**core.document, **joined})


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def name_of(arn: Mapping[str, Any]) -> str:
    """The resource whose ARN it is."""
    return str(arn["Fn::GetAtt"][0])


TEMPLATE = template()
FUNCTIONS = {function.logical_id: function for function in TEMPLATE.functions}
ALARMS = {one.logical_id: one for one in TEMPLATE.of_type("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")}
QUEUES = {queue.logical_id: queue for queue in TEMPLATE.of_type("AWS::SQS::Queue")}
EVERY = TEMPLATE, _referring("channels")
"""The second are the channels, by themselves."""


def dead_letter_queues(of: Template = TEMPLATE) -> set[str]:
    """What a queue's redrive policy or a rule's target names as the place for what could not be handled."""
    arns = [
        queue.properties.get("RedrivePolicy", {}).get("deadLetterTargetArn") for queue in of.of_type("AWS::SQS::Queue")
    ]
    targets = [target for rule in of.of_type("AWS::Events::Rule") for target in rule.properties["Targets"]]
    arns += [target.get("DeadLetterConfig", {}).get("Arn") for target in targets]
    return {name_of(arn) for arn in arns if arn}


def taken_by(rule: str) -> set[tuple[str, str]]:
    """The sources and detail types of the events that a rule brings."""
    pattern = TEMPLATE.resources[rule].properties["EventPattern"]
    either = pattern.get("$or", [pattern])
    return {(source, kind) for one in either for source in one["source"] for kind in one["detail-type"]}


CONFIGS: Mapping[str, Any] = {
    name: tomllib.loads((path.parent / "samconfig.toml").read_text(encoding="utf-8")) for name, path in PATHS.items()
}
MODES = {"dev": "on", "staging": "shadow", "prod": "shadow"}
"""The environments, each as cautious as it has to be."""


def overrides(environment: str, name: str = "core") -> dict[str, str]:
    """The values of a template's parameters in an environment; JSON stands between single quotes."""
    pairs = CONFIGS[name][environment]["global"]["parameters"]["parameter_overrides"]
    return {key: value.strip("'") for key, value in (pair.split("=", 1) for pair in pairs)}
