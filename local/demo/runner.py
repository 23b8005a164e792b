"""Plays all stories at once, with the crowd's payments among them, until every case has come to its end."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import batched

from botocore.exceptions import ClientError

from embedded_cloud.errors import WaitTimeoutError
from local.customers import Entry, Numbering
from local.demo.report import Case
from local.demo.screen import Screen
from local.demo.verdict import Judge
from local.stage import Sent, Stage
from local.stories.model import Story
from local.stories.story_run import LONGEST_FOR_MESSAGES_SECONDS, StoryRun

AT_ONCE = 12
"""How many stories run at the same time: two cores serve the whole cloud."""

CROWD_AT_ONCE = 20
LOOK_AT_LEAST_EVERY_SECONDS = 1.0
"""No event says that a story has run out of patience."""
BURST_SECONDS = 0.02
"""To look at all stories takes as long as some of the work that they wait for."""
SETTLE_SECONDS = 30.0
QUIET_SECONDS = 20.0


@dataclass
class DayRun:
    """What has run: the stories, what came of the crowd's entries, and double orders seen on the way."""

    story_runs: list[StoryRun] = field(default_factory=list)
    crowd: list[tuple[Entry, Sent]] = field(default_factory=list)
    doubles: set[str] = field(default_factory=set)

    @property
    def payments(self) -> int:
        """How many PaymentReceived events were put on the bus."""
        entries = [entry for entry, _ in self.crowd] + [
            sent.entry for story_run in self.story_runs for sent in story_run.events
        ]
        return sum(entry["DetailType"] == "PaymentReceived" for entry in entries)


class Runner:
    """Puts events on the bus and looks at what comes of them."""

    def __init__(self, stage: Stage, screen: Screen, judge: Judge) -> None:
        self._stage = stage
        self._screen = screen
        self._judge = judge
        self._orders_seen = 0

    def play(self, stories: Sequence[Story], crowd: Sequence[Entry], *, at_once: int = AT_ONCE) -> DayRun:
        """StoryRun the stories, those that turn a switch last and alone.

        Raises
        ------
        AccessDeniedError
            When a role lacked a right.
        """
        try:
            return self._play(stories, crowd, at_once)
        except ClientError:
            self._stage.cloud.rights.record.raise_first()
            raise

    def _play(self, stories: Sequence[Story], crowd: Sequence[Entry], at_once: int) -> DayRun:
        read_after_messages(self._stage)
        numbering = Numbering()
        played = DayRun([StoryRun(story, numbering, self._stage) for story in stories])
        together = [story_run for story_run in played.story_runs if not story_run.story.alone]
        self._screen.expect("Cases at their end", sum(len(story_run.cases) for story_run in played.story_runs))
        self._play_together(together, list(batched(crowd, CROWD_AT_ONCE, strict=False)), played, at_once)
        for story_run in played.story_runs:
            if story_run.story.alone:
                self._play_together([story_run], [], played, at_once)
        self._stage.night_of_dunning()
        try:
            self._stage.cloud.wait_until(self._is_told, SETTLE_SECONDS, "the end of the last notifications")
        except WaitTimeoutError as error:
            if not any(story_run.gave_up for story_run in played.story_runs):
                raise
            self._screen.say(f"What a story that was given up began goes on: {error}")
        self._look(played)
        return played

    def _play_together(
        self, story_runs: list[StoryRun], crowd: list[tuple[Entry, ...]], played: DayRun, at_once: int
    ) -> None:
        waiting, active = list(story_runs), list[StoryRun]()
        while waiting or active or crowd:
            seen = self._stage.cloud.activity.version
            self._look(played)
            while waiting and len(active) < at_once:
                active.append(waiting.pop(0))
            for story_run in list(active):
                story_run.advance()
                if story_run.is_over:
                    active.remove(story_run)
                    self._show(story_run)
            if crowd:
                entries = crowd.pop(0)
                played.crowd += zip(entries, self._stage.put(entries), strict=True)
            elif waiting or active:
                self._say_what_waits()
                self._stage.cloud.activity.wait_for_news(seen, LOOK_AT_LEAST_EVERY_SECONDS, BURST_SECONDS)

    def _is_told(self) -> bool:
        """Whether nothing goes on but in the channels, which may fail: no story's end waits for them."""
        return all("restoration-channels" in each for each in self._stage.cloud.going_on(waiting=False))

    def _say_what_waits(self) -> None:
        """After a while without an end, say in which states the running cases are: a change may have stopped them."""
        if self._screen.quiet_seconds < QUIET_SECONDS:
            return
        running = Counter(each.state for each in self._stage.watch.executions() if each.is_running)
        places = ", ".join(f"{count} in {state}" for state, count in running.most_common())
        self._screen.say(f"Nothing has ended for {QUIET_SECONDS:.0f} s. Executions that run: {places or 'none'}")

    def _show(self, story_run: StoryRun) -> None:
        cases: list[Case] = self._judge.cases(story_run)
        for case in cases:
            self._screen.case(case)
        self._screen.advance(len(cases))

    def _look(self, played: DayRun) -> None:
        """Look whether somebody lacked a right, and whether Enedis has two open orders for a point just asked for."""
        self._stage.cloud.rights.record.raise_first()
        network = self._stage.enedis.network
        orders = network.journal.orders()
        new, self._orders_seen = orders[self._orders_seen :], len(orders)
        played.doubles |= {order.point_id for order in new if len(network.open_orders(order.point_id)) > 1}


def read_after_messages(stage: Stage) -> None:
    """Let a point be read once its customer has got the messages about what has happened.

    Enedis takes minutes at least, so that the message that power is on its way comes before power is back.
    """

    def read(payload: bytes, go_on: Callable[[], bytes]) -> bytes:
        limitation_id = str(json.loads(payload).get("limitationId"))
        stage.cloud.activity.wait_until(
            lambda: not stage.watch.is_being_told(limitation_id), LONGEST_FOR_MESSAGES_SECONDS
        )
        return go_on()

    stage.cloud.functions.named("ReadPointFunction").wrappers.append(read)
