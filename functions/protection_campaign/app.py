"""Runs the protection campaign: looks at one page of the register, or reports how those stand whom it concerns."""

from datetime import datetime, timedelta
from typing import Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration import settings
from restoration.bootstrap import aws, partners
from restoration.clock import utc_now
from restoration.contracts.wire import Identifier, WireModel
from restoration.domain.campaign import CampaignRun, Result, pause_for
from restoration.domain.switch import Mode
from restoration.observability import count, logger, machine_handler
from restoration.use_cases.check_open_limitations import has_time_left
from restoration.use_cases.protection_campaign import CampaignDesk, count_of, is_over

register = aws.register()
switch = aws.switch()
page_size = settings.whole_number("PAGE_SIZE")
calls_per_second = settings.whole_number("ENEDIS_CALLS_PER_SECOND")
partners.billing_settings()

LONGEST_WAIT = timedelta(hours=20)
"""After this time a run makes its last report: before the next day's run goes on."""


class CampaignRequest(WireModel):
    step: Literal["LOOK", "REPORT"]
    at: datetime
    dry_run: bool = False
    after: str | None = None
    limitation_ids: tuple[Identifier, ...] = ()
    """Look at these alone; empty for the next page of all."""
    last_look: bool = False
    """Nobody looks again in this run at what billing could not be asked of."""


@machine_handler(CampaignRequest.model_validate, about=None)
def handler(event: CampaignRequest, context: LambdaContext) -> dict[str, Any]:
    run = CampaignRun(event.at, event.dry_run)
    return _report(run) if event.step == "REPORT" else _look(run, event, context)


def _look(run: CampaignRun, event: CampaignRequest, context: LambdaContext) -> dict[str, Any]:
    if switch().mode is Mode.OFF:
        nothing = {"found": 0, "started": 0, "unreadable": 0, "failed": [], "left": [], "after": None}
        return nothing | {"switchedOff": True, "pauseSeconds": 1}
    if not run.is_dry and run.is_overdue(utc_now()):
        # As long as it looks there is no report, and nobody knows who has no floor yet.
        count("CampaignOverdue")
    page = register.page_of(event.limitation_ids) if event.limitation_ids else register.page(event.after, page_size)
    looked = campaign_desk().look_at(
        page.limitations, run, has_time_left(context.get_remaining_time_in_millis), is_last=event.last_look
    )
    numbers = count_of(looked.found)
    goes_on = looked.goes_on(page, is_chosen=bool(event.limitation_ids))
    logger.info("page of the register looked at", campaign=run.campaign_id, numbers=numbers, failed=goes_on["failed"])
    pause = pause_for(numbers["started"], calls_per_second)
    return numbers | goes_on | {"switchedOff": False, "pauseSeconds": pause}


def campaign_desk() -> CampaignDesk:
    """The desk, with billing's key as it is now."""
    return CampaignDesk(
        claims=aws.claims(),
        billing=partners.billing(),
        rules=aws.decision_function(),
        holders=aws.executions().as_they_run(),
        start=aws.restoration_start(),
        list=aws.campaigns(),
        switch=switch,
    )


def _report(run: CampaignRun) -> dict[str, Any]:
    now, report = utc_now(), campaign_desk().report(run)
    over = is_over(report, run, now, LONGEST_WAIT)
    shown = report.to_json(calls_per_second)
    logger.info("campaign", report={name: it for name, it in shown.items() if name not in {"cases", "reasons"}})
    if not run.is_dry and run.is_overdue(now):
        # What is under way may end in time, until the last report.
        count("CampaignOverdue", report.unprotected - (0 if over else report.results[Result.RUNNING]))
    return shown | {"over": over}
