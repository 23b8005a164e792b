"""Every story of stories/*.feature ends as it says, and in nothing else: on one stage, in one run of the demo."""

import contextlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from local.demo import day
from local.demo import main as demo_main
from local.demo.runner import DayRun, Runner
from local.stage import ROOT
from local.stories.model import Do, Heard, Limited, Step, Story, Until
from local.stories.reading import read_file, read_stories
from local.stories.story_run import StoryRun
from local.stories.taken import read_taken, to_json
from tests.end_to_end.one_sentence import AMOUNT, DAY, MESSAGES, Listener

pytestmark = pytest.mark.timeout(510)  # the first test plays all stories
STORIES = read_stories()
DIFFERENT_SENTENCES = 15
OF_CHANNELS = ("attention_", "declaration_", "question_")
"""How the rows begin of tables that the channels alone ask; `make coverage` plays without them."""


NO_TRACE = {
    "annonce-double": "a payment that is announced again changes nothing",
    "aide-refusee": "an aid that is refused after power came back is noted nowhere",
    **dict.fromkeys(
        ("plancher-atteint", "litige-accepte", "puissance-revenue", "non-raccorde"), "a night with no news"
    ),
    "lecture-rejetee": "a read that Enedis rejected, and the redrive",
    "offre-caduque": "an offer that lapsed before the payment",
    "opposition": "days that pass before the first look",
    "professionnel": "how long a silence was, past the question's time",
    "relevement-apres-la-treve": "what the technician left at the point",
    **dict.fromkeys(("retard", "secousses-d-une-visite"), "a call that AWS failed once, and a retry made"),
    "visite-pour-un-plancher": "what the technician left at the point",
    "point-d-un-autre": "whose contract the point is of, and a night with no news",
    "secousses": "a call that AWS failed once, and a retry made",
    "premier-novembre": "days that pass before the first look, and a second night with no news",
    "autre-ordre-en-hiver": "what somebody else's order left at the point",
    "annulee-puis-executee": "whether a limitation was asked for before it was reported",
    **dict.fromkeys(("panne", "panne-et-treve", "reponse-perdue", "ordre-perdu"), "a silence that retries outlasted"),
}
"""Stories with an act of which nothing is kept: they are written without it, and end the same."""
SLOW = frozenset({"relevement-apres-la-treve", "lecture-rejetee"})
"""Stories in which Enedis takes long over an order, and nothing that is kept tells so."""


class DemoRun(NamedTuple):
    """What a run of the demo left: its exit code, what it printed, and its report."""

    code: int
    printed: str
    report: dict[str, Any]


def named(story: Story) -> str:
    return story.name


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the run leaves what it keeps."""
    return tmp_path_factory.mktemp("stories")


@pytest.fixture(scope="module")
def heard(folder: Path) -> tuple[DemoRun, Listener]:
    """The demo, with the channels beside it, and somebody who listens to what is said of each case meanwhile."""
    listeners: list[Listener] = []

    class Overheard(Runner):
        def play(self, *stories: Any, **options: Any) -> DayRun:
            listeners.append(Listener(self._stage))
            with self._stage.cloud.dispatcher.interceptors.also(listeners[0].overhear):
                return super().play(*stories, **options)

    def advance(story_run: StoryRun, advance: Callable[[StoryRun], None] = StoryRun.advance) -> None:
        advance(story_run)
        for customer, _ in story_run.cases:
            listeners[0].listen(customer)

    printed, report = io.StringIO(), folder / "report.json"
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.setattr(day, "Runner", Overheard)
        patch.setattr(StoryRun, "advance", advance)
        patch.setattr(demo_main, "play_sample", partial(day.play_sample, channels=True))
        code = demo_main.main(["--report", str(report), "--crowd", "20"])
    return DemoRun(code, printed.getvalue(), json.loads(report.read_text(encoding="utf-8"))), listeners[0]


@pytest.fixture(scope="module")
def demo_run(heard: tuple[DemoRun, Listener]) -> DemoRun:
    return heard[0]


@pytest.mark.parametrize("story", STORIES, ids=named)
def test_story_ends_as_it_says(story: Story, demo_run: DemoRun) -> None:
    cases = [case for case in demo_run.report["cases"] if case["story"] == story.name]
    assert len(cases) == len(story.limited), demo_run.printed
    for case, limited in zip(cases, story.limited, strict=True):
        assert sorted(case["executions"]) == sorted(limited.outcomes)
        assert case["outcome"] == limited.outcome
        assert tuple(case["orders"]) == limited.orders
        assert case["path"][0] == "Begin"
    problems = demo_run.report["problems"]
    assert [problem for problem in problems if problem.startswith(f"histoire @{story.name} :")] == []


@pytest.mark.parametrize("story", STORIES, ids=named)
def test_case_that_is_kept_is_written_as_the_story_that_it_was(story: Story, demo_run: DemoRun, folder: Path) -> None:
    (limitation_id,) = (case["limitationId"] for case in demo_run.report["cases"] if case["story"] == story.name)
    path = folder / "stories" / f"{limitation_id}.feature"
    (kept,) = read_file(path)
    number = limitation_id.removeprefix("LIM-")
    assert [it for it in ("LIM-", "CTR-", "CUS-", "PAY-", number) if it in path.read_text(encoding="utf-8")] == []
    assert (kept.debt, kept.in_shadow) == (story.debt, story.in_shadow)
    assert story.name in NO_TRACE or kept.begins.date() == story.begins.date()
    compared = outcome if story.name in SLOW else ending
    assert compared(kept.limited[0]) == compared(story.limited[0])
    was, found = acts(story), acts(kept)
    assert story.name in NO_TRACE or found == was


def acts(story: Story) -> Counter[str]:
    """What is done, without waits. Settings may stand in another order; the others can't: a key would differ."""
    silent = (Until, Heard)
    steps: list[Step] = [it for it in story.steps if not isinstance(it, silent) and it is not Do.SWEEP]
    return Counter(map(repr, steps))


