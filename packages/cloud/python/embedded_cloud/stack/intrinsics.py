"""CloudFormation's functions, conditions and references, resolved to the values that they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from embedded_cloud.errors import TemplateError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NO_VALUE = object()
"""What `AWS::NoValue` stands for: the property that has it is left out."""

SUB_VARIABLE = re.compile(r"\$\{(!?)([^}]+)\}")


@dataclass(kw_only=True)
class Resolver:
    """Resolves values of one template.

    Attributes
    ----------
    parameters, conditions
        Of the template.
    pseudo_parameters
        `AWS::Region` and its like.
    reference
        Gives what `Ref` of a resource is; called with its logical id.
    attribute
        Gives what `Fn::GetAtt` of a resource is; called with its logical id and the attribute's name.
    localised
        Writes addresses of AWS in a composed text as those of this machine.
    """

    parameters: Mapping[str, Any]
    conditions: Mapping[str, Any]
    pseudo_parameters: Mapping[str, Any]
    reference: Callable[[str], str]
    attribute: Callable[[str, str], Any]
    localised: Callable[[str], str] = str

    def __post_init__(self) -> None:
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::If": self._if,
            "Fn::Equals": self._equals,
            "Fn::Or": lambda value: any(self._truth(item) for item in value),
            "Fn::Not": lambda value: not self._truth(value[0]),
        }

    def resolve(self, value: Any) -> Any:
        """Give `value` with every function in it replaced by its result.

        Raises
        ------
        TemplateError
            When something in it refers to nothing, or is a function that is not known here.
        """
        if isinstance(value, dict):
            if len(value) == 1:
                name, argument = next(iter(value.items()))
                if name in self._functions:
                    return self._functions[name](argument)
                if name.startswith("Fn::"):
                    raise TemplateError(f"{name} is not supported by the embedded cloud: {argument!r}")
            resolved = {key: self.resolve(item) for key, item in value.items()}
            return {key: item for key, item in resolved.items() if item is not NO_VALUE}
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NO_VALUE]
        if isinstance(value, str) and "{{resolve:" in value:
            raise TemplateError(f"dynamic references are not supported by the embedded cloud: {value}")
        return value

    def holds(self, condition: str) -> bool:
        """Tell whether a condition of the template holds."""
        if condition not in self.conditions:
            raise TemplateError(f"no such condition: {condition}")
        return self._truth(self.conditions[condition])

    def _truth(self, value: Any) -> bool:
        if isinstance(value, dict) and set(value) == {"Condition"}:
            return self.holds(value["Condition"])
        result = self.resolve(value)
        if not isinstance(result, bool):
            raise TemplateError(f"not a condition: {value!r}")
        return result

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.pseudo_parameters:
            return self.pseudo_parameters[name]
        if name in self.parameters:
            return self.parameters[name]
        return self.reference(name)

    def _get_att(self, argument: Any) -> Any:
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        return self.attribute(parts[0], self.resolve(parts[1]) if isinstance(parts[1], dict) else ".".join(parts[1:]))

    def _sub(self, argument: Any) -> str:
        text, variables = (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])

        def value_of(match: re.Match[str]) -> str:
            literal, name = match.group(1), match.group(2).strip()
            if literal:
                return f"${{{name}}}"
            if name in variables:
                return text_of(self.resolve(variables[name]))
            if "." in name and name not in self.pseudo_parameters:
                return text_of(self._get_att(name))
            return text_of(self._ref(name))

        return self.localised(SUB_VARIABLE.sub(value_of, text))

    def _join(self, argument: list[Any]) -> str:
        return self.localised(str(argument[0]).join(text_of(item) for item in self.resolve(argument[1])))

    def _if(self, argument: list[Any]) -> Any:
        return self.resolve(argument[1] if self.holds(argument[0]) else argument[2])

    def _equals(self, argument: list[Any]) -> bool:
        left, right = (text_of(self.resolve(item)) for item in argument)
        return left == right


def text_of(value: Any) -> str:
    """Write a value as CloudFormation does where it needs a text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(map(text_of, value))
    return str(value)
