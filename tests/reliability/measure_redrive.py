"""Walks every Task state x every error, prints it and writes docs/redrive-walk.md: ``make redrive-walk``."""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import batched

from embedded_cloud.states.strikes import Moment
from local.stage import ROOT
from tests.reliability import redrive_walk
from tests.reliability.redrive_walk import Case, Ending

WAVES_OF_ONE_CLOUD = 6
"""The histories of a hundred executions with hundreds of attempts take some hundred megabytes."""
DOCUMENT = ROOT / "docs" / "redrive-walk.md"


def measure(chosen: Sequence[Case]) -> float:
    """Let every case happen; returns the seconds it took."""
    began = time.monotonic()
    waves = list(batched(chosen, redrive_walk.AT_ONCE, strict=False))
    for some in batched(waves, WAVES_OF_ONE_CLOUD, strict=False):
        with redrive_walk.walking(workers=4) as world:
            for wave in some:
                redrive_walk.walk(world, wave, 900)
                wrong = [f"{case}: {finding}" for case in wave for finding in case.findings]
                print(f"{time.monotonic() - began:5.0f} s, up to {wave[-1]}: {wrong or 'all equal'}", flush=True)  # noqa: T201 - progress
    return time.monotonic() - began


def table(measured: Sequence[Case]) -> str:
    """The results as Markdown: a row for each state and error."""
    rows: dict[tuple[str, str], dict[Moment, str]] = {}
    for case in measured:
        name = case.error if case.ending is Ending.FAILED else f"({case.ending})"
        often = f", {case.times} times" if case.times > 1 else ""
        rows.setdefault((case.state, f"{name}{often}"), {})[case.moment] = _in_words(case)
    lines = ["| State | Error | Before the call | After the call |", "|---|---|---|---|"]
    lines += [
        f"| {state} | {error} | {found.get(Moment.BEFORE, '')} | {found.get(Moment.AFTER, '')} |"
        for (state, error), found in rows.items()
    ]
    return "\n".join(lines)


def _in_words(case: Case) -> str:
    if case.findings:
        return f"**{'; '.join(case.findings)}**"
    attempts = "" if case.attempts <= case.times else f", {case.attempts} attempts"
    return f"equal{attempts}"


def document(measured: Sequence[Case], seconds: float) -> str:
    """The page in docs/."""
    wrong = [case for case in measured if case.findings]
    states = {case.state for case in measured}
    return f"""# The walk of redrives

Written by `make redrive-walk`; do not edit. Measured on {datetime.now(UTC):%Y-%m-%d at %H:%M} UTC in {seconds:.0f} s on
the embedded cloud with the deployable artefacts: {len(measured)} customers, {len(states)} Task states, each with every
error with which it can fail; {len(wrong)} worlds differ.

How to read a row: the execution fails **there**, with that error, after as many attempts as its Retry has. It is
mended and redriven in the operations' role, and goes on to its end. Then register, orders, Enedis' journal, messages,
events and the execution's output are those of a customer of the same story whom nothing struck. *Before the call*:
nothing had happened. *After the call*: the service had carried it out, and the state failed all the same. (ABORTED) and
(TIMED_OUT): somebody stops the execution there, or its time is up. *2 times*: it fails there once more after the first
redrive.

Not compared: how often Enedis is read, and the audit records of decisions. A state that runs twice reads and decides
twice. An event that came twice under one id with one content counts once, since each listener knows its id.
Not struck: the errors that a state catches, since it does not fail with them. The machine has no `TimeoutSeconds`, so
on AWS none of its executions ends as TIMED_OUT; the walk ends some so all the same.

{table(measured)}
"""


def main() -> int:
    """Walk; 1 where a world differs."""
    parser = argparse.ArgumentParser(prog="make redrive-walk", description=__doc__)
    parser.add_argument("--state", help="walk this state alone, and write no page")
    chosen_state = parser.parse_args().state
    cases = list(redrive_walk.cases())
    if chosen_state not in {None, *(case.state for case in cases)}:
        parser.error(f"{chosen_state} is no Task state: STATE= takes {', '.join(sorted({it.state for it in cases}))}")
    measured = [case for case in cases if chosen_state in {None, case.state}]
    seconds = measure(measured)
    text = document(measured, seconds)
    if chosen_state is None:
        DOCUMENT.write_text(text, encoding="utf-8")
    print(text)  # noqa: T201 - a command's result
    return 1 if any(case.findings for case in measured) else 0


if __name__ == "__main__":
    sys.exit(main())
