"""The courses on which the walk of redrives meets every Task state: what is done to a customer, and when.

Each begins with a payment of which billing tells nobody, found by the check of the limitation's registration: one
execution has the whole course. Enedis leaves an order open until a course says otherwise, so that every message that
is due leaves before the end.

Each customer gets e-mails, or letters on a course whose messages would wait for the morning. Neither depends on the
hour, so two customers are compared although the quiet hours began between them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from embedded_cloud import Execution
from local.customers import entry
from local.partners.enedis import Ending, Fault, FaultKind, Operation
from local.stage import Customer
from local.stage.following import is_followed
from local.stage.gates import let_days_pass
from restoration.domain.point import SupplyState
from tests.end_to_end.world import World

AT = "2026-05-04T10:00:00Z"
POWER_IS_ON = {"supply_state": SupplyState.SUPPLIED, "limited_power_kva": None}


type IsTime = Callable[[Execution], bool]


@dataclass(frozen=True)
class Step:
    """Something that is done once an execution has come so far, rests there, and every message is out."""

    has_come: IsTime
    do: Callable[[World, Customer], object]

    def is_time(self, world: World, customer: Customer, execution: Execution) -> bool:
        is_at_rest = execution.rests and self.has_come(execution)
        return is_at_rest and not world.stage.watch.is_being_told(customer.limitation_id)


@dataclass(frozen=True)
class Course:
    """One course, how it begins, and the states for which it is there."""

    name: str
    states: tuple[str, ...]
    steps: tuple[Step, ...]
    payment: Mapping[str, Any] = field(default_factory=dict)
    prepare: Callable[[World, Customer], object] = lambda *_: None
    point: Mapping[str, Any] = field(default_factory=dict)
    by_letter: bool = False

    def customer(self, world: World) -> Customer:
        """A new customer, who is about to be limited."""
        customer = world.new_customer(**{"endings": (Ending.NEVER,) * 3, **self.point})
        email = None if self.by_letter else f"{customer.customer_id}@example.org"
        world.billing.contact(customer.customer_id, email=email, mobile=None)
        return customer

    def begin(self, world: World, customer: Customer) -> None:
        """Let the customer pay and be limited."""
        self.prepare(world, customer)
        world.pay(customer, told=False, **{"paymentId": payment_of(customer), **self.payment})
        world.limit(customer)


def payment_of(customer: Customer) -> str:
    return f"PAY-{customer.limitation_id}"


def _rests_in(state: str) -> IsTime:
    return lambda execution: execution.state == state


def _is_followed(*passed: str) -> IsTime:
    """Whether an execution has left its order to Enedis, after these states."""
    return lambda execution: is_followed(execution) and set(passed) <= set(execution.path)


def _power_on(world: World, customer: Customer) -> None:
    world.enedis.network.change_point(customer.point_id, **POWER_IS_ON)


def _clear(world: World, customer: Customer) -> None:
    world.put("PaymentCleared", paymentId=payment_of(customer), contractIds=[customer.contract_id], at=AT)


def _refuse_once(world: World, customer: Customer) -> None:
    world.enedis.network.inject(
        Fault(FaultKind.RESULT_CODE, operation=Operation.ORDER, point_id=customer.point_id, code="SGT400", label="x")
    )


def _dispute(world: World, customer: Customer) -> None:
    disputed = {"protectionId": f"PRO-{customer.limitation_id}", "contractId": customer.contract_id, "at": AT}
    world.billing.record(entry("ProtectionGranted", {**disputed, "kind": "DISPUTE"}))


def _look_again(world: World, customer: Customer) -> None:
    world.cloud.pass_time(world.executions(customer)[0].arn)


RESTORED = Course(
    "restored",
    (
        "TakeCharge",
        "SuspendReminders",
        "CheckPayment",
        "DecideProtection",
        "DecidePayment",
        "DecideCoverage",
        "ReadPoint",
        "DecideAction",
        "PrepareOrder",
        "OrderAtEnedis",
        "AnnounceOrder",
        "WaitForEnedis",
        "ReadCase",
        "DecideProgress",
        "CloseOrLetGo",
    ),
    (Step(_is_followed("AnnounceOrder"), _power_on),),
)
COURSES = (
    RESTORED,
    Course("refused once", ("DecideRefusal",), (Step(_is_followed("DecideRefusal"), _power_on),), prepare=_refuse_once),
    Course(
        "technician",
        ("AnnounceVisit",),
        (Step(_is_followed("AnnounceVisit"), _power_on),),
        point={"remotely_operable": False},
    ),
    Course(
        "late",
        ("AnnounceDelay",),
        (Step(_is_followed("AnnounceOrder"), _look_again), Step(_is_followed("AnnounceDelay"), _power_on)),
        prepare=lambda world, customer: let_days_pass(world.cloud, customer.limitation_id, timedelta(days=30)),
    ),
    Course(
        "cheque",
        ("AnnouncePending", "WaitForBank"),
        (Step(_rests_in("WaitForBank"), _clear), Step(_is_followed("AnnounceOrder"), _power_on)),
        payment={"means": "CHEQUE", "status": "RECEIVED"},
    ),
    Course(
        "dispute",
        ("SendQuestion", "WaitForAdvisor"),
        (
            Step(_rests_in("WaitForAdvisor"), lambda world, customer: world.advise(customer, "RESTORE")),
            Step(_is_followed("AnnounceOrder"), _power_on),
        ),
        payment={"amount": 1.0},
        prepare=_dispute,
    ),
)
WITHOUT_POWER = (
    Course("balance due", (), (), payment={"amount": 50.0}, by_letter=True),
    Course(
        "refused",
        (),
        (Step(_rests_in("WaitForAdvisor"), lambda world, customer: world.advise(customer, "REFUSE")),),
        payment={"amount": 1.0},
        prepare=_dispute,
        by_letter=True,
    ),
)
"""Courses that end without an order."""
