"""What several functions have of the process: what starts a restoration, grounds that are lost, campaigns."""

from functools import cache
from typing import TYPE_CHECKING

from restoration import settings
from restoration.bootstrap import aws, clients

if TYPE_CHECKING:
    from restoration.adapters.dynamodb.campaigns import CampaignTable
    from restoration.use_cases.report_lost_ground import LostGroundDesk
    from restoration.use_cases.start_restoration import RestorationStart


@cache
def restoration_start() -> "RestorationStart":
    from restoration.adapters.stepfunctions.executions import Executions, start_in_given_trace
    from restoration.use_cases.start_restoration import RestorationStart

    machine = settings.text("STATE_MACHINE_ARN")
    executions = Executions(start_in_given_trace(clients.client("stepfunctions")), machine)
    return RestorationStart(executions, aws.claims())


@cache
def lost_ground_desk() -> "LostGroundDesk":
    from restoration.use_cases.report_lost_ground import LostGroundDesk

    return LostGroundDesk(aws.register(), aws.claims(), aws.orders(), aws.event_bus())


def campaigns() -> "CampaignTable":
    from restoration.adapters.dynamodb.campaigns import CampaignTable

    return CampaignTable(clients.dynamodb(), settings.text("CAMPAIGNS_TABLE"))
