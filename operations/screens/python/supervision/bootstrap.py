"""What the functions that draw the screens and make the reports read."""

from typing import Any

from record import bootstrap
from record.adapters.cloudwatch import CloudWatchMeasures
from record.adapters.dynamodb.desk_figures import DeskFigures
from restoration import settings
from restoration.bootstrap import clients
from restoration.clock import utc_now
from supervision.sources import Sources


def sources(**more: Any) -> Sources:
    """What screens and reports read of AWS; ``more`` is what the screens alone do."""
    stack = settings.text("STACK_NAME")
    terms = bootstrap.terms()
    desk = DeskFigures(clients.dynamodb(), f"{stack}-channels", terms)
    return Sources(
        record=bootstrap.record(),
        measures=CloudWatchMeasures(clients.client("cloudwatch"), utc_now),
        stack=stack,
        terms=terms,
        desk=desk.of,
        promised=desk.promises,
        **more,
    )
