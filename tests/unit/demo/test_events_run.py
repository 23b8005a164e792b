"""A demo of somebody else's events waits as long as cases end, and gives up when none does."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from local.demo.events_run import LONGEST_SECONDS, Replay


@dataclass
class Cases:
    """Executions that end one after the other, each so many seconds after the one before; the last ones never do."""

    seconds: float
    ending: int
    stuck: int = 0
    now: float = 0.0
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.running = [
            SimpleNamespace(
                is_running=True, state="ReadPoint", status="RUNNING", output=None, input={"limitationId": name}
            )
            for name in (f"LIM-{number}" for number in range(self.ending + self.stuck))
        ]
        self.listeners: list[Any] = []

    def replay(self) -> Replay:
        cloud = SimpleNamespace(
            subscriptions=SimpleNamespace(on_execution=self.listeners.append),
            activity=SimpleNamespace(version=0, wait_for_news=self.pass_time),
        )
        watch = SimpleNamespace(intake_is_empty=lambda: True, executions=lambda: list(self.running))
        stage: Any = SimpleNamespace(cloud=cloud, watch=watch, enedis=SimpleNamespace(network=None))
        screen: Any = self
        return Replay(stage, screen, [])

    @property
    def elapsed_seconds(self) -> float:
        return self.now

    def say(self, text: str) -> None:
        self.said.append(text)

    def pass_time(self, _seen: int, _seconds: float) -> None:
        self.now += self.seconds
        if self.ending:
            self.ending -= 1
            ended = self.running.pop(0)
            ended.is_running, ended.status = False, "ABORTED"
            for listener in self.listeners:
                listener(ended)


def test_long_file_takes_as_long_as_it_needs_while_cases_end() -> None:
    cases = Cases(seconds=LONGEST_SECONDS - 1, ending=5)
    assert cases.replay().wait_for_rest(frozenset()) == []
    assert cases.now > 4 * LONGEST_SECONDS
    assert len(cases.said) == 5


def test_wait_is_given_up_once_nothing_has_ended_for_long() -> None:
    cases = Cases(seconds=LONGEST_SECONDS / 3, ending=2, stuck=1)
    (late,) = cases.replay().wait_for_rest(frozenset())
    assert late.startswith("still running, and nothing ended for 180 s: ")
    assert cases.now == LONGEST_SECONDS / 3 * (2 + 4)


def test_case_that_may_rest_is_not_waited_for() -> None:
    cases = Cases(seconds=1, ending=0, stuck=1)
    assert cases.replay().wait_for_rest(frozenset({"ReadPoint"})) == []
    assert cases.now == 0
