"""En cours: for whom the open cases wait, since when, and which ones come first."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import htpy as h

from record.codes import said_of
from record.domain.record import OpenCase
from record.domain.service_level import Targets
from record.formats import NOTHING, day_and_time, lasting, number
from record.words import Texts, Words
from restoration.clock import from_text
from supervision.figures.customers import Now, due_of, now_of, waited_at
from supervision.figures.running import AGES, Awaited, Waiters, age_of, awaited, in_line, party_of
from supervision.kit.charts import LOW, stacked, swatch
from supervision.kit.html import Node, button, link, note, part, table
from supervision.kit.page import NARROW
from supervision.kit.sheet import timed, with_sheet
from supervision.process import state_names
from supervision.question import Question
from supervision.screens.listed import case_link, case_list
from supervision.screens.reading import says_capped
from supervision.sources import Sources
from supervision.words import COMMON, STAGES
from supervision.words import PARTIES as PARTY_WORDS

ROWS, MORE_ROWS = 50, 500
ONLY = ("paid", "stopped")
"""Customers who have paid and are without power; cases that an incident holds."""

TEXTS: Texts = {
    "open": ("dossiers en cours maintenant", "open cases now"),
    "open_one": ("dossier en cours maintenant", "open case now"),
    "paid_one": ("{count} a payé et est sans puissance.", "{count} has paid and is without power."),
    "paid": ("{count} ont payé et sont sans puissance.", "{count} have paid and are without power."),
    "late": ("{count} ont dépassé leur délai.", "{count} are beyond their deadline."),
    "late_one": ("{count} a dépassé son délai.", "{count} is beyond the deadline."),
    "see_incidents": ("Voir les incidents", "See the incidents"),
    "empty": ("Aucun dossier n'est en cours : personne n'attend.", "No case is open: nobody waits."),
    "none_meets": (
        "Aucun des {count} dossiers en cours ne répond à ce choix.",
        "None of the {count} open cases meets this choice.",
    ),
    "not_open": (
        "Un dossier en cours n'a pas encore de fin : « {text} » ne s'y applique pas.",
        "An open case has not ended yet: “{text}” does not apply to it.",
    ),
    "whom": ("Qui attendent-ils ?", "Whom are they waiting for?"),
    "party": ("Attend", "Waits for"),
    "by_age": ("Par durée d'attente", "By how long they wait"),
    "number": ("Dossiers", "Cases"),
    "oldest": ("Le plus ancien", "The oldest"),
    "age0": ("moins d'1 h", "under 1 h"),
    "age1": ("moins d'1 jour", "under 1 day"),
    "age2": ("moins de 7 jours", "under 7 days"),
    "age3": ("plus ancien", "older"),
    "any_age": ("tout âge", "any age"),
    "list": (
        "D'abord ceux qui ont payé et attendent, puis les paiements non vérifiés, les plus anciens en tête",
        "Those who paid and wait first, then payments nobody checked, the oldest on top",
    ),
    "limitation": ("Limitation", "Limitation"),
    "state": ("Où", "Where"),
    "since": ("Depuis", "For"),
    "stage": ("Étape", "Stage"),
    "left": ("Délai restant", "Time left"),
    "left_title": (
        "Depuis que la puissance peut revenir : {sla} à distance, {days} jours ouvrés pour un technicien",
        "Since power may come back: {sla} from afar, {days} working days for a technician",
    ),
    "overdue": ("dépassé de {time}", "{time} overdue"),
    "unknown": ("état inconnu", "unknown state"),
    "shown": ("{shown} dossiers montrés sur {count}.", "{shown} of {count} cases are shown."),
    "waited": ("Avaient payé et attendaient le {time}", "Had paid and waited on {time}"),
    "redriven": ("relancé {count} fois", "redriven {count} times"),
}


def draw(question: Question, sources: Sources) -> Node:
    """Draw the open cases; or those whose customer had paid and waited at a moment, where the question names it."""
    if at := question.option("at"):
        return _waited(question, sources, from_text(at))
    say = Words(question.language, TEXTS)
    read = sources.record.open_cases()
    taken = [case for case in read if question.filter.takes_open(case)]
    chosen = [case for case in taken if _is_chosen(case, question)]
    rows = awaited(taken, question.now)
    return [
        says_capped(question, len(read)),
        note(say("not_open", text=text)) if (text := str(question.filter.of_ended)) else None,
        with_sheet(
            _headline(question, now_of(taken, question.now, sources.targets)),
            Words(question.language, COMMON)("running"),
        )
        if taken
        else note(say("none_meets", count=number(len(read))) if read else say("empty")),
        [
            h.h2[say("whom")],
            _ages(question, rows),
            _parties(question, rows),
            h.h2[say("list")],
            _list(question, in_line(chosen), sources.targets) if chosen else note(say("none_meets", count=len(taken))),
        ]
        if taken
        else None,
    ]


def _waited(question: Question, sources: Sources, moment: datetime) -> Node:
    """The figure of the wall for a moment of the past, as a list."""
    record = sources.record
    found = waited_at(moment, record.ended_cases(moment, question.now), record.open_cases())
    title = Words(question.language, TEXTS)("waited", time=day_and_time(moment, question.language))
    return [h.h2[title], case_list(question, found)]


def _is_chosen(case: OpenCase, question: Question) -> bool:
    """Whether a case is of the party and the age that were clicked."""
    party, age, only = question.option("party"), question.option("age"), question.option("only")
    waits = case.has_paid_and_waits or case.is_unchecked if only == "paid" else not case.runs
    return (
        (waits or only not in ONLY)
        and party in {"", party_of(case).value}
        and age in {"", str(age_of(case, question.now))}
    )


def _headline(question: Question, found: Now) -> Node:
    say, common = Words(question.language, TEXTS), Words(question.language, COMMON)
    number_open, stopped, late = len(found.open), len(found.stopped), len(found.late)
    return h.div[
        h.span(".big")[number(number_open)],
        " ",
        say.counted("open", number_open, number(number_open)),
        h.p[
            say.counted("paid", found.paid, number(found.paid)),
            h.strong(".person")[" ", say.counted("late", late, number(late))] if late else None,
            [
                h.span(".broken")[" ▲ ", common.counted("stopped", stopped, number(stopped)), ". "],
                link(say("see_incidents"), question, screen="incidents"),
            ]
            if stopped
            else None,
        ],
    ]


def _ages(question: Question, rows: Sequence[Awaited]) -> Node:
    """The ages with their colours, to choose one."""
    say = Words(question.language, TEXTS)
    numbers = [sum(row.all.ages[place] for row in rows) for place in range(len(AGES) + 1)]
    chosen = question.option("age")
    return h.div(".row.small", role="group", aria_label=say("by_age"))[
        button(say("any_age"), question, pressed=not chosen and not question.option("only"), age="", only=""),
        (
            button(
                [swatch(place), say(f"age{place}"), f" · {number(count)}"],
                question,
                pressed=chosen == str(place),
                age=str(place),
            )
            for place, count in enumerate(numbers)
        ),
    ]


def _parties(question: Question, rows: Sequence[Awaited]) -> Node:
    say, names = Words(question.language, TEXTS), Words(question.language, PARTY_WORDS)
    states = Words(question.language, state_names())
    is_narrow = question.width < NARROW
    width = question.width - 32 - (268 if is_narrow else 420)
    most = max(row.all.number for row in rows)
    chosen = question.option("party")

    def cells(name: Node, text: str, those: Waiters, height: int) -> Sequence[Node]:
        parts = [(say(f"age{place}"), count) for place, count in enumerate(those.ages)]
        told = ", ".join(f"{number(count)} {age}" for age, count in parts if count)
        return [
            name,
            stacked(parts, most, max(60, width), f"{text}: {told or 0}", height),
            number(those.number),
            timed(question.now - those.oldest, question.language) if those.oldest else NOTHING,
        ]

    def stopped(those: Waiters) -> Node:
        title = Words(question.language, COMMON).counted("stopped", those.stopped, number(those.stopped))
        return h.span(".broken", title=title)[f" ▲ {number(those.stopped)}"] if those.stopped else None

    found: list[Sequence[Node]] = []
    for row in rows:
        name = names(row.party.value)
        is_chosen = chosen == row.party.value
        text = h.strong[name.capitalize() if not name.startswith("Enedis") else name]
        party = "" if is_chosen else row.party.value
        named = link(text, question, party=party, only="") if row.all.number else text
        found.append(cells([named, " ◀" if is_chosen else None, stopped(row.all)], name, row.all, 22))
        for state, those in row.states:
            words = states.either(state, state) if state else say("unknown")
            filtered = str(question.filter.replacing("state", state))
            shown = link(words, question, filter=filtered) if state else words
            found.append(cells(h.div(".inner")[shown, stopped(those)], words, those, LOW))
    return table([say("party"), say("by_age"), say("number"), say("oldest")], found, (2, 3), say("whom"))


def _list(question: Question, cases: Sequence[OpenCase], targets: Targets) -> Node:
    say, language = Words(question.language, TEXTS), question.language
    parties, stages = Words(language, PARTY_WORDS), Words(language, STAGES)
    is_narrow = question.width < NARROW
    shown, more = part(question, cases, ROWS, MORE_ROWS)
    heads: Sequence[Node] = (
        say("limitation"),
        say("state"),
        *([] if is_narrow else [say("party"), say("stage")]),
        say("since"),
        h.span(title=say("left_title", sla=lasting(targets.remote, language), days=targets.technician_days))[
            say("left")
        ],
    )
    rows = (
        (
            case_link(question, case.limitation_id),
            _where(case, question),
            *([] if is_narrow else [parties(party_of(case).value), stages(case.stage.value)]),
            timed(question.now - case.since, language),
            _left(case, question, targets),
        )
        for case in shown
    )
    return [
        table(heads, rows, (len(heads) - 2, len(heads) - 1), say("list")),
        h.p(".row.small")[
            say("shown", shown=number(len(shown)), count=number(len(cases))),
            more,
        ]
        if len(shown) < len(cases)
        else None,
    ]


def _where(case: OpenCase, question: Question) -> Node:
    say = Words(question.language, TEXTS)
    words = Words(question.language, state_names()).either(case.state, case.state) if case.state else say("unknown")
    return [
        words,
        h.span(".broken", title=case.error)[" ▲ ", said_of(case.error or case.status, question.language)]
        if not case.runs
        else None,
        h.span(".small.quiet")[" ", say("redriven", count=case.redrives)] if case.redrives else None,
    ]


def _left(case: OpenCase, question: Question, targets: Targets) -> Node:
    say, due = Words(question.language, TEXTS), due_of(case, targets)
    if due is None:
        return NOTHING
    left = due - question.now
    if left < timedelta():
        return h.strong(".person")[say("overdue", time=lasting(-left, question.language))]
    return timed(left, question.language)
