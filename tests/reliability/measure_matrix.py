"""Measures the whole fault matrix, prints it and writes it to docs/enedis-fault-matrix.md: ``make fault-matrix``."""

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from local.partners.enedis import Operation
from local.stage import ROOT
from tests.reliability import matrix
from tests.reliability.expectations import shortcomings
from tests.reliability.matrix import Cell

DOCUMENT = ROOT / "docs" / "enedis-fault-matrix.md"
CALLS = {Operation.READ: "Read", Operation.ORDER: "Order", Operation.CANCEL: "Cancel"}
TIMES = {1: "once", 3: "3 times", None: "for ever"}
RESTS = {
    "SUCCEEDED": "",
    "WAITS in ReadPoint": "read again until lifted, then ",
    "WAITS in OrderAtEnedis": "queued until lifted, then ",
    matrix.ADVISOR: "advisor, then ",
    matrix.FAILED: "incident, redriven, then ",
}
ENDS = {
    "RESTORED": "restored",
    "LIMITATION_CANCELLED": "cancelled",
    "ALREADY_RESTORED": "was restored",
    "NO_ORDER": "no order",
}


def measure() -> tuple[list[Cell], float]:
    """Let every cell happen; gives them with their results, and the seconds it took."""
    began = time.monotonic()
    chosen = list(matrix.cells())
    for wave in matrix.measured(chosen, 240, 180):
        wrong = [finding for cell in wave for finding in shortcomings(cell)]
        print(f"{time.monotonic() - began:5.0f} s, up to {wave[-1]}: {wrong}", flush=True)  # noqa: T201 - progress
    return chosen, time.monotonic() - began


def table(measured: Sequence[Cell]) -> str:
    """The results as Markdown: a row for each fault, a column for each call and how often."""
    columns = [(operation, times) for operation in CALLS for times in TIMES]
    found = {(cell.fault, cell.operation, cell.times): _in_words(cell) for cell in measured}
    lines = [
        "| Fault | " + " | ".join(f"{CALLS[operation]}, {TIMES[times]}" for operation, times in columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for fault in dict.fromkeys(cell.fault for cell in measured):
        label = f"{fault} {matrix.CODES[fault]}" if fault in matrix.CODES else fault
        row = [found.get((fault, operation, times), "n/a") for operation, times in columns]
        lines.append(f"| {label} | " + " | ".join(row) + " |")
    return "\n".join(lines)


def _in_words(cell: Cell) -> str:
    end = f"{RESTS.get(cell.rest, cell.rest)}{ENDS.get(cell.end, cell.end)}, {cell.sent}"
    wrong = "; ".join(shortcomings(cell))
    return f"**{end} ({wrong})**" if wrong else end


def document(measured: Sequence[Cell], seconds: float) -> str:
    """The page in docs/."""
    wrong = [finding for cell in measured for finding in shortcomings(cell)]
    return f"""# Enedis: the fault matrix

Written by `make fault-matrix`; do not edit. Measured on {datetime.now(UTC):%Y-%m-%d at %H:%M} UTC in {seconds:.0f} s on
the embedded cloud with the deployable artefacts: {len(measured)} customers, each with one fault on one of the three
calls to Enedis; {len(wrong)} findings.

How to read a cell: what the case does while the fault lasts, how it ends when the fault is lifted (advisors then decide
to restore, operations redrive incidents), and how many orders of ours Enedis accepted, by its own journal. Nothing
waits without a bound: a read is tried again 1600 times at most, at most 450 s apart; a queued order comes back within
900 s, and its execution fails after `OrderTimeoutSeconds`. Incidents and questions name Enedis' code, or that nobody
shows the case (SGT4B8). "No order" (SGT4G2): the point is not our customer's any more. DUPLICATE_ACCEPTANCE: Enedis
makes two cases of our one order. CONNECTION_REFUSED, TLS_ERROR and HANDSHAKE_TIMEOUT know no customer: each of their
cells had the cloud to itself.

{table(measured)}
"""


def main() -> int:
    measured, seconds = measure()
    text = document(measured, seconds)
    DOCUMENT.write_text(text, encoding="utf-8")
    print(text)  # noqa: T201 - a command's result
    return 1 if any(shortcomings(cell) for cell in measured) else 0


if __name__ == "__main__":
    sys.exit(main())
