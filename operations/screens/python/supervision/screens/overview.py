"""Suivi global: who has paid and sits without power now, and how far the payments of the range came."""

from collections.abc import Sequence
from datetime import timedelta

import htpy as h

from record.domain.promises import Promise
from record.domain.record import OpenCase, Slice, Stage
from record.domain.tally import Count, total
from record.formats import duration, lasting, number, share
from record.words import Texts, Words
from supervision.figures.customers import (
    DEFINED,
    WORDS,
    Came,
    Now,
    came,
    customers_of,
    now_of,
    promises,
    restored_by_time,
    summed,
    without_advisor,
)
from supervision.figures.durations import times_of
from supervision.filters import COUNTED
from supervision.kit.charts import Bar, bars
from supervision.kit.columns import columns
from supervision.kit.html import Node, button, cards, link, note, table, tile
from supervision.kit.sheet import timed, with_sheet
from supervision.question import Question
from supervision.screens.reading import counted_slices, name_of_before, says_capped
from supervision.screens.wall import draw_wall
from supervision.sources import Sources
from supervision.words import COMMON

RECENT = timedelta(minutes=5)
"""A range that ended so long ago at most reaches to now: a page that is shown for a while does not ask again."""
ASKED = ("branches", "incidents", "durations", "case")
"""The screens whose questions stand on this one."""
STEPS = tuple(stage.value for stage in Stage)
"""Of the funnel, as its figures name them."""
RESULTS = ("kept", "broken", "open")
"""What may come of a promise."""

TEXTS: Texts = {
    "nobody": (
        "Personne n'attend : aucun client qui a payé n'est sans puissance.",
        "Nobody waits: no customer who has paid is without power.",
    ),
    "not_known": (
        "client ayant payé attend, pour autant qu'on sache",
        "customers who have paid wait, as far as is known",
    ),
    "paid": ("clients ont payé et sont sans puissance maintenant", "customers have paid and are without power now"),
    "paid_one": ("client a payé et est sans puissance maintenant", "customer has paid and is without power now"),
    "waiting": ("{count} attendent", "{count} wait"),
    "waiting_one": ("{count} attend", "{count} waits"),
    "unchecked": ("{count} en incident avant vérification", "{count} in an incident before the check"),
    "asked": ("{count} que la facturation n'a pas confirmés", "{count} not confirmed by billing"),
    "oldest": ("Le plus ancien attend depuis {time}.", "The oldest has waited for {time}."),
    "list": ("Voir qui attend quoi", "See who waits for what"),
    "ask_branches": ("Où en sont les dossiers ?", "Where do cases stand?"),
    "ask_incidents": ("Qu'est-ce qui est en panne, et pour combien ?", "What broke, and for how many?"),
    "ask_durations": ("Combien de temps, pour qui ?", "How long, and for whom?"),
    "ask_case": ("Que dire à ce client ?", "What do I tell this customer?"),
    "wall": ("Afficher en grand", "Show on a wall"),
    "funnel": ("Parcours de la période", "How far the range's customers came"),
    "received": ("{count} paiements reçus", "{count} payments received"),
    "received_one": ("{count} paiement reçu", "{count} payment received"),
    "checked": ("{count} vérifications sans paiement, à part", "{count} checks without a payment, apart"),
    "checked_one": ("{count} vérification sans paiement, à part", "{count} check without a payment, apart"),
    "mark": ("Le trait indique", "The mark is"),
    "unmeasured": (
        "Les paiements reçus n'ont pas été mesurés sur la période.",
        "Payments received were not measured in the range.",
    ),
    "by_hour": ("Rétablis, par heure", "Restored, by the hour"),
    "by_day": ("Rétablis, par jour", "Restored, by the day"),
    "left_out": (
        "« {text} » ne se compte pas ici ; cette condition est laissée de côté.",
        "“{text}” can't be counted here; this condition is left out.",
    ),
    "promises": ("Promesses de la période", "Promises of the range"),
    "check": ("vérifier le dossier", "check the case"),
    "bank": ("la réponse de la banque", "the bank's reply"),
    "advisor": ("la décision d'un conseiller", "an advisor's decision"),
    "remote": ("Enedis à distance", "Enedis from afar"),
    "technician": ("la visite d'un technicien", "a technician's visit"),
    "review": ("demande : une personne regarde", "asked: a person looks"),
    "power_missing": ("demande : pas de courant, dossier clos", "asked: no power, the case is closed"),
    "plan": ("demande : un échéancier", "asked: a plan"),
    "dispute": ("demande : la dette est contestée", "asked: the debt is disputed"),
    "protection": ("demande : une protection", "asked: a protection"),
    "declaration": ("demande : un paiement déclaré", "asked: a declared payment"),
    "all": ("toutes", "all"),
    "what": ("Attente", "Wait"),
    "promised": ("faites", "made"),
    "kept": ("tenues", "kept"),
    "broken": ("rompues", "broken"),
    "open": ("en cours", "open"),
    "empty": ("Aucun dossier n'a été compté sur la période.", "No case was counted in the range."),
}


