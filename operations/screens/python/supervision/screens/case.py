"""Dossier: what happened to one customer, from payment to power, and what an advisor can say to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import htpy as h

from record.cases.dossier import Dossier
from record.cases.failures import CaseError
from record.cases.timeline import case_at_enedis, said, timeline
from record.codes import said_of
from record.formats import day_and_time, lasting
from record.words import Language
from restoration.clock import PARIS, moment_of
from supervision.figures.case import Mark, Span, marks, spans
from supervision.kit.charts import block, line, px, svg
from supervision.kit.html import Node, calls, detail, note, table
from supervision.kit.page import NARROW
from supervision.process import state_names
from supervision.question import Question, Range
from supervision.sources import Sources

_ROW, _BAR, _NAMES = 30, 18, 84
_TICKS, _TICK_WIDTH = 5, 90
_COLOURS: Mapping[str, str] = {"us": "s4", "enedis": "s6", "billing": "s3", "bank": "s2", "advisor": "person"}
_SHAPES: Mapping[str, str] = {
    "order": "M0 -6 6 0 0 6 -6 0Z",
    "message": "M-5 -4H5V4H-5Z",
    "failure": "M0 -7 7 5H-7Z",
    "end": "M-2 -9H2V9H-2Z",
}
_SIGNS: Mapping[str, str] = {"order": "◆", "message": "■", "failure": "▲", "end": "▮"}


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
    field = h.input(
        type="text", name="key", value=question.option("key"), size="36" if question.width >= NARROW else "20"
    )
    return h.form(".row.no-print")[
        h.label[say("key"), " ", field], calls(h.button(".btn", type="button")[say("show")], question, form="1")
    ]


def _case(question: Question, dossier: Dossier, stack: str) -> Node:
    say = question.say
    item, is_narrow = dossier.item, question.width < NARROW
    names = [say(name, id=item[key]) for name, key in _PLACES if item.get(key)]
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
            [say("when"), *([] if is_narrow else [say("kind")]), say("what")],
            (
                [
                    h.span(class_="" if is_narrow else "whole")[_moment(line.at, question)],
                    *([] if is_narrow else [say(f"k_{line.kind}")]),
                    [line.said, " ", detail(say("detail"), line.text)] if line.said != line.text else line.said,
                ]
                for line in reversed(timeline(dossier, question.language, state_names()))
            ),
            caption=f"{dossier.limitation_id}: {say('everything')}",
        ),
        h.p(".small.quiet.no-print")[
            say("story"), " ", h.code[f"make story CASE={dossier.limitation_id} STACK={stack}"]
        ],
    ]


def _moment(at: datetime, question: Question) -> str:
    return f"{day_and_time(at, question.language)}:{at.astimezone(PARIS):%S}"


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
    rows = [(each.name[-8:], spans(each, question.now)) for each in dossier.executions if each.visits]
    if not rows:
        return h.p(".quiet")[question.say("nobody")]
    moments = [span.since for _, found in rows for span in found] + [span.until for _, found in rows for span in found]
    return _drawn(question, rows, marks(dossier, question.language), Range(min(moments), max(moments)))


def _drawn(question: Question, rows: Sequence[tuple[str, Sequence[Span]]], found: Sequence[Mark], whole: Range) -> Node:
    """One line of time: a row for each execution, a row for the marks, an axis; beneath it, what the marks mean."""
    language, length = question.language, max(whole.length, timedelta(seconds=1))
    room = max(120, question.width - 32 - _NAMES - 20)
    height, total = (len(rows) + 1) * _ROW + 34, question.say("total", time=lasting(length, language))

    def x(moment: datetime) -> float:
        return _NAMES + min(1.0, max(0.0, (moment - whole.since) / length)) * room

    def row(place: int, name: str, its: Sequence[Span]) -> Node:
        y = place * _ROW + (_ROW - _BAR) // 2
        label = h.text(".quiet", x=_NAMES - 8, y=y + 13, text_anchor="end")[f"…{name}"]
        return h.g[label, [stretch(each, y) for each in its]]

    def stretch(span: Span, y: int) -> Node:
        begins, ends = x(span.since), x(span.until)
        states = ", ".join(question.state(each) for each in span.states)
        text = f"{question.say(f'party_{span.party}')} · {lasting(span.until - span.since, language)}"
        style = f"fill:var(--{_LETTERS[span.party.value]})"
        return h.g[
            h.title[f"{text}: {states}"],
            block((begins, y), max(1.0, ends - begins), _BAR, _COLOURS[span.party.value]),
            h.text(x=px(begins + 5), y=y + 13, style=style)[text] if ends - begins > 7 * len(text) + 8 else None,
        ]

    def sign(mark: Mark, y: int) -> Node:
        colour = "broken" if mark.kind == "failure" else "ink"
        place = {"transform": f"translate({x(mark.at):.1f} {y})", "fill": f"var(--{colour})"}
        title = f"{mark.at.astimezone(PARIS):%H:%M:%S} {question.say(mark.kind)}: {mark.name}"
        return h.path(d=_SHAPES[mark.kind], **place)[h.title[title]]

    signs = [sign(each, len(rows) * _ROW + _ROW // 2) for each in found]
    drawn = [*(row(place, *each) for place, each in enumerate(rows)), *signs]
    kinds = ", ".join(f"{_SIGNS[kind]} {question.say(kind)}" for kind in dict.fromkeys(mark.kind for mark in found))
    return [
        svg(_NAMES + room + 20, height, total, [drawn, _axis(whole.since, length, room, height - 30, language)]),
        h.p(".small.quiet")[" · ".join(each for each in (total, kinds) if each)],
    ]


def _axis(since: datetime, length: timedelta, room: int, y: int, language: Language) -> Node:
    drawn = [line((_NAMES, _NAMES + room), (y, y), "grey")]
    ticks = max(2, min(_TICKS, room // _TICK_WIDTH))
    for place in range(ticks):
        x, moment = _NAMES + place / (ticks - 1) * room, since + length * place / (ticks - 1)
        anchor = "start" if place == 0 else "end" if place == ticks - 1 else "middle"
        drawn.append(line((x, x), (y, y + 5), "grey"))
        drawn.append(h.text(".quiet", x=px(x), y=y + 19, text_anchor=anchor)[_tick(moment, length, language)])
    return drawn


def _tick(moment: datetime, length: timedelta, language: Language) -> str:
    if length > timedelta(hours=20):
        return day_and_time(moment, language)
    local = moment.astimezone(PARIS)
    return f"{local:%H:%M:%S}" if length < timedelta(minutes=20) else f"{local:%H:%M}"


_LETTERS: Mapping[str, str] = {"us": "paper", "enedis": "paper", "billing": "ink", "bank": "ink", "advisor": "paper"}
