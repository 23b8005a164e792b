"""The command line: ``python -m local.demo``."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from local.cloud.errors import AccessDeniedError
from local.demo.day import play_sample
from local.demo.events_run import play_events
from local.demo.oracle import compare, read_oracle, write_oracle
from local.demo.screen import Screen
from local.demo.summary import print_summary
from local.stage import ROOT

CROWD = 960
REPORT = ROOT / "build" / "demo" / "report.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """StoryRun and report; 0 when everything ended as it was to, 1 when not, 2 when there is nothing to play."""
    parser = argparse.ArgumentParser(prog="make demo", description="Plays a day of payments on the embedded cloud.")
    parser.add_argument("--mode", choices=("on", "shadow"), default="on", help="the switch (default: on)")
    parser.add_argument("--crowd", type=int, default=CROWD, help=f"customers who are not limited (default: {CROWD})")
    parser.add_argument("--outage", type=float, help="Enedis is down for that many seconds while forty customers pay")
    parser.add_argument("--events", type=Path, help="play this file instead: one EventBridge entry a line")
    parser.add_argument("--report", type=Path, default=REPORT, help="where the report is written")
    oracle = parser.add_mutually_exclusive_group()
    oracle.add_argument("--oracle", type=Path, help="compare what comes of each story with what was recorded here")
    oracle.add_argument("--record", type=Path, help="record what comes of each story here, if all is well")
    chosen = parser.parse_args(arguments)
    with_oracle = bool(chosen.oracle or chosen.record)
    if chosen.events and with_oracle:
        parser.error("an oracle is about the sample's stories, not about --events")
    decisions = chosen.report.with_name("decisions.jsonl")
    with Screen() as screen:
        if chosen.events is None:
            try:
                summary = play_sample(
                    screen,
                    mode=chosen.mode,
                    crowd_size=chosen.crowd,
                    decisions=decisions,
                    outage_seconds=chosen.outage,
                    recording=with_oracle,
                )
            except AccessDeniedError as error:
                screen.say(f"A role lacks a right. {error}")
                return 1
        else:
            try:
                summary = play_events(screen, chosen.events, mode=chosen.mode, decisions=decisions)
            except OSError as error:
                screen.say(f"{chosen.events} can't be read: {error.strerror or error}")
                return 2
    if chosen.oracle:
        summary.problems += compare(summary.recorded, read_oracle(chosen.oracle))
    summary.write(chosen.report)
    print_summary(screen.console, summary, chosen.report)
    if summary.all_problems:
        return 1
    if chosen.record:
        write_oracle(chosen.record, summary.recorded)
    return 0
