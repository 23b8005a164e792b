"""The parts of several functions, built once in a process."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from channels.adapters.core import DeployedCore
from channels.adapters.table import ChannelsTable
from channels.contracts.published import SOURCE
from record.cases.reading import StandingReader
from record.cases.stack import OwnStack
from record.domain.promises import Terms
from restoration import settings
from restoration.adapters.eventbridge.event_bus import EventBus
from restoration.bootstrap import clients, messages
from restoration.clock import utc_now
from restoration.observability import observed

if TYPE_CHECKING:
    from channels.operations import Operations

EVEN = timedelta(milliseconds=600)
"""Each try that is refused takes this long, or a whole multiple of it, whatever was wrong with it."""


@cache
def stack() -> OwnStack:
    """The core, which is known by its name."""
    return OwnStack(settings.text("CORE"), settings.text("STATE_MACHINE_ARN"), clients.client)


@cache
def parts() -> dict[str, Any]:
    """What acts on cases are made of."""
    names = map(settings.text, ("EVALUATE_DECISION_FUNCTION", "READ_POINT_FUNCTION"))
    bus = EventBus(clients.client("events"), settings.text("EVENT_BUS"), SOURCE)
    core = DeployedCore(bus, clients.client_that_tries_once("lambda"), *names)
    table = ChannelsTable(clients.dynamodb(), settings.text("CHANNELS_TABLE"))
    standings, keys = StandingReader(stack()), messages.case_keys()
    return {"table": table, "standings": standings, "core": core, "keys": keys, "now": utc_now}


def site() -> dict[str, Any]:
    """What both sites are made of."""
    terms = Terms(
        remote=settings.seconds("REMOTE_SLA_SECONDS"),
        technician_days=settings.whole_number("TECHNICIAN_SLA_WORKING_DAYS"),
        answer=timedelta(days=settings.whole_number("ANSWER_TERM_DAYS")),
    )
    return {**parts(), "terms": terms}


def even(began: datetime) -> None:
    """Wait until a refused try has taken :data:`EVEN`, or its next multiple."""
    time.sleep((-(utc_now() - began) % EVEN).total_seconds())


def by_path(site: Any, whose: str) -> Callable[..., Any]:
    """The pages of a site, and the API below its path, built at its first request: pages do not pay."""
    pages, api = site.routes(), cache(lambda: import_module(f"channels.api.{whose}").routes(site))

    @observed
    def handler(event: dict[str, Any], context: Any) -> Any:
        if not event.get("rawPath", "").startswith("/api/"):
            return pages.resolve(event, context)
        from channels.api import serving

        return serving.resolve(api(), event, context)

    return handler


@cache
def operations() -> "Operations":
    """The pages of operations; built at their first request, so that advisors do not pay."""
    from channels.operations import Operations
    from record import bootstrap as of_record
    from record.adapters.s3.journal import OperationJournal
    from record.adapters.stepfunctions.bulk_redrives import BulkRedrives

    runs = BulkRedrives(clients.client("stepfunctions"), settings.text("BULK_REDRIVE_ARN"))
    journal = OperationJournal(clients.client("s3"), settings.text("OPERATIONS_BUCKET"))
    parts = of_record.record(), runs, of_record.redrives(), journal.changing, utc_now
    return Operations(*parts, settings.text("RUNBOOK"))
