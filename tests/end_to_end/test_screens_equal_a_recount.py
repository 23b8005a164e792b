"""Screens and reports of the deployed stack show what histories, the bus and Enedis' journal say, by another way."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from local.partners.enedis.faults import FaultKind, Operation
from record.formats import NOTHING
from record.words import Language
from restoration.adapters.dynamodb.decision_log import unpacked
from restoration.clock import paris_date, utc_now
from restoration.domain.decision import sends_to_an_advisor
from supervision.rule_tables import in_force, rule_tables, said_of_rules
from supervision.supervise import SCREENS
from supervision.words import COMMON
from tests.end_to_end.pages import assert_share, figure, milliseconds, report, shown
from tests.end_to_end.recorded import Record, all_executions, asked_by, recorded_counts, wait_until_healed
from tests.end_to_end.recount import Recount
from tests.end_to_end.scene_of_record import Day, day
from tests.end_to_end.world import World

pytestmark = pytest.mark.timeout(900)  # the first test plays the day
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
MINUTES = {"RESTORED": "Restored", "LIMITATION_CANCELLED": "Limitations", "BALANCE_DUE": "Balance"}
"""How the question of an outcome begins, of which an advisor was spared; that of others with *Other*."""
DONE = {"REMOTE": "remote", "TECHNICIAN": "technician", "RAISE_FLOOR": "floors raised"}
PARTS = {"billing": "billing", "bank": "the bank", "us": "we, with advisors", "remote": "Enedis", "all": "in all"}
KINDS = ("Early", "Remote", "Technician")


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


def test_promises_made_kept_and_broken(world: World, recount: Recount) -> None:
    results, expected = recount.promises(), {}
    for what, name in PROMISED.items():
        numbers = [results[what, result] for result in RESULTS]
        expected[name] = [sum(numbers), *numbers]
    expected["all"] = [sum(column) for column in zip(*expected.values(), strict=True)]
    rows = shown(world, "overview").tables["Promises of the range"][1:]
    assert {row[0]: [figure(each) for each in row[1:]] for row in rows} == expected


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
