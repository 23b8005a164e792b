"""Incidents: what is broken, for how many customers, and what one can do about it; worst first."""

from collections.abc import Sequence
from datetime import datetime

import htpy as h

from record.codes import said_of
from record.domain.failure import UNSUCCESSFUL
from record.domain.incidents import (
    MOST_NAMED,
    Counted,
    Incident,
    Steps,
    check_of,
    incidents,
    redrive_of,
    too_old,
)
from record.domain.promises import TERMS
from record.domain.record import Signature
from record.domain.remedies import remedy_of
from record.formats import day_and_time, lasting, number
from record.words import Texts, Words
from restoration.clock import from_text
from restoration.domain.claim import is_answer_overdue
from restoration.domain.register import RegisteredLimitation
from supervision.kit.charts import sparkline
from supervision.kit.documents import runbook_page
from supervision.kit.html import Node, detail, link, note, part
from supervision.kit.page import NARROW
from supervision.kit.sheet import sheet, with_sheet
from supervision.process import state_names
from supervision.question import Question
from supervision.screens.reading import name_of_before, read_slices, says_capped, says_searched
from supervision.sources import Sources

SHOWN, MORE = 20, 200

TEXTS: Texts = {
    "held": ("clients sont retenus par un incident maintenant", "customers are held by an incident now"),
    "held_one": ("client est retenu par un incident maintenant", "customer is held by an incident now"),
    "fine": ("Aucun client n'est retenu par un incident.", "No customer is held by an incident."),
    "failed": (
        "Échecs sur la période : {count} ; {range} : {before}.",
        "Failures: {count}; {range}: {before}.",
    ),
    "empty": (
        "Rien n'a échoué sur la période, et rien d'avant ne retient un client.",
        "Nothing failed in the range, and nothing from before holds a customer.",
    ),
    "none_meets": ("Aucun incident ne répond au filtre.", "No incident meets the filter."),
    "late_title": ("Sans réponse d'un conseiller", "Without an advisor's answer"),
    "late": (
        "Attendent depuis plus de {time}, le délai annoncé à chacun, les plus anciens d'abord : {count} client(s).",
        "Have waited for over {time}, the time that each was told, the oldest first: {count} customer(s).",
    ),
    "late_for": ("depuis {time}", "for {time}"),
    "asked_again": ("les conseillers sont interrogés de nouveau", "the advisors are asked again"),
    "worst": ("Les pires d'abord", "Worst first"),
    "incident": ("incident", "incident"),
    "state": ("étape", "state"),
    "failed_in": ("échecs sur la période", "failures in the range"),
    "hit": ("clients touchés", "customers hit"),
    "holds": ("retenus", "held"),
    "holds_title": (
        "Clients dont le dossier a échoué ainsi et tient encore leur limitation, maintenant",
        "Customers whose case failed so and still holds their limitation, now",
    ),
    "detail": ("détail technique", "technical detail"),
    "in": ("dans « {state} »", "in “{state}”"),
    "nowhere": ("avant tout état", "before any state"),
    "times": ("{count} échecs", "{count} failures"),
    "times_one": ("{count} échec", "{count} failure"),
    "customers": ("{count} clients touchés", "{count} customers hit"),
    "customers_one": ("{count} client touché", "{count} customer hit"),
    "customers_title": (
        "Clients dont un dossier a échoué ainsi ; chacun compte une fois, où il l'a été d'abord",
        "Customers of whom a case failed so; each counts once, where it first did",
    ),
    "seen": ("entre le {first} et le {last}, sur la période", "between {first} and {last}, in the range"),
    "same": (
        "Le même que {range} : {count} fois, en dernier le {last}.",
        "The same as {range}: {count}, last on {last}.",
    ),
    "same_as": ("Le même que le {first}.", "The same as on {first}."),
    "new": ("Nouveau sur la période.", "New in the range."),
    "versions": ("Vu sur la version du {versions}.", "Seen on the version of {versions}."),
    "last_only": (
        "Vu seulement sur la dernière version, celle du {versions} : la cause est peut-être le déploiement.",
        "Seen only on the last version, that of {versions}: perhaps the deployment is the cause.",
    ),
    "unknown_version": ("inconnue", "unknown"),
    "mend": ("Réparer", "Mend"),
    "page": ("Guide", "Runbook"),
    "redrive": ("Puis relancer", "Then redrive"),
    "redrive_says": (
        "Fige ces exécutions et montre l'ensemble avec sa durée ; ne relance rien. Confirmez ensuite l'ensemble.",
        "Freezes these executions and shows the set and how long it takes; redrives nothing. Then confirm the set.",
    ),
    "redrive_one": (
        "Demande un motif, puis le dossier reprend à l'appel qui a échoué.",
        "Asks for a reason, then the case goes on at the call that failed.",
    ),
    "check": ("Faire vérifier", "Have it checked"),
    "check_says": (
        "Une relance n'y ferait rien. Demande un motif, puis interroge la facturation et les règles à nouveau.",
        "A redrive would not help. Asks for a reason, then asks billing and the rules again.",
    ),
    "check_old": (
        "Arrêtés il y a plus de 14 jours, AWS ne les relance plus. Demande un motif, puis les règles à nouveau.",
        "Stopped more than 14 days ago, AWS does not redrive them. Asks for a reason, then the rules again.",
    ),
    "first_named": (" Les {count} premiers seulement.", " Only the first {count}."),
    "nobody": ("Personne n'est plus retenu : rien à relancer.", "Nobody is held any more: nothing to redrive."),
    "see_held": ("Voir les {count} dossiers", "See the {count} cases"),
    "see_held_one": ("Voir le dossier", "See the case"),
    "cases": ("Dossiers", "Cases"),
    "example": ("Voir le dernier", "See the last"),
    "by_hour": ("Échecs par heure, {most} au plus", "Failures by the hour, at most {most}"),
    "by_day": ("Échecs par jour, {most} au plus", "Failures by the day, at most {most}"),
}


