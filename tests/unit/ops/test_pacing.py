"""The tool calls no faster than the account's quotas let it."""

from ops.pacing import PACES, Pacer


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
    assert clock.now == (1000 - PACES["GetExecutionHistory"].size) / PACES["GetExecutionHistory"].refill == 30


def test_half_of_what_the_functions_need_is_left_to_them() -> None:
    assert (PACES["ListExecutions"].size, PACES["ListExecutions"].refill) == (50, 1)
    assert (PACES["DescribeExecution"].size, PACES["DescribeExecution"].refill) == (125, 5)


def test_operation_without_a_quota_is_not_held_up() -> None:
    clock = Clock()
    pacer = Pacer(clock, clock.sleep)
    for _ in range(1000):
        pacer.before("GetItem")
    assert clock.now == 0
