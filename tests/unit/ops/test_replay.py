"""ops replay: one rule, a window, what is known of it, and its progress."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ops.failures import OpsError, WrongRequest
from ops.replay import MANAGED, Replay, follow
from ops.screen import Screen
from record.cases.failures import NothingFound
from tests.unit.ops import accounts
from tests.unit.ops.accounts import NOW, OwnAccount, words

WINDOW = ("2026-11-25T08:00", "2026-11-25T09:00")
RULES = ("restoration-PaymentEvents-1A2B", "restoration-LimitationEvents-3C4D", f"{MANAGED}restoration-events")


class ArchiveOfAnAccount(OwnAccount):
    """An account with an archive, three rules and CloudWatch; a replay ends as a test wants it."""

    services = frozenset({"cloudwatch", "events"})
    bus = "restoration"

    def __init__(self, *, matched: list[float] | None = None, state: str = "COMPLETED") -> None:
        super().__init__()
        self.matched = matched or []
        self.state = state
        self.replays: list[dict[str, Any]] = []
        self.queries: list[dict[str, Any]] = []

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:eu-west-3:123456789012:{resource}"

    def get_paginator(self, operation: str) -> Any:
        class Pages:
            def paginate(_self, **asked: Any) -> list[dict[str, Any]]:  # noqa: N805
                if operation == "list_rules":
                    return [{"Rules": [{"Name": name, "Arn": f"arn of {name}"} for name in RULES]}]
                self.queries.append(asked)
                moments = [asked["StartTime"]] * len(self.matched)
                return [{"MetricDataResults": [{"Id": "m0", "Timestamps": moments, "Values": self.matched}]}]

        return Pages()

    def describe_archive(self, ArchiveName: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        assert ArchiveName == "restoration-events"
        return {"EventCount": 12345, "RetentionDays": 90}

    def start_replay(self, **asked: Any) -> None:
        self.replays.append(asked)

    def describe_replay(self, ReplayName: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        assert ReplayName == self.replays[-1]["ReplayName"]
        return {"State": self.state, "StateReason": "" if self.state == "COMPLETED" else "the rule is gone"}


def run(account: OwnAccount, *arguments: str) -> Any:
    return accounts.run(account, "replay", *arguments)


def test_replay_is_for_one_rule_and_the_window_in_paris_time() -> None:
    account = ArchiveOfAnAccount(matched=[3.0, 4.0])
    ran = run(account, *WINDOW, "--rule", "PaymentEvents", "--reason", "purged", "--yes")
    assert ran.exception is None
    (asked,) = account.replays
    assert asked["Destination"]["FilterArns"] == [f"arn of {RULES[0]}"]
    assert asked["EventStartTime"].astimezone(UTC) == datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    assert asked["EventSourceArn"].endswith("archive/restoration-events")
    assert "The rule matched 7 events then" in words(ran)
    assert "mends no failed execution" in words(ran)
    for more in (("--json",), ("--json", "--dry-run")):
        ran = run(account, *WINDOW, "--rule", RULES[0], "--reason", "x", "--yes", *more)
        assert json.loads(ran.output)["dryRun" if len(more) == 1 else "matched"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (WINDOW, WrongRequest),
        ((*WINDOW, "--rule", "NoRule"), NothingFound),
        ((*WINDOW, "--rule", "restoration"), NothingFound),
        ((*WINDOW, "--rule", "events"), NothingFound),
        ((WINDOW[1], WINDOW[0], "--rule", "PaymentEvents"), WrongRequest),
        (("yesterday", WINDOW[1], "--rule", "PaymentEvents"), WrongRequest),
    ],
)
def test_replay_without_one_rule_and_a_window_does_nothing(arguments: tuple[str, ...], error: type[Exception]) -> None:
    account = ArchiveOfAnAccount()
    assert isinstance(run(account, *arguments, "--reason", "x", "--yes").exception, error)
    assert account.replays == []


def test_dry_run_says_that_a_number_is_not_known_and_starts_nothing() -> None:
    account = ArchiveOfAnAccount()
    ran = run(account, *WINDOW, "--rule", "PaymentEvents", "--dry-run")
    assert "How many these are is not known" in words(ran)
    assert "The whole archive has 12345 events" in words(ran)
    assert account.replays == []


@pytest.mark.parametrize(
    ("days", "period", "gone"), [(1, 60, False), (20, 300, False), (80, 3600, False), (100, 3600, True)]
)
def test_old_window_is_counted_in_the_figures_that_cloudwatch_still_has(*, days: int, period: int, gone: bool) -> None:
    account = ArchiveOfAnAccount()
    start = NOW - timedelta(days=days)
    window = (start.isoformat(), (start + timedelta(hours=1)).isoformat())
    ran = run(account, *window, "--rule", "PaymentEvents", "--dry-run")
    assert account.queries[0]["MetricDataQueries"][0]["MetricStat"]["Period"] == period
    assert ("what is older is gone" in words(ran)) is gone


def test_window_that_has_just_ended_is_warned_of() -> None:
    window = ((NOW - timedelta(hours=1)).isoformat(), (NOW - timedelta(minutes=1)).isoformat())
    assert "may not be archived yet" in words(
        run(ArchiveOfAnAccount(), *window, "--rule", "PaymentEvents", "--dry-run")
    )


def test_replay_that_fails_says_so() -> None:
    ran = run(ArchiveOfAnAccount(state="FAILED"), *WINDOW, "--rule", "PaymentEvents", "--reason", "x", "--yes")
    assert isinstance(ran.exception, OpsError)
    assert "ended as FAILED: the rule is gone" in str(ran.exception)


def test_progress_is_the_share_of_the_window_and_is_said_once() -> None:
    file = io.StringIO()
    start, end = NOW, NOW + timedelta(hours=1)
    half = start + timedelta(minutes=30)
    looks = iter([("STARTING", None), ("RUNNING", half), ("RUNNING", half), ("COMPLETED", end)])
    slept: list[float] = []
    done = follow(lambda: Replay("r", *next(looks), reason=""), Screen(file=file), start, end, slept.append)
    assert done.state == "COMPLETED"
    assert file.getvalue().splitlines() == ["Starting: 0% of the window", "Running: 50% of the window"]
    assert len(slept) == 3
