"""Reads a delivery point at Enedis: its supply, and the case that we wait for.

People who agree a technician's visit are served here, too: they ask Enedis for slots, or choose one (the channels).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration.bootstrap import aws, partners
from restoration.clock import utc_now
from restoration.contracts.visits import VisitAsked
from restoration.contracts.wire import Identifier, WireModel
from restoration.domain.order import Priority
from restoration.errors import EnedisRejected
from restoration.observability import count, logger, machine_handler
from restoration.tracing import annotate
from restoration.use_cases.agree_visit import VisitDesk
from restoration.use_cases.read_point import is_overdue, situation_facts

partner = partners.enedis_settings()

LOGGED = ("supplyState", "cutReason", "contractState", "caseId", "caseReference", "caseState", "caseStatus", "late")
"""States and ids, but no visit that is planned with a customer."""


class ReadRequest(WireModel):
    limitation_id: Identifier
    point_id: Identifier
    contract_id: Identifier
    reference: str | None = None
    case_id: str | None = None
    due_at: datetime | None = None
    priority: Priority | Literal["PEOPLE"] = Priority.ORDINARY


def asked(event: Mapping[str, Any]) -> ReadRequest | VisitAsked:
    return VisitAsked.model_validate(event) if "asks" in event else ReadRequest.model_validate(event)


@machine_handler(asked, failures="ReadPointFailed")
def handler(event: ReadRequest | VisitAsked, context: LambdaContext) -> dict[str, Any]:
    return agree(event) if isinstance(event, VisitAsked) else read(event)


def read(event: ReadRequest) -> dict[str, Any]:
    is_urgent = event.priority is Priority.URGENT
    longest_wait = partner.order_longest_wait_seconds if is_urgent else partner.read_longest_wait_seconds
    try:
        situation = partners.enedis(longest_wait, event.priority).read_point(event.point_id)
    except EnedisRejected as refusal:
        # Its response has names and addresses, which no log is to keep.
        logger.exception("Enedis refused the read", code=refusal.code)
        raise
    facts = situation_facts(situation, event.contract_id, event.reference, event.case_id)
    facts["late"] = event.due_at is not None and utc_now() > event.due_at
    if is_overdue(facts):
        count("LateOrders")
    logger.info("point read", extra={name: facts[name] for name in LOGGED})
    annotate(outcome=str(facts["supplyState"]))
    return facts


def agree(event: VisitAsked) -> dict[str, Any]:
    desk = VisitDesk(aws.claims(), lambda: partners.enedis(partner.read_longest_wait_seconds, "PEOPLE"))
    reply = desk.reply(event)
    # No day, no slot and no name: they are the customer's.
    logger.info("people and a visit", outcome=reply.status, reference=reply.reference, code=reply.code)
    annotate(outcome=reply.status)
    return reply.model_dump(mode="json", by_alias=True)