def outcome(limited: Limited) -> tuple[object, ...]:
    """How it ends for the customer alone."""
    return limited.outcomes, limited.orders, limited.power_kva, Counter(limited.messages)


def ending(limited: Limited) -> tuple[object, ...]:
    """How it ends; messages and events in any order."""
    said = (limited.outcomes, limited.orders, limited.point, limited.dunning, limited.balances, limited.power_kva)
    return (*said, limited.questions, limited.status, Counter(limited.messages), Counter(limited.events))


def test_plain_story_enters_few_enough_states_to_be_read(demo_run: DemoRun) -> None:
    assert [len(case["path"]) <= 24 for case in demo_run.report["cases"] if case["story"] == "carte"] == [True]


def test_run_without_a_problem_says_so_and_ends_with_0(demo_run: DemoRun) -> None:
    assert demo_run.report["problems"] == []
    assert demo_run.code == 0, demo_run.printed
    assert "every case ended as its story says" in demo_run.printed
    assert "\x1b[" not in demo_run.printed, "no colours where no terminal is"


def test_readme_shows_what_the_demo_prints(demo_run: DemoRun) -> None:
    """Line by line, whatever the numbers are."""
    _, _, block = (ROOT / "README.md").read_text(encoding="utf-8").partition("```text\n")
    shown = [masked(line) for line in block.partition("```")[0].splitlines() if line != "…"]
    assert len(shown) > 10
    printed = masked(demo_run.printed)
    assert [line for line in shown if line not in printed] == []


def masked(text: str) -> str:
    return " ".join(re.sub(r"\d+([.,]\d+)*", "N", text).split())


def test_report_adds_up(demo_run: DemoRun) -> None:
    report = demo_run.report
    executions = sum(len(case["executions"]) for case in report["cases"])
    assert report["limited"] == len(report["cases"]) == sum(len(story.limited) for story in STORIES)
    assert report["executions"] == sum(report["outcomes"].values()) == executions
    assert report["restored"] == sum(case["outcome"] == "RESTORED" for case in report["cases"])
    assert report["enedis_orders"] == sum(len(case["orders"]) for case in report["cases"])
    assert 0 < report["seconds"]["p50"] <= report["seconds"]["p95"]


def test_each_story_takes_what_is_kept_of_it(demo_run: DemoRun) -> None:
    kept, taken = to_json(read_taken()), demo_run.report["taken"]
    assert taken.keys() == kept.keys(), "run make coverage"
    others = {
        (story, kind): sorted(row for row in {*now} ^ {*kept[story][kind]} if not row.startswith(OF_CHANNELS))
        for story, its in taken.items()
        for kind, now in its.items()
    }
    assert {at: names for at, names in others.items() if names} == {}, "run make coverage"


def test_every_way_through_the_machine_is_taken_or_explained(demo_run: DemoRun) -> None:
    assert [way["way"] for way in demo_run.report["never_taken"] if not way["reason"]] == []


def test_page_desk_api_and_tool_say_the_same_at_each_standing_of_each_story(heard: tuple[DemoRun, Listener]) -> None:
    _, listener = heard
    assert listener.differ == []
    assert listener.left.keys() == MESSAGES.keys()
    for pair, found in listener.left.items():
        facts = AMOUNT if MESSAGES[pair] else f"{AMOUNT}|{DAY}"
        assert [each for each in found if not set(re.findall(facts, each[0])) <= set(re.findall(facts, each[1]))] == []
    sentences = {said for of_case in listener.said.values() for said in of_case}
    assert sentences <= listener.on_page
    without_times = {each.partition(" Au plus tard")[0].partition("C'est ainsi")[0] for each in sentences}
    assert len(without_times) >= DIFFERENT_SENTENCES
