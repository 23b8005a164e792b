"""``make demo INCIDENT=1``: billing's data breaks for 30 customers in the middle of a run, and operations mend it.

Sixty limited customers pay. Fifteen are restored, then billing's responses about thirty others lose their debt. Their
restorations fail, the alarm goes off, ``ops cases`` shows one signature. Billing is mended, and one bulk redrive brings
their power back: a dry run, then step by step. Each command is run in the operations role, as it is typed.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rich.console import Console

from embedded_cloud.alarms.evaluation import State
from local.customers import Numbering, card_payment, moment_of
from local.demo.screen import Screen
from local.partners.billing import FaultKind
from local.stage import Customer, Stage, deployed_stage
from local.typed import run_typed
from ops.app import app
from ops.tools import Tools

CUSTOMERS = 60
"""A quarter of them pays before the incident, the data of half of them breaks, and a quarter pays beside those."""
LIMITED_AT = datetime(2026, 5, 1, 8, tzinfo=UTC)
PAID_AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
ALARM = "restoration-ExecutionsFailed"
ALWAYS = 1_000_000
PATIENCE_SECONDS = 300.0
CALM_MINUTES = 10
"""An alarm is OK again after some minutes: CloudWatch looks back over those without data for one that has some."""


@dataclass
class Incident:
    """The play: its customers, and what went wrong."""

    stage: Stage
    screen: Screen
    customers: Sequence[Customer]
    problems: list[str] = field(default_factory=list)
    paid: int = 0

    def __post_init__(self) -> None:
        quarter = len(self.customers) // 4
        self.before, self.broken = self.customers[:quarter], self.customers[quarter:-quarter]
        self.beside = self.customers[-quarter:]

    # ── What billing and the customers do ──

    def limit_everybody(self) -> None:
        """Limit the customers, and let the sweep look at each, in vain."""
        for customer in self.customers:
            self.stage.limit(customer, LIMITED_AT)
        self.stage.cloud.wait_until(self.stage.watch.intake_is_empty, PATIENCE_SECONDS, "the registrations")
        self.stage.cloud.wait_idle()
        self.stage.sweep(*(each.limitation_id for each in self.customers))

    def pay(self, customers: Sequence[Customer]) -> None:
        """Let customers pay their whole debt by card."""
        put = [card_payment(it, moment_of(PAID_AT, number)) for number, it in enumerate(customers, start=self.paid)]
        self.paid += len(put)
        self.stage.put(put)

    def break_billing(self) -> None:
        """From now on billing's responses about thirty contracts have no debt."""
        for customer in self.broken:
            self.stage.billing.inject(
                FaultKind.ALTERED, times=ALWAYS, subject=customer.contract_id, changes={"limitationDebt": ...}
            )

    def wait_for(self, customers: Sequence[Customer], outcome: str) -> None:
        def is_there() -> bool:
            return all(self.stage.watch.of(it.limitation_id).outcomes == [outcome] for it in customers)

        self.stage.cloud.wait_until(is_there, PATIENCE_SECONDS, f"{len(customers)} times {outcome}")

    # ── What operations see and do ──

    def look_at_alarm(self, expected: State, within_minutes: int = 1) -> None:
        """Let minutes end, after each of which the alarm is evaluated: the one in which it happened, or some more."""
        for minute in range(1, within_minutes + 1):
            self.stage.cloud.pass_minutes(1)
            state = self.stage.cloud.alarms.state(ALARM)
            if state is expected:
                passed = "The minute is over" if minute == 1 else f"{minute} minutes are over"
                self.screen.say(f"{passed}. Alarm {ALARM}: {state.value}")
                return
        self.problems.append(f"alarm {ALARM} is not {expected.value} after {within_minutes} min")

    def ops(self, *arguments: str) -> None:
        """Run a command of the tool; what it shows is shown."""
        typed = " ".join(f'"{it}"' if " " in it else it for it in arguments)
        self.screen.console.print(f"\n$ ops {typed}", style="bold", markup=False)
        app(list(arguments), obj=Tools(self.stage.account, ask=None), standalone_mode=False)
        self.screen.console.print()

    def newest_set(self) -> str:
        """The id of the set that was frozen last."""
        frozen = [it for it in self.stage.cloud.executions("BulkRedriveStateMachine") if it.input["step"] == "FREEZE"]
        return str(frozen[-1].output["redriveId"])

    def judge(self) -> list[str]:
        """What is wrong at the end: somebody without power, a second order, an execution redriven twice."""
        for customer in self.customers:
            executions = self.stage.watch.of(customer.limitation_id).executions
            redriven = Counter(it.redrives for it in executions)
            if redriven != {1: 1} and customer in self.broken:
                self.problems.append(f"{customer.limitation_id}: redriven {dict(redriven)}")
            orders = self.stage.enedis.network.journal.orders(customer.point_id)
            if len(orders) != 1:
                self.problems.append(f"{customer.limitation_id}: {len(orders)} orders at Enedis instead of one")
        doubles = self.stage.enedis.network.journal.doubles()
        self.problems += [f"order {reference} was accepted {times} times" for reference, times in doubles.items()]
        return self.problems


def play(stage: Stage, screen: Screen, customers: Sequence[Customer]) -> list[str]:
    """Play the incident from the first payment to the last restoration; the problems."""
    incident = Incident(stage, screen, customers)
    before, broken, beside = incident.before, incident.broken, incident.beside
    incident.limit_everybody()
    screen.say(f"{len(customers)} customers are limited to 1 kVA. {len(before)} of them pay.")
    incident.pay(before)
    incident.wait_for(before, "RESTORED")
    incident.look_at_alarm(State.OK, CALM_MINUTES)
    screen.say(f"Power is back at {len(before)}. Now billing's data breaks for {len(broken)} others. Everybody pays.")
    incident.break_billing()
    incident.pay([*broken, *beside])
    incident.wait_for(beside, "RESTORED")
    incident.wait_for(broken, "FAILED")
    screen.say(f"Power is back at {len(before) + len(beside)}. {len(broken)} restorations have failed.")
    incident.look_at_alarm(State.ALARM)
    incident.ops("cases", "--status", "failed", "--show", "3")
    stage.billing.clear_faults()
    screen.say("Billing has mended its data.")
    incident.ops("redrive", "--error", "InvalidResponse", "--state", "CheckPayment", "--dry-run")
    incident.ops(
        "redrive", "--confirm", incident.newest_set(), "--follow", "--yes", "--reason", "billing mended its data"
    )
    incident.wait_for(broken, "RESTORED")
    stage.cloud.wait_idle()
    screen.say(f"Power is back at all {len(customers)}.")
    incident.look_at_alarm(State.OK, CALM_MINUTES)
    incident.ops("journal")
    return incident.judge()


def main() -> int:
    """Play it and say what went wrong; 0 when everybody has power, each by one order."""
    with Screen() as screen, deployed_stage(warm=True) as stage:
        screen.say("Both stacks are deployed, the switch is on.")
        numbering = Numbering()
        problems = play(stage, screen, [numbering.customer(debt=120.0) for _ in range(CUSTOMERS)])
    console: Console = screen.console
    if problems:
        console.print("[red]What is wrong:[/red]")
        for problem in problems:
            console.print(f"  x {problem}", markup=False)
        return 1
    console.print("[green]Good: all were restored, each by one order, and nobody was redriven twice.[/green]")
    console.print("What to do in an account: docs/runbook.md, Redrive many at once")
    return 0


if __name__ == "__main__":
    sys.exit(run_typed(main))
