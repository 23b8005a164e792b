"""The state machines as their files tell them: sections, states, and the ways between them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.yaml_files import read_yaml

ROOT = Path(__file__).resolve().parents[2]
MACHINE = ROOT / "statemachine" / "restoration.asl.yaml"
NIGHTLY = ROOT / "statemachine" / "nightly_check.asl.yaml"
CAMPAIGN = ROOT / "statemachine" / "protection_campaign.asl.yaml"
REDRIVE = ROOT / "statemachine" / "bulk_redrive.asl.yaml"

_BANNER = re.compile(r"^  # ── (?P<title>.+?) ─+$")
_STATE = re.compile(r"^  (?P<name>\w+):$")
_FUNCTION = re.compile(r"\$\{(?P<name>\w+)Function\}")
_SERVICES = {
    "dynamodb": "DynamoDB",
    "events": "EventBridge",
    "lambda": "Lambda",
    "sfn": "Step Functions",
    "sqs": "SQS",
    "ssm": "Parameter Store",
}


@dataclass(frozen=True)
class Way:
    """One way from a state to another; ``label`` says when it is taken, where that is not plain."""

    source: str
    target: str
    label: str = ""
    is_error: bool = False


@dataclass(frozen=True)
class State:
    """One state of the machine, in the section that its banner names."""

    name: str
    section: str
    body: Mapping[str, Any]

    @property
    def comment(self) -> str:
        return " ".join(str(self.body["Comment"]).split())

    @property
    def how(self) -> str:
        """What does it: a Lambda function, an AWS call, a choice, a wait."""
        kind = str(self.body["Type"])
        if kind != "Task":
            return {"Succeed": "ending"}.get(kind, kind.lower())
        resource = str(self.body["Resource"]).removeprefix("arn:aws:states:::").removeprefix("aws-sdk:")
        service, _, call = resource.partition(":")
        call, _, token = call.partition(".")
        if service == "lambda":
            found = _FUNCTION.fullmatch(str(self.body["Arguments"]["FunctionName"]))
            call = _snake_case(found["name"]) if found else call
        return f"{_SERVICES[service]} `{call}`" + (", then waits for its token" if token else "")

    @property
    def retriers(self) -> list[Mapping[str, Any]]:
        return list(self.body.get("Retry") or [])

    def ways(self) -> Iterator[Way]:
        for rule in self.body.get("Choices", []):
            yield Way(self.name, rule["Next"], rule.get("Comment", ""))
        if "Default" in self.body:
            yield Way(self.name, self.body["Default"], "otherwise")
        if "Next" in self.body:
            yield Way(self.name, self.body["Next"])
        for catcher in self.body.get("Catch", []):
            yield Way(self.name, catcher["Next"], catcher.get("Comment", ""), is_error=True)


@dataclass(frozen=True)
class Machine:
    """The machine as its file tells it: sections in their order, each with its states."""

    states: tuple[State, ...]
    start: str

    @classmethod
    def read(cls, path: Path) -> "Machine":
        text = path.read_text(encoding="utf-8")
        document = read_yaml(text)
        sections: dict[str, str] = {}
        section = ""
        for line in text.splitlines():
            if banner := _BANNER.match(line):
                section = banner["title"]
            elif (state := _STATE.match(line)) and state["name"] in document["States"]:
                sections[state["name"]] = section
        states = tuple(State(name, sections[name], body) for name, body in document["States"].items())
        return cls(states, document["StartAt"])

    @property
    def sections(self) -> list[str]:
        return list(dict.fromkeys(state.section for state in self.states))

    def of(self, section: str) -> list[State]:
        return [state for state in self.states if state.section == section]


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
