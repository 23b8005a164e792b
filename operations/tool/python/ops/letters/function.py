"""The function that handles dead letters, as the tool calls it. Nobody else may touch their queues."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from ops.account import Account, invoke
from record.contracts.letter_request import SeenLetter
from record.domain.dead_letter import QUEUES, Action, Family, Handled
from record.domain.journal import Change

PER_CALL = 200
"""So many letters are handled within some seconds, well before the tool would take the call for lost."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How many letters of a family are there, and how many somebody looks at just now. SQS counts approximately."""

    family: Family
    there: int
    looked_at: int


def depths_of(account: Account) -> list[Depth]:
    """Count the letters of each family."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    sqs, depths = account.client("sqs"), []
    for family, queue in QUEUES.items():
        found = sqs.get_queue_attributes(QueueUrl=account.queue_url(queue), AttributeNames=names)["Attributes"]
        depths.append(Depth(family, *(int(found[name]) for name in names)))
    return depths


def look(
    account: Account, family: Family, only: Iterable[str] = (), *, whole: bool = False
) -> tuple[list[SeenLetter], bool]:
    """Look at the letters of a family; also whether these are all."""
    request = {"action": "LOOK", "family": family.value, "only": sorted(only), "whole": whole}
    content = _call(account, request)
    return [SeenLetter.of_json(each) for each in content["letters"]], content["isAll"]


def handle(
    account: Account, action: Action, family: Family, letters: Sequence[SeenLetter], change: Change
) -> list[Handled]:
    """Replay or discard letters, as they were looked at."""
    outcomes: list[Handled] = []
    for some in batched(letters, PER_CALL, strict=False):
        request = {
            "action": action.value,
            "family": family.value,
            "letters": [{"id": each.id, "sha256": each.sha256} for each in some],
            "operation": change.id,
            "by": change.by,
            "reason": change.reason,
        }
        outcomes += [Handled.of_json(each) for each in _call(account, request)["letters"]]
    return outcomes


def _call(account: Account, request: Mapping[str, Any]) -> Any:
    left = "Letters that it did not reach are where they were. Repeat the command. "
    return invoke(account, "handle-dead-letters", request, left)
