"""Records what came of each story, for the oracle."""

from collections import Counter
from collections.abc import Iterable, Mapping

from local.demo.oracle import Recorded, Value
from local.demo.story_run import StoryRun
from local.demo.verdict import Judge
from local.stage import Situation, Stage


class Recorder:
    """Records what came of the stories that were played."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def record(self, story_runs: Iterable[StoryRun], judge: Judge) -> Recorded:
        """What came of each limited customer of each story; several story_runs of one story follow one another."""
        messages = _counted(_message(str(item["messageId"])) for item in self._stage.items("MessagesTable", "sentAt"))
        events = _counted(
            (str(it["detail"].get("limitationId")), it["detail-type"]) for it in self._stage.watch.published()
        )
        listed = {name for item in self._stage.items("LimitedContractsTable") for name in item["limitations"]}
        recorded: dict[str, list[Mapping[str, Value]]] = {}
        for story_run in story_runs:
            for customer in story_run.customers:
                situation, name = self._stage.watch.of(customer.limitation_id), customer.limitation_id
                recorded.setdefault(story_run.story.name, []).append(
                    {
                        "outcomes": ", ".join(sorted(situation.outcomes)),
                        "orders": ", ".join(judge.orders(customer.point_id, name)),
                        **_register(situation, is_listed=name in listed),
                        **_told(messages.get(name, Counter()), events.get(name, Counter()), situation),
                        **{f"event {kind}": count for kind, count in sorted(events.get(name, Counter()).items())},
                    }
                )
        return recorded


def _register(situation: Situation, *, is_listed: bool) -> dict[str, Value]:
    item = situation.item
    return {
        "status": str(item.get("status", "")),
        "outcome": str(item.get("outcome", "")),
        "limited power in kVA": str(item.get("limitedPowerKva", "")),
        "is held": "holder" in item,
        "has an open order": "openOrder" in item,
        "is listed on its contract": is_listed,
    }


def _told(messages: Counter[str], events: Counter[str], situation: Situation) -> Mapping[str, Value]:
    """The customer's messages. A balance waits before it is told, so the time decides whether it still is true then.

    A balance that something followed may be told or not. The last one of a limitation that nothing followed is told,
    and one that is told twice is recorded.
    """
    balances = messages["BALANCE_DUE"] + messages["PAYMENT_REJECTED"]
    left_out = {"BALANCE_DUE", "PAYMENT_REJECTED"} if balances <= events["BalanceDue"] else frozenset()
    told: dict[str, Value] = {
        f"message {kind}": count for kind, count in sorted(messages.items()) if count and kind not in left_out
    }
    return told | ({"last balance is told": balances > 0} if situation.item.get("outcome") == "BALANCE_DUE" else {})


def _message(message_id: str) -> tuple[str, str]:
    """Limitation and kind. The days of a visit are those of the run; how many visits were told, the count says."""
    limitation_id, kind, *_ = message_id.split("#")
    return limitation_id, kind


def _counted(pairs: Iterable[tuple[str, str]]) -> dict[str, Counter[str]]:
    counted: dict[str, Counter[str]] = {}
    for limitation_id, kind in pairs:
        counted.setdefault(limitation_id, Counter())[kind] += 1
    return counted