def draw(question: Question, sources: Sources) -> Node:
    say, record = Words(question.language, TEXTS), sources.record
    read, before = read_slices(question, record), read_slices(question, record, question.range.before)
    every = record.open_cases()
    held = [case for case in every if not case.runs and question.filter.takes_open(case)]
    signatures = record.signatures()
    found = incidents(
        Counted(read.slices, before.slices, read.searched is None),
        signatures,
        held,
        Steps.over(question.range.since, question.range.until, question.range.step),
    )
    shown, more = part(question, found, SHOWN, MORE)
    newest = max((each for each in record.versions() if each <= question.now), default=None)
    return [
        says_searched(question, read),
        says_capped(question, len(every)),
        with_sheet(_headline(question, found), say("failed_in")),
        _late(question, sources.left()) if not question.filter.conditions else None,
        [
            h.h2[say("worst")],
            _sheet(question, shown),
            [
                _incident(question, sources, each, [*signatures.values()], newest.isoformat() if newest else "")
                for each in shown
            ],
            h.p(".small")[more] if more else None,
        ]
        if found
        else note(say("none_meets" if question.filter.conditions else "empty")),
    ]


def _late(question: Question, left: Sequence[RegisteredLimitation]) -> Node:
    """The cases that the advisors have had for longer than their customers were told, each with its age."""
    say, language = Words(question.language, TEXTS), question.language
    late = [each for each in left if each.left_since and is_answer_overdue(each.left_since, question.now, TERMS.answer)]
    if not late:
        return None
    rows = [
        h.li[
            link(each.limitation_id, question, popup=True, screen="case", key=each.limitation_id),
            " ",
            say("late_for", time=lasting(question.now - each.left_since, language)) if each.left_since else None,
            " · ",
            said_of(each.outcome_reason or each.outcome, language),
            [" · ", say("asked_again")] if each.holder else None,
        ]
        for each in late[:SHOWN]
    ]
    told = say("late", count=number(len(late)), time=lasting(TERMS.answer, language))
    return [h.h2[say("late_title")], h.p[h.strong(".person")[told]], h.ul[rows]]


def _sheet(question: Question, found: Sequence[Incident]) -> Node:
    say, states = Words(question.language, TEXTS), Words(question.language, state_names())
    heads = [say(each) for each in ("incident", "state", "detail", "holds", "failed_in", "hit")]
    rows = [
        [
            said_of(its.error or its.id, question.language),
            states.either(its.state, its.state),
            f"{its.id} {its.error}: {its.words}",
            *(str(number) for number in (each.holds, each.times, each.customers or "")),
        ]
        for each in found
        for its in [each.signature]
    ]
    return sheet([heads, *rows], say("worst"))


def _headline(question: Question, found: Sequence[Incident]) -> Node:
    say = Words(question.language, TEXTS)
    held = len({case.limitation_id for each in found for case in each.held})
    times, before = sum(each.times for each in found), sum(each.before for each in found)
    earlier = name_of_before(question)
    return h.div[
        h.span(class_="big broken" if held else "big")["▲ " if held else None, number(held)],
        " ",
        say("held_one" if held == 1 else "held") if held else say("fine"),
        h.p[say("failed", count=number(times), range=earlier, before=number(before))] if found else None,
    ]


