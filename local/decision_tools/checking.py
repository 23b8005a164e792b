"""Checks every decision file before it ships: a report for each table, and whether anything is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.text import Text

import dmn
from ops.decisions.failures import NothingFound

_STYLES = {"error": "bold red", "warning": "yellow"}
_SEVERITIES = {"error": "erreur", "warning": "avertissement"}
_KINDS = {
    "gap": "trou : aucune règle ne convient",
    "overlap": "chevauchement : plusieurs règles conviennent",
    "conflict": "conflit : plusieurs règles conviennent, avec des résultats différents",
    "duplicate": "doublon : les règles ont les mêmes conditions",
    "subsumed": "règle inutile : une autre dit la même chose plus largement",
    "masked": "règle masquée : d'autres règles passent toujours avant elle",
    "unreachable": "règle inatteignable : aucune valeur ne la remplit",
    "null-only": "règle presque inutile : elle ne décide que si une donnée manque, d'autres couvrent le reste",
    "opaque": "règle non analysée : un test est plus qu'une comparaison",
    "idle-test": "test inutile : les autres le couvrent",
    "type": "mauvais type",
    "unused-output": "résultat inutilisé",
    "limit": "analyse incomplète",
}
"""The kinds of findings, in the business's words."""
_IN_DETAIL = frozenset({"type", "unused-output", "limit", "idle-test"})
"""Kinds of which the engine's own words (English) say more than the rule and the example do."""


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
        raise NothingFound("aucun fichier .dmn à vérifier")
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
                broken.append(f"la décision « {info.id} » est dans {home} et dans {path.name} : un seul doit l'avoir")
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
        size = f"{report.policy}, {counted(report.rules, 'règle')}, {counted(report.columns, 'colonne')}"
        found = counted(len(report.findings), "remarque")
        state = found if report.findings else "[green]rien à signaler[/green]"
        console.print(f"  {escape(report.title)} ({size}) : {state}")
        for finding in report.findings:
            line = Text.assemble((f"    {_SEVERITIES[finding.severity]} ", _STYLES[finding.severity]))
            console.print(line.append(_in_words(finding)), soft_wrap=True)
    for reason in checked.broken:
        console.print(Text.assemble(("\nerreur : ", _STYLES["error"]), reason), soft_wrap=True)
    errors, warnings = counted(checked.errors, "erreur"), counted(checked.warnings, "avertissement")
    console.print(f"\n{counted(len(checked.reports), 'table')} : {errors}, {warnings}")
    if checked.errors:
        console.print("Corriger le fichier, puis : make decisions")


def counted(number: int, noun: str) -> str:
    """A number and its noun, in the plural from two on, as French has it."""
    return f"{number} {noun}{'s' if number > 1 else ''}"


def _in_words(finding: dmn.Finding) -> str:
    rules = (
        f"règle{'s' if len(finding.rules) > 1 else ''} {', '.join(map(str, finding.rules))}, " if finding.rules else ""
    )
    if finding.kind in _IN_DETAIL:
        return f"{rules}{_KINDS[finding.kind]} ({finding.message})"
    shown = ", ".join(f"{name} = {_as_feel(value)}" for name, value in finding.example.items())
    return f"{rules}{_KINDS[finding.kind]}{f', par exemple {shown}' if shown else ''}"


def _as_feel(value: object) -> str:
    """An example's value as one writes it in a cell."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return f'"{value}"' if isinstance(value, str) else str(value)
