"""A stack: it has what a template wants, each resource created after those that it refers to."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from embedded_cloud.errors import CloudError, TemplateError, UnsupportedResourceError
from embedded_cloud.stack.intrinsics import Resolver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from embedded_cloud.stack.creation import Created, CreationContext, Creator, PhysicalId
    from embedded_cloud.stack.template import Resource, Template

GONE = ("NotFound", "NonExistent", "NoSuch", "DoesNotExist")
"""Parts of the codes of errors that say that there is nothing to delete."""
IN_ROLLBACK = ("Retain",)
"""Policies by which a resource stays when what created it is rolled back."""
RETAINING = (*IN_ROLLBACK, "RetainExceptOnCreate")
"""Policies by which it stays when the stack lets it go later."""


@dataclass
class Held:
    """A resource that a stack has.

    Attributes
    ----------
    owned
        Its physical ids.
    deletions
        What is still to be called, from the last to the first, to delete it.
    """

    resource: Resource
    created: Created
    owned: set[PhysicalId]
    deletions: list[Callable[[], object]]


class Stack:
    """Has the resources of one template, each once, and knows their names and attributes.

    Attributes
    ----------
    held
        What it has, by logical id, in the order of creation.
    outputs
        The template's, resolved when it was created.
    status, reason
        CloudFormation's word for how its creation or deletion went, and why the deletion failed.
    """

    def __init__(self, context: CreationContext, creators: Mapping[str, Creator], template: Template) -> None:
        self.name, self.arn = context.stack_name, context.stack_arn
        self.template = template
        self.held: dict[str, Held] = {}
        self.outputs: dict[str, str] = {}
        self.status, self.reason = "CREATE_COMPLETE", ""
        self._context = context
        self._creators = creators
        self._resolver = self._resolver_of(template)
        self._in_progress: list[str] = []

    def create(self) -> None:
        """Create what the template wants; when that fails, the stack is left with nothing.

        Raises
        ------
        UnsupportedResourceError
            When a type is not known; it names all such resources, before any is created.
        TemplateError
            When a resource cannot be created; it names the resource.
        """
        wanted = [item for item in self.template.resources.values() if self._is_wanted(item)]
        unsupported = [f"{item.logical_id} ({item.type})" for item in wanted if item.type not in self._creators]
        if unsupported:
            raise UnsupportedResourceError(f"the embedded cloud cannot create {', '.join(unsupported)}")
        try:
            for item in wanted:
                self._created(item.logical_id)
            self.outputs = dict(self._resolved(self.template.outputs))
        except CloudError:
            self._take_away(IN_ROLLBACK)
            raise

    def delete(self) -> None:
        """Delete what the stack has, but what its template retains.

        Raises
        ------
        TemplateError
            When something cannot be deleted. The rest is gone; what is left can be deleted later.
        """
        failed = self._take_away(RETAINING)
        self.status, self.reason = "DELETE_FAILED" if failed else "DELETE_COMPLETE", "; ".join(failed)
        if failed:
            raise TemplateError(f"stack {self.name} is not deleted: {self.reason}")

    def attribute(self, logical_id: str, name: str) -> Any:
        """Give an attribute of a resource that it has, as `Fn::GetAtt` does.

        Raises
        ------
        TemplateError
            When there is no such attribute.
        """
        attributes = self.held[logical_id].created.attributes
        if name not in attributes:
            raise TemplateError(f"{logical_id} has no attribute {name} here; it has {', '.join(sorted(attributes))}")
        return attributes[name]

    def _take_away(self, retaining: Sequence[str]) -> list[str]:
        """Delete resources, or leave them to nobody; give those that cannot be deleted, and why."""
        failed = []
        for key, held in reversed([*self.held.items()]):
            failure = "" if held.resource.deletion_policy in retaining else _called(held.deletions)
            if failure:
                failed.append(f"{key} ({held.resource.type}): {failure}")
            else:
                self._release(held.owned)
                del self.held[key]
        return failed

    def _release(self, owned: set[PhysicalId]) -> None:
        for each in owned:
            self._context.owners.pop(each, None)

    def _resolved(self, outputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for name, output in outputs.items():
            if "Condition" not in output or self._resolver.holds(output["Condition"]):
                with _naming(f"output {name}"):
                    yield name, str(self._resolver.resolve(output["Value"]))

    def _created(self, logical_id: str) -> Created:
        """Give a resource, which is created at the first call."""
        if logical_id in self.held:
            return self.held[logical_id].created
        resource = self.template.resources.get(logical_id)
        if resource is None:
            raise TemplateError(f"there is no resource or parameter {logical_id}")
        if not self._is_wanted(resource):
            raise TemplateError(f"{logical_id} is referred to, but its condition {resource.condition} does not hold")
        if logical_id in self._in_progress:
            circle = " → ".join([*self._in_progress, logical_id])
            raise TemplateError(f"resources refer to each other in a circle: {circle}")
        self._in_progress.append(logical_id)
        try:
            with _naming(f"{logical_id} ({resource.type})"):
                for other in resource.depends_on:
                    self._created(other)
                self.held[logical_id] = self._made(resource, self._resolver.resolve(resource.properties))
        finally:
            self._in_progress.pop()
        return self.held[logical_id].created

    def _made(self, resource: Resource, properties: dict[str, Any]) -> Held:
        context = replace(self._context, owned=set(), deletions=[])
        try:
            created = self._creators[resource.type](context, resource, properties)
        except BaseException:
            _called(context.deletions)
            self._release(context.owned)
            raise
        return Held(resource, created, context.owned, context.deletions)

    def _is_wanted(self, resource: Resource) -> bool:
        return resource.condition is None or self._resolver.holds(resource.condition)

    def _resolver_of(self, template: Template) -> Resolver:
        def attribute(logical_id: str, name: str) -> Any:
            self._created(logical_id)
            return self.attribute(logical_id, name)

        return Resolver(
            parameters=template.parameters,
            conditions=template.conditions,
            pseudo_parameters={
                "AWS::Region": self._context.region,
                "AWS::AccountId": self._context.account,
                "AWS::Partition": "aws",
                "AWS::URLSuffix": "amazonaws.com",
                "AWS::StackName": self.name,
                "AWS::StackId": self.arn,
            },
            reference=lambda logical_id: self._created(logical_id).ref,
            attribute=attribute,
            localised=self._context.localised,
        )


def _called(deletions: list[Callable[[], object]]) -> str:
    """Call what deletes a resource, each once, until one fails; give why it did."""
    while deletions:
        try:
            deletions[-1]()
        except ClientError as error:
            if not any(part in error.response["Error"]["Code"] for part in GONE):
                return error.response["Error"]["Message"]
        except CloudError as error:
            return str(error)
        deletions.pop()
    return ""


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
