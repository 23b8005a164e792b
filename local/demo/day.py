"""The demo's own sample: the stories, and a crowd of customers who are not limited."""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path

from local.asl import RESTORATION, Machine
from local.customers import ROLLOUT_PERCENT, Entry
from local.demo.coverage import BY_CHANCE, full_name, uncovered, ways_out, ways_taken
from local.demo.crowd import BadEvent, bad_events, crowd
from local.demo.report import Summary
from local.demo.runner import AT_ONCE, DayRun, Runner
from local.demo.screen import Screen
from local.demo.verdict import Judge, dead_letters
from local.kept_file import read_file
from local.stage import Sent, Stage, deployed_stage
from local.stage.event_log import keep_event_log
from local.stories import modes
from local.stories.ending import FactFinder, differences, silent, told
from local.stories.model import Story
from local.stories.taken import KINDS, files_hash, takers
from local.stories.writing import keep_stories

ALL = 100

PARAMETERS = {"Enedis.readTimeoutSeconds": "3"}


def play_sample(  # noqa: PLR0913 - keyword settings of one run
    screen: Screen,
    stories: Sequence[Story],
    *,
    mode: str,
    crowd_size: int,
    decisions: Path,
    outage_seconds: float | None = None,
    covering: bool = False,
    without: Sequence[str] = (),
    channels: bool = False,
    afterwards: Callable[[Stage], None] | None = None,
) -> Summary:
    """Play stories with the switch at ``mode`` (on, shadow), judge them, and keep what the rules decided.

    With an outage, forty plain payments are played instead, and Enedis is down in their middle. With ``covering``, the
    stories are to take every way through the machine. ``without`` takes rights out of roles, as
    :class:`~embedded_cloud.EmbeddedCloud` has it; with ``channels``, people's pages are deployed, too; ``afterwards``
    is called before everything ends.
    """
    files = files_hash() if covering else ""
    in_shadow = mode == "shadow"
    at_once, parameters, percent = AT_ONCE, PARAMETERS, ALL
    if outage_seconds is not None:
        stories = modes.through_outage(stories, outage_seconds)
        at_once, parameters = modes.AT_ONCE, PARAMETERS | modes.PARAMETERS
    elif in_shadow:
        stories = [modes.shadowed(story) for story in stories]
    elif any(story.in_shadow for story in stories):
        percent = ROLLOUT_PERCENT
    broken = bad_events() if crowd_size else ()
    entries = _mixed(list(crowd(crowd_size)), broken)
    screen.say("Starting the embedded cloud, billing and Enedis…")
    with deployed_stage(
        mode=mode,
        rollout_percent=percent,
        parameters=parameters,
        warm=True,
        without=without,
        ticking=True,
        channels=channels,
    ) as stage:
        limited = sum(len(story.limited) for story in stories)
        screen.say(
            f"Both stacks are deployed, the switch is {mode}. {limited} limited customers, {crowd_size} others, "
            f"{len(broken)} broken events."
        )
        judge = Judge(stage, in_shadow=in_shadow)
        if outage_seconds is not None:
            screen.say(f"Enedis will be down for {outage_seconds:g} s while they pay.")
        played = Runner(stage, screen, judge).play(stories, entries, at_once=at_once)
        screen.say("Every case has come to its end; reading the executions' histories…")
        summary = _judge(stage, judge, played, mode=mode, elapsed=screen.elapsed_seconds)
        facts = FactFinder(stage)
        summary.problems += _endings(facts, played, in_shadow=in_shadow)
        summary.decisions_kept = stage.keep_decisions(decisions)
        if covering and outage_seconds is None and not in_shadow:
            summary.files = files
            _cover(stage, facts, played, summary, decisions)
        summary.keep(keep_event_log(stage, decisions.with_name("event-log")))
        keep_stories(stage, (case.limitation_id for case in summary.cases), decisions.with_name("stories"))
        if afterwards is not None:
            afterwards(stage)
        return summary


def _endings(facts: FactFinder, played: DayRun, *, in_shadow: bool) -> Iterator[str]:
    """What differs from how the stories say that all ends, for everybody."""
    for story_run in played.story_runs:
        problems = [
            (number, problem)
            for number, (customer, limited) in enumerate(story_run.cases)
            for found in [facts.of(customer.limitation_id)]
            for problem in (silent(found) if in_shadow or story_run.story.in_shadow else differences(found, limited))
        ]
        yield from told(story_run.story.name, len(story_run.cases), problems)


