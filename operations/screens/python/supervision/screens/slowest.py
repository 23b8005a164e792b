"""The slowest restored cases on the screen of durations, and what they have in common."""

from collections.abc import Sequence

import htpy as h

from record.codes import said_of
from record.domain.record import EndedCase
from record.formats import NOTHING, day_and_time, decimal, lasting, number, share
from record.words import Words
from supervision.figures.outliers import (
    LEAST_ALL,
    LEAST_CASES,
    LEAST_LIFT,
    LEAST_SLOW,
    Common,
    Kind,
    Outliers,
    outliers,
)
from supervision.kit.html import Node, link, note, part, table
from supervision.kit.sheet import timed
from supervision.question import Question
from supervision.rule_tables import rule_names
from supervision.screens.listed import case_link

SHOWN, MORE = 10, 100


def draw_slowest(question: Question, cases: Sequence[EndedCase]) -> Node:
    """The slowest restored cases among the latest, with what they have in common; nothing where none was restored."""
    found = outliers(cases)
    if not found.number:
        return None
    say, language = question.say, question.language
    told = {"all": number(found.number)}
    return [
        h.h2[say("slowest")],
        h.p[say("slow_bound", slow=number(len(found.slow)), bound=lasting(found.bound, language), **told)]
        if found.bound is not None
        else note(say("few", least=LEAST_CASES, **told)),
        _common(question, found) if found.bound is not None else None,
        _list(question, found.slow),
    ]


def _common(question: Question, found: Outliers) -> Node:
    say, language = question.say, question.language
    criterion = say("criterion", slow=LEAST_SLOW, all=LEAST_ALL, lift=decimal(f"{LEAST_LIFT:.1f}", language))
    if not found.common:
        return h.p(".quiet.small")[say("nothing"), " ", criterion]
    heads = (say("trait"), say("of_slow"), say("of_all"), h.span(title=say("lift_title"))[say("lift")])
    rows = (
        [
            _trait(question, each),
            f"{number(each.slow)} · {share(each.slow, len(found.slow), language)}",
            f"{number(each.all)} · {share(each.all, found.number, language)}",
            h.strong["\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}", decimal(f"{each.lift:.1f}", language)],
        ]
        for each in found.common
    )
    return [table(heads, rows, (1, 2, 3), say("common")), h.p(".small.quiet")[criterion]]


def _trait(question: Question, common: Common) -> Node:
    """What is common, in words; a link to the cases that have it, where the filter knows it."""
    say, kind, value = question.say, common.kind, common.value
    if kind is Kind.HOUR:
        return say(kind, value=value, next=str((int(value) + 1) % 24))
    asks = ("redrives", "1..99") if kind is Kind.REDRIVEN else (kind.value, value)
    if kind is Kind.MEANS:
        value = said_of(value, question.language)
    elif kind is Kind.RULE:
        value = Words(question.language, rule_names()).either(value, value)
    return link(say(kind, value=value), question, filter=str(question.filter.replacing(*asks)))


def _list(question: Question, cases: Sequence[EndedCase]) -> Node:
    language = question.language
    shown, more = part(question, cases, SHOWN, MORE, "slowest")
    heads = [question.say(each) for each in ("limitation", "took", "paid_by", "codes", "ended")]
    rows = (
        [
            case_link(question, case.limitation_id),
            timed(case.took, language),
            ", ".join(said_of(each, language) for each in sorted(case.means)) or NOTHING,
            ", ".join(sorted(case.codes)) or NOTHING,
            day_and_time(case.ended_at, language),
        ]
        for case in shown
    )
    spare = (3, 4) if question.is_narrow else ()
    return [table(heads, rows, (1,), question.say("slowest"), spare=spare), h.p(".small")[more] if more else None]
