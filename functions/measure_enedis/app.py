"""Measures our access to Enedis: for how long it has been unreachable, and how long our certificate is still valid."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration import settings
from restoration.adapters.enedis.soap.certificate import expiry_of
from restoration.adapters.secrets_manager.secrets import secret
from restoration.bootstrap import partners
from restoration.clock import to_text, utc_now
from restoration.errors import InvalidConfiguration
from restoration.observability import logger, metrics, observed

outage = partners.enedis_outage()


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    now, since = utc_now(), outage.began_at()
    unreachable = (now - since).total_seconds() if since else 0.0
    metrics.add_metric(name="EnedisUnreachableSeconds", unit=MetricUnit.Seconds, value=unreachable)
    if since:
        logger.warning("Enedis unreachable", since=to_text(since))
    if (days := _days_until_expiry()) is not None:
        metrics.add_metric(name="DaysUntilCertificateExpiry", unit=MetricUnit.NoUnit, value=days)
    return {"unreachableSince": to_text(since) if since else None, "daysUntilCertificateExpiry": days}


def _days_until_expiry() -> float | None:
    try:
        if secret(settings.text("ENEDIS_SECRET")).get("certificate") == "":
            return None  # the template's own secret: a new stack sets no alarm off on its first day
        return (expiry_of(partners.enedis_credentials().certificate) - utc_now()) / timedelta(days=1)
    except InvalidConfiguration:
        logger.exception("no usable certificate: it counts as expired")
        return 0.0
