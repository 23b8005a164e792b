"""Each guard is taken out, and the search looks for what it is for: with five seeds that nobody has chosen.

A guard that is found by fewer than four of them within 6,000 courses is red: either the search is too weak, or another
guard stands behind it.
"""

from collections.abc import Callable
from concurrent.futures import Executor
from zlib import crc32

from tests.explore.guards import GUARDS
from tests.explore.search import PromiseBroken, Search

COURSES = 6_000
SEEDS = 5
ENOUGH = 4
"""So many of the seeds have to find a guard."""


def hunt(name: str, seed: str, courses: int = COURSES) -> int | None:
    """Search with a guard taken out; after how many courses one broke what the guard is for."""
    guard = GUARDS[name]
    search = Search(courses, crc32(seed.encode()), shrinks=False, wanted=guard.found)
    try:
        with guard.taken_out():
            search.run()
    except PromiseBroken:
        return search.played
    return None


def hunt_all(pool: Executor, lot: str, say: Callable[[str], None]) -> int:
    """Search for all guards, and print after how many courses each seed found them; how many were not found."""
    say(f"The guards, each taken out: found after so many courses, by {SEEDS} seeds of the lot {lot or '(none)'}")
    hunts = {name: [pool.submit(hunt, name, f"{lot}/{seed}") for seed in range(SEEDS)] for name in GUARDS}
    red = 0
    for name, by_seed in hunts.items():
        after = [each.result() for each in by_seed]
        is_red = after.count(None) > SEEDS - ENOUGH
        red += is_red
        numbers = "".join(f"{'-' if number is None else number:>7}" for number in after)
        say(f"  {name:32} {numbers}{'  NOT FOUND' if is_red else ''}")
    found = len(GUARDS) - red
    say(f"\n{found} of {len(GUARDS)} guards found by {ENOUGH} of {SEEDS} seeds within {COURSES:,} courses.")
    return red
