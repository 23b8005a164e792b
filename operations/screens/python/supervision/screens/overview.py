"""Suivi global: who has paid and sits without power now, and how far the payments of the range came."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import htpy as h

from record.domain.record import Slice
from record.formats import lasting, number, share
from record.words import Language, Texts, Words
from restoration.clock import PARIS
from supervision.figures.overview import Funnel, Waiting, funnel, restored_by_time, waiting
from supervision.filters import COUNTED
from supervision.kit.charts import Bar, bars, named_columns
from supervision.kit.html import Node, link, note, tile
from supervision.question import Question, Range
from supervision.screens.reading import counted_slices
from supervision.sources import Sources

DAY = timedelta(days=1)
RECENT = timedelta(minutes=5)
"""A range that ended so long ago at most reaches to now: a page that is shown for a while does not ask again."""
STEPS = ("received", "concerned", "certain", "ordered", "restored")
"""Of the funnel, as its figures name them."""

TEXTS: Texts = {
    "nobody": (
        "Personne n'attend : aucun client qui a payé n'est sans puissance.",
        "Nobody waits: no customer who has paid is without power.",
    ),
    "waiting": ("clients ont payé et sont sans puissance maintenant", "customers have paid and are without power now"),
    "waiting_one": ("client a payé et est sans puissance maintenant", "customer has paid and is without power now"),
    "oldest": ("Le plus ancien attend depuis {time}.", "The oldest has waited for {time}."),
    "stopped": ("{count} retenu(s) par un incident", "{count} held by an incident"),
    "list": ("Voir qui attend quoi", "See who waits for what"),
    "funnel": ("Parcours de la période", "How far the range's payments came"),
    "mark": ("Le trait indique la veille.", "The mark is the day before."),
    "received": ("Reçus", "Received"),
    "received_title": (
        "Paiements reçus de la facturation (métrique NumberOfMessagesSent de leur file)",
        "Payments received from billing (metric NumberOfMessagesSent of their queue)",
    ),
    "concerned": ("Concernés", "Concerned"),
    "concerned_title": ("Exécutions qui ont trouvé un client limité", "Executions that found a limited customer"),
    "certain": ("Certains", "Certain"),
    "certain_title": ("Les règles disent que la puissance peut revenir", "The rules say that power may come back"),
    "ordered": ("Commandés", "Ordered"),
    "ordered_title": ("Enedis a accepté un ordre", "Enedis has accepted an order"),
    "restored": ("Rétablis", "Restored"),
    "restored_title": (
        "Le point lui-même montre que la puissance est revenue",
        "The point itself shows that power is back",
    ),
    "balance_due": ("reste à payer", "balance due"),
    "with_advisors": ("chez un conseiller", "with an advisor"),
    "incidents": ("incidents", "incidents"),
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
    "empty": ("Aucun dossier n'a été compté sur la période.", "No case was counted in the range."),
}


def draw(question: Question, sources: Sources) -> Node:
    say = Words(question.language, TEXTS)
    every = sources.record.open_cases()
    found = [each for each in every if question.filter.takes_open(each)]
    now, before = (counted_slices(question, sources.record, each) for each in (question.range, question.range.before))
    # Cases that run now belong to a range that reaches to now, and to no earlier one.
    running = found if question.now - question.range.until <= RECENT else ()
    figures = funnel(now, running, _received(question.range, sources))
    earlier = funnel(before, (), _received(question.range.before, sources)) if before else None
    return [
        _waiting(question, waiting(every)),
        h.h2[say("funnel")],
        _left_out(question, say),
        _funnel(say, figures, earlier, question),
        h.p(".small.quiet")[say("mark")] if earlier else None,
        note(say("unmeasured")) if figures.received is None else None,
        note(say("empty")) if not figures.concerned else None,
        h.div(".cards")[
            tile(number(figures.balance_due), say("balance_due")),
            tile(number(figures.with_advisors), say("with_advisors"), kind="person" if figures.with_advisors else ""),
            tile(number(figures.incidents), say("incidents"), kind="broken" if figures.incidents else ""),
        ],
        _by_time(question, say, now, before),
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
    restored = restored_by_time(now)
    earlier = {start + back: count for start, count in restored_by_time(before).items()}
    step = max(each.length for each in now)
    start = _begin(question.range.since, step)
    found = []
    while start < question.range.until:
        local = start.astimezone(PARIS)
        name = f"{local:%H}" + ("h" if question.language is Language.ENGLISH else " h")
        found.append(
            Bar(
                name if step < DAY else f"{local:%d/%m}",
                _within(restored, start, step),
                number(_within(restored, start, step)),
                _within(earlier, start, step) if before else None,
                say("restored_title"),
            )
        )
        start += step
    title = say("by_hour" if step < DAY else "by_day")
    return [h.h2[title], named_columns(found, question.width - 32, title)]


def _begin(moment: datetime, step: timedelta) -> datetime:
    """The first hour or day that begins within a range, as the record has its slices."""
    begun = moment.replace(minute=0, second=0, microsecond=0)
    if step >= DAY:
        begun = begun.replace(hour=0)
    return begun if begun == moment else begun + step


def _within(counts: Mapping[datetime, int], start: datetime, step: timedelta) -> int:
    return sum(count for moment, count in counts.items() if start <= moment < start + step)


def _waiting(question: Question, those: Waiting) -> Node:
    say, language = Words(question.language, TEXTS), question.language
    if not those.number:
        return h.div[h.span(".big")["0"], " ", say("nobody")]
    return h.div[
        h.span(".big.person")[number(those.number)],
        " ",
        say("waiting" if those.number > 1 else "waiting_one"),
        h.p[
            say("oldest", time=lasting(question.now - those.since, language)) if those.since else None,
            h.span(".broken")[" ▲ ", say("stopped", count=those.incidents)] if those.incidents else None,
            " ",
            link(say("list"), question, screen="running"),
        ],
    ]


def _funnel(say: Words, now: Funnel, before: Funnel | None, question: Question) -> Node:
    steps = [(name, getattr(now, name), getattr(before, name, None)) for name in STEPS]
    found = [
        Bar(
            say(name),
            value,
            number(value)
            if name in {"received", "concerned"}
            else f"{number(value)} · {share(value, now.concerned, say.language)}",
            earlier,
            say(f"{name}_title"),
        )
        for name, value, earlier in steps
        if value is not None
    ]
    return bars(found, question.width - 32, say("funnel"), names=100)


def _received(span: Range, sources: Sources) -> int | None:
    """Payments that came in a range; None where nothing was measured."""
    [values] = sources.measures.several([sources.received()], span.since, span.until)
    return round(sum(value for _, value in values)) if values else None
