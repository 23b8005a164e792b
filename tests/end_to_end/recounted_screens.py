"""Each screen's figures beside a recount: from the histories, the decisions, the orders and what CloudWatch has."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from restoration.adapters.dynamodb.decision_log import unpacked
from restoration.clock import from_text
from restoration.domain.decision import sends_to_an_advisor
from supervision.question import Language
from supervision.rule_tables import rule_tables
from supervision.screens import branches, case, durations, enedis, incidents, overview, running
from supervision.screens.rules import TEXTS as RULES
from supervision.words import OUTCOMES, STATES, Texts, Words
from tests.end_to_end.recount import PARTIES, Recount, percentile
from tests.end_to_end.shown import Page, is_near, whole
from tests.end_to_end.world import World


@dataclass(frozen=True)
class Look:
    """Asks for screens of a range in a language, and has what the figures should be."""

    world: World
    ask: Callable[[Mapping[str, object]], str]
    language: Language
    since: datetime
    recount: Recount

    def page(self, screen: str, **options: str) -> Page:
        until = self.since + timedelta(hours=3)
        times = {"start": int(self.since.timestamp() * 1000), "end": int(until.timestamp() * 1000)}
        context = {"timeRange": times, "width": 1200}
        return Page(self.ask({"screen": screen, "lang": self.language, **options, "widgetContext": context}))

    def words(self, texts: Texts) -> Words:
        return Words(self.language, texts)

    def named(self, texts: Texts) -> Mapping[str, str]:
        """Names by the words for them."""
        say = self.words(texts)
        found = {say(name): name for name in texts}
        assert len(found) == len(texts)
        return found

    # ── What our tables have of the executions that ended ──

    def decisions(self) -> Iterator[Mapping[str, Any]]:
        """The records of decisions that an execution asked for before one of its ends."""
        by_name = {told.arn.rpartition(":")[2]: told for told in self.recount.all}
        for item in self.world.stage.items("DecisionsTable", "decidedAt"):
            asker = by_name.get(str(item.get("askedBy", "")).partition("/")[0])
            if asker is None or "grounds" not in item or asker.did_nothing:
                continue
            decided = from_text(str(item["decidedAt"]).partition("#")[0])
            if any(decided <= end.at for end in asker.ends):
                yield item

    def orders(self) -> Iterator[Mapping[str, Any]]:
        """The orders of executions that have ended since."""
        under_way = {told.limitation for told in self.recount.all if told.runs}
        for item in self.world.stage.items("OrdersTable", "reference"):
            if "status" in item and str(item["reference"]).partition("/")[0] not in under_way:
                yield item


def overview_equals(look: Look) -> None:
    page, told, say = look.page("overview"), look.recount, look.words(overview.TEXTS)
    bars = {name: whole(text) for name, text in page.bars().items() if name in {say(step) for step in overview.STEPS}}
    outcomes = Counter(end.outcome for _, end in told.ends)
    assert received(look) > 0
    assert bars == {
        say("received"): received(look),
        say("concerned"): len(told.concerned),
        say("certain"): told.number(lambda each: each.ever_certain),
        say("ordered"): told.number(lambda each: each.ever_ordered),
        say("restored"): outcomes["RESTORED"],
    }
    assert page.tiles() == {
        say("balance_due"): str(outcomes["BALANCE_DUE"]),
        say("with_advisors"): str(
            outcomes["REFUSED"] + sum(each.runs and each.path[-1] == "WaitForAdvisor" for each in told.all)
        ),
        say("incidents"): str(outcomes["FAILED"]),
    }
    assert page.big() == str(len(waiting_for_power(told)))


def received(look: Look) -> int:
    """The records that came to the payments queue, as CloudWatch has them by the minute."""
    queue = look.world.cloud.physical_id("PaymentsQueue").rpartition("/")[2]
    metrics = look.world.cloud.client("cloudwatch").get_metric_data(
        MetricDataQueries=[
            {
                "Id": "sent",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/SQS",
                        "MetricName": "NumberOfMessagesSent",
                        "Dimensions": [{"Name": "QueueName", "Value": queue}],
                    },
                    "Period": 60,
                    "Stat": "Sum",
                },
            }
        ],
        StartTime=look.since,
        EndTime=look.since + timedelta(hours=3),
    )
    values: list[float] = metrics["MetricDataResults"][0]["Values"]
    return round(sum(values))


def waiting_for_power(told: Recount) -> Sequence[str]:
    """The limitations of those whom the rules let have power, and who have none."""
    return [each.limitation for each in told.open if each.ever_certain]


def running_equals(look: Look) -> None:
    page, told = look.page("running"), look.recount
    assert page.big() == str(len(told.open))
    parties: dict[str, int] = {}
    states: dict[str, int] = {}
    listed: set[str] = set()
    for asked, cells in page.rows():
        if asked.get("screen") == "case":
            listed.add(asked["key"])
        elif asked.get("party"):
            parties[asked["party"]] = whole(cells[2])
        elif asked.get("filter"):
            states[asked["filter"].removeprefix("state=")] = whole(cells[2])
    assert parties == Counter(PARTIES[each.path[-1]] if each.runs else "us" for each in told.open)
    assert states == Counter(each.path[-1] for each in told.open)
    assert listed == {each.limitation for each in told.open}
    say, paid = look.words(running.TEXTS), len(waiting_for_power(told))
    assert say.counted("paid", paid, str(paid)) in page.words


def durations_equals(look: Look) -> None:
    page, say = look.page("durations"), look.words(durations.TEXTS)
    exact: dict[str, Spans] = {
        look.words(OUTCOMES)(name): ([end.least for end in ends], [end.most for end in ends])
        for name, ends in look.recount.outcomes().items()
    }
    exact[say("certain")] = exactly(certain_to_restored(look.recount))
    equal_times(look.language, page.table(say("by_outcome")), exact)
    states = {look.words(STATES)(name): exactly(took) for name, took in look.recount.states().items()}
    equal_times(look.language, page.table(say("by_state")), states)


type Spans = tuple[Sequence[float], Sequence[float]]
"""Durations in milliseconds, each at least and at most."""


def exactly(took: Sequence[float]) -> Spans:
    return took, took


def equal_times(language: Language, rows: Sequence[Sequence[str]], exact: Mapping[str, Spans]) -> None:
    """Whether rows of name, number, median, p90, p95, p99 and longest are those of exact durations."""
    assert {name: whole(number) for name, number, *_ in rows} == {name: len(low) for name, (low, _) in exact.items()}
    for name, _, *told in rows:
        low, high = exact[name]
        for text, share, needed in zip(told, (0.5, 0.9, 0.95, 0.99, 1), (1, 10, 20, 100, 1), strict=True):
            if len(low) < needed:
                assert text == "\N{EN DASH}", (name, share)
            else:
                least, most = percentile(low, share), percentile(high, share)
                assert is_near(text, least, language, most), (name, share, text, least, most)


def certain_to_restored(told: Recount) -> list[float]:
    """From the entry into ReadPoint after the rules had said yes to the last look at the case: milliseconds."""
    found: list[float] = []
    for each, end in told.ends:
        if end.outcome == "RESTORED":
            since = next(
                after.entered
                for before, after in pairwise(each.stays)
                if (before.state, after.state) == ("MayPowerComeBack", "ReadPoint")
            )
            shown = [stay.left for stay in each.stays if stay.state == "ReadCase" and stay.left][-1]
            found.append((shown - since).total_seconds() * 1000)
    return found


def incidents_equals(look: Look) -> None:
    page, told = look.page("incidents"), look.recount
    held = {each.limitation for each in told.open if not each.runs}
    assert page.big().removeprefix("▲ ") == str(len(held))
    say, found = look.words(incidents.TEXTS), {}
    for each in page.sections("incident"):
        found[each.heading()] = each
    expected = told.failures()
    assert set(found) == {f"{error} {say('in', state=look.words(STATES)(state))}" for state, error in expected}
    for (state, error), (times, customers) in expected.items():
        part = found[f"{error} {say('in', state=look.words(STATES)(state))}"]
        holds = {each.limitation for each in told.open if not each.runs and each.ends[-1].stopped_in == state}
        assert part.big() == str(len(holds))
        assert say.counted("times", times, str(times)) in part.words
        assert say.counted("customers", customers, str(customers)) in part.words


def branches_equals(look: Look) -> None:
    page, told, say = look.page("branches"), look.recount, look.words(branches.TEXTS)
    ends = list(told.ends)
    nothing = sum(each.did_nothing for each, _ in ends)
    for text in (
        say("cases", count=len(ends) - nothing),
        say("nothing", count=nothing),
        say("running", count=sum(each.runs for each in told.all)),
        say("failed", count=sum(map(told.holds, told.all))),
    ):
        assert text in page.words
    for state in STATES:
        if state != "NothingToDo":
            branch_equals(look, state)


def branch_equals(look: Look, state: str) -> None:
    """Whether the details of a state are those of the histories."""
    page, told, say = look.page("branches", state=state, popup="1"), look.recount, look.words(branches.TEXTS)
    took, stops = told.states().get(state, []), told.stops()[state]
    tiles = page.tiles()
    if not took and not stops:
        assert say("no_visit") in page.words, state
        assert not tiles, state
    else:
        visits = next(text for name, text in tiles.items() if name.startswith(say("visits", count="").strip()))
        numbers = visits, tiles[say("tried_again")], tiles[say("stopped")]
        assert [whole(each) for each in numbers] == [len(took), told.retries(state), stops], state
    if took:
        for name, share in (("median", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)):
            label = say("median") if name == "median" else name
            assert is_near(tiles[label], percentile(took, share), look.language), (state, name)
    ways, titles = told.ways(), look.words(STATES)
    for caption, expected in (
        ("next", {titles(after): number for (before, after), number in ways.items() if before == state}),
        ("previous", {titles(before): number for (before, after), number in ways.items() if after == state}),
        ("outcomes", {look.words(OUTCOMES)(name): number for name, number in told.outcomes_through(state).items()}),
    ):
        assert {row[0]: whole(row[1]) for row in page.table(say(caption))} == expected, (state, caption)
    standing = {asked["key"] for asked, _ in page.rows() if asked.get("screen") == "case"}
    assert standing == {each.limitation for each in told.open if each.path[-1] == state}, state


def rules_equals(look: Look) -> None:
    say, files = look.words(RULES), rule_tables()
    taken: Counter[str] = Counter()
    manual: Counter[str] = Counter()
    matched: Counter[tuple[str, str]] = Counter()
    for item in look.decisions():
        taken[str(item["decision"])] += 1
        manual[str(item["decision"])] += sends_to_an_advisor(json.loads(unpacked(bytes(item["value"]))))
        grounds = json.loads(unpacked(bytes(item["grounds"])))
        matched.update({(str(item["version"]), rule) for _, rule in {(it["decision"], it["rule"]) for it in grounds}})
    assert matched
    by_title = {file.title: file.decision for file in files}
    for title, number, by_hand, _ in look.page("rules").table(say("decision")):
        # A dash: what is decided about messages, after the case, is not counted.
        assert (0 if number == "\N{EN DASH}" else whole(number)) == taken[by_title[title]], title
        assert (by_hand if not taken[by_title[title]] else whole(by_hand.partition(" · ")[0])) in {
            manual[by_title[title]],
            "\N{EN DASH}",
        }, title
    shown = {}
    for file in files:
        for asked, cells in look.page("rules", version=file.version).rows():
            if asked.get("rule") and cells[-2] not in {say("none"), "\N{EN DASH}"}:
                shown[file.version, asked["rule"]] = whole(cells[-2])
    assert shown == matched


def enedis_equals(look: Look) -> None:
    page, say = look.page("enedis"), look.words(enedis.TEXTS)
    metrics = look.world.cloud.metrics
    calls = sum(value for (_, name), value in metrics.items() if name in enedis.CALLS)
    assert whole(page.tiles()[say("calls")]) == calls
    orders = list(look.orders())
    intents = list(dict.fromkeys(sorted((str(each["intent"]) for each in orders), key=["REMOTE", "TECHNICIAN"].index)))
    codes = Counter((str(each["intent"]), code_of(each)) for each in orders)
    accepted = Counter(str(each["intent"]) for each in orders if each["status"] == "ACCEPTED")
    (first, *rows) = page.table(say("codes"))
    assert [whole(cell) for cell in first[2:]] == [accepted[intent] for intent in intents]
    shown = {
        (intent, row[0]): whole(cell)
        for row in rows
        for intent, cell in zip(intents, row[2:], strict=True)
        if cell != "\N{EN DASH}"
    }
    assert shown == codes
    states = look.recount.states()
    _, *times = page.table(say("times"))
    assert {row[0]: whole(row[1]) for row in times} == {
        say(state): len(states[state]) for state in ("ReadPoint", "OrderAtEnedis", "ReadCase", "WaitForEnedis")
    }
    for state in ("ReadPoint", "OrderAtEnedis", "ReadCase", "WaitForEnedis"):
        row = next(each for each in times if each[0] == say(state))
        assert is_near(row[2], percentile(states[state], 0.5), look.language), state
        assert is_near(row[3], percentile(states[state], 0.95), look.language), state


def code_of(order: Mapping[str, Any]) -> str:
    return "SGT200" if order["status"] == "ACCEPTED" else str(order.get("code") or order["status"])


def case_equals(look: Look) -> None:
    say = look.words(case.TEXTS)
    decided = Counter(
        str(item["limitationId"]) for item in look.world.stage.items("DecisionsTable", "decidedAt") if "grounds" in item
    )
    ordered = Counter(
        str(item["reference"]).partition("/")[0]
        for item in look.world.stage.items("OrdersTable", "reference")
        if "status" in item
    )
    for limitation in {told.limitation for told in look.recount.all}:
        page = look.page("case", key=limitation)
        rows = page.table(f"{limitation}: {say('everything')}")
        kinds = Counter(row[1] for row in rows)
        assert kinds[say("k_decision")] == decided[limitation], limitation
        assert kinds[say("k_order")] == ordered[limitation], limitation
        began = Counter(row[2][1:9] for row in rows if row[1] == say("k_execution") and starts(row[2], look.language))
        mine = [told for told in look.recount.all if told.limitation == limitation]
        acted = Counter(told.arn[-8:] for told in mine if not told.did_nothing)
        # One that found nothing to do is there where the register names its trigger.
        assert acted <= began <= Counter(told.arn[-8:] for told in mine), limitation


def starts(text: str, language: Language) -> bool:
    return ("commence : " if language is Language.FRENCH else "started by ") in text


RECOUNTED: Mapping[str, Callable[[Look], None]] = {
    "overview": overview_equals,
    "running": running_equals,
    "durations": durations_equals,
    "incidents": incidents_equals,
    "branches": branches_equals,
    "rules": rules_equals,
    "enedis": enedis_equals,
    "case": case_equals,
}
"""What holds for each screen."""
