"""Conditions of a policy's statement.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from local.cloud.errors import UnsupportedPolicyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

type Context = Mapping[str, tuple[str, ...]]
"""The keys that a request has, in lower case, each with its values."""

ARN_PARTS = 6


@lru_cache(maxsize=4096)
def _glob(pattern: str) -> re.Pattern[str]:
    parts = ({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    return re.compile("".join(parts), re.DOTALL)


def is_like(value: str, pattern: str) -> bool:
    """Whether a value fits a pattern: `*` is any number of characters, `?` is one."""
    return _glob(pattern).fullmatch(value) is not None


def is_arn_like(value: str, pattern: str) -> bool:
    """Compare two ARNs part by part: a `*` in the region does not reach into the account."""
    if pattern == "*":
        return True
    wanted, given = pattern.split(":", ARN_PARTS - 1), value.split(":", ARN_PARTS - 1)
    return len(wanted) == len(given) == ARN_PARTS and all(map(is_like, given, wanted))


def _equals_ignoring_case(value: str, wanted: str) -> bool:
    return value.casefold() == wanted.casefold()


POSITIVE: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": str.__eq__,
    "StringLike": is_like,
    "ArnEquals": is_arn_like,
    "ArnLike": is_arn_like,
    "Bool": _equals_ignoring_case,
}
"""Operators that hold if one of the policy's values fits. To AWS, ArnEquals and ArnLike are the same."""

NEGATIVE: Mapping[str, Callable[[str, str], bool]] = {
    "StringNotEquals": str.__eq__,
    "StringNotLike": is_like,
    "ArnNotEquals": is_arn_like,
    "ArnNotLike": is_arn_like,
}
"""Operators that hold if none of the policy's values fits, or if the request does not have the key."""


def check_conditions(conditions: Mapping[str, Any]) -> None:
    """Refuse operators that nothing here can judge.

    Raises
    ------
    UnsupportedPolicyError
        It names the operator.
    """
    for operator in conditions:
        _, name, _ = _parts_of(operator)
        if name not in POSITIVE and name not in NEGATIVE:
            raise UnsupportedPolicyError(f"the embedded cloud cannot judge the condition operator {operator}")


def holds(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Whether all conditions hold: each operator, and each of its keys."""
    return all(
        _holds_for_key(operator, context.get(key.lower(), ()), texts(wanted))
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _parts_of(operator: str) -> tuple[str, str, bool]:
    quantifier, _, name = operator.rpartition(":")
    return quantifier, name.removesuffix("IfExists"), name.endswith("IfExists")


def _holds_for_key(operator: str, values: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    quantifier, name, if_exists = _parts_of(operator)
    if not values:
        return if_exists or quantifier == "ForAllValues" or (name in NEGATIVE and quantifier != "ForAnyValue")
    negative = name in NEGATIVE
    compare = (NEGATIVE if negative else POSITIVE)[name]
    fits = [any(compare(value, each) for each in wanted) is not negative for value in values]
    if quantifier == "ForAllValues":
        return all(fits)
    if quantifier == "ForAnyValue" or not negative:
        return any(fits)
    return all(fits)


def texts(value: Any) -> tuple[str, ...]:
    """Give one or more values of a policy as texts; JSON's `true` is the text "true"."""
    many = value if isinstance(value, (list, tuple)) else [value]
    return tuple(str(each).lower() if isinstance(each, bool) else str(each) for each in many)
