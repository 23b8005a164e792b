"""The command line: ``python -m local.demo``."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from local.demo.replay import play_events
from local.demo.sample import play_sample
from local.demo.screen import Screen
from local.demo.stage import ROOT
from local.demo.telling import tell

CROWD = 960
REPORT = ROOT / "build" / "demo" / "report.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Play and report; 0 when everything ended as it was to, 1 when not, 2 when there is nothing to play."""
    parser = argparse.ArgumentParser(prog="make demo", description="Plays a day of payments on the embedded cloud.")
    parser.add_argument("--mode", choices=("on", "shadow"), default="on", help="the switch (default: on)")
    parser.add_argument("--crowd", type=int, default=CROWD, help=f"customers who are not limited (default: {CROWD})")
    parser.add_argument("--outage", type=float, help="Enedis is down for that many seconds while forty customers pay")
    parser.add_argument("--events", type=Path, help="play this file instead: one EventBridge entry a line")
    parser.add_argument("--report", type=Path, default=REPORT, help="where the report is written")
    chosen = parser.parse_args(arguments)
    decisions = chosen.report.with_name("decisions.jsonl")
    with Screen() as screen:
        if chosen.events is None:
            summary = play_sample(
                screen,
                mode=chosen.mode,
                crowd_size=chosen.crowd,
                decisions=decisions,
                outage_seconds=chosen.outage,
            )
        else:
            try:
                summary = play_events(screen, chosen.events, mode=chosen.mode, decisions=decisions)
            except OSError as error:
                screen.say(f"{chosen.events} can't be read: {error.strerror or error}")
                return 2
    summary.write(chosen.report)
    tell(screen.console, summary, chosen.report)
    return 1 if summary.all_problems else 0
