"""What a redrive shows: the set before anybody confirms it, where its run is, and the end of each item."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ops.moments import lasting
from ops.screen import Screen, counted
from record.domain import redrive_words
from record.domain.redrive import Estimate, Manifest
from record.domain.redrive_attempt import End
from record.domain.redrive_words import TEXTS
from record.words import Language, Words

SHOWN_GROUPS = 12
SHOWN_ITEMS = 20

SAY = Words(Language.ENGLISH, TEXTS)
position = partial(redrive_words.position, SAY)
"""Where a run is, in one line."""
_ENDS = {
    End.PASSED: "went on past the state where they had stopped",
    End.FAILED_AGAIN: "stopped there again",
    End.FAILED_ELSEWHERE: "went on, and stopped at another state",
    End.SUPERSEDED: "had nothing to do: another execution has the case, or it is closed",
    End.LEFT_ALONE: "were not as in the set any more, and were left alone",
    End.NOT_REDRIVABLE: "can't be redriven",
    End.STILL_THERE: "were redriven, and are still in their state",
    End.NOT_REACHED: "were not reached",
    End.ANNOUNCED: "are being redriven",
}


def show_set(screen: Screen, manifest: Manifest) -> None:
    """The frozen set, by what stopped it."""
    groups = manifest.groups()
    rows = [
        (
            str(group["items"]),
            f"{group['state']}: {group['error']}\n{group['signature']}".strip(),
            SAY(f"would_{group['effect']}"),
        )
        for group in groups[:SHOWN_GROUPS]
    ]
    screen.rows(("Items", "Stopped in, by, and the cause", "A redrive would"), rows, right=("Items",))
    if len(groups) > SHOWN_GROUPS:
        screen.say(f"… and {len(groups) - SHOWN_GROUPS} other causes. Choose one: --error, --state, --cause")
    if manifest.left_out:
        screen.say(SAY("left_out", count=manifest.left_out))


def plan(manifest: Manifest, estimate: Estimate, rate: int, calls_per_second: int, brake_percent: str) -> list[str]:
    """How much it is and how long it takes, in sentences."""
    return [
        *redrive_words.plan(SAY, manifest.redrive_id, estimate, rate),
        f"At {rate} a second they take {lasting(estimate.seconds_at_rate)}, without the looks.",
        f"They lead to {counted(estimate.calls, 'call')} to Enedis.",
        f"Its quota of {calls_per_second} a second makes that {lasting(estimate.seconds_at_quota)}: so long some wait.",
        f"It stops by itself when {brake_percent} % of a step fail again.",
    ]


def show_report(screen: Screen, numbers: Mapping[str, Any], items: Sequence[Mapping[str, Any]], place: str) -> None:
    """The numbers, which add up, and the items that somebody has to look at."""
    outcome = numbers["outcome"]
    screen.say(f"Redrive {numbers['redriveId']}. {SAY(outcome) if outcome else ''}", style="bold")
    rows = [(str(count), f"{end:16}", _ENDS[End(end)]) for end, count in numbers["ends"].items()]
    screen.rows(("Items", "End", ""), [*rows, (str(numbers["items"]), "all", "")], right=("Items",))
    odd = [item for item in items if item["end"] not in {End.PASSED, End.NOT_REACHED}]
    if odd:
        screen.say()
        shown = [(item["limitationId"], item["end"], _about(item)) for item in odd[:SHOWN_ITEMS]]
        screen.rows(("Limitation", "End", "Where, and why"), shown)
        if len(odd) > SHOWN_ITEMS:
            screen.say(f"… and {len(odd) - SHOWN_ITEMS} others.")
    screen.say()
    screen.say("Each item is in the report:")
    screen.say(f"  {place}")


def _about(item: Mapping[str, Any]) -> str:
    return str(item["why"] or ": ".join(part for part in (item["state"], item["error"], item["outcome"]) if part))
