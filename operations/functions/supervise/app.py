"""Draws the screens of supervision for CloudWatch's dashboards and the local console. It reads, and changes nothing."""

from typing import TYPE_CHECKING, Any, cast

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from restoration import settings
from restoration.bootstrap import clients
from restoration.clock import utc_now
from restoration.observability import logger, observed
from supervision.bootstrap import sources
from supervision.supervise import Supervision

if TYPE_CHECKING:
    from record.cases.dossier import DossierReader

own = settings.text("STACK_NAME"), settings.text("STATE_MACHINE_ARN"), clients.client


def case_reader() -> "DossierReader":
    from record.cases.dossier import DossierReader  # noqa: PLC0415 - most screens read no case
    from record.cases.stack import OwnStack  # noqa: PLC0415

    return DossierReader(OwnStack(*own))


cases = cast("DossierReader", clients.Later(case_reader))
read = sources(
    runbook=settings.text("RUNBOOK"),
    order_queues=(settings.text("URGENT_ORDERS_QUEUE"), settings.text("ORDERS_QUEUE")),
    enedis_calls_per_second=settings.whole_number("ENEDIS_CALLS_PER_SECOND"),
    cases=cases,
    left=lambda: cases.left_to_advisors(),  # noqa: PLW0108 - a reader is made when it is asked
)
supervision = Supervision(read, utc_now)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> str:
    try:
        return supervision.result(event, context.invoked_function_arn)
    except (BotoCoreError, ClientError):
        # A dashboard shows nothing of a function's error: the page says what to do, and the log says what happened.
        logger.exception("a screen could not be read")
        return supervision.unreadable(event, context.invoked_function_arn)
