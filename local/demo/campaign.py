"""The protection campaign, played on the embedded cloud: ``make campaign``.

Of 500 customers with a limitation, 180 are below the floor of the coming winter. A dry run lists them. Then the
campaign runs, is stopped in the middle, and is started again: it goes on, and nobody gets a second order.
"""

import json
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from embedded_cloud import Execution
from local.customers import Customer, Numbering, entry, fields_of
from local.partners.enedis import PointSetup
from local.partners.enedis.points import LIMITED_POWER_KVA
from local.stage import Stage, deployed_stage
from local.stories.interventions import tables_of
from local.typed import run_typed
from restoration.adapters.dynamodb.register import LimitationRegister
from restoration.domain.limitation import Limitation, LimitationStatus

MACHINE = "ProtectionCampaignStateMachine"
PAUSE = "WaitForQuota"
"""The state between two pages. Nobody waits for it here: the pacing of calls keeps Enedis' quota, too."""

EVERYBODY, CONCERNED = 500, 180
"""All limitations, and those below their floor. A sixth of those have 3 kVA subscribed: their floor is 2."""

LIMITED_AT = datetime(2026, 9, 14, 8, tzinfo=UTC)
PREPARED = date(2026, 10, 25)
"""The day in October from which the rules prepare the truce, by billing's date."""

CALLS_PER_SECOND = 30
PARAMETERS = {
    "CampaignPageSize": "50",
    "CampaignReportSeconds": "1",
    "NightlyCheckPauseSeconds": "1",
    "EnedisCallsPerSecond": str(CALLS_PER_SECOND),
    "EnedisMaximumConcurrency": "2",
}
PATIENCE_SECONDS = 180.0
INTERRUPTED_AFTER = CONCERNED // 3
SMALL_KVA = 3
_WIDTH = 80


