"""Looking for a course that breaks a promise: hypothesis draws courses, and shrinks a broken one."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.explore.calls import Broken
from tests.explore.course import STEPS, Course
from tests.explore.world import World

_BYTES = 3
DRAWN = st.binary(min_size=_BYTES * (STEPS + 1), max_size=_BYTES * (STEPS + 1))
"""A course as it is drawn: three bytes a step, in one draw, since drawing each costs more than playing it."""


def numbers_of(drawn: bytes) -> list[int]:
    """The whole numbers of a course."""
    return [int.from_bytes(drawn[at : at + _BYTES], "little") for at in range(0, len(drawn), _BYTES)]


class PromiseBroken(AssertionError):
    """Raised with the course that breaks a promise, as a list of steps, and how to repeat it."""


def play(numbers: Sequence[int], make: Callable[..., World] = World) -> World:
    """Play a course; raises ``PromiseBroken``."""
    course = Course(numbers, make)
    try:
        return course.play()
    except Broken as broken:
        steps = "\n".join(course.world.log)
        text = ",".join(str(number) for number in numbers)
        raise PromiseBroken(f"{broken}\n\n{steps}\n\nmake explore COURSE={text}") from broken


@dataclass
class Search:
    """One search: so many courses at most, from a number (None: the same ones in every run), shrunk or not.

    A course that breaks another promise than the wanted one, a regular expression, does not end it.
    """

    courses: int
    number: int | None = None
    shrinks: bool = True
    wanted: str = ""
    played: int = 0
    met: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What courses met (:attr:`~tests.explore.world.World.met`), each with the number of those that did."""

    def run(self) -> None:
        """Search; raises ``PromiseBroken`` with the first course found, or the smallest."""

        def explore(drawn: bytes) -> None:
            self.played += 1
            try:
                self.met.update(play(numbers_of(drawn)).met)
            except PromiseBroken as broken:
                if re.search(self.wanted, str(broken).partition("\n")[0]):
                    raise

        phases = [Phase.generate, Phase.shrink] if self.shrinks else [Phase.generate]
        search = settings(
            max_examples=self.courses,
            phases=phases,
            deadline=None,
            database=None,
            derandomize=self.number is None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        )(given(DRAWN)(explore))
        (search if self.number is None else seed(self.number)(search))()