def draw(question: Question, sources: Sources) -> Node:
    if question.option("wall"):
        return draw_wall(question, sources)
    say = Words(question.language, TEXTS)
    every = sources.record.open_cases()
    now, before = (counted_slices(question, sources.record, each) for each in (question.range, question.range.before))
    # Cases that run now belong to a range that reaches to now, and to no filter on how or when a case ended.
    is_asked = question.now - question.range.until <= RECENT and not question.filter.counted.conditions
    running = every if is_asked else ()
    figures, stand = came(now, running), now_of(every, question.now, sources.targets)
    return [
        says_capped(question, len(every)),
        with_sheet(_waiting(question, stand), Words(question.language, COMMON)("overview")),
        h.p(".row.no-print")[
            button(say("wall"), question, wall="1"),
            (link(say(f"ask_{screen}"), question, screen=screen) for screen in ASKED),
        ],
        h.h2[say("funnel")],
        _left_out(question, say),
        with_sheet(
            _apart(question, sources.sums({"": sources.received()}, question.range).get(""), figures.checked),
            Words(question.language, DEFINED)("received"),
        ),
        _funnel(question, figures, came(before) if before else None),
        h.p(".small.quiet")[
            say("mark"),
            " ",
            link(name_of_before(question), question, popup=True, range=str(question.range.before)),
        ]
        if before
        else None,
        note(say("empty")) if not figures.concerned else None,
        cards(
            _tile(question, "balance_due", figures.balance_due),
            _tile(question, "advised", customers_of(stand.advised), "person"),
            _tile(question, "left", figures.left, "person"),
            _tile(question, "failed", figures.failed, "broken"),
            _tile(question, "without_advisor", share(*without_advisor(now), question.language)),
            _billing_lag(question, summed(now, "paid#billing")),
        ),
        _promises(question, say, now, _promised_singly(question, sources, running)),
        _by_time(question, say, now, before),
    ]


def _tile(question: Question, word: str, value: int | str, kind: str = "") -> Node:
    """A word with its figure and its definition."""
    named, defined = Words(question.language, WORDS), Words(question.language, DEFINED)
    return tile(value if isinstance(value, str) else number(value), named(word), defined(word), kind if value else "")


def _billing_lag(question: Question, count: Count) -> Node:
    """How long billing took; nothing where it does not say when customers paid."""
    if not count.number:
        return None
    named, defined = Words(question.language, WORDS), Words(question.language, DEFINED)
    times = times_of(count)
    high = f" · p95 {duration(times.p95, question.language)}" if times.p95 is not None else ""
    return tile(timed(times.median, question.language), named("billing_lag") + high, defined("billing_lag"))


def _promised_singly(question: Question, sources: Sources, running: Sequence[OpenCase]) -> Sequence[Promise]:
    """What is promised in cases that run, and in the channels, which no filter knows."""
    of_cases = [promise for case in running for promise in case.promises]
    if question.filter.conditions:
        return of_cases
    asked = sources.promised(question.range.since, question.range.until)
    return [*of_cases, *(each for each in asked if each.ended or question.now - question.range.until <= RECENT)]


