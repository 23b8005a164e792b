"""The parts of each function, built once in a process."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from channels.adapters.core import DeployedCore
from channels.adapters.table import ChannelsTable
from channels.contracts.published import SOURCE
from channels.use_cases.enter import Entrance, SignIn
from channels.use_cases.keep_work import WorkKeeping
from record.cases.reading import StandingReader
from record.cases.stack import OwnStack
from record.domain.promises import Terms
from restoration import settings
from restoration.adapters.eventbridge.event_bus import EventBus
from restoration.adapters.secrets_manager.secrets import secret, secret_field
from restoration.bootstrap import clients, messages, partners
from restoration.clock import utc_now
from restoration.observability import observed

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

    from channels.operations import Operations

Resolve = Callable[[dict[str, Any], Any], dict[str, Any]]
EVEN = timedelta(milliseconds=600)
"""Each try that is refused takes this long, or a whole multiple of it, whatever was wrong with it."""


@cache
def stack() -> OwnStack:
    """The core, which is known by its name."""
    return OwnStack(settings.text("CORE"), settings.text("STATE_MACHINE_ARN"), clients.client)


@cache
def _parts() -> dict[str, Any]:
    """What acts on cases are made of."""
    names = map(settings.text, ("EVALUATE_DECISION_FUNCTION", "READ_POINT_FUNCTION"))
    bus = EventBus(clients.client("events"), settings.text("EVENT_BUS"), SOURCE)
    core = DeployedCore(bus, clients.client_that_tries_once("lambda"), *names)
    table = ChannelsTable(clients.dynamodb(), settings.text("CHANNELS_TABLE"))
    return {"table": table, "standings": StandingReader(stack()), "core": core, "now": utc_now}


def _site() -> dict[str, Any]:
    """What both sites are made of."""
    terms = Terms(
        remote=settings.seconds("REMOTE_SLA_SECONDS"),
        technician_days=settings.whole_number("TECHNICIAN_SLA_WORKING_DAYS"),
        answer=timedelta(days=settings.whole_number("ANSWER_TERM_DAYS")),
    )
    return {**_parts(), "terms": terms, "limitations_by": _parts()["standings"].limitations_by}


def even(began: datetime) -> None:
    """Wait until a refused try has taken :data:`EVEN`, or its next multiple."""
    time.sleep((-(utc_now() - began) % EVEN).total_seconds())


def customers() -> Resolve:
    """What replies to customers, and to their applications."""
    from channels.adapters.post import post_one_time
    from channels.customers import CustomerSite
    from channels.pages.customer import Supplier
    from channels.pages.words import CUSTOMER

    supplier = settings.text("SUPPLIER_NAME")
    post = partial(post_one_time, messages.mail(), messages.text_messages(), supplier, CUSTOMER)
    site = CustomerSite(
        **_site(),
        supplier=Supplier(supplier, settings.text("SUPPLIER_TELEPHONE"), settings.text("DATA_PROTECTION_CONTACT")),
        entrance=Entrance(**_parts(), keys=messages.case_keys(), customers=partners.billing, post=post, even=even),
        address_header=settings.optional("VISITOR_ADDRESS_HEADER"),
    )
    return _by_path(site.routes(), lambda: import_module("channels.api.customers").routes(site))


def advisors() -> Resolve:
    """What replies to advisors, and to their applications."""
    from channels.adapters.identity import IdentityProvider
    from channels.advisors import AdvisorSite
    from record.cases.dossier import DossierReader

    def client() -> tuple[str, str]:
        name = settings.text("IDENTITY_SECRET")
        kept = secret(name)
        return secret_field(kept, name, "clientId"), secret_field(kept, name, "clientSecret")

    site = AdvisorSite(
        **_site(),
        supplier=settings.text("SUPPLIER_NAME"),
        sign_in=SignIn(**_parts(), provider=IdentityProvider(settings.text("IDENTITY_ISSUER"), client, utc_now)),
        keys=messages.case_keys(),
        dossier=DossierReader(stack()).read,
        operations=operations,
    )
    return _by_path(site.routes(), lambda: import_module("channels.api.advisors").routes(site))


def _by_path(pages: "APIGatewayHttpResolver", api: "Callable[[], APIGatewayHttpResolver]") -> Resolve:
    """Pages, and the API below its path; it is built at the first request of an application: pages do not pay."""
    built = cache(api)

    @observed
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        if not event.get("rawPath", "").startswith("/api/"):
            return pages.resolve(event, context)
        from channels.api import serving

        return serving.resolve(built(), event, context)

    return handler


@cache
def operations() -> "Operations":
    """The pages of operations; built at their first request, so that advisors do not pay."""
    from channels.operations import Operations
    from channels.use_cases.redrive import IncidentDesk
    from record import bootstrap as of_record
    from record.adapters.s3.journal import OperationJournal
    from record.adapters.stepfunctions.bulk_redrives import BulkRedrives

    runs = BulkRedrives(clients.client("stepfunctions"), settings.text("BULK_REDRIVE_ARN"))
    journal = OperationJournal(clients.client("s3"), settings.text("OPERATIONS_BUCKET"))
    desk = IncidentDesk(of_record.record(), runs, of_record.redrives(), journal.changing, utc_now)
    return Operations(desk, settings.text("RUNBOOK"))


def work_keeping() -> WorkKeeping:
    lasts = settings.seconds("ADVISOR_TIMEOUT_SECONDS")
    return WorkKeeping(**_parts(), keys=messages.case_keys(), question_lasts=lasts)
