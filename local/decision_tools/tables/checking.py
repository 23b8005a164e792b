"""Checks every decision file before it ships: a report for each table, and whether anything is wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.text import Text

import dmn
from dmn.tools.outputs import decimal_commas
from local.decision_tools.tables.contract import find_breaches
from local.decision_tools.tables.finding_words import LIST_RESULT, Remark, fault_in_words, in_words
from local.decision_tools.tables.written import logics
from record.formats import counted

_STYLES = {"error": "bold red", "warning": "yellow"}
_SEVERITIES = {"error": "erreur", "warning": "avertissement"}
_MUST_NOT_SHIP = frozenset({"decimal-comma", "idle-test"})
"""Kinds that the engine warns of, since FEEL allows them, and that decide something else than what is written."""
_LISTS = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
"""Policies that give a list: no decision of the project wants one from a table."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one table."""

    file: str
    table: dmn.DecisionTable
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """All reports, and the remarks on what is no table: a file, or a decision.

    A file that can't be loaded has an unknown variable, an unreadable cell, decisions that require one another in a
    circle, or the like: the engine says which element.
    """

    reports: tuple[Report, ...]
    broken: tuple[Remark, ...]

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """All remarks, the tables' first."""
        return (*(remark for report in self.reports for remark in report.remarks), *self.broken)

    @property
    def errors(self) -> int:
        return sum(remark.severity == "error" for remark in self.remarks)


def check_files(files: Sequence[Path], *, whole: bool = False) -> Checked:
    """Analyse the tables of the files, and hold them to the contract with the rest of the system.

    Parameters
    ----------
    whole
        Whether these are all the files of the project, so that a decision which none of them has is missed.
    """
    models: dict[str, dmn.Model] = {}
    analysed: dict[str, tuple[dmn.TableReport, ...]] = {}
    broken: list[Remark] = []
    for path in files:
        try:
            model = dmn.load(path)
            analysed[path.name] = dmn.analyse(model)
        except dmn.DmnError as error:
            broken.append(Remark("error", "file", fault_in_words(error)))
            continue
        models[path.name] = model
    broken += _doubles(models)
    breaches = find_breaches(models, whole=whole and len(models) == len(files))
    reports = tuple(_report(file, report, breaches) for file, tables in analysed.items() for report in tables)
    broken += [it for it in breaches if not it.table]
    broken += [
        Remark("error", "decimal-comma", f"{file} : {says}")
        for file, model in models.items()
        for says in _commas(model)
    ]
    return Checked(reports, tuple(broken))


def _doubles(models: dict[str, dmn.Model]) -> Iterator[Remark]:
    homes: dict[str, str] = {}
    for file, model in models.items():
        for info in model.decisions.values():
            home = homes.setdefault(info.id, file)
            if home != file:
                says = f"la décision « {info.id} » est dans {home} et dans {file} : un seul doit l'avoir"
                yield Remark("error", "file", says)


def _commas(model: dmn.Model) -> Iterator[str]:
    """Decimal commas in the logic of decisions and functions that is no table's."""
    cells = {text for table in model.tables for rule in table.rules for text in (*rule.tests, *rule.outputs)}
    for logic in logics(model):
        for text in logic.texts:
            if text not in cells:
                for pair in decimal_commas(text):
                    shown = " ".join(text.split())
                    yield (
                        f"« {logic.label} » : dans « {shown} », « {pair} » est deux nombres ; écrire "
                        f"{pair.replace(',', '.')} (ou une espace après la virgule, si deux nombres sont voulus)"
                    )


def _report(file: str, report: dmn.TableReport, breaches: Sequence[Remark]) -> Report:
    table = report.table
    groups = _grouped(report)
    commas = [group for group in groups if group[0].kind == "decimal-comma"]
    # Overlaps, gaps and the like follow from a decimal comma: they are told once it is mended.
    remarks = [
        Remark("error" if one.kind in _MUST_NOT_SHIP else one.severity, one.kind, in_words([one, *others], table))
        for one, *others in commas or groups
    ]
    if table.policy in _LISTS and not table.aggregation and not any(it.kind == "list-result" for it in remarks):
        remarks.append(Remark("error", "list-result", LIST_RESULT.format(policy=table.policy)))
    remarks += [it for it in breaches if (it.file, it.table) == (file, table.id)]
    return Report(file, table, tuple(remarks))


def _grouped(report: dmn.TableReport) -> list[list[dmn.Finding]]:
    """Findings that one cause explains are one: rules that a rule for all the rest covers, when it stands before them.

    Each of those rules also is masked, a part, or a duplicate of it.
    """
    whole = {rule.number for rule in report.table.rules if all(test in {"", "-"} for test in rule.tests)}
    first = min(whole, default=0)
    covered = [
        finding
        for finding in report.findings
        if first and finding.kind in {"masked", "subsumed", "duplicate"} and max(finding.rules) > first
    ]
    masked = [finding for finding in covered if finding.kind == "masked"]
    if len(masked) < 2:  # noqa: PLR2004 - one is told by itself
        return [[finding] for finding in report.findings]
    return [masked, *([finding] for finding in report.findings if finding not in covered)]


def tell(console: Console, checked: Checked) -> None:
    """Print a report for each table, and the count of errors and warnings."""
    file = ""
    for report in checked.reports:
        if report.file != file:
            file = report.file
            console.print(f"\n[bold]{file}[/bold]")
        table = report.table
        size = f"{table.policy}, {counted(len(table.rules), 'règle')}, {counted(len(table.inputs), 'colonne')}"
        found = counted(len(report.remarks), "remarque")
        state = found if report.remarks else "[green]rien à signaler[/green]"
        console.print(f"  {escape(table.title)} ({size}) : {state}")
        for remark in report.remarks:
            line = Text.assemble((f"    {_SEVERITIES[remark.severity]} ", _STYLES[remark.severity]))
            console.print(line.append(remark.says), soft_wrap=True)
    for remark in checked.broken:
        line = Text.assemble((f"\n{_SEVERITIES[remark.severity]} : ", _STYLES[remark.severity]), remark.says)
        console.print(line, soft_wrap=True)
    warnings = counted(len(checked.remarks) - checked.errors, "avertissement")
    console.print(f"\n{counted(len(checked.reports), 'table')} : {counted(checked.errors, 'erreur')}, {warnings}")
    if checked.errors:
        console.print("Corriger le fichier, puis : make decisions")
