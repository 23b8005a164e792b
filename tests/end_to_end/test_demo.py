"""``make demo`` as its users meet it: a process of its own, its exit code, its report."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from local.customers import Customer, card_payment, fields_of, payment_fields
from local.stage import ROOT


def test_somebody_elses_events_are_all_accounted_for(tmp_path: Path) -> None:
    theirs = (Customer("LIM-A", "CTR-A", "12345678901234", "CUS-A", 100),)
    begin, end = (datetime(2026, 5, day, 8, tzinfo=UTC) for day in (1, 6))
    limited = fields_of("PowerLimited", theirs, begin, "")
    paid: dict[str, object] = json.loads(card_payment(theirs[0], begin)["Detail"])
    elsewhere = {**paid, "paymentId": "PAY-B", "allocations": [{"contractId": "CTR-B", "amount": 100}]}
    half = payment_fields(theirs, 50)
    returned = {**fields_of("PaymentRejected", theirs, end, "-1"), "reason": "AM04"}
    advice = {**fields_of("AdvisorDecided", theirs, end, ""), "decision": "RESTORE", "reason": "x"}

    def line(detail_type: str, detail: object, source: str = "billing") -> str:
        return json.dumps({"Source": source, "DetailType": detail_type, "Detail": detail, "EventBusName": "theirs"})

    lines = {
        1: (line("PowerLimited", json.dumps(limited)), "registered"),
        2: (line("PaymentReceived", paid), "started: RESTORED (LIM-A)"),
        3: (line("PaymentReceived", paid), "duplicate absorbed"),
        4: (line("PaymentReceived", elsewhere), "not limited"),
        5: ("{broken", "left out: not JSON"),
        6: (line("PaymentReceived", {**elsewhere, "amount": -5}), "put aside in PaymentsDeadLetters: detail.amount"),
        7: (line("PaymentReceived", {**elsewhere, "currency": "USD"}), "put aside in PaymentsDeadLetters: detail.curr"),
        8: (line("PowerLimited", {**limited, "pointId": "1234567890123"}), "put aside in LimitationsDeadLetters"),
        9: (line("Payment", paid), "put aside in UnrecognisedEventsQueue: no rule knows the type 'Payment'"),
        10: (line("PaymentReceived", '{"paymentId": '), "refused by the bus: MalformedDetail"),
        11: (line("PaymentReceived", {**elsewhere, "note": "x" * 1_100_000}), "refused by the bus: Validation"),
        12: (line("PaymentRejected", returned), "power was back already: published that the payment was returned"),
        13: (line("PaymentReceived", {**paid, **half}), "the limitation was closed before"),
        14: (line("AdvisorDecided", advice, "advisors"), "the limitation was closed before: nothing started"),
        15: (line("PaymentReceived", elsewhere, "biling"), "put aside in UnrecognisedEventsQueue: no rule knows"),
    }  # fmt: skip
    events = tmp_path / "their events.jsonl"
    events.write_text("\n".join(text for text, _ in lines.values()), encoding="utf-8")
    command = [sys.executable, "-m", "local.demo", "--report", str(tmp_path / "report.json"), "--events", str(events)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)  # noqa: S603 - our own module
    assert ended.returncode == 0, ended.stdout + ended.stderr
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    outcomes = {it["line"]: it["outcome"] for it in report["events"]}
    assert outcomes.keys() == lines.keys()
    for number, (_, outcome) in lines.items():
        assert outcomes[number].startswith(outcome), f"line {number}: {outcomes[number]}"
    assert (report["limited"], report["restored"], report["enedis_orders"]) == (1, 1, 1)
    assert report["duplicates_absorbed"] == 1
