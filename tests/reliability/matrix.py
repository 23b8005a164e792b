"""Each fault of Enedis x each call x how often, in one embedded cloud at once: one customer for each cell.

Connection faults know no customer, so each of their cells has the cloud to itself.

Phase one lets the faults strike until every customer's case has come to rest: it ended, it is an incident that says
why, an advisor has it with the reason, or it waits within bounds for a fault that lasts for ever. Phase two lifts the
faults, lets advisors decide to restore and operations redrive the incidents, and waits for the end of everything.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import batched, count

from embedded_cloud import Execution
from local.partners.enedis import Fault, FaultKind, Operation, PendingLimitation
from local.partners.enedis.faults import CONNECTION_FAULTS, PROPER_RESPONSES
from local.partners.enedis.journal import Call
from local.stage import Customer
from restoration.adapters.enedis.soap.codes import TECHNICAL_ERROR
from restoration.domain.point import SupplyState
from restoration.use_cases.read_point import is_running
from tests.end_to_end.world import World, running_world

RETRIED = ("ReadPoint", "ReadCase")
"""States whose Retry outlasts an outage, and ends: 1,600 attempts, at most 450 s apart."""
QUEUED = "OrderAtEnedis"
"""The state that waits for its message: a copy comes back within 900 s, for OrderTimeoutSeconds at most."""
AT_ONCE = 30
ADVISOR = "ADVISOR"
FAILED = "FAILED"
STRUCK_OFTEN = 3
SETTINGS = {
    "Enedis.connectTimeoutSeconds": "0.8",
    "Enedis.readTimeoutSeconds": "0.8",
    "EnedisMaximumConcurrency": "4",
    # When a case that nobody shows is late, so that an advisor looks. Until then there is nothing new to read.
    "RemoteSlaSeconds": "5",
    "FollowFirstWaitSeconds": "1",
    "FollowMaxWaitSeconds": "1",
    "UrgentFirst": "true",
}
"""Parameters of the stack under which the matrix is measured."""
CODES = {
    "SGT400": "Erreur fonctionnelle",
    "SGT401": "Point inexistant",
    "SGT4B8": "Plusieurs demandes déjà en cours sur le point",
    "SGT4F7": "Critères de recherche insuffisants",
    "SGT4F8": "Trop de résultats",
    "SGT4G2": "Demandeur non éligible",
    "SGT4G3": "Mesures indisponibles",
    "SGT4K2": "Mesures indisponibles",
    "SGT4L8": "Mesures indisponibles",
    "SGT4Q1": "Mesures indisponibles",
    "SGT500": "Erreur technique",
    "SGT570": "Service déjà actif",
    "SGT999": "Code que personne n'a jamais vu",
}
CONNECTION = tuple(kind for kind in FaultKind if kind in CONNECTION_FAULTS)
TRANSPORT = tuple(kind for kind in FaultKind if kind not in CONNECTION_FAULTS | PROPER_RESPONSES)
BEHAVIOUR = {
    FaultKind.SLOW: frozenset(Operation),
    FaultKind.LATE_VISIBILITY: frozenset({Operation.ORDER, Operation.CANCEL}),
    FaultKind.DUPLICATE_ACCEPTANCE: frozenset({Operation.ORDER}),
    FaultKind.POINT_CHANGED: frozenset({Operation.READ, Operation.ORDER}),
}
"""Faults whose response is proper and whose behaviour is not, each with the calls for which it means anything."""
TIMES = (1, 3, None)
_case_numbers = count(1)


@dataclass
class Cell:
    """One fault x one call x how often (``None``: until it is lifted), and what became of its customer.

    How the case came to ``rest`` under the fault and ``why``, and its ``end`` without it. ``sent`` counts our calls
    that Enedis accepted, ``orders`` the cases it made of them; ``power`` is whether the customer has full power.
    """

    kind: FaultKind
    operation: Operation
    times: int | None
    code: str = ""
    customer: Customer = field(init=False)
    calls_before: int = 0
    """How many calls Enedis' journal held when the fault began."""
    rest: str = ""
    why: str = ""
    end: str = ""
    sent: int = 0
    orders: int = 0
    status: str = ""
    power: bool = False

    @property
    def strikes_everybody(self) -> bool:
        """Whether the fault strikes before anybody knows what is asked for, and for whom."""
        return self.kind in CONNECTION

    @property
    def is_unintelligible(self) -> bool:
        """Whether the fault leaves no response that means anything."""
        return self.kind in (*CONNECTION, *TRANSPORT) or self.code == TECHNICAL_ERROR

    @property
    def fault(self) -> str:
        return self.code or str(self.kind)

    def __str__(self) -> str:
        times = {1: "once", 3: "three times", None: "for ever"}[self.times]
        return f"{self.fault} on {self.operation}, {times}"

    def inject(self, world: World) -> None:
        """Let the fault strike this cell's customer, and nobody else."""
        self.calls_before = len(world.enedis.network.journal.calls())
        world.enedis.network.inject(
            Fault(
                self.kind,
                operation=None if self.strikes_everybody else self.operation,
                point_id=None if self.strikes_everybody else self.customer.point_id,
                count=self.times,
                code=self.code or "SGT500",
                label=CODES.get(self.code, ""),
                delay=timedelta(seconds=0.3 if self.kind is FaultKind.SLOW else 1.5),
                change={"supply_state": SupplyState.SUPPLIED, "limited_power_kva": None},
            )
        )


