"""How long a payment takes to an accepted order and to the end of its execution, beside a bare chain.

Run with ``make bench-path``. Payments come one by one, each when the one before has ended, on the embedded cloud with
warm functions. The bare chain is the shortest way from an event to the end of an execution: rule, queue, function, one
state. Half of its payments are measured before and half after the others, so that a machine that gets busier shows.

Nothing here knows a state's name: the order is found in the Enedis simulator's journal, the end by the execution's
status. So the same command measures any version of the machine.
"""

import argparse
import os
import platform
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from rich.console import Console
from rich.table import Column, Table

from embedded_cloud import Application, EmbeddedCloud, Execution
from local.customers import Customer, Numbering, card_payment
from local.partners.enedis.faults import Operation
from local.stage import MACHINE, PACE, Stage, deployed_stage

ROOT = Path(__file__).resolve().parents[2]
BARE = Application(Path(__file__).with_name("bare") / "template.yaml", "bare")
WIDTH = 80
WARM_UP = 5
"""Payments before the measured ones: connections are opened, and every function has been called."""

PATIENCE_SECONDS = 60.0
WAIT_SECONDS = 1
"""How long an accepted order is left to Enedis before the point is read; the template allows no less."""

ENEDIS_STEP_SECONDS = 0.05
"""A case is done after three steps, so that the first read shows full power."""

