"""Plays some minutes of cases on the embedded cloud and in the simulation, and prints both side by side.

``python -m scripts.capacity.beside_cloud`` takes four minutes. Cases come evenly, Enedis takes the same time for each,
and no wait is shortened. So both differ by chance and by what the simulation leaves out only.
"""

import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import mean

from local.partners.enedis import Operation, PointSetup
from local.stage import Stage, deployed_stage
from local.stage.customers import Customer, Numbering, entry, fields_of, payment_fields
from restoration.adapters.enedis.soap.quota import margin_of
from scripts.capacity.__main__ import percentile
from scripts.capacity.model import DAY, Enedis, Load, Scenario, Spread, system_of
from scripts.capacity.simulation import ORDER, Simulation

CASES = 60
SECONDS_BETWEEN = 2.5
STEP_SECONDS = 2.0
"""A case is done after three steps."""
SETTINGS = {
    "FollowFirstWaitSeconds": 2,
    "FollowMaxWaitSeconds": 10,
    "EnedisCallsPerSecond": 4,
    "EnedisTurnToleranceSeconds": 0.3,
}
PATIENCE_SECONDS = 120
EVENT = datetime(2026, 5, 4, 9, tzinfo=UTC)


def on_the_cloud() -> tuple[float, list[float]]:
    """Calls for each case, and the seconds from each limitation's event to its accepted order."""
    settings = {name: str(value) for name, value in SETTINGS.items()}
    with deployed_stage(parameters=settings, pace=1.0, warm=True, enedis_step_seconds=STEP_SECONDS) as stage:
        customers = [_customer(stage, numbering) for numbering in [Numbering()] for _ in range(CASES)]
        begun: dict[str, datetime] = {}
        begin = time.monotonic()
        for number, customer in enumerate(customers):
            time.sleep(max(0.0, begin + number * SECONDS_BETWEEN - time.monotonic()))
            limited = entry("PowerLimited", fields_of("PowerLimited", (customer,), EVENT, ""))
            begun[customer.point_id] = datetime.now(UTC)
            stage.put([limited])
        stage.cloud.wait_until(
            lambda: (
                [each.output["outcome"] for each in stage.cloud.executions() if each.output] == ["RESTORED"] * CASES
            ),
            PATIENCE_SECONDS,
            "the end of all cases",
        )
        calls = stage.enedis.network.journal.calls()
        orders = [each for each in calls if each.operation is Operation.ORDER and each.point_id]
        to_order = [(each.at - begun[str(each.point_id)]).total_seconds() for each in orders]
        return len(calls) / CASES, to_order


def _customer(stage: Stage, numbering: Numbering) -> Customer:
    """A customer who has paid, and whose limitation comes to be known later."""
    customer = numbering.customer(120.0)
    stage.enedis.network.add_point(PointSetup(customer.point_id, contract_id=customer.contract_id))
    stage.billing.set_business_date(EVENT.date(), customer.contract_id)
    paid = fields_of("PaymentReceived", (customer,), EVENT, "P") | payment_fields((customer,), None)
    stage.billing.record(entry("PaymentReceived", paid | {"means": "CARD", "status": "CAPTURED"}))
    return customer


def simulated() -> tuple[float, list[float]]:
    """The same by simulation, over a whole day of such cases."""
    took = 3 * STEP_SECONDS
    enedis = Enedis(remote=Spread(took, took, DAY), technician_share=0.0, not_done_share=0.0, call_seconds=0.05)
    margin = margin_of(timedelta(seconds=SETTINGS["EnedisTurnToleranceSeconds"]))
    system = system_of(SETTINGS, margin)
    load = Load(DAY / SECONDS_BETWEEN, 1, profile=(1.0,) * 24, flow_at=None)
    measures = Simulation(Scenario(system, load, enedis), warm_up_days=0).run()
    return sum(measures.calls.values()) / measures.calls[ORDER], measures.to_order


def main() -> int:
    print(f"{'':<32}{'calls a case':>14}{'to the order, mean':>20}{'p95':>8}")  # noqa: T201 - a command's result
    for name, (calls, to_order) in (("embedded cloud", on_the_cloud()), ("simulation", simulated())):
        line = f"{name:<32}{calls:>14.2f}{mean(to_order):>18.2f} s{percentile(to_order, 0.95):>6.2f} s"
        print(line, flush=True)  # noqa: T201 - a command's result
    return 0


if __name__ == "__main__":
    sys.exit(main())
