"""The same stories in shadow, and Enedis down while forty customers pay: made of the files, never kept beside them."""

from collections.abc import Iterable
from dataclasses import replace

from local.customers import Put
from local.stories.model import ContractChanges, Do, Outage, Passed, Step, Story, Until

HARMLESS = {"SHADOW", "CANCELLED_BY_BILLING"}
"""How an execution may end in shadow; FAILED too, where the story's point is unknown to Enedis."""

PLAIN = "carte"
"""The story that everybody lives through in an outage."""
CUSTOMERS = 40
FIRST = 8
"""How many may be on their way when Enedis goes down."""
AT_ONCE = 20
"""How many stories are in play at once: those that wait for Enedis, and are drained when it is back."""
PARAMETERS = {"Enedis.breakerFailures": "5", "Enedis.breakerRecoverySeconds": "1"}
"""Here the breaker is to open, as it would in production."""


def shadowed(story: Story) -> Story:
    """The story's events, each after what the ones before have led to, and nothing that only an acting system meets."""
    kept: list[Step] = []
    for step in story.steps:
        if isinstance(step, Put | Passed) or step in {Do.FLOW_DIFFERS, Do.NIGHT, Do.SWEEP}:
            kept += [step, Until.QUIET]
        elif isinstance(step, ContractChanges):
            kept.append(step)
    limited = tuple(replace(it, outcomes=("SHADOW",), orders=()) for it in story.limited)
    return replace(story, steps=tuple(kept), limited=limited, in_shadow=False, alone=False)


def through_outage(stories: Iterable[Story], seconds: float) -> list[Story]:
    """Forty payments; with the ninth, nobody reaches Enedis for that many seconds."""
    plain = next(story for story in stories if story.name == PLAIN)
    payment = next(step for step in plain.steps if isinstance(step, Put) and step.detail_type == "PaymentReceived")
    pays = plain.steps.index(payment)
    begins = replace(
        plain,
        name="outage",
        english="Pays as Enedis goes down",
        steps=(*plain.steps[:pays], Outage(seconds), *plain.steps[pays:]),
    )
    before = [replace(plain, name="before-outage") for _ in range(FIRST)]
    during = replace(plain, name="during-outage", english="Pays by card while Enedis is down, or later")
    return [*before, begins, *(during for _ in range(CUSTOMERS - FIRST - 1))]
