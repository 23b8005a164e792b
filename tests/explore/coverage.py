"""What courses met: states, kinds of facts, caught errors and ends, by the number of courses; and what none met."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.explore.machine import machine
from tests.fakes.samples import DETAILS


def coverage(met: Counter[tuple[str, str]]) -> Iterator[str]:
    """Lines to print: the most common first."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for (kind, name), courses in met.most_common():
        found[kind].append(f"{name} {courses:,}")
    for kind, each in sorted(found.items()):
        yield f"{kind}: {', '.join(each)}"
    if never := sorted(f"{kind[:-1]} {name}" for kind, name in _wanted() - set(met)):
        yield f"Met by no course: {', '.join(never)}"


def _wanted() -> set[tuple[str, str]]:
    states = machine().states
    caught = {(name, error) for name, state in states.items() for error in state.caught if "DynamoDb" not in error}
    return {
        *(("states", name) for name in states),
        *(("catches", f"{name}: {error}") for name, error in caught),
        *(("facts", kind) for kind in (*DETAILS, "LimitationRegistered", "EnedisFlow")),
    }
