"""The state machines as their files tell them: sections, states, and the ways between them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embedded_cloud.stack.documents import read_yaml
from local import asl
from record.domain.states import STEP_OF, STEPS
from record.domain.steps import Pair

ROOT, MACHINE = asl.ROOT, asl.RESTORATION
NIGHTLY = ROOT / "statemachine" / "nightly_check.asl.yaml"
CAMPAIGN = ROOT / "statemachine" / "protection_campaign.asl.yaml"
REDRIVE = ROOT / "operations" / "statemachine" / "bulk_redrive.asl.yaml"

_BANNER = re.compile(r"^  # ── (?P<title>.+?) ─+$")
_STATE = re.compile(r"^  (?P<name>\w+):$")
_SERVICES = {
    "dynamodb": "DynamoDB",
    "events": "EventBridge",
    "lambda": "Lambda",
    "sfn": "Step Functions",
    "sqs": "SQS",
    "ssm": "Parameter Store",
}


@dataclass(frozen=True)
class State(asl.State):
    """One state of the machine, in its section."""

    section: str

    @property
    def comment(self) -> str:
        return " ".join(str(self.body["Comment"]).split())

    @property
    def how(self) -> str:
        """What does it: a Lambda function, an AWS call, a choice, a wait."""
        if self.type != "Task":
            return {"Succeed": "ending"}.get(self.type, self.type.lower())
        resource = self.resource.removeprefix("arn:aws:states:::").removeprefix("aws-sdk:")
        service, _, call = resource.partition(":")
        call, _, token = call.partition(".")
        if self.function:
            call = asl.function_named(self.function)
        return f"{_SERVICES[service]} `{call}`" + (", then waits for its token" if token else "")


@dataclass(frozen=True)
class Machine:
    """The machine as its file tells it: sections in their order, each with its states.

    Sections are those of the file's banners; of the restoration its eight steps (``record/domain/states.py``).
    """

    states: tuple[State, ...]
    start: str

    @classmethod
    def read(cls, path: Path) -> "Machine":
        machine = asl.Machine.read(path)
        document = machine.document
        sections: dict[str, str] = {}
        section = ""
        for line in machine.text.splitlines():
            if banner := _BANNER.match(line):
                section = banner["title"]
            elif (state := _STATE.match(line)) and state["name"] in document["States"]:
                sections[state["name"]] = STEP_OF[state["name"]] if path == MACHINE else section
        states = tuple(State(it.name, it.body, it.scope, sections[it.name]) for it in asl.states_in(document))
        return cls(states, document["StartAt"])

    @property
    def sections(self) -> list[str]:
        found = dict.fromkeys(state.section for state in self.states)
        return list(STEPS if found.keys() == STEPS.keys() else found)

    @property
    def pairs(self) -> list[Pair]:
        """Each pair of states with a way from the one to the other, in the file's order."""
        return list(dict.fromkeys((way.source, way.target) for state in self.states for way in state.ways()))

    def of(self, section: str) -> list[State]:
        """Its states from top to bottom."""
        order = STEPS.get(section, ())
        inside = [state for state in self.states if state.section == section]
        return sorted(inside, key=lambda state: order.index(state.name) if state.name in order else 0)


@dataclass(frozen=True)
class Names:
    """The French names of the process, which business reads."""

    sections: Mapping[str, str]
    ways: Mapping[str, Mapping[str, str]]
    steps: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls) -> "Names":
        return cls(**read_yaml((ROOT / "statemachine" / "names.fr.yaml").read_text(encoding="utf-8")))
