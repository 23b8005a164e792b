"""The machines as the templates deploy them: each file with its substitutions, and sample values for those."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from local.asl import SUBSTITUTION, Machine
from tests.infrastructure.templates import PATHS, application

_REGION = "arn:aws:{service}:eu-west-3:111122223333:{name}"


@dataclass(frozen=True)
class DeployedMachine:
    """One ``AWS::Serverless::StateMachine`` of a template."""

    logical_id: str
    definition: Path
    substitutions: Mapping[str, Any]
    template: Mapping[str, Any]

    @property
    def machine(self) -> Machine:
        return Machine.read(self.definition)

    def parameter(self, name: str) -> Mapping[str, Any] | None:
        """The template's parameter that a substitution stands for, if it stands for one."""
        found: Mapping[str, Any] | None = self.template["Parameters"].get(self.substitutions[name].get("Ref"))
        return found

    def substituted(self) -> str:
        """The file with a value for each substitution, as Step Functions would get it."""
        return SUBSTITUTION.sub(lambda found: self._sample(found.group(1)), self.machine.text)

    def _sample(self, name: str) -> str:
        if (parameter := self.parameter(name)) is not None:
            return str(parameter["Default"])
        if "Fn::GetAtt" in self.substitutions[name]:
            return _REGION.format(service="lambda", name=f"function:{name}")
        return f"sample-{name}"


@cache
def deployed_machines() -> tuple[DeployedMachine, ...]:
    return tuple(
        DeployedMachine(
            machine.logical_id,
            PATHS[stack].parent / machine.properties["DefinitionUri"],
            machine.properties.get("DefinitionSubstitutions", {}),
            application(stack).document,
        )
        for stack in ("core", "companion")
        for machine in application(stack).of_type("AWS::Serverless::StateMachine")
    )
