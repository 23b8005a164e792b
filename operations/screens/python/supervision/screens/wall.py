"""The wall of "Suivi global": few figures, read from five metres, the range before beside each; each opens its list."""

from collections.abc import Sequence

import htpy as h

from record.domain.record import Slice
from record.domain.tally import Count
from record.formats import NOTHING, duration, lasting, number, share
from record.words import Texts, Words
from supervision.figures.customers import DEFINED, came, customers_of, in_time_of, now_of, waited_at
from supervision.figures.durations import Population, durations
from supervision.kit.html import Node, button, link
from supervision.question import Question
from supervision.screens.reading import DAY, LATEST, counted_slices, name_of_before, says_capped
from supervision.sources import Sources

RESTORED = "HowItEnded>Restored"
"""The way whose cases are the restored ones."""

TEXTS: Texts = {
    "waiting": ("Ont payé et attendent", "Paid and wait"),
    "waiting_title": (
        "Clients sans puissance, dont le paiement est certain, ou n'a pas pu être vérifié (facturation, incident)",
        "Customers without power, whose payment is certain, or could not be checked (billing, an incident)",
    ),
    "oldest": ("le plus ancien : {time}", "the oldest: {time}"),
    "same_time": ("hier à la même heure : {value}", "yesterday at this time: {value}"),
    "held": ("Retenus par un incident", "Held by an incident"),
    "held_title": (
        "Clients dont un dossier est arrêté maintenant ; « arrêtés » compte les clients arrêtés dans la période",
        "Customers of whom a case is stopped now; “stopped” counts customers who were stopped in the range",
    ),
    "stopped": ("arrêtés : {now} ; {before} : {value}", "stopped: {now}; {before}: {value}"),
    "in_time": ("Rétablis dans leur délai", "Restored in time"),
    "in_time_title": (
        "Part des rétablissements venus dans le délai de leur ordre ; il s'arrête pour la banque et pour un conseiller",
        "The share of restorations within the deadline of their order; it stands still for the bank and an advisor",
    ),
    "restored_now": ("rétablis : {now} ; {before} : {value}", "restored: {now}; {before}: {value}"),
    "before": ("{before} : {value}", "{before}: {value}"),
    "restored": ("Rétablis", "Restored"),
    "early": ("Fins précoces", "Early endings"),
    "durations_title": (
        "Du début à la fin des dossiers terminés dans la période, comme sur « Durées » ; la moyenne à 1 % près",
        "From start to end of the cases that ended in the range, as in “Durations”; the mean right within 1 %",
    ),
    "median": ("médiane", "median"),
    "mean": ("moyenne", "mean"),
    "leave": ("Quitter le mur", "Leave the wall"),
}


def draw_wall(question: Question, sources: Sources) -> Node:
    """Draw it: who waits and is held now, how many came back in time, and how long it took."""
    say, language = Words(question.language, TEXTS), question.language
    every, yesterday = sources.record.open_cases(), question.now - DAY
    found = now_of(every, question.now, sources.targets)
    since = sources.record.ended_cases(yesterday, question.now, LATEST)
    waited = number(waited_at(yesterday, since, every)) if len(since) < LATEST else NOTHING
    now, before = (counted_slices(question, sources.record, each) for each in (question.range, question.range.before))
    shares = [share(*in_time_of(each), language) for each in (now, before)]
    restored, failed = ([getattr(came(each), word) for each in (now, before)] for word in ("restored", "failed"))
    held, earlier = customers_of(found.stopped), name_of_before(question)

    def tile(name: str, figure: Node, *told: str, kind: str = "") -> h.Element:
        return h.div(title=say(f"{name}_title"))[
            h.h2[say(name)], h.div(class_=f"figure {kind}")[figure], (h.p[text] for text in told if text)
        ]

    def opens(text: str, **options: str) -> Node:
        return link(text, question, popup=False, wall="", **options)

    tiles = h.div(".wall")[
        tile(
            "waiting",
            opens(number(found.paid), screen="running", only="paid"),
            say("oldest", time=lasting(question.now - found.oldest, language)) if found.oldest else "",
            say("same_time", value=waited),
            kind="person" if found.paid else "",
        ),
        tile(
            "held",
            opens(number(held), screen="running", only="stopped"),
            say("stopped", now=number(failed[0]), before=earlier, value=number(failed[1])),
            kind="broken" if held else "",
        ),
        h.div(title=f"{say('in_time_title')}\n{Words(language, DEFINED)('restored')}")[
            h.h2[say("in_time")],
            h.div(".figure")[opens(shares[0], screen="branches", way=RESTORED)],
            h.p[say("before", before=earlier, value=shares[1])],
            h.p[say("restored_now", now=number(restored[0]), before=earlier, value=number(restored[1]))],
        ],
        (_times(question, say, each, now, before) for each in (Population.RESTORED, Population.EARLY)),
        h.div(".no-print")[button(say("leave"), question, wall="")],
    ]
    return [says_capped(question, len(every)), tiles]


def _times(
    question: Question, say: Words, population: Population, now: Sequence[Slice], before: Sequence[Slice]
) -> Node:
    """Median and mean of a population, beside each other: never one of both populations."""
    counts: list[Count] = [durations(each).populations[population] for each in (now, before)]
    of = "early" if population is Population.EARLY else ""

    def figure(name: str, values: list[float | None]) -> Node:
        shown, earlier = (duration(each, question.language) for each in values)
        return h.div[
            h.div(".figure")[link(shown, question, wall="", screen="durations", of=of)],
            h.p[say(name)],
            h.p[say("before", before=name_of_before(question), value=earlier)],
        ]

    return h.div(".pair", title=say("durations_title"))[
        h.h2[say(population.value)],
        figure("median", [each.percentile(0.5) for each in counts]),
        figure("mean", [each.mean for each in counts]),
    ]
