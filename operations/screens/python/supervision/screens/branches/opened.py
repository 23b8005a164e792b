"""What the picture opens: all of one state, and the cases of a way."""

from datetime import datetime

import htpy as h

from record.domain.remedies import FAILED, TOO_OLD
from record.domain.states import Party, state_of
from record.domain.tally import NO_COUNT
from record.formats import number
from record.words import Words
from supervision.figures.branches import NOTHING, pair_of
from supervision.kit.html import Node, button, cards, link, note, runbook_page, table, tile
from supervision.kit.html import detail as detail_of
from supervision.kit.sheet import timed
from supervision.process import step_name, way_names
from supervision.rule_tables import rule_tables, said_of_rules
from supervision.screens.branches.look import Look
from supervision.screens.listed import case_link, case_list, status
from supervision.screens.reading import HOUR, LATEST
from supervision.sources import Sources

MOST_CASES = 15


def detail(look: Look, name: str, runbook: str) -> Node:
    """A state: what it is, how often and how long cases were in it, where they went, and who is there now.

    Parameters
    ----------
    runbook
        The address of the runbook, or its path.
    """
    say = look.say
    back = None if look.question.option("popup") else button(say("back"), look.question, state="")
    if name not in look.drawn.states and name not in look.flow.states and name not in look.stand:
        return [back, note(say("unknown", state=name))]
    return [
        back,
        h.h2[look.title(name)],
        _what_it_is(look, name),
        _figures(look, name),
        _cases(look, name),
        _documents(look, name, runbook),
    ]


def _what_it_is(look: Look, name: str) -> Node:
    say, state = look.say, look.drawn.states.get(name)
    told: list[tuple[str, Node]] = [(say("machine_name"), h.code[name])]
    if state:
        told.append((say("section"), step_name(state.section, look.language)))
        if state.kind != "Succeed":
            party = state_of(state.name).party
            told.append((say("waits_for"), say("for_us") if party is Party.US else say(f"party_{party}")))
        rules = next((each for each in rule_tables() if each.decision == state.decision), None)
        if rules:
            title = said_of_rules(rules.title, look.language)
            told.append((say("rules"), link(title, look.question, screen="rules", table=rules.file)))
        told.append(("", detail_of(say("detail"), state.about)))
    return h.dl(".small")[([h.dt(".quiet")[term], h.dd[meaning]] for term, meaning in told)]


def _figures(look: Look, name: str) -> Node:
    say, flow = look.say, look.flow
    if name == NOTHING:
        return cards(look.title(name), tile(number(flow.nothing), say("nothing", count=""), say("cases_title")))
    if not flow.visits(name) and not flow.stops.get(name):
        return h.p[look.counted("visits", 0)]
    visits, stops, count = flow.visits(name), flow.stops.get(name, 0), flow.states.get(name, NO_COUNT)
    changed = look.compared(look.change_of(name))
    parts = {say("median"): 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
    return [
        cards(
            look.title(name),
            tile(number(visits), say("visits", count=""), say("source")),
            tile(number(flow.retries(name)), say("tried_again"), say("tried_again_title")),
            tile(number(count.sums.get("failures", 0)), say("failures"), say("failures_title")),
            tile(number(stops), say("stopped"), say("stopped_title"), "broken" if stops else ""),
        ),
        h.p[say(look.measure.value), " : ", changed] if changed else None,
        h.h2[say("durations")],
        cards(
            say("durations"),
            *(
                tile(timed(count.percentile(part), look.language), label, say("durations_title"))
                for label, part in parts.items()
            ),
        ),
    ]


def _cases(look: Look, name: str) -> Node:
    say, found = look.say, look.stand.get(name, ())
    if not found:
        return h.p(".quiet")[say("nobody")]
    rows: list[list[Node]] = [
        [
            case_link(look.question, each.limitation_id),
            timed(look.question.now - each.since, look.language),
            status(look.question, each),
        ]
        for each in found[:MOST_CASES]
    ]
    rest = len(found) - len(rows)
    heads = [say("a_case"), say("since"), say("state_of_case")]
    return [
        h.h2[say("standing")],
        table(heads, rows, (1,), say("standing")),
        link(say("more", count=number(rest)), look.question, screen="running", filter=f"state={name}")
        if rest
        else None,
    ]


def _documents(look: Look, name: str, runbook: str) -> Node:
    """What to do about those that failed, or stand here for too long."""
    say, (running, failed) = look.say, look.standing(name)
    has_failed = bool(failed or look.flow.stops.get(name))
    pages = [*([FAILED] if has_failed else []), *([TOO_OLD] if running else [])]
    if not pages:
        return None
    incidents = link(say("see_incidents"), look.question, screen="incidents", filter=f"state={name}")
    return [
        h.h2[say("documents")],
        h.ul(".small")[(h.li[runbook_page(runbook, page, look.language)] for page in pages)],
        incidents if has_failed else None,
    ]


def cases_of(look: Look, way: str, sources: Sources) -> Node:
    """The cases of a way: those that are open, then the latest that ended; ``way`` is as a filter has it."""
    say, question = look.say, look.question
    wanted, names = question.filter.replacing("way", *way.split("|")), Words(look.language, way_names())
    # The hours that are counted: those that begin in the range.
    since, until = (_next_hour(each) for each in (question.range.since, question.range.until))
    latest = sources.record.ended_cases(since, until, LATEST)
    ended = [each for each in latest if wanted.takes_ended(each)]
    running = [each for each in look.open_cases if wanted.takes_open(each)]
    times = sum(look.flow.ways.get(pair_of(each), 0) for each in way.split("|"))
    return [
        None if question.option("popup") else button(say("back"), question, way=""),
        [
            h.h2[names.either(each, each), h.span(".quiet")[f" ({when})"] if when else None]
            for each in way.split("|")
            for when in [look.when(pair_of(each))]
        ],
        h.p[
            say("way_cases", times=number(times), cases=number(len(ended)), running=number(len(running))),
            " ",
            link(say("way_durations"), question, screen="durations", filter=str(wanted)),
        ],
        note(say("way_latest", count=number(LATEST))) if len(latest) >= LATEST else None,
        case_list(question, [*running, *ended]) if running or ended else h.p(".quiet")[say("way_nobody")],
    ]


def _next_hour(moment: datetime) -> datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour if hour == moment else hour + HOUR
