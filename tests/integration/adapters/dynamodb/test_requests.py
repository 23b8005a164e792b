"""What the core asks of DynamoDB, word for word: also what moto does not look at, as whether a read is consistent."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest

from restoration.adapters.dynamodb.campaigns import CampaignTable
from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.dynamodb.decision_log import DecisionLog
from restoration.adapters.dynamodb.flow_snapshots import FlowSnapshots
from restoration.adapters.dynamodb.orders import OrderTable
from restoration.adapters.dynamodb.register import LimitationRegister
from restoration.adapters.dynamodb.sending_log import SendingLog
from restoration.adapters.dynamodb.situations import SituationTable
from restoration.adapters.dynamodb.whole_register import WholeRegisterReader
from restoration.adapters.enedis.soap.outage import OutageRecord
from restoration.adapters.enedis.soap.quota import SharedQuota
from restoration.domain.campaign import Concerned
from restoration.domain.decision import DecisionRequest, DecisionResult
from restoration.domain.flow import FlowCode, Snapshot
from restoration.domain.limitation import LimitationStatus
from restoration.domain.message import Channel, LastSaid
from restoration.domain.order import OrderRecord, OrderStatus
from tests.fakes.claims import LATER, TO_FLOOR, free, held, order, question, settled, trigger
from tests.fakes.limitations import limitation
from tests.fakes.samples import NOON, POINT
from tests.fakes.tables import put_tables
from tests.integration.adapters.recording import noted
from tests.unit.ops.printing import are_as_kept


def test_requests_about_decisions_and_enedis_are_those_that_were_made(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("restoration.adapters.dynamodb.decision_log.utc_now", lambda: NOON)
    client = boto3.client("dynamodb")
    made, by_client = noted(dynamodb.meta.client.meta), noted(client.meta)
    claims = ClaimTable(dynamodb, "limitations", "orders", now=lambda: NOON)
    claims.note("LIM-1", replace(trigger(), paid_at=NOON, told_at=LATER))
    asked = DecisionRequest("refusal", "LIM-1", "me", {"code": "SGT4B8"})
    DecisionLog(dynamodb, "decisions").keep(asked, DecisionResult("RETRY", "v1", ("r1",), {}))
    SharedQuota(client, "enedis-access", 5, longest_wait=timedelta(seconds=10), clock=lambda: NOON).take_turn()
    outage = OutageRecord(client, "enedis-access", clock=lambda: NOON)
    for _ in range(2):
        outage.note(NOON)
    client.put_item(
        TableName="contracts", Item={"contractId": {"S": "CON-1"}, "limitations": {"M": {"LIM-1": {"S": POINT}}}}
    )
    read = [outage.began_at(), WholeRegisterReader(client, "contracts").open_limitations(NOON)]
    outage.end()
    are_as_kept("enedis-requests.txt", [*made, *by_client, *(f"{each}\n" for each in read)])


def test_requests_are_those_that_were_made(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in ("campaigns", "flow_snapshots", "orders", "situations"):
        monkeypatch.setattr(f"restoration.adapters.dynamodb.{each}.utc_now", lambda: NOON)
    made = noted(dynamodb.meta.client.meta)
    register = LimitationRegister(dynamodb, "contracts", "limitations", now=lambda: NOON)
    register.save(limitation(), known=None, because=trigger())
    ended = limitation().ended(LimitationStatus.ENDED, NOON)
    register.save(ended, known=limitation(), because=trigger())
    for settle_it in (register.take_off_contract, lambda it: register.take_off_list(it.contract_id, "LIM-1", NOON)):
        settle_it(ended)
    claims, known = ClaimTable(dynamodb, "limitations", "orders", now=lambda: NOON), held(open_order=order())
    claims.take(free(), known)
    claims.note("LIM-1", trigger("AdvisorDecided"), "REFUSE", 2)
    claims.mark_looked(known, NOON)
    claims.open_order(held(question=question()), order(TO_FLOOR), None)
    claims.end_order(known, Decimal(3), NOON)
    for outcome in ("RESTORED", "LEFT_TO_ADVISOR"):
        claims.settle(known, settled(outcome), take_off_order=True, closes=(LimitationStatus.CLOSED, NOON))
    claims.mark_published("LIM-1", settled())
    orders, reference = OrderTable(dynamodb, "orders"), order().reference
    sending = OrderRecord(reference, OrderStatus.SENDING, NOON)
    orders.write(sending, known=None)
    orders.write(OrderRecord(reference, OrderStatus.REFUSED, NOON, code="SGT4B8", label="non"), known=sending)
    orders.note_token(reference, "token", "2026-05-04T12:00:00.000Z")
    orders.forget(reference, POINT)
    log = SendingLog(dynamodb, "messages", lambda: NOON)
    log.claim("LIM-1#M", "me", Channel.SMS, "{}")
    log.note_sent("LIM-1#M", "me", "carrier-1")
    log.note_failed("LIM-1#N", "me", "Odd")
    log.note_reported("LIM-1#N")
    log.note_delivery("LIM-1#M", "BOUNCED")
    log.note_said("LIM-1", "WAIT", 1, LastSaid("words", "LIM-1#M", NOON))
    campaigns, situations = CampaignTable(dynamodb, "campaigns"), SituationTable(dynamodb, "situations")
    campaigns.begin("campaign-2026")
    campaigns.put("campaign-2026", Concerned("LIM-1", "CON-1", "RAISE_FLOOR", "WINTER_FLOOR", Decimal(3), "SHADOW"))
    campaigns.put("campaign-2026", Concerned("LIM-2", "CON-1", "RESTORE", "PERSONAL", is_started=True))
    found = campaigns.find("campaign-2026", "LIM-1")
    situations.keep("S-1", {})
    read_back: list[object] = [register.page(None, 7), register.page("CON-0", 7), register.known_limitations(["CON-1"])]
    read_back += [found, list(claims.unseen()), orders.get(reference)]
    read_back += [orders.on_point(POINT), log.last_said("LIM-1", "WAIT"), log.newest_visit("LIM-1", "A1", 1, 2)]
    read_back += [campaigns.has_begun("campaign-2026"), list(campaigns.all("campaign-2026")), situations.read("S-1")]
    read_back += [log.note_unknown("LIM-1#M", "me", "Odd"), *claims.many(["LIM-1"]).values()]
    put_tables(flows="flow-snapshots")
    flows, flow = FlowSnapshots(dynamodb, "flows"), next(iter(FlowCode))
    flows.done(Snapshot(flow, NOON, 1), "flow.zip")
    read_back.append(flows.newest(flow))
    are_as_kept("core-requests.txt", [*made, *(f"{each}\n" for each in read_back)])
