"""A stack: what it holds becomes what a template wants, each resource after those that it refers to."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from embedded_cloud.errors import CloudError, TemplateError, UnsupportedResourceError
from embedded_cloud.stack.intrinsics import Resolver
from embedded_cloud.stack.template import LOCAL_BUCKET, Resource, Template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from embedded_cloud.stack.creation import Created, CreationContext, Creator, PhysicalId

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
    properties
        Those that it was created or changed with.
    owned
        Its physical ids.
    deletions
        What is still to be called, from the last to the first, to delete it.
    is_half_changed
        Whether a change of it failed, so that nobody knows what it is like.
    """

    resource: Resource
    properties: dict[str, Any]
    created: Created
    owned: set[PhysicalId]
    deletions: list[Callable[[], object]]
    is_half_changed: bool = False

    def is_as(self, properties: Mapping[str, Any]) -> bool:
        """Whether it has these properties; what a local file holds may have changed under the same name."""
        return not self.is_half_changed and self.properties == properties and LOCAL_BUCKET not in str(properties)


class Stack:
    """Has the resources of one template, each once, and knows their names and attributes.

    Attributes
    ----------
    held
        What it has, by logical id, in the order of creation.
    template
        What it was deployed from; None while it is created.
    outputs
        The template's, resolved when it was deployed.
    status, reason
        CloudFormation's word for how the last deployment or deletion went, and why it failed.
    """

    def __init__(self, context: CreationContext, creators: Mapping[str, Creator]) -> None:
        self.name, self.arn = context.stack_name, context.stack_arn
        self.held: dict[str, Held] = {}
        self.template: Template | None = None
        self.outputs: dict[str, str] = {}
        self.status = self.reason = ""
        self._context = context
        self._creators = creators
        self._leaving: list[Held] = []
        self._settled: list[str] = []
        self._in_progress: list[str] = []

    def deploy(self, template: Template) -> None:
        """Create, change and delete until the stack has what a template wants.

        When that fails, it gets again what it had before; a new stack is left with nothing.

        Raises
        ------
        UnsupportedResourceError
            When a type is not known; it names all such resources, before any is created.
        TemplateError
            When a resource cannot be created or changed; it names the resource.
        """
        before, self.reason = self.template, ""
        try:
            self._apply(template, RETAINING)
        except CloudError as error:
            self.status, self.reason = "UPDATE_ROLLBACK_COMPLETE" if before else "ROLLBACK_COMPLETE", str(error)
            if before is not None:
                self._apply(before, IN_ROLLBACK)
            else:
                self._take_away([*self._leaving, *reversed(self.held.values())], IN_ROLLBACK)
            raise
        self.template, self.status = template, "UPDATE_COMPLETE" if before else "CREATE_COMPLETE"

    def delete(self) -> None:
        """Delete what the stack has, but what its template retains.

        Raises
        ------
        TemplateError
            When something cannot be deleted. The rest is gone; what is left can be deleted later.
        """
        failed = self._take_away(list(reversed(self.held.values())), RETAINING)
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

    def _apply(self, template: Template, retaining: Sequence[str]) -> None:
        self._wanted, self._resolver, self._settled = template, self._resolver_of(template), []
        wanted = [item for item in template.resources.values() if self._is_wanted(item)]
        unsupported = [f"{item.logical_id} ({item.type})" for item in wanted if item.type not in self._creators]
        if unsupported:
            raise UnsupportedResourceError(f"the embedded cloud cannot create {', '.join(unsupported)}")
        for item in wanted:
            self._settle(item.logical_id)
        self.outputs = dict(self._resolved(template.outputs))
        before, self.held = self.held, {key: self.held[key] for key in self._settled}
        in_use = {each for held in self.held.values() for each in held.owned}
        leaving = [*self._leaving, *(before[key] for key in reversed(before) if key not in self.held)]
        self._leaving = []
        # What was replaced may have got its name back.
        self._take_away([held for held in leaving if not held.owned & in_use], retaining)

    def _take_away(self, leaving: Sequence[Held], retaining: Sequence[str]) -> list[str]:
        """Delete resources, or leave them to nobody; give those that cannot be deleted, and why."""
        failed = []
        for held in leaving:
            key = held.resource.logical_id
            failure = "" if held.resource.deletion_policy in retaining else _called(held.deletions)
            if failure:
                failed.append(f"{key} ({held.resource.type}): {failure}")
                continue
            self._release(held.owned)
            if self.held.get(key) is held:
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

    def _settle(self, logical_id: str) -> Created:
        """Let a resource be as the template wants it, and give it."""
        if logical_id in self._settled:
            return self.held[logical_id].created
        resource = self._wanted.resources.get(logical_id)
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
                    self._settle(other)
                properties = self._resolver.resolve(resource.properties)
                before = self.held.get(logical_id)
                if before is None or not before.is_as(properties):
                    self.held[logical_id] = self._made(resource, properties, before)
                self.held[logical_id].resource = resource
                self._settled.append(logical_id)
        finally:
            self._in_progress.pop()
        return self.held[logical_id].created

    def _made(self, resource: Resource, properties: dict[str, Any], before: Held | None) -> Held:
        context = replace(self._context, root=self._wanted.root, owned=set(), deletions=[])
        if before is not None:
            context.before, context.ref = before.properties, before.created.ref
            if before.resource.type != resource.type:
                raise TemplateError(f"it was a {before.resource.type}; give it another logical id")
        try:
            created = self._creators[resource.type](context, resource, properties)
        except BaseException:
            if before is not None and before.owned & context.owned:
                before.is_half_changed = True
            else:
                _called(context.deletions)
                self._release(context.owned)
            raise
        if before is not None and not before.owned & context.owned:
            self._leaving.append(before)
        return Held(resource, properties, created, context.owned, context.deletions)

    def _is_wanted(self, resource: Resource) -> bool:
        return resource.condition is None or self._resolver.holds(resource.condition)

    def _resolver_of(self, template: Template) -> Resolver:
        def attribute(logical_id: str, name: str) -> Any:
            self._settle(logical_id)
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
            reference=lambda logical_id: self._settle(logical_id).ref,
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
