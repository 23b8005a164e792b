"""A report as a table for machines: CSV with commas and points, in UTF-8, a line for each indicator."""

from supervision.figures.report import Indicator
from supervision.kit.sheet import written
from supervision.reports.report import Report
from supervision.reports.words import label

COLUMNS = [
    "period",
    "indicator",
    "of",
    "label",
    "unit",
    "value",
    "target",
    "target_kind",
    "met",
    "before",
    "usual_day",
    "complete",
]


def sheet(report: Report) -> str:
    """Write a report as CSV. Shares are from 0 to 1, durations in milliseconds; what there is not is empty."""
    lines = [
        [
            report.about.name,
            line.name,
            line.of,
            label(line),
            line.unit.value,
            _number(line.value),
            _number(line.target.value if line.target else None),
            _kind(line),
            _truth(line.is_met),
            _number(line.before),
            _number(line.usual),
            _truth(report.is_complete),
        ]
        for line in report.lines
    ]
    return written([COLUMNS, *lines])


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")


def _truth(value: bool | None) -> str:  # noqa: FBT001 - it is the very value that is written
    return "" if value is None else str(value).lower()


def _kind(line: Indicator) -> str:
    if line.target is None:
        return ""
    return "at_least" if line.target.at_least else "at_most"
