"""How long the demo takes with a file of many payments: ``make bench-demo``.

A file is made of customers who are limited, each registered first, and of payments: one of each limited customer,
evenly among those of customers who are not limited. ``make demo EVENTS=`` plays it in a process of its own. The kernel
says how much processor time and memory that took, with the fork servers and the functions' workers.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from local.customers import Entry, Numbering, card_payment, entry, fields_of
from local.demo.crowd import crowd
from local.stage import ROOT

FOLDER = ROOT / "build" / "bench-demo"
LIMITED_AT = datetime(2026, 5, 1, 8, tzinfo=UTC)
BEGIN = datetime(2026, 5, 4, 9, tzinfo=UTC)
DEBT = 120.0
LONGEST_SECONDS = 3600
KILOBYTES_IN_A_MEGABYTE = 1024


def entries(payments: int, limited: int) -> Iterator[Entry]:
    """The events in their order: all limitations, then all payments."""
    numbering = Numbering()
    customers = [numbering.customer(DEBT) for _ in range(limited)]
    for each in customers:
        yield entry("PowerLimited", fields_of("PowerLimited", (each,), LIMITED_AT, ""))
    others = crowd(payments - limited)
    paid = 0
    for number in range(payments):
        if paid * payments < number * limited + limited and paid < limited:
            yield card_payment(customers[paid], BEGIN + timedelta(seconds=number))
            paid += 1
        else:
            yield next(others)


def write(payments: int, limited: int) -> Path:
    """Write the file, and give its path."""
    path = FOLDER / f"{payments}-payments-{limited}-limited.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(each)}\n" for each in entries(payments, limited))
    return path


def play(path: Path, report: Path) -> dict[str, str]:
    """Play a file in a process of its own; gives what that took.

    Raises
    ------
    subprocess.CalledProcessError
        When the demo found a problem.
    """
    before, began = _processor_seconds(), time.monotonic()
    command = [sys.executable, "-m", "local.demo", "--events", str(path), "--report", str(report)]
    with path.with_suffix(".txt").open("w", encoding="utf-8") as output:
        subprocess.run(command, cwd=ROOT, stdout=output, check=True, timeout=LONGEST_SECONDS)  # noqa: S603 - our own
    seconds = time.monotonic() - began
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KILOBYTES_IN_A_MEGABYTE
    return {
        "whole run": f"{seconds:.1f} s",
        "its processor time, with the workers": f"{_processor_seconds() - before:.1f} s",
        "memory of the largest process at most": f"{largest:.0f} MB",
    }


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _table(took: dict[str, str], report: dict[str, Any], arguments: argparse.Namespace) -> Table:
    title = f"{arguments.payments:,} payments, {arguments.limited:,} limited customers"
    table = Table("What was measured", Column("Result", justify="right"), title=title)
    for measured in took.items():
        table.add_row(*measured)
    table.add_row("from payment to power, median", f"{report['seconds']['p50']:.1f} s")
    table.add_row("from payment to power, 95 % within", f"{report['seconds']['p95']:.1f} s")
    table.add_row("restored", f"{report['restored']}")
    return table


def main() -> int:
    """Make the file, play it, print what it took."""
    parser = argparse.ArgumentParser(prog="make bench-demo")
    parser.add_argument("--payments", type=int, default=2000, help="how many payments (default: 2000)")
    parser.add_argument("--limited", type=int, default=200, help="how many of the customers are limited (default: 200)")
    parser.add_argument("--only-write", action="store_true", help="write the file and play nothing")
    arguments = parser.parse_args()
    if not 0 < arguments.limited <= arguments.payments:
        parser.error("each limited customer pays once, so there are at least as many payments, and one at least")
    path = write(arguments.payments, arguments.limited)
    console = Console(width=80, highlight=False)
    console.print(f"Events: {path.relative_to(ROOT)}")
    if arguments.only_write:
        return 0
    report = path.with_suffix(".report.json")
    took = play(path, report)
    load = os.getloadavg()[0]
    console.print(_table(took, json.loads(report.read_text(encoding="utf-8")), arguments))
    console.print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} in the last minute")
    return 0


if __name__ == "__main__":
    sys.exit(main())
