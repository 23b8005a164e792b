"""A demo of somebody else's events waits as long as cases end, and gives up when none does."""

from types import SimpleNamespace
from typing import Any

from local.demo.events_run import LONGEST_SECONDS, Replay


def replay(seconds: float, *, ending: int, stuck: int = 0) -> tuple[Replay, Any]:
    """A replay whose executions end one after the other, each so many seconds after the one before; and its screen.

    The last ``stuck`` ones never end.
    """
    running = [
        SimpleNamespace(is_running=True, state="ReadPoint", status="RUNNING", output=None, input={"limitationId": name})
        for name in (f"LIM-{number}" for number in range(ending + stuck))
    ]
    said: list[str] = []
    screen: Any = SimpleNamespace(elapsed_seconds=0.0, said=said, say=said.append)
    listeners: list[Any] = []

    def pass_time(_seen: int, _seconds: float) -> None:
        screen.elapsed_seconds += seconds
        if len(running) > stuck:
            ended = running.pop(0)
            ended.is_running, ended.status = False, "ABORTED"
            listeners[0](ended)

    subscriptions = SimpleNamespace(executions=listeners)
    cloud = SimpleNamespace(subscriptions=subscriptions, activity=SimpleNamespace(version=0, wait_for_news=pass_time))
    watch = SimpleNamespace(intake_is_empty=lambda: True, executions=lambda: list(running))
    stage: Any = SimpleNamespace(cloud=cloud, watch=watch, enedis=SimpleNamespace(network=None))
    return Replay(stage, screen, []), screen


def test_long_file_takes_as_long_as_it_needs_while_cases_end() -> None:
    played, screen = replay(LONGEST_SECONDS - 1, ending=5)
    assert played.wait_for_rest(frozenset()) == []
    assert screen.elapsed_seconds > 4 * LONGEST_SECONDS
    assert len(screen.said) == 5


def test_wait_is_given_up_once_nothing_has_ended_for_long() -> None:
    played, screen = replay(LONGEST_SECONDS / 3, ending=2, stuck=1)
    (late,) = played.wait_for_rest(frozenset())
    assert late.startswith("still running, and nothing ended for 180 s: ")
    assert screen.elapsed_seconds == LONGEST_SECONDS / 3 * (2 + 4)


def test_case_that_may_rest_is_not_waited_for() -> None:
    played, screen = replay(1, ending=0, stuck=1)
    assert played.wait_for_rest(frozenset({"ReadPoint"})) == []
    assert screen.elapsed_seconds == 0