DAY = date(2026, 5, 4)
BEGIN = datetime(2026, 5, 4, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Run:
    """One payment: the seconds from its being put on the bus to what came of it, and how many states were entered."""

    started: float
    ordered: float | None
    ended: float
    states: int


class Executions:
    """The executions of one machine, as they come."""

    def __init__(self, cloud: EmbeddedCloud, machine: str) -> None:
        self._cloud = cloud
        self._machine = machine
        self._known: set[str] = set()

    def wait_for_new(self, number: int) -> list[Execution]:
        """Wait until that many more executions have ended than were known; returns them."""

        def ended() -> list[Execution]:
            new = [each for each in self._cloud.executions(self._machine) if each.arn not in self._known]
            if unhappy := {each.status for each in new} - {"RUNNING", "SUCCEEDED"}:
                raise SystemExit(f"an execution ended {', '.join(unhappy)}: there is nothing to measure")
            return new if len(new) == number and not any(each.is_running for each in new) else []

        new = self._cloud.wait_until(ended, PATIENCE_SECONDS, f"the end of {number} executions")
        self._known |= {each.arn for each in new}
        return new


def measure_bare(payments: int) -> list[Run]:
    """The bare chain: what the embedded cloud itself takes."""
    numbering = Numbering()
    with EmbeddedCloud([BARE], workdir=ROOT / "build" / "cloud", pace=PACE, warm=True) as cloud:
        executions = Executions(cloud, "StateMachine")
        runs = []
        for _ in range(WARM_UP + payments):
            item = card_payment(numbering.customer(120.0), BEGIN) | {"EventBusName": cloud.outputs["EventBusName"]}
            put_at = datetime.now(UTC)
            cloud.client("events").put_events(Entries=[item])
            [execution] = executions.wait_for_new(1)
            runs.append(run_of(execution, put_at, None))
            cloud.wait_idle()
    return runs[WARM_UP:]


def measure_path(payments: int) -> tuple[list[Run], Counter[int]]:
    """A limited customer's payment; and how often the point was read after its order."""
    settings = {name: str(WAIT_SECONDS) for name in ("FollowFirstWaitSeconds", "FollowMaxWaitSeconds")}
    with deployed_stage(parameters=settings, enedis_step_seconds=ENEDIS_STEP_SECONDS, warm=True) as stage:
        numbering = Numbering()
        customers = [numbering.customer(120.0) for _ in range(WARM_UP + payments)]
        for customer in customers:
            stage.limit(customer, BEGIN - timedelta(days=3), DAY)
        executions = Executions(stage.cloud, MACHINE)
        stage.cloud.wait_idle()  # all are registered
        runs, reads = list[Run](), Counter[int]()
        for customer in customers:
            run, read = pay(stage, executions, customer)
            runs.append(run)
            reads[read] += 1
    return runs[WARM_UP:], reads


def pay(stage: Stage, executions: Executions, customer: Customer) -> tuple[Run, int]:
    """Let one customer pay, and wait for the end."""
    [sent] = stage.put([card_payment(customer, BEGIN)])
    [execution] = executions.wait_for_new(1)
    journal = stage.enedis.network.journal
    [order] = journal.orders(customer.point_id)
    reads = sum(call.at > order.at for call in journal.calls(Operation.READ, customer.point_id))
    run = run_of(execution, sent.at, order.at)
    stage.cloud.wait_idle()  # what it left behind, such as a message to the customer, is done, too
    return run, reads


def run_of(execution: Execution, put_at: datetime, ordered_at: datetime | None) -> Run:
    """One payment's figures, once its execution has ended."""
    if execution.ended_at is None:
        raise ValueError(f"{execution.name} has not ended")
    return Run(
        seconds(put_at, execution.started_at),
        None if ordered_at is None else seconds(put_at, ordered_at),
        seconds(put_at, execution.ended_at),
        len(execution.entries),
    )


def seconds(begin: datetime, end: datetime) -> float:
    return (end - begin).total_seconds()


def figures(values: list[float]) -> tuple[str, ...]:
    shown = min(values), median(values), quantiles(values, n=20, method="inclusive")[-1]
    return tuple(f"{value * 1000:.0f}" for value in shown)


def told_load() -> str:
    return " ".join(f"{load:.1f}" for load in os.getloadavg())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Benchmark of the path from a payment to full power.")
    parser.add_argument("--payments", type=int, default=50, help="how many are measured (default: %(default)s)")
    payments = parser.parse_args().payments
    console = Console(width=WIDTH, highlight=False)
    load = told_load()
    console.print(f"{payments} payments one by one, then as many through a bare chain (a few minutes)…")
    bare = measure_bare(payments // 2)
    path, reads = measure_path(payments)
    bare += measure_bare(payments - payments // 2)
    console.print(table_of(path, bare))
    for line in meaning(path, bare, reads):
        console.print(line)
    console.print(
        f"\nPython {platform.python_version()}, {os.cpu_count()} processors; load before {load}, after {told_load()}."
    )


def table_of(path: list[Run], bare: list[Run]) -> Table:
    columns = [Column("until", width=50), *(Column(each, justify="right") for each in ("fastest", "p50", "p95"))]
    table = Table(*columns, title="From the payment's event on the bus, in milliseconds", title_justify="left")
    ordered = [run.ordered for run in path if run.ordered is not None]
    table.add_row("its execution starts", *figures([run.started for run in path]))
    table.add_row("Enedis has accepted the order", *figures(ordered))
    table.add_row("its execution has ended", *figures([run.ended for run in path]))
    table.add_section()
    table.add_row("bare chain: its execution starts", *figures([run.started for run in bare]))
    table.add_row("bare chain: its execution has ended", *figures([run.ended for run in bare]))
    return table


def meaning(path: list[Run], bare: list[Run], reads: Counter[int]) -> Iterator[str]:
    """What the figures mean, in sentences."""
    states = sorted({run.states for run in path})
    told = str(states[0]) if len(states) == 1 else f"{states[0]} to {states[-1]}"
    counted = ", ".join(map(str, sorted(reads)))
    yield f"States entered to the end: {told}. Reads of the point after the order: {counted}."
    floor = median(run.ended for run in bare)
    ordered = median(run.ordered for run in path if run.ordered is not None)
    own = median(run.ended for run in path) - WAIT_SECONDS
    yield ""
    yield (
        f"The bare chain is what the embedded cloud itself takes. An order is accepted after {ordered / floor:.0f} "
        "times that: compare this ratio between versions, measured on the same machine."
    )
    if set(reads) == {1}:
        yield (
            f"Each execution waits {WAIT_SECONDS} s for Enedis before it reads the point once; without that wait it "
            f"ends after {own * 1000:.0f} ms (p50), {own / floor:.0f} times the bare chain."
        )
    else:
        yield "Not every point was read exactly once after its order: the machine was too slow for a fair comparison."
    yield "On AWS every state takes longer, so the number of states counts for more there."


if __name__ == "__main__":
    main()