def _mixed(payments: list[Entry], bad: Sequence[BadEvent]) -> list[Entry]:
    """Broken events spread evenly among the payments."""
    step = max(1, len(payments) // (len(bad) + 1))
    for place, event in enumerate(bad, start=1):
        payments.insert(min(place * step, len(payments)), event.entry)
    return payments


def _judge(stage: Stage, judge: Judge, played: DayRun, *, mode: str, elapsed: float) -> Summary:
    cases = [case for story_run in played.story_runs for case in judge.cases(story_run)]
    runs = list(map(copy, stage.watch.executions()))
    put_aside, lost = _put_aside(stage, played.crowd)
    summary = Summary(
        mode=mode,
        cases=sorted(cases, key=lambda case: case.limitation_id),
        runs=runs,
        payments=played.payments,
        enedis_orders=sum(order.reference is not None for order in stage.enedis.network.journal.orders()),
        duplicates_absorbed=judge.duplicates_absorbed(),
        put_aside=put_aside,
        problems=lost,
        duration_seconds=elapsed,
    )
    known = {case.limitation_id for case in cases}
    if others := [run.name for run in runs if run.input["limitationId"] not in known]:
        summary.problems.append(f"{len(others)} executions of customers who are not limited: {others[:3]}")
    summary.problems += [f"point {point}: two orders were open at Enedis" for point in sorted(played.doubles)]
    doubles = stage.enedis.network.journal.doubles()
    summary.problems += [f"order {reference} was accepted {times} times" for reference, times in doubles.items()]
    return summary


def _put_aside(stage: Stage, crowd: Sequence[tuple[Entry, Sent]]) -> tuple[list[BadEvent], list[str]]:
    """What was put aside of the crowd, and what was put aside wrongly or not at all."""
    letters = dead_letters(stage)
    asides, problems = [], []
    expected = {event.entry["Detail"] + event.entry["DetailType"]: event for event in bad_events()}
    for entry, sent in crowd:
        event = expected.get(entry["Detail"] + entry["DetailType"])
        letter = letters.get(sent.event_id or "")
        if event is None:
            if letter is not None:
                problems.append(f"event {entry['Detail'][:60]} was put aside in {letter[0]}: {letter[1]}")
        elif letter is None or letter[0] != event.queue or event.reason not in letter[1]:
            problems.append(f"{event.title} was to be in {event.queue} for its {event.reason}, and is in {letter}")
        else:
            asides.append(replace(event, reason=letter[1] or f"unknown type {entry['DetailType']}"))
    return asides, problems


def _cover(stage: Stage, facts: FactFinder, played: DayRun, summary: Summary, decisions: Path) -> None:
    """Find what each story takes, and which states and ways none does.

    How a message is sent is left out: that depends on the hour and the day on which the demo is played.
    """
    definition = Machine.read(RESTORATION).document
    ways, of_all = ways_out(definition), set[str]()
    rows: dict[str, set[str]] = {}
    for kept in read_file(decisions):
        if kept.decision != "notification":
            rows.setdefault(kept.limitation_id, set()).update(str(ground["rule"]) for ground in kept.grounds)
    for story_run in played.story_runs:
        taken: dict[str, set[str]] = {kind: set() for kind in KINDS}
        taken["received"] |= {sent.put.detail_type for sent in story_run.events}
        for customer, limited in story_run.cases:
            executions, found = stage.watch.of(customer.limitation_id).executions, facts.of(customer.limitation_id)
            taken["states"] |= {entry.state for execution in executions for entry in execution.entries}
            took = {full_name(way) for it in executions for way in ways_taken(ways, it.history)}
            of_all |= took
            taken["ways"] |= took - BY_CHANCE
            taken["rows"] |= rows.get(customer.limitation_id, set())
            taken["messages"] |= set(limited.messages) & set(found.messages)
            taken["published"] |= {kind for kind, _ in found.published}
        summary.taken[story_run.story.name] = {kind: frozenset(names) for kind, names in taken.items()}
    summary.ways_taken = len(of_all)
    summary.never_taken = uncovered(definition, takers(summary.taken, "states"), of_all)
