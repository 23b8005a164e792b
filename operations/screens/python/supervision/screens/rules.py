"""Règles: which rules decide? The decision tables, each row with its share; what never matched is said."""

from collections.abc import Sequence

import htpy as h

from record.domain.record import EndedCase
from record.formats import NOTHING, day_and_time, decimal, number, share
from record.words import Language, Words
from restoration.clock import paris_date
from supervision.figures.rules import COVERAGE, FileUse, Matches, counted, missing, searched, unknown
from supervision.kit.html import Node, button, detail, link, note, table
from supervision.question import Question
from supervision.rule_tables import (
    Rule,
    RuleTable,
    TableFile,
    cell_in_words,
    find_rule,
    in_force,
    rule_names,
    rule_tables,
    said_of_rules,
)
from supervision.screens.listed import case_link
from supervision.screens.reading import read_ended, read_slices, says_searched
from supervision.sources import Sources

LATEST = 5
"""As many cases of a rule are shown; for each, its last decision is read."""


def draw(question: Question, sources: Sources) -> Node:
    """Draw the screen, or one rule of it where the option ``rule`` names one."""
    known = rule_tables()
    current = in_force(known, paris_date(question.range.until))
    newest = find_rule(reversed(known), question.option("rule"))
    if newest:
        return _one_rule(question, sources, *newest)
    read = read_slices(question, sources.record)
    is_counted = read.searched is None
    matches = counted(read.slices) if is_counted else searched(read.cases, current)
    chosen = _chosen(question, current, known, matches)
    stray = unknown(matches, known) if is_counted else 0
    return [
        says_searched(question, read),
        note(question.say("unknown", number=number(stray)), "broken") if stray else None,
        note(question.say("empty")) if not any(matches.rules.values()) else None,
        _summary(question, [FileUse(each, matches) for each in current], chosen),
        _file(question, chosen, known),
    ]


def _chosen(question: Question, current: Sequence[TableFile], known: Sequence[TableFile], matches: Matches) -> FileUse:
    """The file that is asked for; else the one that leaves most to advisors, or else decides most."""
    named = [each for each in known if each.version == question.option("version")]
    named += [each for each in current if each.file == question.option("table")]
    found = [FileUse(each, matches) for each in named[:1] or current]
    return max(found, key=lambda it: (it.manual, it.taken or 0, it.file.file == COVERAGE))


def _summary(question: Question, found: Sequence[FileUse], chosen: FileUse) -> Node:
    say = question.say
    rows = []
    for each in found:
        is_chosen = each.file.file == chosen.file.file
        title = said_of_rules(each.file.title, say.language)
        part = each.manual / each.taken if each.taken else 0
        unused = question.say("of", part=each.never(each.rules), whole=len(each.rules))
        rows.append(
            h.tr(aria_current="true" if is_chosen else None)[
                h.td(title=said_of_rules(each.file.about, say.language))[
                    h.strong[title] if is_chosen else link(title, question, table=each.file.file, version="", rule="")
                ],
                h.td(".n")[number(each.taken) if each.taken is not None else NOTHING],
                h.td(".n", style=_band(part, "person-soft"))[
                    f"{number(each.manual)} · {share(each.manual, each.taken, say.language)}" if each.taken else NOTHING
                ],
                h.td(".n")[unused if each.is_counted else NOTHING],
            ]
        )
    taken = h.span(title=say("taken_title"))[say("taken")]
    manual, never = (h.span(style="white-space:normal")[say(each)] for each in ("manual", "never"))
    return table([say("decision"), taken, manual, never], rows, (1, 2, 3), say("decision"))


def _file(question: Question, found: FileUse, known: Sequence[TableFile]) -> Node:
    say = question.say
    return [
        h.h2[
            said_of_rules(found.file.title, say.language),
            h.span(".small.quiet")[f" {found.file.file}.dmn {found.file.version}"],
        ],
        h.p[said_of_rules(found.file.about, say.language)],
        [
            h.p(".small")[
                say("elsewhere", version=version, number=number(times)),
                " ",
                link(say("show_version"), question, version=version),
            ]
            for version, times in found.elsewhere(known).items()
        ],
        h.p(".small.quiet")[say("bar")] if found.is_counted else note(say("uncounted")),
        [_table(question, each, found) for each in found.tables],
        h.h2[say("next")],
        h.p[
            say("next_steps"),
            h.br,
            h.code[f"make replay DECISION={found.file.decision} WITH={found.file.file}.dmn DAYS=30"],
        ],
    ]


