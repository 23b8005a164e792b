"""Dossier: what happened to one customer, from payment to power, and what an advisor can say to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import htpy as h

from record.cases.dossier import Dossier
from record.cases.failures import CaseError
from record.cases.timeline import Line, case_at_enedis, end_said, said, timeline
from record.cases.ways import way_of
from record.codes import said_of
from record.domain.course import Course
from record.domain.waits import Wait, waits_of
from record.formats import day_and_time, lasting
from record.words import Language
from restoration.clock import PARIS, moment_of
from supervision.kit.charts import block, line, px, svg
from supervision.kit.html import Node, button, detail, note, table
from supervision.kit.moments import TimeAxis
from supervision.process import state_names
from supervision.question import Question, Range
from supervision.sources import Sources

_ROW, _BAR, _NAMES = 30, 18, 84
_COLOURS: Mapping[str, tuple[str, str]] = {
    "us": ("s4", "paper"),
    "enedis": ("s6", "paper"),
    "billing": ("s3", "ink"),
    "bank": ("s2", "ink"),
    "advisor": ("person", "paper"),
}
"""Of a wait for somebody, and of the letters on it."""
_SHAPES: Mapping[str, tuple[str, str]] = {
    "order": ("M0 -6 6 0 0 6 -6 0Z", "◆"),
    "message": ("M-5 -4H5V4H-5Z", "■"),
    "failure": ("M0 -7 7 5H-7Z", "▲"),
    "end": ("M-2 -9H2V9H-2Z", "▮"),
}
"""Of a mark, as it is drawn and as it is written."""
MARKED = frozenset({"order", "message"})
"""The kinds of lines of which each is a moment of its own."""


def draw(question: Question, sources: Sources) -> Node:
    say, key = question.say, question.option("key")
    if not key:
        return [_form(question), note(say("which"))]
    if sources.cases is None:
        return note(say("unread"), "broken")
    try:
        _, dossiers = sources.cases.named(key)
    except CaseError as error:
        return [_form(question), note(error.said(question.language), "broken")]
    several = h.p[say("several", count=len(dossiers))] if len(dossiers) > 1 else None
    return [_form(question), several, [_case(question, each, sources.stack) for each in dossiers]]


def _form(question: Question) -> Node:
    say = question.say
    size = "20" if question.is_narrow else "36"
    field = h.input(type="text", name="key", value=question.option("key"), size=size)
    return h.form(".row.no-print")[h.label[say("key"), " ", field], button(say("show"), question, form="1")]


def _case(question: Question, dossier: Dossier, stack: str) -> Node:
    say = question.say
    names = [say(name, id=dossier.item[key]) for name, key in _PLACES if dossier.item.get(key)]
    if case := case_at_enedis(dossier):
        names.append(say("enedis_case", id=case))
    return h.section[
        h.h2[dossier.limitation_id, h.span(".small.quiet")[" · ", " · ".join(names)]],
        h.div(".small.quiet")[say("say")],
        h.p(".big", lang="fr", style="font-size:20px")["« ", said(dossier, question.now), " »"],
        _standing(question, dossier),
        h.h2[say("line")],
        _line(question, dossier),
        h.h2[say("everything")],
        table(
            [say("when"), say("kind"), say("what")],
            (
                [
                    h.span(class_="" if question.is_narrow else "whole")[
                        f"{day_and_time(line.at, question.language, question.now)}:{line.at.astimezone(PARIS):%S}"
                    ],
                    say(line.kind),
                    [line.said, " ", detail(say("detail"), line.text)] if line.said != line.text else line.said,
                ]
                for line in reversed(timeline(dossier, question.language, state_names()))
            ),
            caption=f"{dossier.limitation_id}: {say('everything')}",
            spare=(1,) if question.is_narrow else (),
        ),
        h.p(".small.quiet.no-print")[
            say("story"), " ", h.code[f"make story CASE={dossier.limitation_id} STACK={stack}"]
        ],
    ]


_PLACES = (("contract", "contractId"), ("point", "pointId"), ("customer", "customerId"))


def _standing(question: Question, dossier: Dossier) -> Node:
    say = question.say
    holder, party = dossier.holder, dossier.waits_for
    if holder and not holder.runs:
        end = holder.end
        state = question.state(holder.state or "?")
        told = say("failed", state=state, error=said_of(end.error, question.language), id=dossier.limitation_id)
        return note([told, detail(say("detail"), f"{end.error} {end.cause}")], "broken")
    if holder and party:
        since = moment_of(holder.since)
        who = say(f"party_{party}")
        return h.p[say("waits", party=who, time=lasting(question.now - since, question.language))]
    if outcome := dossier.item.get("settlement", {}).get("outcome") or dossier.item.get("outcome"):
        return h.p[say("ended", outcome=question.outcome(str(outcome)))]
    return h.p[say("nobody")]


def _line(question: Question, dossier: Dossier) -> Node:
    """One line of time: a row for each execution, a row for the marks, an axis; beneath it, what the marks mean."""
    rows = [(each.name[-8:], spans(each, question.now)) for each in dossier.executions if each.visits]
    if not rows:
        return h.p(".quiet")[question.say("nobody")]
    stretches = [each for _, its in rows for _, each in its]
    since = min(each.since for each in stretches)
    # A second at least, so that there is an axis.
    whole = Range(since, max(since + timedelta(seconds=1), *(each.until for each in stretches)))
    axis = TimeAxis(whole, _NAMES, max(120, question.room - _NAMES - 20))
    found, bottom = marks(dossier, question.language), (len(rows) + 1) * _ROW
    height, total = bottom + 34, question.say("total", time=lasting(whole.length, question.language))

    def row(place: int, name: str, its: Sequence[tuple[Wait, Range]]) -> Node:
        y = place * _ROW + (_ROW - _BAR) // 2
        label = h.text(".quiet", x=_NAMES - 8, y=y + 13, text_anchor="end")[f"…{name}"]
        return h.g[label, [stretch(wait, when, y) for wait, when in its]]

    def stretch(wait: Wait, when: Range, y: int) -> Node:
        begins, ends = axis.at(when.since), axis.at(when.until)
        text = f"{question.say(f'party_{wait.party}')} · {lasting(when.length, question.language)}"
        colour, letters = _COLOURS[wait.party]
        return h.g[
            h.title[f"{text}: {', '.join(map(question.state, wait.states))}"],
            block((begins, y), max(1.0, ends - begins), _BAR, colour),
            h.text(x=px(begins + 5), y=y + 13, style=f"fill:var(--{letters})")[text]
            if ends - begins > 7 * len(text) + 8
            else None,
        ]

    def sign(mark: Line) -> Node:
        colour = "broken" if mark.kind == "failure" else "ink"
        place = {"transform": f"translate({axis.at(mark.at):.1f} {bottom - _ROW // 2})", "fill": f"var(--{colour})"}
        title = f"{mark.at.astimezone(PARIS):%H:%M:%S} {question.say(mark.kind)}: {mark.said}"
        return h.path(d=_SHAPES[mark.kind][0], **place)[h.title[title]]

    drawn = [*(row(place, *each) for place, each in enumerate(rows)), *map(sign, found)]
    ground = line((_NAMES, _NAMES + axis.width), (height - 30, height - 30), "grey")
    kinds = ", ".join(f"{_SHAPES[kind][1]} {question.say(kind)}" for kind in dict.fromkeys(it.kind for it in found))
    return [
        svg(
            round(_NAMES + axis.width + 20),
            height,
            total,
            [drawn, ground, axis.moments(height - 11, question.language)],
        ),
        h.p(".small.quiet")[" · ".join(filter(None, (total, kinds)))],
    ]


def spans(execution: Course, now: datetime) -> Sequence[tuple[Wait, Range]]:
    """The waits of an execution, as everywhere, through the loop and through looks after news; and when each was."""
    # An execution that failed never left its last state: it stayed there to its end.
    end = moment_of(execution.ended_at) if execution.ended_at is not None else now
    return [
        (each, Range(moment_of(each.since), end if each.until is None else moment_of(each.until)))
        for each in waits_of(execution.visits)
    ]


def marks(dossier: Dossier, language: Language) -> Sequence[Line]:
    """The moments of a case, oldest first: its orders, its messages, and its ends (``failure`` or ``end``)."""
    found = [each for each in timeline(dossier, language) if each.kind in MARKED]
    for each in dossier.executions:
        if not each.runs and (way := way_of(each)):
            kind, text = "failure" if each.end.error else "end", end_said(way[-1], language)
            found.append(Line(way[-1].at, kind, text, text))
    return sorted(found, key=lambda line: line.at)
