"""Checks every decision file before it ships: a report for each table, and whether anything is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.text import Text

import dmn
from local.decision_tools.failures import NothingFound

_STYLES = {"error": "bold red", "warning": "yellow"}


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one table; ``title`` is its decision's name."""

    file: str
    title: str
    policy: str
    rules: int
    columns: int
    findings: tuple[dmn.Finding, ...]

    @property
    def errors(self) -> int:
        return sum(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Checked:
    """All reports, and the files (or pairs of files) that are wrong as a whole.

    A file that can't be loaded has an unknown variable, an unreadable cell, decisions that require one another in a
    circle, or the like: the engine says which element.
    """

    reports: tuple[Report, ...]
    broken: tuple[str, ...]

    @property
    def errors(self) -> int:
        return len(self.broken) + sum(report.errors for report in self.reports)

    @property
    def warnings(self) -> int:
        return sum(len(report.findings) - report.errors for report in self.reports)


def check_files(files: Sequence[Path]) -> Checked:
    """Analyse the tables of the files.

    Raises
    ------
    NothingFound
        There is no file.
    """
    if not files:
        raise NothingFound("no .dmn file to check")
    reports: list[Report] = []
    broken: list[str] = []
    homes: dict[str, str] = {}
    for path in files:
        try:
            model = dmn.load(path)
            reports += [_report(path, report) for report in dmn.analyse(model)]
        except dmn.DmnError as error:
            broken.append(str(error))
            continue
        for info in model.decisions.values():
            home = homes.setdefault(info.id, path.name)
            if home != path.name:
                broken.append(f"decision {info.id!r} is in {home} and in {path.name}: an id is to be in one file")
    return Checked(tuple(reports), tuple(broken))


def _report(path: Path, report: dmn.TableReport) -> Report:
    table = report.table
    return Report(path.name, table.title, table.policy, len(table.rules), len(table.inputs), report.findings)


def tell(console: Console, checked: Checked) -> None:
    """Print a report for each table, and the count of errors and warnings."""
    file = ""
    for report in checked.reports:
        if report.file != file:
            file = report.file
            console.print(f"\n[bold]{file}[/bold]")
        size = f"{report.policy}, {report.rules} rules, {report.columns} columns"
        state = "[green]nothing found[/green]" if not report.findings else f"{len(report.findings)} found"
        console.print(f"  {escape(report.title)} ({size}): {state}")
        for finding in report.findings:
            told = Text.assemble((f"    {finding.severity} {finding.kind}: ", _STYLES[finding.severity]))
            console.print(told.append(_with_rules(finding)), soft_wrap=True)
    for reason in checked.broken:
        console.print(Text.assemble(("\nerror: ", _STYLES["error"]), reason), soft_wrap=True)
    console.print(f"\n{len(checked.reports)} tables: {checked.errors} errors, {checked.warnings} warnings")


def _with_rules(finding: dmn.Finding) -> str:
    rules = ", ".join(map(str, finding.rules))
    named = not rules or "rule" in finding.message
    return finding.message if named else f"rule {rules}: {finding.message}"
