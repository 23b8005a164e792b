"""A report as a mail: HTML that mail programs show (tables and inline styles alone), and the same as plain text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from record.formats import NO_BREAK, NOTHING, clock_time, day_and_time, decimal, duration, number
from record.words import Language
from supervision.figures.report import Indicator, Unit
from supervision.periods import Kind, period_in_words
from supervision.reports.report import Report
from supervision.reports.words import LINES, label

_FONT = "font-family:Arial,Helvetica,sans-serif;color:#16191f;font-size:14px;line-height:1.45"
_HEAD = "text-align:left;font-size:12px;color:#545b64;padding:4px 12px 4px 0;border-bottom:2px solid #c6cdd4"
_CELL = "padding:5px 12px 5px 0;border-bottom:1px solid #e3e7eb;vertical-align:top"
_TABLE = "border-collapse:collapse;width:100%;max-width:900px"
_RIGHT = ";text-align:right;white-space:nowrap"
_NOTE = "padding:8px 12px;border-left:4px solid"
_MISSED, _INCOMPLETE, _MET = "#8f1d4f", "#b35900", "#2469ab"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail: subject, HTML and plain text."""

    subject: str
    html: str
    text: str


def letter(report: Report, stack: str) -> Letter:
    """Write a report as a mail.

    Parameters
    ----------
    stack
        Names the environment in the subject.
    """
    period = period_in_words(report.about)
    kind = "du jour" if report.about.kind is Kind.DAY else "du mois"
    missed = [each for each in report.lines if each.is_met is False]
    state = "" if report.is_complete else " (incomplet)"
    begun = "Corrigé : " if report.corrects else ""
    result = "tous les objectifs sont tenus" if not missed else f"objectifs manqués : {len(missed)}"
    subject = f"{begun}Rétablissements, rapport {kind} : {period}, {result}{state} [{stack}]"
    notes = _notes(report, missed)
    return Letter(subject, _html(report, f"Rétablissements : {period}", notes), _text(report, subject, notes))


def _missing(report: Report) -> str:
    found = report.completeness
    if found is None:
        return "Aucun rapprochement n'a encore eu lieu : des dossiers peuvent manquer."
    if found.to < report.about.range.until:
        return f"Incomplet : le relevé s'arrête au {day_and_time(found.to)} ({clock_time(found.to)})."
    return f"Incomplet : il reste des dossiers à rapprocher ({found.unreconciled})."


def _notes(report: Report, missed: Sequence[Indicator]) -> Sequence[tuple[str, str]]:
    """The sentences above the table, each with its colour."""
    notes = []
    if not report.is_complete:
        notes.append((_INCOMPLETE, f"{_missing(report)} Un rapport corrigé suivra dès que le relevé sera complet."))
    if report.corrects:
        notes.append((_MET, "Ce rapport remplace celui qui a été envoyé incomplet."))
    if not missed:
        return [*notes, (_MET, "Tous les objectifs sont tenus.")]
    named = " ; ".join(f"{label(each)} : {_value(each, each.value)} ({_target(each)})" for each in missed)
    return [*notes, (_MISSED, f"Objectifs manqués. {named}.")]


def _html(report: Report, title: str, notes: Sequence[tuple[str, str]]) -> str:
    heads = [
        h.th(scope="col", style=_HEAD + (_RIGHT if place else ""))[text] for place, text in enumerate(_heads(report))
    ]
    # A missed target stands out by weight and by its mark; the colour only helps.
    colours = (f";color:{_MISSED}" if each.is_met is False else "" for each in report.lines)
    rows = [
        h.tr[
            h.td(style=_CELL)[label(each), h.div(style="font-size:12px;color:#545b64")[LINES[each.name][1]]],
            h.td(style=f"{_CELL}{_RIGHT};font-weight:bold{colour}")[value],
            (h.td(style=_CELL + _RIGHT)[text] for text in others),
        ]
        for each, colour in zip(report.lines, colours, strict=True)
        for value, *others in [_cells(each, report)]
    ]
    page = h.html(lang="fr")[
        h.head[h.meta(charset="utf-8"), h.title[title]],
        h.body(style=f"margin:0;padding:16px;background:#ffffff;{_FONT}")[
            h.h1(style="font-size:20px;margin:0 0 12px")[title],
            (h.p(style=f"{_NOTE} {colour};background:#f4f6f8;margin:8px 0")[text] for colour, text in notes),
            h.table(cellpadding="0", cellspacing="0", border="0", style=_TABLE)[
                h.thead[h.tr[heads]],
                h.tbody[rows],
            ],
            h.p(style="font-size:12px;color:#545b64")[_foot(report)],
        ],
    ]
    return str(page)


def _text(report: Report, subject: str, notes: Sequence[tuple[str, str]]) -> str:
    heads = _heads(report)
    lines = [subject, "", *(text for _, text in notes), ""]
    for each in report.lines:
        cells = zip(heads[1:], _cells(each, report), strict=True)
        lines.append(f"{label(each)} : " + " ; ".join(f"{head.lower()} {text}" for head, text in cells))
    return "\n".join([*lines, "", _foot(report)])


def _heads(report: Report) -> list[str]:
    if report.about.kind is Kind.DAY:
        return ["Indicateur", "Valeur", "Objectif", "Veille", "Jour moyen (7 jours)"]
    return ["Indicateur", "Valeur", "Objectif", "Mois précédent"]


def _cells(line: Indicator, report: Report) -> list[str]:
    mark = {True: "✓ ", False: "▲ ", None: ""}[line.is_met]
    cells = [mark + _value(line, line.value), _target(line), _value(line, line.before)]
    return [*cells, _value(line, line.usual)] if report.about.kind is Kind.DAY else cells


def _value(line: Indicator, value: float | None) -> str:
    if value is None:
        return NOTHING
    match line.unit:
        case Unit.SHARE:
            return _percent(value)
        case Unit.MILLISECONDS:
            return duration(value)
    return number(value)


def _percent(value: float) -> str:
    """A share with one decimal, rounded down: 99.96 % is not all, and 98.96 % misses 99 %."""
    tenths = math.floor(value * 1000 + 1e-9)
    text = f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths / 10:.1f}"
    return f"{decimal(text, Language.FRENCH)}{NO_BREAK}%"


def _target(line: Indicator) -> str:
    if line.target is None:
        return NOTHING
    return f"{'≥' if line.unit is Unit.SHARE else '≤'} {_value(line, line.target)}"


def _foot(report: Report) -> str:
    moment = day_and_time(report.made_at)
    return (
        f"Établi le {moment} (heure de Paris) d'après le relevé des exécutions, comme les écrans du suivi. "
        "✓ : objectif tenu. ▲ : objectif manqué. Le même tableau est gardé en CSV."
    )
