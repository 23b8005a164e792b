"""A translated template as it is created: each resource after those that it refers to."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local.cloud.errors import TemplateError, UnsupportedResourceError
from local.cloud.stack.intrinsics import Resolver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from local.cloud.stack.template import Resource, Template


@dataclass
class Created:
    """What a created resource is known by.

    Attributes
    ----------
    ref : str
        What `Ref` gives: a name, a URL or an ARN, as CloudFormation documents for the type.
    attributes : dict[str, Any]
        What `Fn::GetAtt` gives, by attribute name.
    physical_id : str
        What no second resource of the type may have in the account, where `ref` is not that.
    """

    ref: str
    attributes: dict[str, Any] = field(default_factory=dict)
    physical_id: str = ""


@dataclass
class CreationContext:
    """What a creator may use."""

    client: Callable[[str], Any]
    root: Path
    stack_name: str
    account: str
    region: str
    endpoint_url: str
    services: Any
    """The cloud, with its functions, layers, pollers, rights, alarms and logs."""
    owners: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """Whose each physical id is: stack's ARN and logical id, by type and id, of all stacks of the account."""

    @property
    def stack_arn(self) -> str:
        """The stack's own."""
        return self.arn("cloudformation", f"stack/{self.stack_name}/local")

    def own(self, resource: Resource, physical_id: str) -> None:
        """Take a physical id for a resource of the stack.

        Raises
        ------
        TemplateError
            When a resource of the type has it: CloudFormation creates no second one.
        """
        own = (self.stack_arn, resource.logical_id)
        owner = self.owners.setdefault((resource.type, physical_id), own)
        if owner != own:
            raise TemplateError(f"{physical_id} already exists in stack {owner[0]} ({owner[1]}); name it by the stack")

    def name(self, resource: Resource, properties: Mapping[str, Any], key: str, limit: int = 64) -> str:
        """Give the name that the template wants, else one made of stack and logical id."""
        return str(properties.get(key) or f"{self.stack_name}-{resource.logical_id}"[:limit])

    def arn(self, service: str, resource: str) -> str:
        """Give an ARN in the stack's region and account."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


type Creator = Callable[[CreationContext, Resource, dict[str, Any]], Created]


class Stack:
    """Creates a template's resources, each once, and knows their names and attributes."""

    def __init__(
        self,
        template: Template,
        context: CreationContext,
        creators: Mapping[str, Creator],
    ) -> None:
        self._template = template
        self._context = context
        self._creators = creators
        self._created: dict[str, Created] = {}
        self._in_progress: list[str] = []
        self._resolver = Resolver(
            parameters=template.parameters,
            mappings=template.mappings,
            conditions=template.conditions,
            pseudo_parameters={
                "AWS::Region": context.region,
                "AWS::AccountId": context.account,
                "AWS::Partition": "aws",
                "AWS::URLSuffix": "amazonaws.com",
                "AWS::StackName": context.stack_name,
                "AWS::StackId": context.stack_arn,
            },
            reference=lambda logical_id: self.create(logical_id).ref,
            attribute=self.attribute,
        )

    def create_all(self) -> None:
        """Create every resource whose condition holds.

        Raises
        ------
        UnsupportedResourceError
            When a type is not known; it names all such resources, before any is created.
        TemplateError
            When a resource cannot be created; it names the resource.
        """
        wanted = [item for item in self._template.resources.values() if self._is_wanted(item)]
        unsupported = [f"{item.logical_id} ({item.type})" for item in wanted if item.type not in self._creators]
        if unsupported:
            raise UnsupportedResourceError(f"the embedded cloud cannot create {', '.join(unsupported)}")
        for item in wanted:
            self.create(item.logical_id)

    def outputs(self) -> dict[str, str]:
        """Give the template's outputs, resolved."""
        result = {}
        for name, output in self._template.outputs.items():
            if "Condition" not in output or self._resolver.holds(output["Condition"]):
                with _naming(f"output {name}"):
                    result[name] = str(self._resolver.resolve(output["Value"]))
        return result

    def create(self, logical_id: str) -> Created:
        """Give a resource, created now if it was not before."""
        if logical_id in self._created:
            return self._created[logical_id]
        resource = self._template.resources.get(logical_id)
        if resource is None:
            raise TemplateError(f"there is no resource or parameter {logical_id}")
        if not self._is_wanted(resource):
            raise TemplateError(f"{logical_id} is referred to, but its condition {resource.condition} does not hold")
        if logical_id in self._in_progress:
            raise TemplateError(
                f"resources refer to each other in a circle: {' → '.join([*self._in_progress, logical_id])}"
            )
        self._in_progress.append(logical_id)
        try:
            with _naming(f"{logical_id} ({resource.type})"):
                for other in resource.depends_on:
                    self.create(other)
                properties = self._resolver.resolve(resource.properties)
                created = self._creators[resource.type](self._context, resource, properties)
                self._context.own(resource, created.physical_id or created.ref)
                self._created[logical_id] = created
        finally:
            self._in_progress.pop()
        return self._created[logical_id]

    def attribute(self, logical_id: str, name: str) -> Any:
        """Give an attribute of a resource, as `Fn::GetAtt` does."""
        attributes = self.create(logical_id).attributes
        if name not in attributes:
            raise TemplateError(f"{logical_id} has no attribute {name} here; it has {', '.join(sorted(attributes))}")
        return attributes[name]

    def ids_of(self, resource_type: str) -> list[str]:
        """Give the logical ids of all created resources of a type."""
        return [key for key in self._created if self._template.resources[key].type == resource_type]

    def _is_wanted(self, resource: Resource) -> bool:
        return resource.condition is None or self._resolver.holds(resource.condition)


@contextmanager
def _naming(what: str) -> Iterator[None]:
    """Put the name of what is being created in front of whatever goes wrong with it."""
    try:
        yield
    except UnsupportedResourceError:
        raise
    except TemplateError as error:
        raise TemplateError(f"{what}: {error}") from error
    except (ClientError, BotoCoreError, KeyError, TypeError, ValueError) as error:
        raise TemplateError(f"{what}: {error.__class__.__name__}: {error}") from error
