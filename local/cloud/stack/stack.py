"""A stack: what it holds becomes what a template wants, each resource after those that it refers to."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local.cloud.errors import CloudError, TemplateError, UnsupportedResourceError
from local.cloud.stack.intrinsics import Resolver
from local.cloud.stack.template import LOCAL_BUCKET, Resource, Template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from local.cloud.stack.creation import Created, CreationContext, Creator, PhysicalId

GONE = ("NotFound", "NonExistent", "NoSuch", "DoesNotExist")
"""Parts of the codes of errors that say that there is nothing to delete."""
RETAINING = ("Retain", "RetainExceptOnCreate")
"""Policies by which a resource stays when the stack lets it go."""
IN_ROLLBACK = ("Retain",)
"""The same, where what lets it go is the rollback of what created it."""


@dataclass
class Held:
    """A resource that the stack has.

    Attributes
    ----------
    properties
        Those that it was created or changed with.
    owned
        The physical ids that it has.
    deletions
        What is still to be called, from the last to the first, to delete it.
    is_half_changed
        Whether a change of it failed, so that nobody knows what it is like.
    """

    resource: Resource
    properties: dict[str, Any]
    created: Created
    owned: set[PhysicalId]
    deletions: list[Callable[[], object]] = field(default_factory=list)
    is_half_changed: bool = False

    def is_as(self, properties: Mapping[str, Any]) -> bool:
        """Whether it has these properties; what a local file holds may have changed under the same name."""
        return not self.is_half_changed and self.properties == properties and LOCAL_BUCKET not in str(properties)


class Stack:
    """Holds the resources of one template, each once, and knows their names and attributes.

    Attributes
    ----------
    template
        The one that it was deployed from; None while it is created.
    status
        CloudFormation's word for how the last deployment or deletion went.
    reason
        Why it failed; empty where it did not.
    """

    def __init__(self, context: CreationContext, creators: Mapping[str, Creator]) -> None:
        self.name, self.arn = context.stack_name, context.stack_arn
        self.template: Template | None = None
        self.status = self.reason = ""
        self._context = context
        self._creators = creators
        self._held: dict[str, Held] = {}
        self._leaving: list[Held] = []
        self._settled: list[str] = []
        self._in_progress: list[str] = []
        self._outputs: dict[str, str] = {}

    # Deploying and deleting

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
        before, kind, self.reason = self.template, "UPDATE" if self.template else "CREATE", ""
        try:
            self._apply(template)
        except CloudError as error:
            self.reason, self.status = str(error), f"{kind}_ROLLBACK_COMPLETE" if before else "ROLLBACK_COMPLETE"
            if before is not None:
                self._apply(before, IN_ROLLBACK)
            else:
                self._delete(IN_ROLLBACK)
            raise
        self.template, self.status = template, f"{kind}_COMPLETE"

    def _apply(self, template: Template, retaining: tuple[str, ...] = RETAINING) -> None:
        self._wanted, self._resolver = template, self._resolver_of(template)
        wanted = [item for item in template.resources.values() if self._is_wanted(item)]
        unsupported = [f"{item.logical_id} ({item.type})" for item in wanted if item.type not in self._creators]
        if unsupported:
            raise UnsupportedResourceError(f"the embedded cloud cannot create {', '.join(unsupported)}")
        self._settled = []
        for item in wanted:
            self._settle(item.logical_id)
        self._outputs = dict(self._resolved(template.outputs))
        held, self._held = self._held, {key: self._held[key] for key in self._settled}
        leaving = [*self._leaving, *(held[key] for key in reversed(held) if key not in self._held)]
        self._leaving = []
        in_use = {each for item in self._held.values() for each in item.owned}
        for left in leaving:
            # A resource that was replaced may have got its name back.
            if not left.owned & in_use:
                self._take_away(left, retaining)

    def delete(self) -> None:
        """Delete what the stack has, but what its template retains.

        Raises
        ------
        TemplateError
            When something cannot be deleted. What could be is gone; the rest can be deleted later.
        """
        failed = self._delete(RETAINING)
        self.status, self.reason = "DELETE_FAILED" if failed else "DELETE_COMPLETE", "; ".join(failed)
        if failed:
            raise TemplateError(f"stack {self.name} is not deleted: {self.reason}")

    def _delete(self, retaining: tuple[str, ...]) -> list[str]:
        failed = []
        for item in [*self._leaving, *reversed(self._held.values())]:
            failure = self._take_away(item, retaining)
            if failure:
                failed.append(f"{item.resource.logical_id} ({item.resource.type}): {failure}")
            elif self._held.get(item.resource.logical_id) is item:
                del self._held[item.resource.logical_id]
        self._leaving = []
        return failed

    def _take_away(self, item: Held, retaining: tuple[str, ...]) -> str:
        """Delete a resource, or leave it to nobody; give why it cannot be deleted."""
        is_replaced = self._held.get(item.resource.logical_id, item) is not item
        policy = item.resource.update_replace_policy if is_replaced else item.resource.deletion_policy
        failure = "" if policy in retaining else _called(item.deletions)
        if not failure:
            self._release(item.owned)
        return failure

    def _release(self, owned: Iterable[PhysicalId]) -> None:
        for each in owned:
            self._context.owners.pop(each, None)

    # What it has

    def holds(self, logical_id: str) -> bool:
        """Whether it has a resource."""
        return logical_id in self._held

    def resources(self) -> list[Held]:
        """Give all that it has, in the order of creation."""
        return list(self._held.values())

    def created(self, logical_id: str) -> Created:
        """Give what a resource is known by.

        Raises
        ------
        TemplateError
            When the stack does not have it.
        """
        if logical_id not in self._held:
            raise TemplateError(f"there is no resource {logical_id} in stack {self.name}")
        return self._held[logical_id].created

    def attribute(self, logical_id: str, name: str) -> Any:
        """Give an attribute of a resource, as `Fn::GetAtt` does; the errors are `created`'s, and for an attribute."""
        attributes = self.created(logical_id).attributes
        if name not in attributes:
            raise TemplateError(f"{logical_id} has no attribute {name} here; it has {', '.join(sorted(attributes))}")
        return attributes[name]

    def outputs(self) -> dict[str, str]:
        """Give the template's outputs, as they were when it was deployed."""
        return dict(self._outputs)

    def _resolved(self, outputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for name, output in outputs.items():
            if "Condition" not in output or self._resolver.holds(output["Condition"]):
                with _naming(f"output {name}"):
                    yield name, str(self._resolver.resolve(output["Value"]))

    # One resource

    def _settle(self, logical_id: str) -> Created:
        """Let a resource be as the template wants it, and give it."""
        if logical_id in self._settled:
            return self._held[logical_id].created
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
                before = self._held.get(logical_id)
                if before is None or not before.is_as(properties):
                    self._held[logical_id] = self._made(resource, properties, before)
                self._held[logical_id].resource = resource
                self._settled.append(logical_id)
        finally:
            self._in_progress.pop()
        return self._held[logical_id].created

    def _made(self, resource: Resource, properties: dict[str, Any], before: Held | None) -> Held:
        if before is not None and before.resource.type != resource.type:
            raise TemplateError(f"a {before.resource.type} does not become another type; give it another logical id")
        context = self._context.for_one(
            self._wanted.root, before.properties if before else {}, before.created.ref if before else ""
        )
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
            mappings=template.mappings,
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
