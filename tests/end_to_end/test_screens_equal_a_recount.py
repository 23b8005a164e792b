"""Screens and reports of the deployed stack show what histories, the bus and Enedis' journal say, by another way."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from local.partners.enedis.faults import FaultKind, Operation
from record.domain.states import STEP_OF, STEPS
from record.domain.steps import pairs_in
from record.formats import NOTHING
from record.words import Language
from restoration.adapters.dynamodb.decision_log import unpacked
from restoration.clock import paris_date, utc_now
from restoration.domain.decision import sends_to_an_advisor
from supervision.figures.branches import flow_of
from supervision.process import state_names, step_name
from supervision.rule_tables import in_force, rule_tables, said_of_rules
from supervision.supervise import SCREENS
from supervision.words import COMMON, OUTCOMES
from tests.end_to_end.histories import PARTIES
from tests.end_to_end.pages import assert_share, figure, milliseconds, report, shown
from tests.end_to_end.recorded import Record, all_executions, asked_by, recorded_counts, wait_until_healed
from tests.end_to_end.recount import Recount
from tests.end_to_end.scene_of_record import Day, day
from tests.end_to_end.world import World

pytestmark = pytest.mark.timeout(900)  # the first test plays the day
HOURS = timedelta(hours=3)
WORDS = ("Concerned", "Certain", "Ordered", "Restored", "balance due", "left to an advisor", "stopped by an incident")
INDICATORS = ("concerned", "certain", "ordered", "restored", "balance_due", "left", "failed")
PROMISED = {
    "check": "check the case",
    "bank": "the bank's reply",
    "advisor": "an advisor's decision",
    "remote": "Enedis from afar",
    "technician": "a technician's visit",
}
RESULTS = ("kept", "broken", "open")
INTENTS = {"REMOTE": "Remote", "TECHNICIAN": "Technician", "RAISE_FLOOR": "Floor", "CANCEL_LIMITATION": "Cancellation"}
NO_RESPONSE = {FaultKind.CONNECTION_REFUSED, FaultKind.TIMEOUT_BEFORE, FaultKind.TIMEOUT_AFTER}
NOT_ARRIVED = ("connection", "connect-timeout", "tls")
SILENCE = re.compile(rf"(?:\[ERROR\] EnedisUnavailable: )?({'|'.join(NOT_ARRIVED)}|read-timeout|connection-lost): ")
TITLES = {english: name for name, (_, english) in state_names().items()}
AT_ENEDIS = {"Read the point": "ReadPoint", "Have the order accepted": "OrderAtEnedis"}
NOT_EARLY = {"RESTORED", "FLOOR_RAISED", "LIMITATION_CANCELLED", "LEFT_TO_ADVISOR", "REFUSED", "FAILED"}
MINUTES = {"RESTORED": "Restored", "LIMITATION_CANCELLED": "Limitations", "BALANCE_DUE": "Balance"}
"""How the question of an outcome begins, of which an advisor was spared; that of others with *Other*."""
DONE = {"REMOTE": "remote", "TECHNICIAN": "technician", "RAISE_FLOOR": "floors raised"}
PARTS = {"billing": "billing", "bank": "the bank", "us": "we, with advisors", "remote": "Enedis", "all": "in all"}
KINDS = ("Early", "Remote", "Technician")
PICTURE = "The process and its ways"


@pytest.fixture(scope="module")
def played() -> Iterator[Day]:
    with day() as begun:
        yield begun


@pytest.fixture(scope="module")
def world(played: Day) -> World:
    return played.world


@pytest.fixture(scope="module")
def recount(played: Day, world: World, record: Record) -> Recount:
    """Play the day and recount it, once all of it is recorded and counted."""

    def has_counted(arn: str) -> bool:
        record.reconcile()
        return bool(recorded_counts(record, arn))

    played.play(record, lambda arn: world.wait(lambda: has_counted(arn), f"the count of {arn}"))
    executions = all_executions(world)
    wait_until_healed(world, record, executions)
    orders = world.stage.items("OrdersTable", "status")
    found = Recount.of(world.cloud.client("stepfunctions"), [each.arn for each in executions], orders)

    def is_counted() -> bool:
        return all(recorded_counts(record, told.arn) == {end.redrives for end in told.ends} for told in found.all)

    world.wait(is_counted, "the count of each end")
    record.reconcile()
    # Queues are measured at the end of each minute.
    world.cloud.pass_minutes()
    return found


def test_overview_counts_customers_each_once(played: Day, world: World, recount: Recount) -> None:
    page, words = shown(world, "overview"), recount.words
    assert {word: figure(page.row(word)[1]) for word in WORDS} == {word: words[word] for word in WORDS}
    assert f"{len(played.payments)} payments received · {words['checks']} checks without a payment" in page.text
    alone = len(recount.alone()) / len(recount.ended_well())
    assert figure(page.row("ended without an advisor (%)")[1]) == round(100 * alone)
    advised = [each for each in recount.open if each.runs and each.path[-1] == "WaitForAdvisor"]
    assert figure(page.row("with an advisor now")[1]) == len(advised) > 0
    assert sum(figure(row[-1]) or 0 for row in page.tables["Restored, by the hour"]) == words["Restored"]
    certain = [each for each in recount.open if each.certain_at]
    unchecked = [each for each in recount.open if not each.runs and not each.certain_at]
    [oldest] = re.findall(r"The oldest has waited for ([\d.]+ \w+)\.", page.text)
    since = min(each.certain_at or each.started for each in (*certain, *unchecked))
    assert timedelta(milliseconds=milliseconds(oldest)) / (utc_now() - since) == pytest.approx(1, rel=0.5)
    assert f"{len(certain) + len(unchecked)} customers have paid and are without power now" in page.text
    assert f"{len(certain)} wait + ▲ {len(unchecked)} in an incident before the check" in page.text


def test_wall_says_so_from_five_metres_and_tomorrow_of_the_day_before(world: World, recount: Recount) -> None:
    took, early = (
        sorted(told.until(end.redrives).took for told, end in recount.ends if fits(end.outcome))
        for fits in ({"RESTORED"}.__contains__, lambda outcome: outcome not in NOT_EARLY)
    )
    stopped = recount.words["stopped by an incident"]
    now, tomorrow = (shown(world, "overview", wall="1", until=utc_now() + timedelta(days=days)) for days in (0, 1))
    held = {each.limitation for each in recount.open if not each.runs}
    paid = held | {each.limitation for each in recount.open if each.certain_at}
    assert [figure(now.behind(name)[0]) for name in ("Paid and wait", "Held by an incident")] == [len(paid), len(held)]
    before = "the day before:"
    for word, number in ("stopped", stopped), ("restored", len(took)):
        assert f"{word}: {number} {word}, {before} 0" in now.text
        assert f"{word}: 0 {word}, {before} {number}" in tomorrow.text
    assert f"Restored in time 100 % {before} {NOTHING}" in now.text
    assert f"Restored in time {NOTHING} {before} 100 %" in tomorrow.text
    means = [its[(len(its) - 1) // 2] for its in (took, early)], [sum(its) / len(its) for its in (took, early)]
    for name, right in zip(("median", "mean"), means, strict=True):
        times = re.findall(rf"([\d.]+ m?s) {name} {before}", now.text)
        times += re.findall(rf"{name} {before} ([\d.]+ m?s)", tomorrow.text)
        assert list(map(milliseconds, times)) == pytest.approx([*right, *right], rel=0.06)


def test_promises_made_kept_and_broken(world: World, recount: Recount) -> None:
    results, expected = recount.promises(), {}
    for what, name in PROMISED.items():
        numbers = [results[what, result] for result in RESULTS]
        expected[name] = [sum(numbers), *numbers]
    expected["all"] = [sum(column) for column in zip(*expected.values(), strict=True)]
    rows = shown(world, "overview").tables["Promises of the range"][1:]
    assert {row[0]: [figure(each) for each in row[1:]] for row in rows} == expected


def test_visits_times_and_ways_of_each_state_and_step(world: World, recount: Recount) -> None:
    states, steps = recount.states(), recount.steps(STEP_OF)
    of_steps = {step_name(step, Language.ENGLISH): sum(map(len, steps.get(step, ()))) for step in STEPS}
    assert {row[0]: int(row[1]) for row in shown(world, "branches", width=600).tables[PICTURE][1:]} == of_steps
    page = shown(world, "branches", width=600, section="all")
    found = {TITLES[row[0]]: row[1:] for row in page.tables[PICTURE][1:]}
    assert found.keys() >= states.keys()
    for state, (number, p95, standing, _) in found.items():
        its = states.get(state, [])
        assert (figure(number) or 0) == sum(map(len, its)) or state == "NothingToDo"
        assert figure(standing) == sum(each.path[-1] == state for each in recount.open)
        assert_share(p95, list(map(sum, its)), 0.95)
    taken, at = Counter[tuple[str, str]](), ""
    for source, target, number, _ in page.tables["Where cases part"][1:]:
        at = source or at
        taken[TITLES[at], TITLES[target.partition(" (")[0]]] = int(number)
    assert taken == recount.ways()
    nothing = sum(each.did_nothing for each, _ in recount.ends)
    running, failed = (sum(each.runs is runs for each in recount.open) for runs in (True, False))
    told_all = f"{len(list(recount.ends)) - nothing} cases ended · {nothing} with nothing to do · {running} running"
    assert f"{told_all} · ▲ {failed} failed" in page.text


def test_retries_and_the_cases_of_each_way(record: Record, recount: Recount) -> None:
    span = utc_now() - HOURS, utc_now() + HOURS
    slices, cases = record.read.slices(*span), [*record.read.ended_cases(*span), *record.read.open_cases()]
    found, states = flow_of(slices, record.read.signatures()), recount.states()
    assert {state: found.retries(state) for state in states} == {state: recount.retries(state) for state in states}
    listed = {each.execution: set(pairs_in(each.ways)) for each in cases}
    assert listed == {each.arn: {">".join(way) for way in pairwise(each.path)} for each in recount.concerned}


def test_who_stands_where_waits_for_whom_and_how_long(world: World, recount: Recount) -> None:
    page, now, every = shown(world, "running"), utc_now(), recount.open

    def ago(moment: datetime | None) -> Any:
        return pytest.approx((now - moment) / timedelta(milliseconds=1), abs=5000) if moment else None

    parties = {each.arn: PARTIES[each.path[-1]] if each.runs else "us" for each in every}
    rows = {row[0].partition(" ▲")[0]: row for row in page.tables["Whom are they waiting for?"]}
    for party in ("enedis", "advisor", "bank", "billing", "us"):
        its = [each for each in every if parties[each.arn] == party]
        _, ages, number, oldest = rows[{"advisor": "An advisor", "bank": "The bank"}.get(party, party.title())]
        assert (figure(ages), figure(number)) == (len(its), len(its)), "all are young"
        assert figure(oldest) == ago(min((each.waits_since for each in its), default=None))
    listed = {row[0]: row for title, rows in page.tables.items() if title.startswith("Those who") for row in rows}
    assert len(listed) - 1 == len(every)
    for each in every:
        _, where, whom, stage, waits, left = listed[each.limitation]
        assert TITLES[where.partition(" ▲")[0].partition(" redrives")[0]] == each.path[-1]
        assert whom.removeprefix("an ").lower() == parties[each.arn]
        assert stage == ("Ordered" if each.ever_ordered else "Certain" if each.ever_certain else "Concerned")
        assert figure(waits) == ago(each.waits_since)
        if recount.kind_of(each) != "Technician":
            paid = each.certain_at or (None if each.runs else each.started)
            assert figure(left) == ago(now - (paid + timedelta(days=1) - now) if paid else None)
    assert f"{len(every)} open cases now" in page.text
    assert f"under 1 h · {len(every)} under 1 day · 0" in page.text


def test_times_by_outcome_by_state_and_to_the_power(world: World, recount: Recount) -> None:
    page, exact = shown(world, "durations"), dict[str, list[float]]()
    ends = [(told.until(end.redrives), end) for told, end in recount.ends]
    for told, end in ends:
        exact.setdefault(OUTCOMES[end.outcome][1], []).append(told.took)
    back = exact["Restored"]
    certain = [told.to_power for told, end in ends if end.outcome == "RESTORED" and told.certain_at]
    exact["of which: since the payment was certain"] = certain
    assert {row[0] for row in page.tables["By outcome"][1:]} == exact.keys()
    of_states = {english: list(map(sum, recount.states().get(name, []))) for english, name in TITLES.items()}
    for title, times in {"By outcome": exact, "By state of the process": of_states}.items():
        for name, number, *shares, longest in page.tables[title][1:]:
            assert int(number) == len(times[name]), name
            assert_share(longest, times[name], 1)
            for cell, share in zip(shares, (0.5, 0.9, 0.95, 0.99), strict=True):
                assert_share(cell, times[name], share)
    assert f"All {len(certain)} restored had power within 24 h" in page.text
    assert f"{len(back)} cases, power is back" in page.text
    trend = [row[1] for row in page.tables["Trend: Restored, by the hour of the end"] if len(row) > 1]
    assert sum(figure(each) or 0 for each in dict.fromkeys(trend)) == len(back)
    slowest = [int(row[1]) for row in page.tables["The slowest of the restored"][1:]]
    assert slowest == pytest.approx(sorted(back, reverse=True)[: len(slowest)], rel=0.02)


def test_failures_by_state_and_error(world: World, recount: Recount) -> None:
    page, found = shown(world, "incidents"), Counter[tuple[str, str, str]]()
    for _, state, detail, *numbers in page.tables["Worst first"][1:]:
        for word, number in zip(("held", "times", "customers"), numbers, strict=True):
            found[TITLES[state], detail.partition(":")[0].split()[-1], word] += int(number or 0)
    held = [each for each in recount.open if not each.runs]
    expected = Counter((*each.stopped, "held") for each in held)
    for key, (times, customers) in recount.failures().items():
        expected |= {(*key, "times"): times, (*key, "customers"): customers}
    assert +found == expected
    times = recount.stops().total()
    assert f"▲ {len(held)} customers are held by an incident now Failures: {times}; the day before: 0." in page.text
    series = re.findall(r'"Failures by the hour, at most \d+: ([\d, ]+)"', page.html)
    assert sum(int(each) for those in series for each in those.split(",")) == times


def test_rules_that_matched_and_decisions_that_went_to_advisors(world: World, recount: Recount) -> None:
    taken, manual, matched = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    for item in asked_by(recount.concerned, world):
        taken[str(item["decision"])] += 1
        manual[str(item["decision"])] += sends_to_an_advisor(json.loads(unpacked(bytes(item["value"]))))
        grounds = json.loads(unpacked(bytes(item["grounds"])))
        matched.update({(str(item["version"]), rule) for _, rule in {(it["decision"], it["rule"]) for it in grounds}})
    summary = {row[0]: row for row in shown(world, "rules").tables["Decision"]}
    found = Counter[tuple[str, str]]()
    for file in in_force(rule_tables(), paris_date(utc_now())):
        _, times, to_advisors, *_ = summary[said_of_rules(file.title, Language.ENGLISH)]
        assert (figure(times) or 0, figure(to_advisors) or 0) == (taken[file.decision], manual[file.decision])
        page = shown(world, "rules", table=file.file)
        for table in file.tables if times != NOTHING else ():
            rows = {row[0]: figure(row[-2]) or 0 for row in page.tables[said_of_rules(table.title, Language.ENGLISH)]}
            found.update({(file.version, rule.id): int(rows[str(rule.number)]) for rule in table.rules})
    assert +found == matched


def calls_without_a_response(world: World) -> Iterator[str]:
    """What the logs of those who call Enedis say of each call without a response, in a word."""
    lines = [it.get("message", "") for it in world.cloud.logs("ReadPointFunction")]
    lines += [it.get("reason", "") for it in world.cloud.logs("PlaceOrderFunction")]
    for line in lines:
        if said := SILENCE.match(line):
            yield said[1]


def test_calls_to_enedis_and_what_it_returned(world: World, recount: Recount) -> None:
    page, tiles = shown(world, "enedis"), dict[str, float | None]()
    for rows in page.tables.values():
        tiles |= {row[0].partition(" ·")[0]: figure(row[-1]) for row in rows}
    # In a story somebody else orders, too: without a reference of ours.
    calls = [it for it in world.enedis.network.journal.calls() if it.operation is not Operation.ORDER or it.reference]
    arrived, unheard = sum(it.operation is not None for it in calls), Counter(calls_without_a_response(world))
    # On a busy machine a good call has no response in time, too, or does not arrive.
    assert unheard.total() >= sum(it.fault in NO_RESPONSE for it in calls) > 0
    left = arrived + sum(unheard[kind] for kind in NOT_ARRIVED)
    assert tiles["calls that left"] == left == int(page.row("One call and its response")[1])
    assert tiles["without a response"] == unheard.total()
    by_minute = next(rows for title, rows in page.tables.items() if title.startswith("Calls to Enedis"))
    assert sum(figure(row[-1]) or 0 for row in by_minute) == left
    heads, accepted, *rows = page.tables["What Enedis returned to our orders"]
    found = {(intent, row[0]): figure(row[heads.index(name)]) for intent, name in INTENTS.items() for row in rows}
    codes = recount.codes()
    assert {key: number for key, number in found.items() if number} == codes
    for intent, name in INTENTS.items():
        assert figure(accepted[heads.index(name)]) == codes[intent, "SGT200"]
    exact = {name: list(map(sum, recount.states()[state])) for name, state in AT_ENEDIS.items()}
    for name, took in (exact | {"Wait for Enedis, in all": recount.waits_for_enedis()}).items():
        _, number, middle, p95 = page.row(name)
        assert int(number) == len(took)
        assert_share(middle, took, 0.5)
        assert_share(p95, took, 0.95)


def test_time_after_paying_and_who_took_it(played: Day, world: World, recount: Recount) -> None:
    page, exact, longest = shown(world, "value"), dict[str, list[float]](), Counter[str]()
    for told in (told.until(end.redrives) for told, end in recount.ends if end.outcome == "RESTORED"):
        if told.certain_at and (payment := played.of(told.limitation, told.certain_at)):
            parts = told.split(*payment)
            for part, took in parts.items():
                exact.setdefault(part, []).extend([took] if payment[0] or part != "billing" else [])
            if payment[0]:
                exact.setdefault("all", []).append(sum(parts.values()))
                longest[told.limitation] = round(sum(parts.values()))
    rows = {row[0]: row for row in page.tables["Limited after paying: who took that time"]}
    for name, title in PARTS.items():
        _, number, middle, p95, *_ = rows[title]
        assert int(number) == len(exact[name]) > 0
        assert_share(middle, exact[name], 0.5)
        assert_share(p95, exact[name], 0.95)
    lag = next(row for row in shown(world, "overview").tables["Cases"] if row[0].startswith("billing's lag"))
    assert rows["billing"][2] == lag[1], "the same on both screens"
    slowest = next(rows for rows in page.tables.values() if rows[0][0] == "Case")[1:]
    assert {row[0]: int(row[1]) for row in slowest} == pytest.approx(dict(longest.most_common(10)), abs=2)
    assert [sum(map(int, row[2:6])) for row in slowest] == pytest.approx([int(row[1]) for row in slowest], abs=2)


def test_minutes_reminders_messages_and_orders(played: Day, world: World, recount: Recount) -> None:
    name, number = "reminders that did not leave since we asked", str(len(played.confirmed))
    world.wait(lambda: shown(world, "value").row(name)[1] == number, "reminders")
    page, ours = shown(world, "value"), {each["detail"]["id"] for each in world.stage.watch.published()}
    assert {each["requestId"] for each in played.confirmed.values()} <= ours, "each is held since we asked"
    alone = Counter(MINUTES.get(each.ends[-1].outcome, "Other") for each in recount.alone())
    rows = next(rows for rows in page.tables.values() if rows[0][0] == "The advisor's question")[1:-1]
    assert {row[0].split()[0].strip(":"): int(row[1]) for row in rows} == alone
    expected = {f"Enedis' interventions: {name}": recount.codes()[intent, "SGT200"] for intent, name in DONE.items()}
    expected["Messages to customers"] = sum(1 for _ in world.stage.items("MessagesTable", "sentAt"))
    expected["AWS: payments received"] = len(played.payments)
    expected["AWS: cases"] = sum(not told.did_nothing for told, _ in recount.ends)
    assert {name: int(page.row(name)[1]) for name in expected} == expected


def test_report_of_the_day_and_its_mail_say_what_ended(
    played: Day, world: World, record: Record, recount: Recount
) -> None:
    completeness, rows, of_month = record.read.completeness(), report(world, "day"), report(world, "month")
    assert completeness is not None
    assert completeness.unreconciled == 0
    assert of_month["restored"]["value"] == rows["restored"]["value"]
    ended, promised, measured = recount.ended, recount.ended.promises(), recount.measured()
    words = {name: ended.words[word] for name, word in zip(INDICATORS, WORDS, strict=True)}
    expected = {
        **words,
        "received": len(played.payments),
        "checked": ended.words["checks"],
        "restored_share": words["restored"] / words["concerned"],
        "left_share": words["left"] / words["concerned"],
        "balance_share": words["balance_due"] / words["concerned"],
        "without_advisor": len(recount.alone()) / len(recount.ended_well()),
        **{f"in_time{kind}": measured[f"{kind}InTime"] / measured[f"{kind}Ended"] for kind in KINDS},
        "late": sum(measured[f"{kind}Ended"] - measured[f"{kind}InTime"] for kind in KINDS),
        "questions": sum(map(len, recount.states()["WaitForAdvisor"])),
        "promised": promised.total(),
        **{result: sum(promised[what, result] for what in PROMISED) for result in RESULTS[:2]},
        "accepted": sum(n for (_, code), n in recount.codes().items() if code == "SGT200") / recount.codes().total(),
        **dict.fromkeys(("waited", "still_limited", "still_waiting"), 0),
    }
    assert rows.keys() == {*expected, "median", "p95"}
    assert {name: float(rows[name]["value"]) for name in expected} == pytest.approx(expected, abs=1e-6)
    times = [told.until(end.redrives) for told, end in recount.ends if end.outcome == "RESTORED" and told.certain_at]
    for name, share in (("median", 0.5), ("p95", 0.95)):
        assert_share(rows[name]["value"], [each.to_power for each in times], share)
    mails = [each for each in world.cloud.carriers.emails if each.to == "pilotage@fournisseur.example"]
    mail = next(each.body for each in mails if "rapport du jour" in each.subject)
    numbers = [row for row in rows.values() if row["unit"] == "number"]
    assert all(re.search(rf"{row['label']} : valeur [▲✓ ]*{row['value']} ;", mail) for row in numbers)


@pytest.mark.usefixtures("recount")
def test_each_screen_is_drawn_and_each_report_made_with_the_rights_of_its_role(world: World) -> None:
    key = min(str(item["limitationId"]) for item in world.stage.items("MessagesTable", "sentAt"))
    pages = [shown(world, name, key=key) for name in SCREENS]
    assert [COMMON[name][1] in page.text for name, page in zip(SCREENS, pages, strict=True)] == [True] * len(SCREENS)
    assert not any(COMMON["failed"][1] in page.text for page in pages)
    assert world.cloud.rights.record.denials == []
