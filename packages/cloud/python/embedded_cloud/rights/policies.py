"""Policies: what their statements say, and which of them fit a call.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from embedded_cloud.errors import UnsupportedPolicyError
from embedded_cloud.rights.conditions import Context, check_conditions, holds, is_arn_like, is_like, texts

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from embedded_cloud.rights.principals import Principal

KNOWN_ELEMENTS = frozenset({"Sid", "Effect", "Principal", "Action", "Resource", "Condition"})


OF_EVERY_REQUEST = ("aws:principal", "aws:securetransport", "aws:multifactor")
"""How the keys begin that a request has of its caller and its way."""


@dataclass(frozen=True)
class Call:
    """One thing that a request does: an action on a resource, with the keys that conditions may look at."""

    action: str
    resource: str
    context: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of(cls, action: str, resource: str, context: Mapping[str, str | tuple[str, ...]] | None = None) -> Call:
        """Make one of a plain mapping."""
        pairs = ((key.lower(), texts(value)) for key, value in (context or {}).items())
        return cls(action, resource, tuple(sorted(pairs)))

    def with_keys(self, keys: Container[str]) -> Call:
        """Give it with no other keys than these."""
        if all(key in keys for key, _ in self.context):
            return self
        return Call(self.action, self.resource, tuple(pair for pair in self.context if pair[0] in keys))


@dataclass(frozen=True)
class Statement:
    """One statement of a policy.

    Attributes
    ----------
    policy
        The name of the policy that it is in.
    principals
        By kind (`AWS`, `Service`, `Federated`); None in a policy of a role.
    """

    policy: str
    allows: bool
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    principals: Mapping[str, tuple[str, ...]] | None = None
    conditions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)

    @property
    def keys(self) -> set[str]:
        """The keys that its conditions look at, in lower case."""
        return {key.lower() for keys in self.conditions.values() for key in keys}

    def fits(self, call: Call, context: Context) -> bool:
        """Whether it says something of a call; whom it is about is `names`."""
        return (
            self.action_that_fits(call.action) is not None
            # A policy of a role's trust has no resource: it is about the role that it belongs to.
            and (not self.resources or any(is_arn_like(call.resource, pattern) for pattern in self.resources))
            and holds(self.conditions, context)
        )

    def fits_made(self, made: Call) -> bool:
        """Whether it is about a call that was made; what every request has (a principal, TLS) is not looked at."""
        kept = {
            operator: {key: wanted for key, wanted in keys.items() if not key.lower().startswith(OF_EVERY_REQUEST)}
            for operator, keys in self.conditions.items()
        }
        return replace(self, conditions=kept).fits(made, dict(made.context))

    def action_that_fits(self, action: str) -> str | None:
        """Give the statement's action, perhaps with wildcards, that includes this one."""
        return next((pattern for pattern in self.actions if is_like(action.lower(), pattern.lower())), None)

    def names(self, principal: Principal) -> str:
        """How it names a principal: "directly", by its "account", or "" for not at all."""
        for kind, named in (self.principals or {}).items():
            if kind == "*" or (kind == "AWS" and "*" in named):
                return "directly"
            if kind == "Service" and principal.service in named and principal.service:
                return "directly"
            if kind == "AWS" and not principal.service:
                if any(name in {principal.arn, principal.role_arn} for name in named):
                    return "directly"
                if any(name == principal.account or name.endswith(f"::{principal.account}:root") for name in named):
                    return "account"
        return ""


def statements_of(document: Mapping[str, Any], policy: str) -> tuple[Statement, ...]:
    """Read a policy document.

    Raises
    ------
    UnsupportedPolicyError
        When it has an element, an operator or a variable that nothing here can judge.
    """
    given = document["Statement"]
    return tuple(_statement(each, policy) for each in (given if isinstance(given, list) else [given]))


def _statement(given: Mapping[str, Any], policy: str) -> Statement:
    unknown = sorted(set(given) - KNOWN_ELEMENTS)
    if unknown:
        raise UnsupportedPolicyError(f"{policy}: the embedded cloud cannot judge {', '.join(unknown)} in a statement")
    conditions = given.get("Condition") or {}
    check_conditions(conditions)
    principals = given.get("Principal")
    if principals == "*":
        principals = {"*": "*"}
    statement = Statement(
        policy=policy,
        allows=given["Effect"] == "Allow",
        actions=texts(given.get("Action", [])),
        resources=texts(given.get("Resource", [])),
        principals=None if principals is None else {kind: texts(names) for kind, names in principals.items()},
        conditions={operator: {key: texts(v) for key, v in keys.items()} for operator, keys in conditions.items()},
    )
    _refuse_variables(statement)
    return statement


def _refuse_variables(statement: Statement) -> None:
    values = [value for keys in statement.conditions.values() for wanted in keys.values() for value in wanted]
    for text in (*statement.resources, *values):
        if "${" in text:
            raise UnsupportedPolicyError(f"{statement.policy}: the embedded cloud knows no policy variables: {text}")


def without_action(statements: Iterable[Statement], action: str, resource_part: str = "") -> tuple[Statement, ...]:
    """Give the statements that remain when an action is taken out, of those whose resources contain a text."""
    result = []
    for statement in statements:
        is_meant = statement.allows and any(resource_part in each for each in statement.resources or ("",))
        if not is_meant or action not in statement.actions:
            result.append(statement)
        elif left := tuple(each for each in statement.actions if each != action):
            result.append(replace(statement, actions=left))
    return tuple(result)