OPERATIONS = tuple(each for each in Operation if each is not Operation.VISIT)
"""Those of the process; what people ask is tried in tests/integration/enedis."""


def cells() -> Iterator[Cell]:
    """All cells."""
    for times in TIMES:
        for operation in OPERATIONS:
            yield from (Cell(kind, operation, times) for kind in CONNECTION)
            yield from (Cell(kind, operation, times) for kind in TRANSPORT)
            yield from (Cell(FaultKind.RESULT_CODE, operation, times, code) for code in CODES)
            yield from (Cell(kind, operation, times) for kind, calls in BEHAVIOUR.items() if operation in calls)


def waves(chosen: Sequence[Cell]) -> Iterator[Sequence[Cell]]:
    """Which cells may happen at the same time."""
    yield from batched((cell for cell in chosen if not cell.strikes_everybody), AT_ONCE, strict=False)
    yield from ([cell] for cell in chosen if cell.strikes_everybody)


def begin(world: World, wave: Sequence[Cell]) -> None:
    """Let each cell's customer pay and be limited, so that one execution restores each; faults first.

    A fault of connections would strike the reads before an order: it begins when the order is all that is left to do.
    """
    late = [cell for cell in wave if cell.strikes_everybody and cell.operation is not Operation.READ]
    world.stage.pause_orders(paused=bool(late))
    for cell in wave:
        cell.customer = _customer(world, cell.operation)
        if cell not in late:
            cell.inject(world)
    for number, cell in enumerate(wave):
        world.pay(cell.customer, told=False)  # the check of the registration finds it
        told = "PowerLimitationRequested" if cell.operation is Operation.CANCEL else "PowerLimited"
        world.limit(cell.customer, told, kva=number % 2)  # billing calls each second one cut: it is urgent
    for cell in late:
        world.wait_in_state(cell.customer, "OrderAtEnedis")
        cell.inject(world)
    world.stage.pause_orders(paused=False)


def _customer(world: World, operation: Operation) -> Customer:
    if operation is not Operation.CANCEL:
        return world.new_customer()
    pending = PendingLimitation(f"L{next(_case_numbers):07d}")
    return world.new_customer(supply_state=SupplyState.SUPPLIED, limited_power_kva=None, pending_limitation=pending)


