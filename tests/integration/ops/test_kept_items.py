"""Items as the core wrote them before: its companions are deployed apart, and read those, too.

What the core writes is kept beside the others where it changes: the test that fails names the file to copy.
"""

import json
import re
from base64 import b64decode, b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from ops.account import Account
from record.cases.dossier import DossierReader
from record.cases.reading import StandingReader
from record.cases.timeline import said, timeline
from record.words import Language
from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.dynamodb.decision_log import DecisionLog
from restoration.adapters.dynamodb.orders import OrderTable
from restoration.adapters.dynamodb.register import LimitationRegister
from restoration.adapters.dynamodb.sending_log import SendingLog
from restoration.domain.decision import DecisionRequest, DecisionResult, MatchedRule
from restoration.domain.limitation import LimitationStatus
from restoration.domain.message import Channel
from restoration.domain.order import OrderRecord, OrderStatus
from restoration.domain.switch import Mode
from tests.fakes.claims import ME, order, settled, trigger
from tests.integration.ops.accounts import HASH, START, FakeStates, entered, limitation, set_attribute
from tests.unit.ops.printing import PRINTED, are_as_kept

KEPT = Path(__file__).with_name("kept")
TABLES = ("limitations", "orders", "decisions", "messages")
CASES = {"LIM-000007": None, "LIM-000008": "BALANCE_DUE", "LIM-000009": "RESTORED"}
"""One that waits for Enedis, one that is let go, one that is closed."""


def write(holder: str) -> None:
    """Let the core's adapters write three cases."""
    dynamodb = boto3.resource("dynamodb")
    limitations, orders, decisions, messages = (f"restoration-{each}" for each in TABLES)
    claims, sent = ClaimTable(dynamodb, limitations, orders, now=lambda: START), OrderTable(dynamodb, orders)
    log = SendingLog(dynamodb, messages, lambda: START)
    register = LimitationRegister(dynamodb, "restoration-limited-contracts", limitations, now=lambda: START)
    for each, outcome in CASES.items():
        register.save(limitation(int(each[-1])), known=None, because=replace(trigger(), at=START))
        claims.note(each, replace(trigger("AdvisorDecided", "A-1"), at=START), "RESTORE")
        known: Any = claims.get(each)
        held: Any = claims.take(known, replace(known, holder=holder, generation=1, mode=Mode.ON, claimed_at=START))
        opened = order(limitation_id=each)
        claims.open_order(held, replace(opened, point_id=held.point_id, contract_id=held.contract_id), None)
        accepted = OrderRecord(opened.reference, OrderStatus.ACCEPTED, START, case_id="A1", due_at=START)
        sent.write(accepted, known=None)
        sent.note_token(opened.reference, "token", "2026-11-26T08:00:00.000Z")
        ground = MatchedRule("paymentCertainty", "r1", {"status": "PENDING"})
        audit = {"value": {"pendingUntil": "2026-11-27"}, "warnings": [], "decisions": []}
        result = DecisionResult(audit["value"], "v1", ("r1",), audit, (ground,))
        request = DecisionRequest("paymentCertainty", each, f"{each}-{HASH}/DecidePayment", {"status": "PENDING"})
        DecisionLog(dynamodb, decisions).keep(request, result)
        log.claim(f"{each}#BALANCE_DUE#40.50", ME, Channel.SMS, "{}")
        log.note_sent(f"{each}#BALANCE_DUE#40.50", ME, "carrier-1")
        if outcome:
            closes = (LimitationStatus.CLOSED, START) if outcome == "RESTORED" else None
            end = settled(outcome, balance=40, paid=True)
            claims.settle(claims.get(each) or held, end, take_off_order=True, closes=closes)
    # The machine writes it.
    set_attribute(7, "question", {"number": 1, "reason": "DISPUTE", "askedAt": int(START.timestamp() * 1000)})


def stored() -> str:
    """All items, one a line."""
    client = boto3.client("dynamodb")
    items = [(table, each) for table in TABLES for each in client.scan(TableName=f"restoration-{table}")["Items"]]
    lines = (json.dumps(each, default=lambda packed: b64encode(packed).decode(), sort_keys=True) for each in items)
    return "".join(f"{each}\n" for each in sorted(lines))


def put(kept: Path) -> None:
    """Put kept items into the tables."""
    client = boto3.client("dynamodb")
    for line in kept.read_text(encoding="utf-8").splitlines():
        table, item = json.loads(line, object_hook=lambda it: {"B": b64decode(it["B"])} if "B" in it else it)
        client.put_item(TableName=f"restoration-{table}", Item=item)


def test_items_of_today_are_the_newest_that_are_kept(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("restoration.adapters.dynamodb.decision_log.utc_now", lambda: START)
    write(account.execution(f"LIM-000007-{HASH}"))
    PRINTED.mkdir(parents=True, exist_ok=True)
    (PRINTED / "items.jsonl").write_text(stored(), encoding="utf-8")
    newest = max(KEPT.glob("*.jsonl")).read_text(encoding="utf-8")
    one, other = (re.sub(r'"B": "[^"]*"', '"B": "packed"', text) for text in (stored(), newest))
    assert one == other, f"copy {PRINTED / 'items.jsonl'} to {KEPT}/2026-12-01-what-changed.jsonl"


def test_kept_items_are_told_as_they_were(account: Account, states: FakeStates) -> None:
    given = json.dumps({"trigger": {"type": "PaymentReceived", "id": "PAY-1:CAPTURED"}})
    began = ("ExecutionStarted", {"executionStartedEventDetails": {"input": given}})
    states.put(f"LIM-000007-{HASH}", "RUNNING", [began, entered("WaitForEnedis")])
    told = []
    for kept in sorted(KEPT.glob("*.jsonl")):
        put(kept)
        for each in CASES:
            case, standing = DossierReader(account).read(each), StandingReader(account).read(each)
            told += [f"{kept.stem} {each}", said(case, START), str(standing and standing.situation)]
            told += [
                f"  {line.at:%d %X} {line.kind}: {line.text} | {line.said}" for line in timeline(case, Language.FRENCH)
            ]
    are_as_kept("kept-items.txt", ["\n".join([*told, ""])])
