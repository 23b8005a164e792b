"""Which route of an API a request takes: the one that says most about it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT = "$default"
ANY = "ANY"
STATIC, VARIABLE, GREEDY = range(3)
"""How much a part of a path says, from the most to the least."""


class Found(NamedTuple):
    """A route of moto's, and the variables of its path."""

    route: Any
    variables: dict[str, str]


def select(routes: Iterable[Any], method: str, path: str) -> Found | None:
    """Give the route of a request by its method and its path, which is still percent-encoded; None without one."""
    best: tuple[tuple[object, ...], Found] | None = None
    for route in routes:
        if route.route_key == DEFAULT:
            rank: tuple[object, ...] = (1,)
            found = Found(route, {})
        else:
            of_method, _, pattern = route.route_key.partition(" ")
            fit = _fit(pattern.split("/"), path.split("/")) if of_method in {method, ANY} else None
            if fit is None:
                continue
            rank, found = (0, *fit[0], of_method == ANY), Found(route, fit[1])
        if best is None or rank < best[0]:
            best = rank, found
    return best[1] if best else None


def _fit(pattern: list[str], path: list[str]) -> tuple[list[int], dict[str, str]] | None:
    """Tell how much each part of a pattern says about a path, and what its variables stand for."""
    ranks: list[int] = []
    variables: dict[str, str] = {}
    for number, part in enumerate(pattern):
        rest = path[number:]
        if part.startswith("{") and part.endswith("+}"):
            text = "/".join(rest)
            return ([*ranks, GREEDY], {**variables, part[1:-2]: unquote(text)}) if text else None
        if not rest:
            return None
        if part.startswith("{") and part.endswith("}"):
            if not rest[0]:
                return None
            variables[part[1:-1]] = unquote(rest[0])
            ranks.append(VARIABLE)
        elif part == unquote(rest[0]):
            ranks.append(STATIC)
        else:
            return None
    return (ranks, variables) if len(pattern) == len(path) else None
