"""The same stories in shadow: the events alone, and nothing that only an acting system would meet."""

from dataclasses import replace

from local.demo.stories import steps
from local.demo.stories.steps import Story

HARMLESS = {"SHADOW", "CANCELLED_BY_BILLING"}
"""How an execution may end in shadow; FAILED too, where the story's point is unknown to Enedis."""


def shadowed(story: Story) -> Story:
    """The story's events, each after what the ones before have led to."""
    kept: list[steps.Step] = []
    for step in story.steps:
        if isinstance(step, steps.Put | steps.FlowDiffers) or step is steps.Do.SWEEP:
            kept += [step, steps.Until.QUIET]
        elif isinstance(step, steps.ContractChanges):
            kept.append(step)
    limited = tuple(replace(it, outcomes=("SHADOW",), orders=()) for it in story.limited)
    return replace(story, steps=tuple(kept), limited=limited, in_shadow=False, alone=False)
