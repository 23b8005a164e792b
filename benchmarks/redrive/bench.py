"""How long a bulk redrive of 1,000 failed restorations takes: ``make bench-redrive``.

Billing's data is broken, 1,000 limited customers pay a part of their debt, and their restorations fail. Billing is
mended, then the operations' tool freezes the set and redrives it, in the operations role. Each redriven execution goes
on towards its end (a balance is due), so this machine's cores carry the restorations beside the redrive.

Step Functions' calls are throttled with the figures of eu-west-3, unless ``--describes`` says that the account has
more.
"""

import argparse
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table

from local.cloud.backends.throttling import Throttling
from local.demo.campaign import Register
from local.partners.billing import FaultKind
from local.stage import MACHINE, Stage, deployed_stage
from local.stage.customers import Customer, card_payment
from local.stage.tool import StageSession
from ops.account import Account
from ops.redrive.machine import Machine
from restoration.domain.failure import Choice

DAY = date(2026, 5, 4)
BEGIN = datetime(2026, 5, 4, 9, tzinfo=UTC)
PATIENCE_SECONDS = 3600.0
ALWAYS = 1_000_000
BETWEEN_STEPS_SECONDS = 1.0
"""Between two steps it waits and looks; within one, calls follow at once."""
CONSOLE = Console(width=80, highlight=False)


@dataclass
class Bench:
    """One measurement, and how long each part of it took."""

    stage: Stage
    items: int
    rate: int
    seconds: dict[str, float]

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[what] = time.perf_counter() - began
        CONSOLE.print(f"{what}: {self.seconds[what]:.1f} s")

    def run(self) -> dict[str, Any]:
        """Fail, freeze, redrive; the report's numbers."""
        cloud = self.stage.cloud
        customers = Register.fill(self.stage, self.items, self.items).everybody
        self.stage.billing.set_business_date(DAY)
        self.stage.billing.inject(FaultKind.ALTERED, times=ALWAYS, changes={"limitationDebt": ...})
        with self.timed("all have failed"):
            self.stage.put([self._part_payment(number, each) for number, each in enumerate(customers)])
            cloud.wait_until(lambda: self._ended() == {"FAILED": self.items}, PATIENCE_SECONDS, "the failures")
        self.stage.billing.clear_faults()
        session: Any = StageSession(self.stage)
        machine = Machine(Account(session, "restoration"))
        with self.timed("frozen"):
            manifest = machine.freeze(Choice(error="InvalidResponse"), self.rate, datetime.now(UTC))
        with self.timed("redriven and looked at"):
            name = machine.run(manifest, self.rate)
            return machine.output_of(name)

    def _part_payment(self, number: int, customer: Customer) -> dict[str, Any]:
        return card_payment(customer, BEGIN + timedelta(seconds=number), amount=0.01)

    def _ended(self) -> Counter[str]:
        return Counter(execution.status for execution in self.stage.cloud.executions(MACHINE))

    def largest_step(self) -> tuple[int, float]:
        """The redrives of the step that had most of them, and how many a second that was."""
        redriven = sorted(
            datetime.fromisoformat(event["timestamp"]).timestamp()
            for execution in self.stage.cloud.executions(MACHINE)
            for event in execution.history
            if event["type"] == "ExecutionRedriven"
        )
        steps: list[list[float]] = []
        for at in redriven:
            if not steps or at - steps[-1][-1] > BETWEEN_STEPS_SECONDS:
                steps.append([])
            steps[-1].append(at)
        largest = max(steps, key=len)
        return len(largest), (len(largest) - 1) / (largest[-1] - largest[0])

    def redrives(self) -> Counter[int]:
        """How many executions were redriven how often."""
        return Counter(execution.redrives for execution in self.stage.cloud.executions(MACHINE))


def main() -> int:
    """Measure, and print the figures; 0 when each execution was redriven once and the report adds up."""
    parser = argparse.ArgumentParser(prog="make bench-redrive", description=__doc__)
    parser.add_argument("--items", type=int, default=1000, help="failed executions (default: 1000)")
    parser.add_argument("--rate", type=int, default=20, help="redrives a second (default: 20)")
    parser.add_argument(
        "--describes", type=int, help="DescribeExecution a second that the account has, where AWS has raised its quota"
    )
    chosen = parser.parse_args()
    throttling = Throttling.of_region("eu-west-3") if chosen.describes is None else None
    parameters = {} if chosen.describes is None else {"BulkRedriveDescribesPerSecond": str(chosen.describes)}
    with deployed_stage(parameters=parameters, warm=True, throttling=throttling) as stage:
        bench = Bench(stage, chosen.items, chosen.rate, {})
        numbers = bench.run()
        redrives = bench.redrives()
        _print(bench, numbers, throttling)
    is_good = redrives == {1: chosen.items} and sum(numbers["ends"].values()) == numbers["items"] == chosen.items
    CONSOLE.print("Each was redriven once, and the report adds up." if is_good else f"WRONG: redriven {dict(redrives)}")
    return 0 if is_good else 1


def _print(bench: Bench, numbers: dict[str, Any], throttling: Throttling | None) -> None:
    table = Table(title=f"{bench.items} redrives at {bench.rate} a second", title_justify="left", show_header=False)
    table.add_row(
        "day and machine", f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, Python {platform.python_version()}"
    )
    for what, seconds in bench.seconds.items():
        table.add_row(what, f"{seconds:.1f} s")
    most, pace = bench.largest_step()
    table.add_row("largest step", f"{most} redrives at {pace:.1f} a second")
    table.add_row("outcome, ends", f"{numbers['outcome']}, {numbers['ends']}")
    if throttling is not None:
        table.add_row(
            "calls refused", ", ".join(f"{name} {times}" for name, times in throttling.refused.items()) or "none"
        )
    for name in ("DescribeExecution", "GetExecutionHistory", "RedriveExecution"):
        if throttling is not None and name in throttling.calls:
            table.add_row(f"calls of {name}", str(throttling.calls[name]))
    CONSOLE.print(table)


if __name__ == "__main__":
    sys.exit(main())
