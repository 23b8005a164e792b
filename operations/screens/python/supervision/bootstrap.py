"""The parts of the function that draws the screens, built once in a process."""

from functools import cache

from record import bootstrap
from record.adapters.cloudwatch import CloudWatchMeasures
from record.adapters.dynamodb.desk_figures import DeskFigures
from record.cases.dossier import DossierReader
from record.cases.register import RegisterReader
from record.cases.stack import OwnStack
from restoration import settings
from restoration.bootstrap import clients
from restoration.clock import utc_now
from supervision.sources import Sources
from supervision.supervise import Supervision


@cache
def supervision() -> Supervision:
    """What draws the screens, with its sources of AWS."""
    return Supervision(sources(), utc_now)


@cache
def sources() -> Sources:
    stack = settings.text("STACK_NAME")
    desk = DeskFigures(clients.dynamodb(), f"{stack}-channels")
    own = OwnStack(stack, settings.text("STATE_MACHINE_ARN"), clients.client)
    return Sources(
        record=bootstrap.record(),
        measures=CloudWatchMeasures(clients.client("cloudwatch"), utc_now),
        stack=stack,
        terms=bootstrap.terms(),
        runbook=settings.text("RUNBOOK"),
        order_queues=(settings.text("URGENT_ORDERS_QUEUE"), settings.text("ORDERS_QUEUE")),
        enedis_calls_per_second=settings.whole_number("ENEDIS_CALLS_PER_SECOND"),
        desk=desk.of,
        promised=desk.promises,
        cases=DossierReader(own),
        left=RegisterReader(own).left_to_advisors,
    )