def _table(question: Question, found: RuleTable, of: FileUse) -> Node:
    say, title, rules = question.say, said_of_rules(found.title, question.language), found.rules
    whole = of.matched(*rules) if of.is_counted else None
    heads, spare = [say(each) for each in ("rule", "if", "then", "times", "share")], (2,) if question.is_narrow else ()
    rows = (_row(question, each, of.matched(each), whole) for each in rules)
    return [
        h.h3(style="margin:16px 0 2px")[title] if found.title != of.file.title else None,
        h.p(".small.quiet")[say("in_table", matched=number(whole), never=of.never(rules), rules=len(rules))]
        if whole is not None
        else None,
        table(heads, rows, (0, 3, 4), title, spare=spare),
    ]


def _row(question: Question, rule: Rule, matched: int, whole: int | None) -> h.Element:
    """A rule; ``whole`` has the matches of its table, and is None where nobody counts them."""
    say = question.say
    band = _band(matched / whole, "s1") if matched and whole else _HATCHED
    return h.tr(
        style=None if whole is None else band,
        title=f"{say('source')} : {rule.source}" if rule.source and say.language is Language.FRENCH else None,
    )[
        h.td(".n")[link(str(rule.number), question, popup=True, rule=rule.id)],
        h.td[_both(say, rule)] if question.is_narrow else [h.td[_asked(say, rule)], h.td[_lines(say, rule.results)]],
        h.td(".n" if matched else ".n.quiet")[
            NOTHING if whole is None else number(matched) if matched else say("none")
        ],
        h.td(".n")[share(matched, whole, say.language) if matched and whole else NOTHING],
    ]


_HATCHED = (
    "background:repeating-linear-gradient(135deg,color-mix(in srgb,var(--grey) 30%,transparent) 0 1px,transparent"
    " 1px 9px);print-color-adjust:exact"
)


def _band(part: float, colour: str) -> str:
    """A bar behind a cell or row, as long as a part of it."""
    length = f"{100 * part:.2f}%"
    bar = f"background:linear-gradient(90deg,var(--{colour}) {length},transparent {length});print-color-adjust:exact"
    return bar if part else ""


def _lines(say: Words, cells: Sequence[tuple[str, str]]) -> Sequence[h.Element]:
    return [
        h.div(style="overflow-wrap:anywhere")[
            h.span(".quiet")[say("label", label=said_of_rules(label, say.language))], cell_in_words(cell, say.language)
        ]
        for label, cell in cells
    ]


def _asked(say: Words, rule: Rule) -> Node:
    return _lines(say, rule.conditions) if rule.conditions else say("otherwise")


def _both(say: Words, rule: Rule) -> Node:
    """What a rule asks, and below it what it gives, as where there is no room beside it."""
    return [_asked(say, rule), [h.div(style="display:flex;gap:4px")["→", each] for each in _lines(say, rule.results)]]


def _one_rule(question: Question, sources: Sources, file: TableFile, table: RuleTable, rule: Rule) -> Node:
    ended = read_ended(question, sources.record)
    cases = [each for each in ended if any(name.endswith(f"#{rule.id}") for name in each.rules)][:LATEST]
    return [
        h.h2[Words(question.language, rule_names())(f"{table.owner}#{rule.id}")],
        h.div[_both(question.say, rule)],
        h.div(lang="fr")[detail(question.say("source"), rule.source)] if rule.source else None,
        h.h2[question.say("cases")],
        _cases(question, sources, file, cases) if cases else note(question.say("no_cases", count=number(len(ended)))),
        h.p[button(question.say("back"), question, rule="", table=file.file)],
    ]


def _cases(question: Question, sources: Sources, file: TableFile, cases: Sequence[EndedCase]) -> Node:
    say = question.say
    lines = [_missing(say, sources, each) if file.decision == COVERAGE else "" for each in cases]
    heads: list[Node] = [
        say("limitation"),
        say("ended"),
        say("outcome"),
        h.span(title=say("missing_title"))[say("missing")],
    ]
    rows = (
        [
            case_link(question, each.limitation_id),
            day_and_time(each.ended_at, say.language),
            question.outcome(each.outcome),
            line or NOTHING,
        ]
        for each, line in zip(cases, lines, strict=True)
    )
    return [
        table(heads, rows, caption=say("cases"), spare=() if any(lines) else (3,)),
        h.p[say("why"), h.br, h.code[f"ops explain {cases[0].limitation_id} --long"]],
    ]


def _missing(say: Words, sources: Sources, case: EndedCase) -> str:
    """What was missing by the last coverage that was decided before the case ended; empty where nobody is sure."""
    kept = sources.cases.decisions(case.limitation_id) if sources.cases else ()
    decided = [each for each in kept if each.decision == COVERAGE and each.decided_at <= case.ended_at]
    is_proven = decided and decided[-1].version in {each.version for each in rule_tables()}
    found = missing(decided[-1].value) if is_proven else None
    return say(found[0], amount=decimal(f"{found[1] or 0:.2f}", say.language)) if found else ""
