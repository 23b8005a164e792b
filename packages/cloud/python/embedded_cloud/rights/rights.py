"""The policies of everything that is deployed, whose keys are whose, and the judgement of each call."""

from __future__ import annotations

import threading
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from embedded_cloud.errors import AccessDeniedError, TemplateError, UnknownKeyError
from embedded_cloud.rights.conditions import ARN_PARTS
from embedded_cloud.rights.judging import judge
from embedded_cloud.rights.managed import managed_statements
from embedded_cloud.rights.policies import Call, Statement, statements_of, without_action
from embedded_cloud.rights.principals import Principal, administrator_of, service, session_of
from embedded_cloud.rights.record import Record
from embedded_cloud.rights.resource_policies import check_resource_policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ADMINISTRATOR_KEY = "testing"
"""What moto's own documentation uses."""

MULTI_FACTOR = "aws:multifactorauthpresent"
WHOLE = ""
"""The id of a resource's policy that is set as a whole."""


@dataclass
class Role:
    """A role: who may act in it, what it may do, and the keys that its conditions look at.

    Attributes
    ----------
    policies
        Its statements, by the name or the ARN of the policy.
    """

    arn: str
    trust: tuple[Statement, ...]
    policies: dict[str, tuple[Statement, ...]] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """Its name."""
        return self.arn.rpartition("/")[2]

    @property
    def statements(self) -> list[Statement]:
        """Those of all its policies."""
        return _flat(self.policies)

    def give(self, policy: str, statements: Iterable[Statement]) -> None:
        """Give it a policy, in place of the one of that name."""
        self.policies[policy] = tuple(statements)
        self.keys |= {key for each in self.policies[policy] for key in each.keys}


@dataclass(frozen=True)
class Removal:
    """An action that is taken out of a role, to see who notices.

    Attributes
    ----------
    role
        A part of the role's name, in any spelling: `place-order` or `PlaceOrderFunction`.
    resource_part
        Only of statements whose resources contain it; empty for all.
    """

    role: str
    action: str
    resource_part: str = ""

    @classmethod
    def of(cls, text: str) -> Removal:
        """Read `role:service:Action`, perhaps with `@` and a part of the resource's ARN behind it.

        Raises
        ------
        ValueError
            When it is not of that form.
        """
        role, _, rest = text.partition(":")
        action, _, part = rest.partition("@")
        if not role or ":" not in action:
            raise ValueError(f"{text!r} is not role:service:Action[@part of the resource]")
        return cls(role, action, part)


