"""ops replay: one rule, a window, what is known of it, and its progress."""

import io
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

from ops.replay import MANAGED, follow
from ops.screen import Screen
from ops.tools import Tools
from tests.unit.ops.accounts import NOW, OwnAws
from tests.unit.ops.printing import are_as_kept, printed

RULES = ("restoration-PaymentEvents-1A2B", "restoration-LimitationEvents-3C4D", f"{MANAGED}restoration-events")

DESCRIBED = {RULES[0]: {"Description": "payments for their function"}}


class Archive(OwnAws):
    """An account's archive, its three rules and CloudWatch; a replay ends as a test wants it."""

    def __init__(self, *, matched: list[float] | None = None, state: str = "COMPLETED") -> None:
        super().__init__()
        self.matched = matched or []
        self.state = state
        self.replays: list[dict[str, Any]] = []
        self.queries: list[dict[str, Any]] = []

    def get_paginator(self, operation: str) -> Any:
        return SimpleNamespace(paginate=partial(self._pages, operation))

    def _pages(self, operation: str, **asked: Any) -> list[dict[str, Any]]:
        if operation == "list_rules":
            return [{"Rules": [{"Name": name, "Arn": f"arn of {name}", **DESCRIBED.get(name, {})} for name in RULES]}]
        self.queries.append(asked)
        moments = [asked["StartTime"]] * len(self.matched)
        return [{"MetricDataResults": [{"Id": "m0", "Timestamps": moments, "Values": self.matched}]}]

    def describe_archive(self, ArchiveName: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        assert ArchiveName == "restoration-events"
        return {"EventCount": 12345, "RetentionDays": 90}

    def start_replay(self, **asked: Any) -> None:
        self.replays.append(asked)

    def describe_replay(self, ReplayName: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        assert ReplayName == self.replays[-1]["ReplayName"]
        return {"State": self.state, "StateReason": "" if self.state == "COMPLETED" else "the rule is gone"}


RULE = "--rule PaymentEvents"
MEND = f"{RULE} --yes --reason purged"
COMMANDS = (
    f"2026-11-25T08:00 2026-11-25T09:00 {MEND}",
    "2026-11-25T08:00 2026-11-25T09:00 --rule restoration-PaymentEvents-1A2B --json --yes --reason x",
    "2026-11-25T08:00 2026-11-25T09:00 --rule restoration-PaymentEvents-1A2B --json --dry-run",
    *(f"2026-11-25T08:00 2026-11-25T09:00 --rule {each} --dry-run" for each in ("NoRule", "restoration", "events")),
    "2026-11-25T08:00 2026-11-25T09:00",
    f"2026-11-25T08:00 2026-11-25T09:00 {RULE} --reason purged",
    f"2026-11-25T09:00 2026-11-25T09:00 {MEND}",
    f"yesterday 2026-11-25T09:00 {MEND}",
    *(f"2026-{day}T11:00 2026-{day}T12:00 {RULE} --dry-run" for day in ("11-25", "11-06", "09-07", "08-18")),
    f"2026-08-28T08:00 2026-08-28T15:00 {RULE} --dry-run",
    f"2026-11-25T08:00 2027-01-02T09:00 {RULE} --dry-run",
    f"60m 10m {RULE} --dry-run",
    f"60m 9m {RULE} --dry-run",
)


def test_commands_print_what_they_printed() -> None:
    """They count an old window in the figures that CloudWatch still has."""
    known = {"": Archive(matched=[3.0, 4.0]), "unknown: ": Archive()}
    known["failed: "] = Archive(state="FAILED")
    said = []
    for name, aws in known.items():
        tools, noted = Tools(aws.account, lambda: NOW), (aws.replays, aws.queries, aws.entries)
        said += [name + printed(tools, f"replay {each}", *noted) for each in (COMMANDS[:1] if name else COMMANDS)]
    are_as_kept("replay.txt", said)


def test_progress_is_the_share_of_the_window_and_is_said_once() -> None:
    file = io.StringIO()
    start, end = NOW, NOW + timedelta(hours=1)
    half, late = start + timedelta(minutes=30), start + timedelta(minutes=75)
    looks = iter([("STARTING", None), ("RUNNING", half), ("RUNNING", half), ("RUNNING", late), ("COMPLETED", end)])
    slept: list[float] = []
    names = "State", "EventLastReplayedTime"
    events = SimpleNamespace(describe_replay=lambda **_: dict(zip(names, next(looks), strict=True)))
    assert follow(events, "r", Screen(file=file), start, end, slept.append) == ("COMPLETED", "")
    said = ["Starting: 0%", "Running: 50%", "Running: 100%"]
    assert file.getvalue().splitlines() == [f"{each} of the window" for each in said]
    assert slept == [2.0] * 4