@dataclass
class Register:
    """The limitations that the campaign meets, and the floor that each is owed."""

    everybody: list[Customer] = field(default_factory=list)
    floors: dict[str, Decimal] = field(default_factory=dict)

    @classmethod
    def fill(cls, stage: Stage, everybody: int = EVERYBODY, concerned: int = CONCERNED) -> "Register":
        """Limit customers at Enedis, at billing and in the register, as the months before have left them."""
        register, numbering = cls(), Numbering()
        every = everybody / concerned
        among = {int(each * every) for each in range(concerned)}
        cloud = stage.cloud
        tables = cloud.physical_id("LimitedContractsTable"), cloud.physical_id("LimitationsTable")
        known = LimitationRegister(tables_of(cloud), *tables)
        for number in range(everybody):
            customer = numbering.customer(debt=150.0)
            subscribed = Decimal(3 if len(register.floors) < concerned // 6 and number in among else 9)
            left = LIMITED_POWER_KVA if number in among else Decimal(3)
            if number in among:
                register.floors[customer.limitation_id] = Decimal(2 if subscribed == SMALL_KVA else 3)
            register.everybody.append(customer)
            changes = {"limitedPowerKva": float(left), "subscribedPowerKva": float(subscribed)}
            fields = fields_of("PowerLimited", (customer,), LIMITED_AT, "") | changes
            stage.billing.record(entry("PowerLimited", fields))
            point = PointSetup(customer.point_id, customer.contract_id, limited_power_kva=left)
            stage.enedis.network.add_point(point)
            ids = customer.limitation_id, customer.contract_id, customer.point_id, customer.customer_id
            what = Decimal(customer.debt), left, subscribed
            limited = Limitation(*ids, LimitationStatus.LIMITED, LIMITED_AT, *what, LIMITED_AT, LIMITED_AT)
            known.save(limited, known=None)
        stage.billing.set_business_date(PREPARED)
        return register


@dataclass
class CampaignPlay:
    """Runs of the campaign on a stage, and what came of them."""

    stage: Stage

    def start(self, *, dry_run: bool = False) -> Execution:
        """Start a run, as its schedule does."""
        role = f"{MACHINE}{'DryRun' if dry_run else 'BeforeTheTruce'}Role"
        key = self.stage.cloud.key_of_service(role, "scheduler.amazonaws.com")
        arn = self.stage.cloud.client("stepfunctions", key).start_execution(
            stateMachineArn=self.stage.cloud.physical_id(MACHINE), input=json.dumps({"dryRun": dry_run})
        )["executionArn"]
        return self.stage.cloud.execution(arn)

    def finish(self, run: Execution) -> dict[str, Any]:
        """Wait for the end of a run, and let the pauses between its pages pass; returns its report."""
        self.stage.cloud.wait_until(lambda: self._is_over(run), PATIENCE_SECONDS, "the end of the campaign's run")
        if run.status != "SUCCEEDED":
            raise SystemExit(f"the campaign's run ended {run.status}: {run.cause}")
        return dict(run.output)

    def _is_over(self, run: Execution) -> bool:
        if run.is_running and run.state == PAUSE:
            self.stage.cloud.pass_time(run.arn)
        return not run.is_running

    def interrupt(self, run: Execution, after: int) -> int:
        """Stop a run once so many restorations were started; returns how many were."""
        self.stage.cloud.wait_until(lambda: len(self.started()) >= after, PATIENCE_SECONDS, f"{after} restorations")
        self.stage.operations("stepfunctions").stop_execution(executionArn=run.arn)
        self.stage.cloud.wait_until(lambda: not run.is_running, PATIENCE_SECONDS, "the end of the stopped run")
        return len(self.started())

    def started(self) -> list[str]:
        """The limitations for which a restoration was started, in order; each execution counts."""
        return [execution.name[:10] for execution in self.stage.cloud.executions("RestorationStateMachine")]

    def orders(self) -> Counter[str]:
        """How many orders Enedis accepted for each point."""
        return Counter(order.point_id for order in self.stage.enedis.network.journal.orders())

    def floors(self) -> Mapping[str, Decimal]:
        """The floor of each limitation that was raised to one."""
        items = self.stage.items("LimitationsTable", "floorRaisedAt")
        return {str(item["limitationId"]): Decimal(item["limitedPowerKva"]) for item in items}


def main() -> int:
    """Play the campaign and show its reports; 0 when all floors were raised, each once."""
    console = Console(width=_WIDTH, highlight=False)
    with deployed_stage(parameters=PARAMETERS, warm=True) as stage:
        register, play = Register.fill(stage), CampaignPlay(stage)
        console.print(f"{EVERYBODY} limitations on {PREPARED:%d %B}, {CONCERNED} of them below their winter floor.\n")
        planned = play.finish(play.start(dry_run=True))
        _show(console, "Dry run", planned)
        stopped = play.interrupt(play.start(), INTERRUPTED_AFTER)
        console.print(f"The run was stopped after {stopped} restorations. It is started again.\n")
        done = play.finish(play.start())
        _show(console, "Campaign", done)
        orders, floors = play.orders(), play.floors()
        console.print(f"{sum(orders.values())} orders at Enedis for {len(orders)} points, {len(floors)} floors noted.")
        busiest = stage.enedis.network.journal.busiest(timedelta(minutes=1))
        console.print(f"Calls in the busiest minute: {busiest}.")
        console.print("On AWS, read the list with docs/runbook.md#the-protection-campaign.")
        return 0 if floors == register.floors and set(orders.values()) == {1} else 1


def _show(console: Console, title: str, report: Mapping[str, Any]) -> None:
    right = Column(justify="right")
    table = Table("", right, title=title, title_justify="left", show_header=False, min_width=_WIDTH // 2)
    for name in ("found", "concerned", "touched", "raised", "restored", "gone", "running", "failed", "open"):
        table.add_row(name, str(report[name]))
    for reason, times in report["reasons"].items():
        table.add_row(f"reason {reason}", str(times))
    table.add_row("hours at the quota", str(report["hoursAtQuota"]))
    console.print(table)
    console.print()


if __name__ == "__main__":
    sys.exit(run_typed(main))
