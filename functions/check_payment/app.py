"""Asks billing for all facts that the rules need about one limitation: debt, payments, plan, aid, protections."""

from datetime import datetime, timedelta

from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration.bootstrap import aws, partners
from restoration.clock import utc_now
from restoration.contracts.wire import Identifier, WireModel
from restoration.domain.payment import PaymentStatus
from restoration.errors import PaymentNotShown
from restoration.observability import count, logger, machine_handler
from restoration.use_cases.check_payment import PaymentCheck

lag = timedelta(seconds=partners.billing_settings().lag_seconds)


class CheckRequest(WireModel):
    """``payments`` are those that events announced, with their status; billing's API may show them a little later.

    ``announced`` are the newest events on plan, aid and protections; an older definition of the machine has none.
    """

    limitation_id: Identifier
    contract_id: Identifier
    asked_by: str
    entered_at: datetime
    payments: dict[str, PaymentStatus]
    announced: dict[str, str] | None = None


@machine_handler(CheckRequest.model_validate, failures="CheckPaymentFailed")
def handler(event: CheckRequest, context: LambdaContext) -> dict[str, str | None]:
    """Return the name under which the facts are kept: the execution itself carries none but the point's department."""
    name = f"{event.asked_by}@{event.entered_at.isoformat()}"
    try:
        situation = PaymentCheck(partners.billing(), aws.situations().keep, utc_now, lag).check(
            event.limitation_id, event.contract_id, event.payments, event.announced or {}, event.entered_at, name
        )
    except PaymentNotShown:
        count("PaymentsNotShown")
        raise
    logger.info("payment checked", payments=len(situation.payments), contract_status=situation.contract_status)
    for payment in situation.payments:
        if payment.unknown:
            logger.warning("payment of unknown means or status", payment=payment.payment_id, stated=payment.unknown)
            count("UnknownPayments")
    return {"situation": name, "department": situation.department}
