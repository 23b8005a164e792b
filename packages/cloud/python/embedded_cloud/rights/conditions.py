"""Conditions of a policy's statement.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from embedded_cloud.errors import UnsupportedPolicyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

type Context = Mapping[str, tuple[str, ...]]
"""The keys that a request has, in lower case, each with its values."""

ARN_PARTS = 6
EVERY = "ForAllValues:"
"""Before an operator: each value that the request has for a key has to fit."""


def is_like(value: str, pattern: str) -> bool:
    """Whether a value fits a pattern: `*` is any number of characters, `?` is one."""
    return fnmatchcase(value, pattern.replace("[", "[[]"))


def is_arn_like(value: str, pattern: str) -> bool:
    """Compare two ARNs part by part: a `*` in the region does not reach into the account."""
    if pattern == "*":
        return True
    wanted, given = pattern.split(":", ARN_PARTS - 1), value.split(":", ARN_PARTS - 1)
    return len(wanted) == len(given) == ARN_PARTS and all(map(is_like, given, wanted))


POSITIVE: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": str.__eq__,
    "StringLike": is_like,
    "ArnEquals": is_arn_like,
    "ArnLike": is_arn_like,
    "Bool": lambda value, wanted: value.casefold() == wanted.casefold(),
}
"""Operators that hold if one of the policy's values fits. To AWS, ArnEquals and ArnLike are the same."""

NEGATIVE: Mapping[str, Callable[[str, str], bool]] = {"StringNotEquals": str.__eq__, "ArnNotEquals": is_arn_like}
"""Operators that hold if none of the policy's values fits, or if the request does not have the key."""


def check_conditions(conditions: Mapping[str, Any]) -> None:
    """Refuse operators that nothing here can judge.

    Raises
    ------
    UnsupportedPolicyError
        It names the operator.
    """
    for operator in conditions:
        if operator.removeprefix(EVERY) not in {*POSITIVE, *NEGATIVE}:
            raise UnsupportedPolicyError(f"the embedded cloud cannot judge the condition operator {operator}")


def holds(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Whether all conditions hold: each operator, and each of its keys."""
    return all(
        _holds_for_key(operator, context.get(key.lower(), ()), texts(wanted))
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _holds_for_key(operator: str, values: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    name = operator.removeprefix(EVERY)
    if not values:
        return operator.startswith(EVERY) or name in NEGATIVE
    if name in NEGATIVE:
        return not any(NEGATIVE[name](value, each) for value in values for each in wanted)
    fits = [any(POSITIVE[name](value, each) for each in wanted) for value in values]
    return all(fits) if operator.startswith(EVERY) else any(fits)


def texts(value: Any) -> tuple[str, ...]:
    """Give one or more values of a policy as texts; JSON's `true` is the text "true"."""
    many = value if isinstance(value, (list, tuple)) else [value]
    return tuple(str(each).lower() if isinstance(each, bool) else str(each) for each in many)