def _promises(question: Question, say: Words, slices: Sequence[Slice], others: Sequence[Promise]) -> Node:
    """What was promised, and what came of it; nothing where nothing was promised."""
    found, defined = promises(slices, others, question.now), Words(question.language, DEFINED)
    if not found:
        return None
    named = [*((say(what), count) for what, count in found.items()), (say("all"), total(found.values()))]
    heads = [h.span(title=defined(word))[say(word)] for word in ("promised", *RESULTS)]
    rows = ([name, number(count.number), *(_result(word, count) for word in RESULTS)] for name, count in named)
    return [h.h2[say("promises")], table([say("what"), *heads], rows, numbers=range(1, 5), caption=say("promises"))]


def _result(word: str, count: Count) -> Node:
    value = count.sums.get(word, 0)
    return h.span(".broken")["▲ ", number(value)] if value and word == "broken" else number(value)


def _apart(question: Question, received: int | None, checked: int) -> Node:
    """What is no customer who paid: the payments themselves, where they were measured, and checks."""
    say, defined = Words(question.language, TEXTS), Words(question.language, DEFINED)
    if received is None:
        return note(say("unmeasured"))
    return h.p[
        h.span(title=defined("received"))[say.counted("received", received, number(received))],
        [" · ", h.span(".quiet", title=defined("checked"))[say.counted("checked", checked, number(checked))]]
        if checked
        else None,
    ]


def _left_out(question: Question, say: Words) -> Node:
    """What of the filter this screen can't count by."""
    those = [str(each) for each in question.filter.conditions if each.field not in COUNTED]
    return note(say("left_out", text=" ".join(those))) if those else None


def _by_time(question: Question, say: Words, now: Sequence[Slice], before: Sequence[Slice]) -> Node:
    """How many were restored in each hour or day, with the range before as marks."""
    if not now:
        return None
    back = question.range.since - question.range.before.since
    earlier = {start + back: float(count) for start, count in restored_by_time(before, question.range.step).items()}
    title = say("by_hour" if question.range.is_by_hour else "by_day")
    return [
        h.h2(title=Words(question.language, DEFINED)("restored"))[title],
        columns(
            sorted(restored_by_time(now, question.range.step).items()),
            question.range,
            question.range.step,
            question.width - 32,
            label=title,
            text=number,
            before=(earlier, name_of_before(question)),
            language=question.language,
        ),
    ]


def _waiting(question: Question, those: Now) -> Node:
    """The customers who have paid and are without power; nobody is said to wait while a case is held."""
    language = question.language
    say, common = Words(language, TEXTS), Words(language, COMMON)
    if not those.paid and not those.stopped:
        return h.div[h.span(".big")["0"], " ", say("nobody")]
    waiting, stopped, oldest = customers_of(those.waiting), len(those.stopped), those.oldest
    asked, unchecked = (customers_of(each for each in those.unchecked if each.runs is runs) for runs in (True, False))
    return h.div[
        h.span(class_="big person" if those.paid else "big")[number(those.paid)],
        " ",
        say.counted("paid", those.paid, number(those.paid)) if those.paid else say("not_known"),
        h.p[
            [
                say.counted("waiting", waiting, number(waiting)),
                [" + ", say("asked", count=number(asked))] if asked else None,
                [" + ", h.span(".broken")["▲ ", say("unchecked", count=number(unchecked))]] if unchecked else None,
                ". ",
            ]
            if asked or unchecked
            else None,
            say("oldest", time=lasting(question.now - oldest, language)) if oldest else None,
            h.span(".broken")[" ▲ ", common.counted("stopped", stopped, number(stopped)), "."] if stopped else None,
            " ",
            link(say("list"), question, screen="running"),
        ],
    ]


def _funnel(question: Question, now: Came, before: Came | None) -> Node:
    named, defined = Words(question.language, WORDS), Words(question.language, DEFINED)
    found = []
    for name in STEPS:
        value, earlier = getattr(now, name), getattr(before, name, None)
        is_part = name != STEPS[0] and value <= now.concerned
        part = f" · {share(value, now.concerned, question.language)}" if is_part else ""
        found.append(Bar(named(name), value, number(value) + part, earlier, defined(name)))
    label = Words(question.language, TEXTS)("funnel")
    return bars(found, question.width - 32, label, name_of_before(question))