def sample() -> list[Cell]:
    """A part small enough for every run: each fault once, and each call x how often three times at least."""
    by_fault: dict[str, list[Cell]] = {}
    for cell in cells():
        by_fault.setdefault(cell.fault, []).append(cell)
    chosen = []
    for number, same in enumerate(by_fault.values()):
        operation, times = list(Operation)[number % 3], TIMES[(number + number // 3) % 3]
        fitting = [cell for cell in same if cell.times == times]
        chosen.append(next((cell for cell in fitting if cell.operation is operation), fitting[0]))
    return chosen


def measured(chosen: Sequence[Cell], resting: float, ending: float) -> Iterator[Sequence[Cell]]:
    """Let cells happen, wave by wave, with so many seconds at most to come to rest, and to end then."""
    with running_world(SETTINGS, pace=0.02, workers=4) as world:
        for wave in waves(chosen):
            begin(world, wave)
            rest(world, wave, resting)
            lift(world, wave, ending)
            yield wave


def rest(world: World, wave: Sequence[Cell], timeout: float) -> None:
    """Wait until every case has come to rest, and note how."""

    def is_at_rest(cell: Cell) -> str:
        for execution in world.executions(cell.customer)[-1:]:
            cell.rest = _resting(world, cell, execution)
        return cell.rest

    world.wait_for_all(wave, is_at_rest, timeout)
    asked = {event["detail"]["limitationId"]: event["detail"] for event in world.heard("AdvisorDecisionRequested")}
    for cell in wave:
        execution = world.executions(cell.customer)[-1]
        question = asked.get(cell.customer.limitation_id, {})
        cell.why = execution.cause or str(question.get("reason", ""))


def _resting(world: World, cell: Cell, execution: Execution) -> str:
    state = execution.state
    if not execution.is_running:
        return execution.status
    if state == "WaitForAdvisor" and execution.rests:
        return ADVISOR
    if cell.is_unintelligible and cell.times is None and state in {*RETRIED, QUEUED}:
        return f"WAITS in {state}" if len(_struck(world, cell)) >= STRUCK_OFTEN else ""
    return ""


def _struck(world: World, cell: Cell) -> list[Call]:
    """The calls that a cell's fault has struck; those that never became a call know no customer."""
    mine = {(None, "")} if cell.strikes_everybody else {(cell.operation, cell.customer.point_id)}
    calls = world.enedis.network.journal.calls()[cell.calls_before :]
    return [call for call in calls if call.fault is cell.kind and (call.operation, call.point_id) in mine]


def lift(world: World, wave: Sequence[Cell], timeout: float) -> None:
    """Lift the faults, let advisors restore and operations redrive, and note how every case ended."""
    world.enedis.network.clear_faults()
    for cell in wave:
        if cell.rest == ADVISOR:
            world.advise(cell.customer, "RESTORE")
        elif cell.rest == FAILED:
            world.cloud.client("stepfunctions").redrive_execution(executionArn=world.executions(cell.customer)[-1].arn)

    def all_ended() -> bool:
        return not any(execution.is_running for cell in wave for execution in world.executions(cell.customer))

    world.wait(all_ended, "the end of all cases", timeout)
    journal = world.enedis.network.journal
    for cell in wave:
        execution, point_id = world.executions(cell.customer)[-1], cell.customer.point_id
        cell.end = execution.output["outcome"] if execution.output else f"{execution.status}: {execution.error}"
        cell.orders = len(journal.orders(point_id))
        cell.sent = len([call for call in journal.calls(point_id=point_id) if call.outcome == "ACCEPTED"])
        cell.status = str(world.limitation(cell.customer)["status"])
        cell.power = _has_full_power(world, cell)


def _has_full_power(world: World, cell: Cell) -> bool:
    """Whether Enedis supplies the customer in full, with no limitation to come."""
    view = world.enedis.network.view(cell.customer.point_id)
    coming = [case for case in view.cases if case.kind == "LIMITATION" and is_running(case)]
    return view.supply_state is SupplyState.SUPPLIED and not coming
