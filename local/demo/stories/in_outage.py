"""Enedis down through the middle of the run: everybody pays by card, and everybody gets power, once."""

from local.demo.stories.steps import BEFORE, Limited, Outage, Story, paid

CUSTOMERS = 40
FIRST = 8
"""How many may be on their way when Enedis goes down."""
AT_ONCE = 20
"""How many stories are in play at once: those that wait for Enedis, and are drained when it is back."""

PARAMETERS = {"Enedis.breakerFailures": "5", "Enedis.breakerRecoverySeconds": "1"}
"""Here the breaker is to open, as it would in production."""

_RESTORED = (Limited(("RESTORED",), ("R/1",)),)


def through_outage(seconds: float) -> list[Story]:
    """Forty payments; with the ninth, nobody reaches Enedis for that many seconds."""
    before = [Story("before-outage", "Pays by card", _RESTORED, (*BEFORE, paid())) for _ in range(FIRST)]
    begins = Story("outage", "Pays as Enedis goes down", _RESTORED, (*BEFORE, Outage(seconds), paid()))
    after = [
        Story("during-outage", "Pays by card while Enedis is down, or later", _RESTORED, (*BEFORE, paid()))
        for _ in range(CUSTOMERS - FIRST - 1)
    ]
    return [*before, begins, *after]
