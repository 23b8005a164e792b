"""A course of events, as hypothesis draws it, is played on a world; promises have to hold when all has come to rest.

A course is a list of whole numbers. The first is the setting; each other one is a step: what happens, and to whom.
Zero is "nothing", so that a course shrinks to the steps that matter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from restoration.adapters.enedis.soap.codes import InterventionType
from restoration.domain.payment import PaymentHistory
from restoration.domain.switch import Mode
from tests.explore import handling, outside, running
from tests.explore.handling import ALL, receive
from tests.explore.partners import LIMITING, Work
from tests.explore.rest import Rest
from tests.explore.world import SUMMER, WINTER, World

STEPS = 32


@dataclass
class Course:
    """One course of events; ``make`` makes the world, given its setting."""

    numbers: Sequence[int]
    make: Callable[..., World] = World
    world: World = field(init=False)

    def play(self) -> World:
        """Play it to the end; raises ``Broken`` when a promise is broken."""
        self._begin(self.numbers[0])
        for number in self.numbers[1:]:
            if number:
                kind, first, second = number & 0xFF, number >> 8 & 0xFF, number >> 16 & 0xFF
                step = _TABLE[kind]
                if self.world.interrupted or (step in _AT_WORK and self.world.is_idle):
                    self._happens(kind, first, second)
                else:
                    step(self.world, first, second)
        self.world.say("--- all comes to rest")
        setting = self.numbers[0]
        Rest(self.world, slow=setting >> 16 & 3 == 3, returned=setting >> 18 & 3 == 3).come()
        return self.world

    def _happens(self, kind: int, first: int, second: int) -> None:
        """Something happens outside, and is heard at once, or in part."""
        self.world.interrupted = False
        step = _OUTSIDE[kind % len(_OUTSIDE)] if self.world.is_any_open else outside.limit_again
        step(self.world, first, second)
        receive(self.world, len(self.world.inbox) - 1, 1 + second % 6 if first >> 6 == 3 else ALL)

    def _begin(self, setting: int) -> None:
        winter, poor = setting & 1, setting & 2
        self.world = self.make(
            now=WINTER if winter else SUMMER, history=PaymentHistory.POOR if poor else PaymentHistory.GOOD
        )
        world = self.world
        world.say(f"--- {'winter' if winter else 'summer'}, {'poor' if poor else 'good'} payer")
        if setting >> 2 & 7 == 7:
            world.enedis.point.remotely_operable = False
            world.say("    the point can't be operated remotely")
        crossed = setting >> 5 & 3 == 3
        if crossed:
            world.enedis.lift()
            world.enedis.works.append(Work(case_id=LIMITING, kind=InterventionType.LIMITATION, sent_at=world.now))
            world.say("    the limitation is not carried out yet")
        outside.register(world, "LIM-1", "CON-1", "PowerLimitationRequested" if crossed else "PowerLimited")
        if setting >> 7 & 3 == 3:
            outside.register(world, "LIM-2", "CON-1" if setting >> 9 & 3 else "CON-2", "PowerLimited")
        if setting >> 11 & 7 == 7:
            outside.set_mode(world, Mode.SHADOW)
        while world.inbox:
            receive(world, 0, ALL)


type Step = Callable[[World, int, int], None]

_WEIGHTS: Sequence[tuple[Step, int]] = (
    (running.be_interrupted, 74),
    (running.go_far, 36),
    (handling.deliver, 20),
    (handling.work, 18),
    (running.lose, 10),
    (outside.pay, 16),
    (running.go_astray, 10),
    (outside.act_at_enedis, 12),
    (running.time_out, 10),
    (handling.go_on_handling, 9),
    (outside.advise, 7),
    (running.fail, 9),
    (running.redrive, 5),
    (outside.protect, 4),
    (outside.clear, 4),
    (outside.end_at_billing, 6),
    (outside.look_nightly, 2),
    (outside.turn_switch, 2),
    (running.pass_time, 2),
)
_TABLE: Sequence[Step] = tuple(step for step, weight in _WEIGHTS for _ in range(weight))
assert len(_TABLE) == 256
_AT_WORK = frozenset(step for step, _ in _WEIGHTS[:5])
"""The steps for which somebody has to be at work."""
_OUTSIDE: Sequence[Step] = (
    *(outside.pay, outside.clear, outside.advise, outside.end_at_billing) * 3,
    *(outside.protect, outside.look_nightly, outside.act_at_enedis, handling.work) * 2,
    *(running.go_far, running.go_astray, running.time_out) * 2,
)
"""What happens while nobody is at work, or between what an execution reads and what it writes."""