def _incident(question: Question, sources: Sources, found: Incident, known: Sequence[Signature], newest: str) -> Node:
    say, mine = Words(question.language, TEXTS), found.signature
    state = Words(question.language, state_names()).either(mine.state, mine.state)
    error = said_of(mine.error or mine.id, question.language)
    is_known = mine.state not in {"", "-"}
    steps = "by_hour" if question.range.is_by_hour else "by_day"
    told = say(steps, most=number(max(found.series, default=0)))
    return h.section(class_="incident narrow" if question.width < NARROW else "incident")[
        h.div(title=say("holds_title"))[
            h.div(class_="big broken" if found.holds else "big quiet")[number(found.holds)],
            h.div(".small.quiet")[say("holds")],
        ],
        h.div[
            h.h3[f"{error[:1].upper()}{error[1:]}", " ", say("in", state=state) if is_known else say("nowhere")],
            detail(say("detail"), f"{mine.error}: {mine.words}") if mine.words else None,
            _numbers(question, found),
            h.p(".small")[_history(question, found), " ", _versions(question, mine, newest)],
            _actions(question, sources, found, known),
        ],
        h.div[sparkline(found.series, f"{told}: {', '.join(map(str, found.series))}"), h.div(".small.quiet")[told]],
    ]


def _numbers(question: Question, found: Incident) -> Node:
    say, language = Words(question.language, TEXTS), question.language
    since, until = _seen(question, found)
    return h.p[
        say.counted("times", found.times, number(found.times)),
        [", ", h.span(title=say("customers_title"))[say.counted("customers", found.customers, number(found.customers))]]
        if found.customers is not None
        else None,
        [", ", say("seen", first=day_and_time(since, language), last=day_and_time(until, language))]
        if since and until
        else None,
        ".",
    ]


def _seen(question: Question, found: Incident) -> tuple[datetime | None, datetime | None]:
    """Between which moments of the range it was: those of its signature, where they are in it, or whole steps."""
    if found.first is None or found.last is None:
        return None, None
    since = max(found.first, found.signature.first_seen, question.range.since)
    return since, min(found.last + question.range.step, found.signature.last_seen, question.range.until)


def _history(question: Question, found: Incident) -> str:
    say, first = Words(question.language, TEXTS), found.signature.first_seen
    if found.before and found.last_before:
        last = day_and_time(found.last_before, question.language)
        if not question.range.is_by_hour:
            last = last.rpartition(" ")[0]
        return say("same", count=number(found.before), range=name_of_before(question), last=last)
    if first < question.range.since:
        return say("same_as", first=day_and_time(first, question.language))
    return say("new")


def _versions(question: Question, mine: Signature, newest: str) -> str:
    say = Words(question.language, TEXTS)
    if not mine.versions - {"-"}:
        return ""
    moments = {each: from_text(each) for each in mine.versions if each != "-"}
    told = [day_and_time(each, question.language) for each in sorted(moments.values())]
    told += [say("unknown_version")] if "-" in mine.versions else []
    is_last = bool(newest) and {each.isoformat() for each in moments.values()} == {newest} and "-" not in mine.versions
    return say("last_only" if is_last else "versions", versions=", ".join(told))


def _actions(question: Question, sources: Sources, found: Incident, known: Sequence[Signature]) -> Node:
    """What to mend, where to read on, and the command that follows; each says what it does."""
    say, remedy = Words(question.language, TEXTS), remedy_of(found.signature)
    return h.dl[
        h.dt[say("mend")],
        h.dd[remedy.text(question.language)],
        h.dt[say("page")],
        h.dd[runbook_page(sources.runbook, remedy.page, question.language)],
        _commands(question, found, known, helps=remedy.helps)
        if found.held
        else [h.dt[say("redrive")], h.dd(".quiet")[say("nobody")]],
        [h.dt[say("cases")], h.dd[cases]] if (cases := _cases(question, found)) else None,
    ]


def _commands(question: Question, found: Incident, known: Sequence[Signature], *, helps: bool) -> Node:
    say = Words(question.language, TEXTS)
    redrive = redrive_of(found, known, question.now) if helps else None
    to_check = too_old(found, question.now) if helps else found.held
    named = say("first_named", count=MOST_NAMED) if len({each.limitation_id for each in to_check}) > MOST_NAMED else ""
    return [
        [
            h.dt[say("redrive")],
            h.dd[
                h.code[redrive],
                h.div(".small.quiet")[say("redrive_one" if redrive.startswith("ops redrive case") else "redrive_says")],
            ],
        ]
        if redrive
        else None,
        [
            h.dt[say("check")],
            h.dd[h.code[check_of(to_check)], h.div(".small.quiet")[say("check_old" if helps else "check_says"), named]],
        ]
        if to_check
        else None,
    ]


def _cases(question: Question, found: Incident) -> Node:
    """Links to the cases that are held, or to the last that failed so."""
    say = Words(question.language, TEXTS)
    if len(found.held) == 1:
        key = found.held[0].limitation_id
        return link([say("see_held_one"), " ", key], question, popup=True, screen="case", key=key)
    if found.held:
        text = say.counted("see_held", len(found.held), number(len(found.held)))
        meant = f"signature={found.signature.id}" if found.signature.id else f"status={'|'.join(UNSUCCESSFUL)}"
        return link(text, question, screen="running", filter=meant, rows="", party="", age="", only="")
    if found.signature.execution:
        return link(say("example"), question, popup=True, screen="case", key=found.signature.execution)
    return None
