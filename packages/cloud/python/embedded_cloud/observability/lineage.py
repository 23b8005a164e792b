"""The part of a trace header by which Lambda sees that a function goes round in a loop.

`Lineage=a87bd80c:3|68fd508a:1` says that one function was invoked three times on the way here, and another once.
AWS's SDKs send it along, and queues, topics and functions hand it on.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from embedded_cloud.observability.tracing import fields_of, header_of

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_ROUNDS = 16
"""So often a function is invoked in one chain. AWS says "approximately"."""

NAME = "Lineage"


@cache
def mark_of(function_arn: str) -> str:
    """Give what stands for a function in a lineage."""
    return hashlib.sha256(function_arn.encode()).hexdigest()[:8]


def lineage_of(*headers: str | None) -> Counter[str]:
    """Give how often each function was invoked on the way here, by its mark; of several ways the longest."""
    times = Counter[str]()
    for header in headers:
        for each in fields_of(header).get(NAME, "").split("|"):
            mark, _, number = each.partition(":")
            times |= Counter({mark: int(number) if number.isdigit() else 0})
    return times


def with_lineage(header: str | None, times: Mapping[str, int]) -> str:
    """Give a header with this lineage in place of its own; with an empty one, it says nothing of invocations."""
    others = {name: value for name, value in fields_of(header).items() if name != NAME}
    lineage = "|".join(f"{mark}:{number}" for mark, number in times.items())
    return header_of({**others, NAME: lineage} if lineage else others)
