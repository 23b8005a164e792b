"""The tool calls no faster than the account's quotas let it."""

from ops.pacing import PACES, Pacer
from record.pacing import Pace


class Clock:
    """Time that passes by sleeping only."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_thousand_histories_take_half_a_minute() -> None:
    clock = Clock()
    pacer = Pacer(clock, clock.sleep)
    for _ in range(1000):
        pacer.before("GetExecutionHistory")
    assert clock.now == 30


def test_half_of_what_the_functions_need_is_left_to_them() -> None:
    shared = {"ListExecutions": Pace(50, 1), "DescribeExecution": Pace(125, 5), "StopExecution": Pace(250, 12)}
    machines = {"DescribeStateMachine": Pace(100, 10), "DescribeStateMachineForExecution": Pace(100, 0.5)}
    assert {**shared, **machines, "GetExecutionHistory": Pace(400, 20)} == PACES


def test_operation_without_a_quota_is_not_held_up() -> None:
    clock = Clock()
    pacer = Pacer(clock, clock.sleep)
    for _ in range(1000):
        pacer.before("GetItem")
    assert clock.now == 0
