"""The part of a trace header by which Lambda sees that a function goes round in a loop.

`Lineage=a87bd80c:3|68fd508a:1` says that one function was invoked three times on the way here, and another once.
AWS's SDKs send it along, and queues, topics and functions hand it on.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_ROUNDS = 16
"""So often a function is invoked in one chain. AWS says "approximately"."""

NAME = "Lineage="


@cache
def mark_of(function_arn: str) -> str:
    """Give what stands for a function in a lineage."""
    return hashlib.sha256(function_arn.encode()).hexdigest()[:8]


def lineage_of(*headers: str | None) -> dict[str, int]:
    """Give how often each function was invoked on the way here, by its mark; of several ways the longest."""
    times: dict[str, int] = {}
    for header in headers:
        for part in (header or "").split(";"):
            if part.startswith(NAME):
                for each in part.removeprefix(NAME).split("|"):
                    mark, _, number = each.partition(":")
                    times[mark] = max(times.get(mark, 0), int(number) if number.isdigit() else 0)
    return times


def with_lineage(header: str, times: Mapping[str, int], once_more: str = "") -> str:
    """Give a header with this lineage in place of its own; with a function's ARN, that one is invoked once more."""
    counted = dict(times)
    if once_more:
        counted[mark_of(once_more)] = counted.get(mark_of(once_more), 0) + 1
    lineage = [f"{NAME}{'|'.join(f'{mark}:{number}' for mark, number in counted.items())}"] if counted else []
    return ";".join([*_other_parts(header), *lineage])


def without_lineage(header: str | None) -> str | None:
    """Give a header that says nothing of how often a function was invoked."""
    return ";".join(_other_parts(header)) if header else header


def _other_parts(header: str) -> list[str]:
    return [part for part in header.split(";") if not part.startswith(NAME)]
