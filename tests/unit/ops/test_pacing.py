"""The tool calls no faster than the account's quotas let it."""

import pytest

from record.pacing import pacer


class Clock:
    """Time that passes by sleeping only."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_thousand_histories_take_two_minutes_and_a_half() -> None:
    clock = Clock()
    wait = pacer("tool", clock, clock.sleep)
    for _ in range(1000):
        wait("GetExecutionHistory")
    assert clock.now == pytest.approx(146, abs=1)


def test_operation_without_a_quota_is_not_held_up() -> None:
    clock = Clock()
    wait = pacer("tool", clock, clock.sleep)
    for _ in range(1000):
        wait("GetItem")
    assert clock.now == 0
