"""Looks at open limitations: at all of them for what no event brought, and at facts that nobody has looked at."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import model_validator

from restoration import settings
from restoration.bootstrap import aws, messages, partners
from restoration.clock import utc_now
from restoration.contracts.wire import Identifier, WireModel
from restoration.domain.campaign import CampaignRun, pause_for
from restoration.domain.limitation import Trigger
from restoration.domain.switch import Mode
from restoration.observability import count, logger, machine_handler, metrics
from restoration.use_cases.check_open_limitations import TO_BE_ACTED_ON, NightlyCheck, has_time_left
from restoration.use_cases.sweep_unseen import Sweep, Swept

register = aws.register()
switch = aws.switch()
page_size = settings.whole_number("PAGE_SIZE")
calls_per_second = settings.whole_number("ENEDIS_CALLS_PER_SECOND")
lag = timedelta(seconds=partners.billing_settings().lag_seconds)
answer_term = timedelta(days=settings.whole_number("ANSWER_TERM_DAYS"))


class PageRequest(WireModel):
    check_id: str = ""
    at: datetime | None = None
    unseen: bool = False
    """Look at those with facts that nobody has looked at, instead of a page."""
    after: str | None = None
    limitation_ids: tuple[Identifier, ...] = ()
    """Look at these alone; empty for the next page, or all that nobody has looked at."""
    last_look: bool = False
    """Nobody looks again tonight at what billing could not be asked of."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not self.unseen and not (self.check_id and self.at):
            raise ValueError("checkId and at are missing: a page is looked at in the name of a check")
        return self


@machine_handler(PageRequest.model_validate, about="checkId")
def handler(event: PageRequest, context: LambdaContext) -> Mapping[str, Any]:
    return _sweep(event, context) if event.unseen else _look(event, context)


def _look(event: PageRequest, context: LambdaContext) -> Mapping[str, Any]:
    if switch().mode is Mode.OFF:
        nothing = {"found": 0, "started": 0, "failed": [], "left": [], "after": None}
        return nothing | {"switchedOff": True, "pauseSeconds": 1}
    page = register.page_of(event.limitation_ids) if event.limitation_ids else register.page(event.after, page_size)
    trigger = Trigger("NightlyCheck", event.check_id, event.at or utc_now(), event.check_id)
    looked = nightly_check().check(
        page.limitations, trigger, has_time_left(context.get_remaining_time_in_millis), is_last=event.last_look
    )
    for finding, times in looked.found.items():
        count(f"NightlyLooks{finding.title().replace('_', '')}", times)
    goes_on = looked.goes_on(page, is_chosen=bool(event.limitation_ids))
    count("NightlyLooksFailed", len(looked.failed))
    logger.info(
        "page of the register looked at", of=len(page.limitations), found=dict(looked.found), failed=goes_on["failed"]
    )
    started = sum(looked.found[each] for each in TO_BE_ACTED_ON)
    return {
        "switchedOff": False,
        "started": started,
        "found": looked.found.total(),
        # So that who pays meanwhile is never behind thousands of the night's orders.
        "pauseSeconds": pause_for(started, calls_per_second),
    } | goes_on


def _sweep(event: PageRequest, context: LambdaContext) -> dict[str, Any]:
    """Sweep, unless the switch is off: what is noted meanwhile is looked at once it is on."""
    is_off = switch().mode is Mode.OFF
    is_time_left = has_time_left(context.get_remaining_time_in_millis)
    swept = Swept() if is_off else sweep().sweep(is_time_left, event.limitation_ids)
    metrics.add_metric(name="OldestUnseenFact", unit=MetricUnit.Seconds, value=swept.oldest.total_seconds())
    # As 0 each minute, so that the alarm hears of a campaign that nothing has started, too.
    count("CampaignOverdue", int(not is_off and _is_campaign_missing()))
    count("SweepLooks", swept.looked)
    count("SweepStarts", swept.started)
    count("SweepLooksFailed", swept.failed)
    return {"looked": swept.looked, "started": swept.started, "failed": swept.failed}


def nightly_check() -> NightlyCheck:
    """The look, with billing's key as it is now."""
    return NightlyCheck(
        aws.claims(),
        partners.billing(),
        aws.decision_function(),
        aws.executions().as_they_run(),
        aws.restoration_start(),
        messages.notice_desk().tell,
        answer_term,
    )


def sweep() -> Sweep:
    return Sweep(aws.claims(), nightly_check(), aws.restoration_start(), lag, utc_now)


def _is_campaign_missing() -> bool:
    campaign = CampaignRun(utc_now())
    return campaign.should_have_begun and not aws.campaigns().has_begun(campaign.campaign_id)