class Rights:
    """Judges every call of one cloud.

    Parameters
    ----------
    account
        The account that everything is in.
    removals
        Actions to take out of roles.
    """

    def __init__(self, account: str, removals: Sequence[Removal] = ()) -> None:
        self.account = account
        self.administrator = administrator_of(account)
        self.record = Record()
        self.roles: dict[str, Role] = {}
        self._removals = removals
        self._removed: set[Removal] = set()
        self._of_resources: dict[str, dict[str, tuple[Statement, ...]]] = defaultdict(dict)
        """The policies of resources, by ARN and the ids under which statements were added."""
        self.customer_policies: dict[str, tuple[Statement, ...]] = {}
        # The cloud's own parts call without a key.
        self._principals: dict[str, Principal] = dict.fromkeys(("", ADMINISTRATOR_KEY), self.administrator)
        self._keys: dict[Principal, str] = {}
        self._reasons: dict[tuple[Principal, Call], str] = {}
        self._lock = threading.RLock()
        self._resources_keys = {MULTI_FACTOR}
        """Keys of conditions in policies of resources."""

    # What is deployed

    def put_role(
        self, arn: str, trust: Mapping[str, Any], inline: Mapping[str, Mapping[str, Any]], managed: Iterable[str] = ()
    ) -> None:
        """Make a role known, with its inline policies by name and the ARNs of managed ones; or change it, at once."""
        role = Role(arn, statements_of(trust, "trust"))
        for policy in managed:
            role.give(policy, self._left(role, self.customer_policies.get(policy) or managed_statements(policy)))
        for name, document in inline.items():
            role.give(name, self._left(role, statements_of(document, name)))
        with self._lock:
            self.roles = {**self.roles, arn: role}
            self._reasons = {}

    def remove_role(self, arn: str) -> None:
        """Forget a role: a caller in it may do nothing any more."""
        with self._lock:
            self.roles = {key: role for key, role in self.roles.items() if key != arn}
            self._reasons = {}

    def put_customer_policy(self, arn: str, document: Mapping[str, Any]) -> None:
        """Make a managed policy of the account known, or change it, at once for the roles that have it."""
        statements = self.customer_policies[arn] = statements_of(document, arn.rpartition("/")[2])
        with self._lock:
            for role in self.roles.values():
                if arn in role.policies:
                    role.give(arn, self._left(role, statements))
            self._reasons = {}

    def put_statement(self, arn: str, document: Mapping[str, Any], policy: str, statement_id: str = WHOLE) -> None:
        """Give a resource a statement of its policy, or all of it, in place of the one of that id.

        Raises
        ------
        InvalidPolicyError
            When the resource's service would not take it.
        """
        check_resource_policy(arn, document)
        statements = statements_of(document, policy)
        with self._lock:
            self._of_resources[arn] = {**self._of_resources[arn], statement_id: statements}
            self._resources_keys |= {key for each in statements for key in each.keys}
            self._reasons = {}

    def remove_statement(self, arn: str, statement_id: str = WHOLE) -> None:
        """Take a statement out of a resource's policy, or all of it that was set at once."""
        with self._lock:
            left = {key: each for key, each in self._of_resources[arn].items() if key != statement_id}
            self._of_resources[arn] = left
            if not left:
                del self._of_resources[arn]
            self._reasons = {}

    def resource_statements(self) -> Mapping[str, Sequence[Statement]]:
        """Give the statements of the resources' own policies, by ARN."""
        return {arn: _flat(policies) for arn, policies in self._of_resources.items()}

    def check_removals(self) -> None:
        """Make sure that each action to be taken out was there.

        Raises
        ------
        TemplateError
            When a role has no such action: the run would show nothing.
        """
        for removal in self._removals:
            if removal not in self._removed:
                raise TemplateError(f"no role {removal.role}… is allowed {removal.action} on …{removal.resource_part}…")

    # Who calls

    def key_of_role(self, role_arn: str, by_service: str, session: str) -> str:
        """Give the access key with which a service acts in a role.

        Raises
        ------
        AccessDeniedError
            When the role's trust does not let the service.
        """
        principal = session_of(role_arn, session)
        with self._lock:
            if principal not in self._keys:
                self.require(service(by_service), Call("sts:AssumeRole", role_arn))
            return self.key_of(principal)

    def key_of(self, principal: Principal) -> str:
        """Give somebody's access key, the same each time."""
        with self._lock:
            if principal not in self._keys:
                self._keys[principal] = self.issue(principal)
            return self._keys[principal]

    def issue(self, principal: Principal) -> str:
        """Give a new access key for somebody."""
        key = f"ASIA{uuid.uuid4().hex[:16].upper()}"
        with self._lock:
            self._principals[key] = principal
        return key

    def principal_of(self, access_key: str) -> Principal:
        """Give whose key it is.

        Raises
        ------
        UnknownKeyError
            When it was not issued here.
        """
        try:
            return self._principals[access_key]
        except KeyError:
            raise UnknownKeyError(access_key) from None

    # Judging

    def require(self, principal: Principal, call: Call) -> None:
        """Let a call go on, or not.

        Raises
        ------
        AccessDeniedError
            When it is not allowed.
        """
        role = self.roles.get(principal.role_arn)
        # What no policy looks at need not be told apart.
        call = call.with_keys(self._resources_keys | role.keys if role else self._resources_keys)
        # One that is found while policies change goes with the others that are forgotten then.
        reasons = self._reasons
        reason = reasons.get((principal, call))
        if reason is None:
            reason = reasons[principal, call] = self.reason_against(principal, call)
        message = _in_words(principal, call, reason) if reason else ""
        self.record.note(principal, call, message, is_kept=principal != self.administrator)
        if message:
            raise AccessDeniedError(message, principal.role_name, call.action, call.resource)

    def require_of_service(self, name: str, action: str, resource: str, source: str) -> None:
        """Let a service of AWS call something for a resource of the account; the errors are those of `require`."""
        keys = {"aws:SourceArn": source, "aws:SourceAccount": self.account}
        self.require(service(name), Call.of(action, resource, keys))

    def reason_against(self, principal: Principal, call: Call) -> str:
        """Judge a call, without noting it: give why it is refused, and nothing where it is allowed."""
        role = self.roles.get(principal.role_arn)
        is_trust = call.action == "sts:AssumeRole"
        trusting = self.roles[call.resource].trust if is_trust and call.resource in self.roles else None
        policies = self._of_resources.get(_owner_of_policy(call.resource))
        of_resource = trusting if is_trust else None if policies is None else _flat(policies)
        return judge(
            principal,
            Call.of(call.action, call.resource, _keys_of(principal) | dict(call.context)),
            own=role.statements if role else (),
            of_resource=of_resource,
            owner=_account_of(call.resource) or self.account,
            resource_must_allow=is_trust or (call.action.startswith("kms:") and of_resource is not None),
        )

    # Helpers

    def _left(self, role: Role, given: tuple[Statement, ...]) -> tuple[Statement, ...]:
        """Give the statements of a policy of a role that are left when the removals are made."""
        for removal in self._removals:
            if _squeezed(removal.role) not in _squeezed(role.name):
                continue
            left = without_action(given, removal.action, removal.resource_part)
            if left != given:
                self._removed.add(removal)
            given = left
        return given


def _flat(policies: Mapping[str, tuple[Statement, ...]]) -> list[Statement]:
    return [each for statements in policies.values() for each in statements]


def _owner_of_policy(resource: str) -> str:
    """Give the ARN of what has the policy: an object's bucket, and all else itself."""
    return resource.partition("/")[0] if resource.startswith("arn:aws:s3:::") else resource


def _squeezed(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()


def _account_of(resource: str) -> str:
    """Give the account in an ARN; a bucket's has none."""
    parts = resource.split(":")
    return parts[4] if len(parts) >= ARN_PARTS else ""


def _keys_of(principal: Principal) -> dict[str, str | tuple[str, ...]]:
    """Give the keys that every request has, in lower case; nothing here calls but as if over TLS."""
    keys: dict[str, str | tuple[str, ...]] = {
        "aws:securetransport": "true",
        "aws:principalisawsservice": str(bool(principal.service)).lower(),
    }
    if not principal.service:
        keys |= {"aws:principalarn": principal.role_arn or principal.arn, "aws:principalaccount": principal.account}
    if principal.has_second_factor is not None:
        keys[MULTI_FACTOR] = str(principal.has_second_factor).lower()
    return keys


def _in_words(principal: Principal, call: Call, reason: str) -> str:
    who = f"Service: {principal.service}" if principal.service else f"User: {principal.arn}"
    return f"{who} is not authorized to perform: {call.action} on resource: {call.resource} {reason}"
