"""What a resource is created with, and what it is known by afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.model import ListShape, StructureShape
from moto.core.utils import get_service_model

from embedded_cloud.errors import TemplateError

if TYPE_CHECKING:
    from pathlib import Path

    from embedded_cloud.stack.template import Resource


@dataclass
class Created:
    """What a created resource is known by.

    Attributes
    ----------
    ref : str
        What `Ref` gives: a name, a URL or an ARN, as CloudFormation documents for the type.
    attributes : dict[str, Any]
        What `Fn::GetAtt` gives, by attribute name.
    """

    ref: str
    attributes: dict[str, Any] = field(default_factory=dict)


type PhysicalId = tuple[str, str]
"""A type, and what no second resource of it may have in the account."""


@dataclass
class CreationContext:
    """What a creator may use. It creates a resource, or changes the one that the stack has under that name."""

    client: Callable[[str], Any]
    stack_name: str
    account: str
    region: str
    endpoint_url: str
    root: Path
    """The template's folder."""
    services: Any
    """The cloud, with its functions, layers, pollers, rights, alarms and logs."""
    localised: Callable[[str], str] = str
    """Writes addresses of AWS in a text as those of this machine."""
    owners: dict[PhysicalId, tuple[str, str]] = field(default_factory=dict)
    """Whose each physical id is: stack's ARN and logical id, of all stacks of the account."""
    before: Mapping[str, Any] = field(default_factory=dict)
    """The properties that the resource had, where it is changed."""
    ref: str = ""
    """What `Ref` of it gave."""
    is_there: bool = False
    """Whether the stack has the resource already, so that it is changed."""
    owned: set[PhysicalId] = field(default_factory=set)
    deletions: list[Callable[[], object]] = field(default_factory=list)
    """What is called, from the last to the first, to delete the resource."""

    @property
    def stack_arn(self) -> str:
        """The stack's own."""
        return self.arn("cloudformation", f"stack/{self.stack_name}/local")

    def own(self, resource: Resource, physical_id: str) -> None:
        """Take a physical id for a resource of the stack, before anything is created under it.

        Raises
        ------
        TemplateError
            When a resource of the type has it: CloudFormation creates no second one.
        """
        own, key = (self.stack_arn, resource.logical_id), (resource.type, physical_id)
        owner = self.owners.get(key)
        if owner not in {None, own}:
            raise TemplateError(f"{physical_id} already exists in stack {owner[0]} ({owner[1]}); name it by the stack")
        self.is_there = owner is not None
        self.owners[key] = own
        self.owned.add(key)

    def when_deleted(self, function: Callable[..., object], *args: Any, **named: Any) -> None:
        """Let a function be called when the resource is deleted, or when its creation fails later on."""
        self.deletions.append(partial(function, *args, **named))

    def name(
        self, resource: Resource, properties: Mapping[str, Any], key: str, limit: int = 64, within: str = ""
    ) -> str:
        """Take the name that the template wants, else one made of stack and logical id.

        Parameters
        ----------
        within
            What the name is unique in, such as a bus, where that is not the account.

        Raises
        ------
        TemplateError
            When a resource of the type has the name.
        """
        name = str(properties.get(key) or f"{self.stack_name}-{resource.logical_id}"[:limit])
        self.own(resource, f"{within}|{name}" if within else name)
        return name

    def arn(self, service: str, resource: str) -> str:
        """Give an ARN in the stack's region and account."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


type Creator = Callable[[CreationContext, Resource, dict[str, Any]], Created]


def truth(value: object) -> bool:
    """Whether a property is true, which a template may write as a text."""
    return str(value).lower() == "true"


READERS: Mapping[str, Callable[[Any], object]] = {"integer": int, "float": float, "double": float, "boolean": truth}


def fitted(service: str, operation: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Give properties as the parameters of an operation that knows them: in its spelling, and of its types."""
    found: dict[str, Any] = _fitted(properties, get_service_model(service).operation_model(operation).input_shape)
    return found


def _fitted(value: Any, shape: Any) -> Any:
    if isinstance(shape, StructureShape):
        names = {name.lower(): name for name in shape.members}
        known = ((names.get(key.lower()), item) for key, item in value.items())
        return {name: _fitted(item, shape.members[name]) for name, item in known if name}
    if isinstance(shape, ListShape):
        return [_fitted(item, shape.member) for item in value]
    if shape.type_name in READERS:
        return READERS[shape.type_name](value)
    return json.dumps(value) if shape.type_name == "string" and isinstance(value, dict) else value
