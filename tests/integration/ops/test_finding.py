"""A case is found by whatever a customer names, after it was closed, too."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from ops.account import Account
from record.adapters.dynamodb.counters import CounterTable
from record.cases.failures import NothingFound
from record.cases.reading import StandingReader
from record.cases.register import RegisterReader, find
from record.cases.sentences import Situation
from restoration.adapters.dynamodb.decision_log import packed
from restoration.adapters.dynamodb.register import LimitationRegister
from tests.fakes.tables import put_tables
from tests.integration.ops.accounts import HASH, START, STARTED, FakeStates, entered, limitation, set_attribute

REGISTERED = {"registeredAt": START}


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("contract", "CTR-000007"),
        ("customer", "CUS-000007"),
        ("limitation", " lim-000007 "),
        ("point", "300 000 000 000 07"),
        ("execution", f"LIM-000007-{HASH}"),
        ("execution", f"arn:aws:states:eu-west-3:123456789012:execution:restoration-restoration:LIM-000007-{HASH}"),
    ],
)
def test_each_kind_of_key_finds_the_limitation(
    account: Account, register: LimitationRegister, kind: str, key: str
) -> None:
    for number in (7, 8):
        register.save(limitation(number), known=None)
    found = find(account, key)
    assert (found.kind, found.limitation_ids) == (kind, ["LIM-000007"])


def test_payment_and_case_at_enedis_find_the_limitation_that_the_record_noted(account: Account) -> None:
    """A customer is told Enedis' number, and finds a payment's on the bank's paper."""
    counters = CounterTable(boto3.resource("dynamodb"), "courses", account.name("counters"))
    names = ["PAY-1", "A0000002", "pay_3f9c1b7e", f"PAY-{'0123456789abcdef' * 2}"]
    counters.name("LIM-000007", names)
    keys = ("pay-1", "a0000002", *names)
    assert [find(account, key).limitation_ids for key in keys] == [["LIM-000007"]] * 6


def test_key_in_small_letters_is_found_as_billing_sent_it(account: Account, register: LimitationRegister) -> None:
    register.save(replace(limitation(7), limitation_id="lim-2026a", contract_id="ctr-9f3b"), known=None)
    assert [find(account, key).limitation_ids for key in ("lim-2026a", "ctr-9f3b")] == [["lim-2026a"]] * 2


def test_unknown_key_says_what_that_means(account: Account) -> None:
    for key in ("30000000000099", f"LIM-000099-{HASH}"):
        with pytest.raises(NothingFound, match=f"No limitation, contract, point or customer {key}"):
            find(account, key)


def test_cases_that_the_advisors_have_are_found_the_oldest_first(
    account: Account, register: LimitationRegister
) -> None:
    since = {7: "2026-12-20T10:00:00.000Z", 8: "2026-11-26T08:00:00.000Z", 9: "2020-01-01T00:00:00.000Z"}
    for number in (*since, 10):
        register.save(limitation(number), known=None)
        if number in since:
            set_attribute(number, "leftSince", since[number])
    found = RegisterReader(account).left_to_advisors()
    assert [each.limitation_id for each in found] == ["LIM-000008", "LIM-000007"]  # the third was registered later


def test_what_people_did_on_a_case_is_read_where_the_channels_are(account: Account) -> None:
    reader, act = RegisterReader(account), {"kind": "WorkDone", "at": "T", "role": "ADVISOR", "channel": "DESK"}
    assert reader.acts("LIM-000007") == []
    put_tables("channels", stack=account.name(""))
    for case, mark in ((7, "ACT#1"), (7, "ACT#2"), (7, "ACT#3"), (7, "DRAFT#1"), (8, "ACT#1")):
        item = {"pk": f"CASE#LIM-{case:06}", "sk": mark, "content": "in their own words" * 21_000, **act}
        boto3.resource("dynamodb").Table(account.name("channels")).put_item(Item=item)
    assert reader.acts("LIM-000007") == [act] * 3, "on more than one page"


def test_limitation_s_standing_is_read_with_few_calls(
    account: Account, register: LimitationRegister, states: FakeStates
) -> None:
    """The customer's page shows it: an order's case, the bank's day, the execution's newest events."""
    reader, tables = StandingReader(account), boto3.resource("dynamodb")
    assert reader.read("LIM-000007") is None
    register.save(limitation(7), known=None)
    bare = Situation(is_open=True, acts=False, failed=True, state=None, outcome=None, facts={}, moments=REGISTERED)
    assert reader.read("LIM-000007").situation == bare  # type: ignore[union-attr]
    arn = states.put(f"LIM-000007-{HASH}", "RUNNING", [STARTED, entered("WaitForBank")])
    for name, value in (("holder", arn), ("orderOrdinal", 2), ("openOrder", {"reference": "LIM-000007/T/2"})):
        set_attribute(7, name, value)
    order: dict[str, Any] = {"status": "ACCEPTED", "intent": "TECHNICIAN", "dueAt": "2026-12-03T20:00:00.000Z"}
    for number, kind in ((1, "R"), (2, "T")):
        key: dict[str, Any] = {"reference": f"LIM-000007/{kind}/{number}", "caseId": f"A{number}", "ordinal": number}
        tables.Table("restoration-orders").put_item(Item={**order, **key})
    decided = {"limitationId": "LIM-000007", "decidedAt": "2026-11-26T08:30:00.000Z#x"}
    last = {**decided, "decidedAt": "LAST#paymentCertainty", "lastDecidedAt": decided["decidedAt"]}
    for item in ({**decided, "value": packed({"pendingUntil": "2026-11-27"})}, last):
        tables.Table("restoration-decisions").put_item(Item=item)
    found = reader.read("LIM-000007")
    assert found is not None
    moments = {"waitsSince": START + timedelta(seconds=1), "orderDue": datetime(2026, 12, 3, 20, tzinfo=UTC)}
    moments |= {**REGISTERED, "pendingUntil": datetime(2026, 11, 27, 19, tzinfo=UTC)}
    known: dict[str, Any] = {"state": "WaitForBank", "facts": {"case": "A2"}, "moments": moments, "by_technician": True}
    assert found.situation == replace(bare, acts=True, failed=False, **known)
    assert (found.situation.facts["case"], states.asked) == ("A2", [(arn, 1000)])
    bare_of_it = replace(bare, acts=True, outcome=None)
    assert reader.registered("LIM-000007").situation == bare_of_it  # type: ignore[union-attr]
    assert list(reader.questions()) == []
    question = {"number": 2, "reason": "GAS", "askedAt": 1}
    set_attribute(7, "question", question)
    set_attribute(8, "question", question)  # no contract holds it: it is closed, and not read
    assert list(reader.questions()) == [{"limitationId": "LIM-000007", "question": question}]
    del states.histories[arn]
    assert reader.read("LIM-000007").situation.failed  # type: ignore[union-attr]
