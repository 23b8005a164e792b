"""The command line: ``python -m local.demo``."""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from math import inf
from pathlib import Path

from embedded_cloud.errors import AccessDeniedError
from local.demo.day import play_sample
from local.demo.events_run import NothingToPlayError, events_of, play_events
from local.demo.folders import own_folder
from local.demo.screen import Screen
from local.demo.summary import print_summary
from local.stage import ROOT
from local.stories.reading import UnreadableStory, stories_called
from local.stories.tables import newest_tables
from ops.decisions.tables import DECISIONS

CROWD = 960
REPORT = ROOT / "build" / "demo" / "report.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Play and report; 0 when everything ended as it was to, 1 when not, 2 when there is nothing to play."""
    parser = argparse.ArgumentParser(prog="make demo", description="Plays a day of payments on the embedded cloud.")
    parser.add_argument("--mode", choices=("on", "shadow"), default="on", help="the switch (default: on)")
    parser.add_argument(
        "--crowd", type=_count, help=f"customers who are not limited (default: {CROWD}; none beside --story)"
    )
    parser.add_argument(
        "--outage", type=_seconds, help="Enedis is down for that many seconds while forty customers pay"
    )
    parser.add_argument("--story", action="append", help="play this story alone, by its short name (repeatable)")
    parser.add_argument(
        "--draft", type=Path, help="play the stories under this draft of a table, named as the table is: coverage.dmn"
    )
    parser.add_argument("--events", type=Path, help="play this file instead (events/README.md: your own events)")
    parser.add_argument(
        "--report", type=Path, help=f"where the report is written (default: {REPORT.relative_to(ROOT)})"
    )
    chosen = parser.parse_args(arguments)
    stories = {"--outage": chosen.outage, "--crowd": chosen.crowd, "--story": chosen.story, "--draft": chosen.draft}
    if chosen.events and (both := [name for name, value in stories.items() if value is not None]):
        parser.error(f"{both[0]} is about the sample's stories, and --events plays a file in their place")
    if chosen.draft and not (DECISIONS / chosen.draft.name).is_file():
        tables = ", ".join(sorted(it.name for it in DECISIONS.glob("*.dmn")))
        parser.error(f"{chosen.draft} has not the name of a table: {tables}")
    if chosen.draft and not chosen.draft.is_file():
        parser.error(f"{chosen.draft} is no file")
    with ExitStack() as stack:
        stack.enter_context(newest_tables({chosen.draft.stem: chosen.draft} if chosen.draft else None))
        report = chosen.report or stack.enter_context(own_folder(REPORT.parent)) / REPORT.name
        return _play(chosen, report)


def _play(chosen: argparse.Namespace, report: Path) -> int:
    decisions = report.with_name("decisions.jsonl")
    with Screen() as screen:
        try:
            lines = events_of(chosen.events) if chosen.events else ()
            stories = () if chosen.events else stories_called(chosen.story)
        except OSError as error:
            screen.say(f"{chosen.events} can't be read: {error.strerror or error}")
            return 2
        except (NothingToPlayError, UnreadableStory) as error:
            screen.say(str(error))
            return 2
        decisions.unlink(missing_ok=True)  # make explain is not to show another run's cases
        try:
            if lines:
                summary = play_events(screen, chosen.events, lines, mode=chosen.mode, decisions=decisions)
            else:
                summary = play_sample(
                    screen,
                    stories,
                    mode=chosen.mode,
                    crowd_size=chosen.crowd if chosen.crowd is not None else 0 if chosen.story else CROWD,
                    decisions=decisions,
                    outage_seconds=chosen.outage,
                    covering=chosen.story is None,
                )
        except AccessDeniedError as error:
            screen.say(f"A role lacks a right. {error}")
            return 1
    summary.write(report)
    print_summary(screen.console, summary, report)
    return 1 if summary.all_problems else 0


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no number from 0 upwards")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < inf:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds above 0")
    return seconds
