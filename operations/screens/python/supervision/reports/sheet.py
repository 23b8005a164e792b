"""A report as a table for machines: CSV with commas and points, in UTF-8, a line for each indicator."""

from collections.abc import Callable, Mapping

from supervision.figures.report import Indicator, Unit
from supervision.kit.sheet import written
from supervision.reports.report import Report
from supervision.reports.words import label

COLUMNS: Mapping[str, Callable[[Report, Indicator], str]] = {
    "period": lambda report, _: report.about.name,
    "indicator": lambda _, line: line.name,
    "of": lambda _, line: line.of,
    "label": lambda _, line: label(line),
    "unit": lambda _, line: line.unit.value,
    "value": lambda _, line: _number(line.value),
    "target": lambda _, line: _number(line.target),
    "target_kind": lambda _, line: "" if line.target is None else "at_least" if line.unit is Unit.SHARE else "at_most",
    "met": lambda _, line: _truth(line.is_met),
    "before": lambda _, line: _number(line.before),
    "usual_day": lambda _, line: _number(line.usual),
    "complete": lambda report, _: _truth(report.is_complete),
}


def sheet(report: Report) -> str:
    """Write a report as CSV. Shares are from 0 to 1, durations in milliseconds; what there is not is empty."""
    return written([[*COLUMNS], *([cell(report, line) for cell in COLUMNS.values()] for line in report.lines)])


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")


def _truth(value: bool | None) -> str:  # noqa: FBT001 - it is the very value that is written
    return "" if value is None else str(value).lower()
