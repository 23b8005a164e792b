"""Each screen, as it is drawn for the same made cases: one that changed in any figure, word or colour is named here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from html import unescape
from itertools import product
from typing import Any
from unittest.mock import patch

import pytest

from record.domain.measures import Decided
from record.domain.promises import Promise, Promised
from record.domain.record import Slice, Stage
from record.domain.service_level import CaseKind
from record.domain.states import STEPS, Party
from record.domain.tally import Count, total
from supervision.screens import rules
from supervision.sources import Sources
from supervision.supervise import Supervision
from tests.fakes.claims import free, settled
from tests.unit.ops.printing import are_as_kept
from tests.unit.supervision.drawing import days
from tests.unit.supervision.made_case import cases
from tests.unit.supervision.memory import MemoryMeasures, MemoryRecord
from tests.unit.supervision.samples import SIGNATURE, VERSION, a_slice, ended_case, open_case
from tests.unit.supervision.synthetic import NOW, OUTAGE, PUBLISHED, VERSIONS, measures, synthetic

DECIDED = {"DISPUTE": Decided(number=4, timed=2, seconds=1800), "TECHNICIAN_NOT_DONE": Decided(1, 0, 0)}
SOURCES = Sources(synthetic(700), measures(), "demo", cases=cases(), desk=lambda _: DECIDED)
EMPTY = Sources(synthetic(0, running=0), measures(0), "demo")
FEW = Sources(synthetic(40, running=1), measures(1), "demo", cases=cases())
MEASURED = MemoryMeasures()
OTHERS = {"empty": EMPTY, "few": FEW}
ASKED: Mapping[str, Mapping[str, str]] = {
    "overview": {},
    "overview failed": {"filter": "outcome=FAILED"},
    "running": {},
    "running more": {"rows": "more"},
    "running old for Enedis": {"party": "enedis", "age": "1"},
    "running filtered": {"filter": "state=WaitForAdvisor took>1h"},
    "durations": {},
    "durations early": {"of": "early", "slowest": "more"},
    "incidents": {},
    "incidents more": {"rows": "more"},
    "branches": {},
    "branches p95 day": {"measure": "p95", "against": "day"},
    "branches errors": {"measure": "errors"},
    "branches deployed": {"against": "2026-11-25T07:00:00+00:00"},
    "branches state": {"state": "ReadPoint"},
    "branches way": {"way": "ReadPoint>DecideAction|TakeCharge>IsItOurs"},
    "branches way popup": {"way": "ReadPoint>DecideAction", "popup": "1", "rows": "more"},
    "branches popup": {"state": "WaitForEnedis", "popup": "1", "against": "day"},
    "branches section": {"section": "Order", "filter": "hour=9..11"},
    "branches all": {"section": "all"},
    "rules": {},
    "rules one": {"rule": "coverage_dispute"},
    "rules version": {"version": next(each.version for each in PUBLISHED if each.file == "coverage")},
    "rules table": {"table": "coverage", "filter": "outcome=RESTORED"},
    "enedis": {},
    "enedis filtered": {"filter": "means=CARD|CHEQUE"},
    "value": {},
    "value month before": {"month": "2026-10"},
    "value no month": {"month": "2026-13"},
    "case": {"key": "LIM-000001"},
    "case failed": {"key": "LIM-000002"},
    "case long": {"key": "LIM-000003"},
    "case of a customer": {"key": "CUS-000001"},
    "case new": {"key": "LIM-000004"},
    "case unknown": {"key": "LIM-9"},
    "nowhere": {},
    "overview misunderstood": {"filter": "x=y=z"},
}
LOOKS = {"fr light wide": {}, "en dark narrow": {"theme": "dark", "width": 400}}
OUTAGE_MS = {"start": int(OUTAGE.since.timestamp() * 1000), "end": int(OUTAGE.until.timestamp() * 1000)}
WEEK_MS = {"start": int((NOW - timedelta(days=7)).timestamp() * 1000), "end": int(NOW.timestamp() * 1000)}
RANGES = {"zoomed": {"timeRange": {"zoom": OUTAGE_MS}}, "week": {"timeRange": {"zoom": WEEK_MS}}}


def drawn(name: str, look: str) -> str:
    sources = OTHERS.get(name.rpartition(" ")[2], SOURCES)
    context = {**LOOKS[look], **RANGES.get(name.rpartition(" ")[2], {})}
    asked = ASKED.get(name, {})
    return shown(sources, {"screen": name.partition(" ")[0], "lang": look[:2], **asked, "widgetContext": context})


def shown(sources: Sources, event: Mapping[str, Any]) -> str:
    with patch.object(rules, "rule_tables", lambda: PUBLISHED):
        return Supervision(sources, lambda: NOW).result(event, "arn")


SCREENS = [name for name, asked in ASKED.items() if not asked and name != "nowhere"]
NAMES = [*ASKED, *(f"{name} {how}" for how in ("empty", "few", "zoomed", "week") for name in (*SCREENS, "case"))]


def described(html: str) -> str:
    """The hash of its words, which people read, and that of all else."""
    words = unescape(re.sub(r"<style.*?</style>|<[^>]+>", "|", html, flags=re.DOTALL))
    return " ".join(sha256(text.encode()).hexdigest()[:8] for text in (words, html))


@pytest.mark.parametrize("screen", [*SCREENS, "case", "nowhere"])
def test_screen_is_drawn_as_it_was(screen: str) -> None:
    names = [name for name in NAMES if name.partition(" ")[0] == screen]
    said = (f"{name}, {look}: {described(drawn(name, look))}\n" for name, look in product(names, LOOKS))
    are_as_kept(f"drawn-{screen}.txt", said)


@pytest.mark.parametrize(("enough", "name"), [*product([600], ["case failed", *SCREENS]), (700, "branches")])
def test_width_that_is_just_enough_shows_what_a_wider_one_shows(enough: int, name: str) -> None:
    def parts(width: int) -> set[str]:
        with patch.dict(LOOKS, {"en": {"width": width}}):
            return set(re.findall(r'class="[^"]*"|>[^<>\d]+<', drawn(name, "en").partition("</style>")[2]))

    assert parts(enough) == parts(enough + 1)


def troubled() -> Sources:
    """What made cases seldom have: states, versions and errors that nobody knows, and advisors who are late."""
    day, made = timedelta(days=1), synthetic(12, running=2)
    broken = replace(SIGNATURE, id="bbbb", error="States.Runtime", versions=frozenset({"-", VERSION}))
    newest = replace(SIGNATURE, versions=frozenset({VERSIONS[-1].isoformat()}))
    unnamed = replace(SIGNATURE, id="cccc", state="", error="", words="", versions=frozenset())
    failed = [ended_case(outcome="FAILED", status="FAILED", signature=each.id) for each in (broken, newest, unnamed)]
    held = open_case(status="FAILED", waits_for=Party.US, since=NOW - 20 * day)
    made.kept_signatures = {each.id: each for each in (broken, newest, unnamed)}
    made.kept_open = [
        *(replace(held, limitation_id=f"LIM-{each}", signature=("aaaa", "bbbb")[each % 2]) for each in range(4)),
        replace(held, since=NOW - timedelta(hours=1), limitation_id="LIM-30", signature="cccc", error="Odd"),
        open_case(limitation_id="LIM-31", state="Odd", kind=CaseKind.TECHNICIAN),
        open_case(limitation_id="LIM-32", stage=Stage.RESTORED, certain_at=NOW - 3 * day),
        open_case(limitation_id="LIM-33", state="", certain_at=NOW - 3 * day),
    ]
    made.kept_ended = [*made.kept_ended, *failed]
    made.kept_slices = [
        *made.kept_slices,
        a_slice("FAILED", "-", failure__bbbb=Count.once(), failure__cccc=Count.once()),
        a_slice(enedis__REMOTE=Count.once(SGT999=1)),
    ]
    reasons = (settled("LEFT_TO_ADVISOR", reason=why) for why in ("", "DISPUTE"))
    first, second = (free(settlement=each, left_since=NOW - 9 * day) for each in reasons)
    late = [replace(first, holder="arn"), replace(second, limitation_id="LIM-2", left_since=NOW - 8 * day)]
    minute = NOW.replace(second=0) - timedelta(minutes=1)
    MEASURED.kept = {
        ("demo", "EnedisUnreachableSeconds"): [(minute, 300.0)],
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): [(minute, 40.0)],
    }
    queues = ("urgent", "orders")
    return Sources(made, MEASURED, "demo", order_queues=queues, enedis_calls_per_second=2, left=lambda: late)


def at_the_bounds() -> Sources:
    """Ages, deadlines and versions that stand exactly at a bound, and slow cases that have something in common."""
    made, hour, minute = synthetic(30, running=0, seed=5), timedelta(hours=1), timedelta(minutes=1)
    made.kept_open = [
        open_case(limitation_id=f"LIM-{hours}", since=NOW - hours * hour, certain_at=NOW - min(hours, 24) * hour)
        for hours in (1, 24, 168)
    ]
    usual = ended_case(started_at=NOW - 5 * hour)
    early = replace(usual, started_at=NOW - 3 * hour, redrives=1, codes=frozenset({"SGT4B8"}))
    slow = [replace(early, started_at=NOW - 27 * hour - place * minute) for place in range(6)]
    alike = [*slow, *[early] * 19, *[usual] * 95]
    made.kept_ended = [replace(it, execution=f"{place}") for place, it in enumerate(alike)]
    made.kept_versions = [NOW - 48 * hour, NOW - 24 * hour, NOW]
    return Sources(made, measures(1), "demo", order_queues=("urgent", "orders"))


def seldom(*slices: Slice, **kept: Any) -> Sources:
    """A record of little, beside two payments, what the channels promised, and one whom the advisors have for long."""
    payments = MemoryMeasures({("demo", "PaymentReceivedEvents"): [(NOW - timedelta(days=2), 1.0), (NOW, 1.0)]})
    done, open_one = Promise(Promised.REVIEW, NOW, NOW), Promise(Promised.PLAN, NOW, None)
    promised = [done, replace(open_one, ended=NOW, due=NOW - timedelta(hours=1)), open_one]
    left = [free(left_since=NOW - timedelta(days=8))]
    more: dict[str, Any] = {"cases": cases(), "left": lambda: left, "promised": lambda *_: promised}
    return Sources(MemoryRecord(slices, **kept), payments, "demo", **more)


def many(number: int) -> Sources:
    return seldom(a_slice(transitions=Count(1, sums={"ReadPoint>DecideAction": number})))


def over(since: float, until: float = 0) -> Mapping[str, Any]:
    return {"widgetContext": days(since, until)}


LATE = [open_case(limitation_id=f"LIM-{place}", certain_at=NOW - timedelta(hours=30)) for place in range(2)]
LONG = total([Count.once(90_000_000)] * 2)
FLOOR = seldom(a_slice("FLOOR_RAISED", ended=Count.once(1)))
FLOORS = seldom(a_slice("FLOOR_RAISED", ended=total([Count.once(1)] * 2)))
WEEKS = seldom(a_slice("FAILED", ago=timedelta(days=8), ended=Count(4, sums={"failed": 4})))
STRANGE = seldom(
    a_slice(
        state__AskTheMeter=total([Count.once(2000)] * 20),
        transitions=Count(2, sums={"ReadPoint>AskTheMeter": 7, "ReadPoint>BalanceDue": 1}),
    )
)
FAILURES = [a_slice("FAILED", ago=timedelta(hours=ago), failure__aaaa=Count(ago)) for ago in (2, 26)]
RETURNED: dict[str, Any] = dict.fromkeys(("enedis__RAISE_FLOOR", "enedis__CANCEL_LIMITATION"), Count.once(SGT200=1))
TWO_DAYS = {"filter": "hour=0..23", "widgetContext": {"timeRange": {**WEEK_MS, "start": WEEK_MS["end"] - 172_800_000}}}
TROUBLED, BOUNDS = troubled(), at_the_bounds()
SMALL = [
    Sources(synthetic(cases, running=running, seed=seed), measures(1), "demo", enedis_calls_per_second=2)
    for cases, running, seed in ((3, 1, 2), (12, 2, 6), (40, 1, 1))
]
SELDOM: Sequence[tuple[Sources, str, Mapping[str, Any]]] = (
    *((sources, "overview", {"wall": "1"}) for sources in (SOURCES, TROUBLED)),
    (SOURCES, "overview", {"filter": "took>1h"}),
    (TROUBLED, "running", {"only": "paid"}),
    (TROUBLED, "running", {"only": "stopped", "party": "bank"}),
    *((TROUBLED, "incidents", {"filter": text}) for text in ("error=InvalidFlow", "signature=bbbb")),
    *((SOURCES, "durations", {"filter": text}) for text in ("outcome=FAILED", "means=CHEQUE")),
    (SOURCES, "nowhere", {"lang": "", "widgetContext": {"locale": "en-GB"}}),
    (SOURCES, "branches", {"way": "x>y"}),
    *((SOURCES, "branches", {"state": "ReadPoint", "measure": each, "against": "day"}) for each in ("", "errors")),
    (FEW, "branches", {"measure": "p95", "against": "day", "filter": "means=CARD"}),
    (SOURCES, "case", {"key": "LIM-000002"}),
    *((sources, "enedis", {}) for sources in (SMALL[0], TROUBLED)),
    (TROUBLED, "branches", {}),
    *((SOURCES, "branches", {"state": state}) for state in ("Nowhere", "NothingToDo", "AnnounceVisit")),
    *((SOURCES, "branches", {"section": step}) for step in STEPS),
    (SMALL[0], "case", {"key": "LIM-1"}),
    (TROUBLED, "incidents", {"widgetContext": RANGES["week"]}),
    (BOUNDS, "running", {"age": "1"}),
    *((BOUNDS, screen, {}) for screen in ("overview", "durations", "branches")),
    *((BOUNDS, screen, TWO_DAYS) for screen in ("overview", "durations", "branches", "incidents")),
    *((sources, screen, {}) for sources in (TROUBLED, *SMALL) for screen in ("overview", "running", "incidents")),
    *((sources, "durations", {}) for sources in SMALL),
    (SOURCES, "value", {}),
    (SOURCES, "rules", {"table": "notification"}),
    (SOURCES, "branches", {"state": "CheckPayment"}),
    *((STRANGE, "branches", asked) for asked in ({}, {"section": "all"}, {"state": "AskTheMeter"})),
    *((many(number), "branches", {"section": "Order"}) for number in (9_999, 10_000, 13_500)),
    *((FLOORS, screen, {}) for screen in ("overview", "durations")),
    *((FLOOR, screen, {}) for screen in ("overview", "incidents", "value")),
    (FLOORS, "overview", over(3, 2)),
    (FLOOR, "overview", over(9, 7)),
    (seldom(a_slice("BALANCE_DUE", ended=Count(2, sums={"checked": 2}))), "overview", {}),
    (seldom(a_slice(ended=Count(1, sums={"checked": 1}))), "overview", {}),
    (seldom(kept_open=[open_case(promises=[Promise(Promised.TECHNICIAN, NOW, None)])]), "overview", {}),
    (seldom(kept_open=LATE), "running", {}),
    (seldom(a_slice(ended=LONG, restored=LONG)), "durations", {}),
    (FLOOR, "rules", {"rule": "coverage_dispute"}),
    (seldom(a_slice(**RETURNED)), "enedis", {}),
    (FLOOR, "branches", {"against": "day", **over(7)}),
    *((WEEKS, "overview", {**over(7), "wall": wall}) for wall in ("", "1")),
    (seldom(*FAILURES, kept_signatures={"aaaa": SIGNATURE}), "incidents", over(1 / 8)),
    (seldom(kept_ended=[ended_case()] * 5000), "branches", {"way": "MayPowerComeBack>ReadPoint"}),
    (FLOOR, "branches", {"state": "DecideCoverage"}),
    (FLOOR, "case", {"key": "LIM-000003"}),
)


def test_what_is_seldom_seen_has_the_words_and_the_look_that_it_had() -> None:
    said = []
    for (sources, screen, asked), language in product(SELDOM, ("fr", "en")):
        html = shown(sources, {"screen": screen, "lang": language, **asked})
        read = re.sub(r"<(style|select|pre)\b.*?</\1>", "", html, flags=re.DOTALL)
        words = re.findall(r'>([^<>]*[^\W\d][^<>]*)<|(?:title|aria-label)="([^"]+)"', read)
        told = unescape(" | ".join(dict.fromkeys(map("".join, words))))
        said.append(f"{screen} {language} {asked} {described(html)}\n{told}\n")
    are_as_kept("screens.txt", [*said, *(f"{each}\n" for each in sorted(MEASURED.asked))])
