"""The feeders of the machine: the real intake, results, register and nightly check over the world of a course."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from restoration.adapters.dynamodb.claim_items import claim_of
from restoration.adapters.dynamodb.orders import OrderTable
from restoration.contracts.envelope import parse_event
from restoration.contracts.received import RESUMING_EVENTS, AdvisorDecided
from restoration.contracts.received_limitations import LIMITATION_EVENTS
from restoration.domain.limitation import Trigger
from restoration.use_cases.check_open_limitations import NightlyCheck
from restoration.use_cases.receive_payments import Intake
from restoration.use_cases.register_limitations import RegisterDesk
from restoration.use_cases.report_lost_ground import LostGroundDesk
from restoration.use_cases.resume_restoration import ResumptionDesk
from restoration.use_cases.sweep_unseen import Sweep
from tests.explore.calls import Broken, Call
from tests.explore.functions import BILLING_LAG, claims_of, decision_desk, register_of, switch_of, way_in
from tests.explore.ports import Publisher, clock, listed

if TYPE_CHECKING:
    from tests.explore.world import World


def receive_payment(world: "World", call: Call, body: str) -> None:
    receive_payments(world, call, (body,))


def receive_payments(world: "World", call: Call, bodies: Sequence[str]) -> None:
    """Take in a batch, as ``receive_payments`` does."""
    now = clock(world, call)()
    intake = Intake.of_batch(bodies, register_of(world, call), way_in(world, call), lost_ground_desk(world, call), now)
    for body in bodies:
        intake.receive(body)


def receive_result(world: "World", call: Call, body: str) -> None:
    desk = ResumptionDesk(register_of(world, call), way_in(world, call), lost_ground_desk(world, call))
    event = parse_event(body, RESUMING_EVENTS, clock(world, call)())
    if event.detail_type == "PaymentRejected":
        world.note_unlisted(event.detail.payment_id)
    outcomes = desk.receive(event)
    if isinstance(event, AdvisorDecided) and "OUTDATED" in outcomes.values():
        _must_be_outdated(world, event)


def _must_be_outdated(world: "World", event: AdvisorDecided) -> None:
    """Nobody asks again: only a decision before the claim, or after another on its question, may be dropped."""
    decided = event.detail
    claim = claim_of(world.items[decided.limitation_id])
    is_asked = (claim.generation, decided.question) == world.bus.asked(decided.limitation_id)
    is_first = claim.word is None or claim.claimed_at is None or claim.word.at < claim.claimed_at
    if claim.holder and is_asked and is_first and claim.claimed_at and claim.claimed_at <= decided.at:
        raise Broken(f"a decision on the question that was asked last counts: {decided}")


def lost_ground_desk(world: "World", call: Call) -> LostGroundDesk:
    orders = OrderTable(world.watched(call), "orders")
    return LostGroundDesk(register_of(world, call), claims_of(world, call), orders, Publisher(world, call))


def register_limitation(world: "World", call: Call, body: str) -> None:
    switch, now = switch_of(world, call), clock(world, call)()
    claims, events = claims_of(world, call), Publisher(world, call)
    event = parse_event(body, LIMITATION_EVENTS, now)
    start = way_in(world, call)
    desk = RegisterDesk(register_of(world, call), start.note, start.hear, claims, events, lambda: switch)
    desk.receive(event, now)


def check_nightly(world: "World", call: Call, check_id: str, at: datetime) -> None:
    if switch_of(world, call).mode == "off":
        return
    page = call.perform(lambda: tuple(listed(world)), counts=False)
    _looks(world, call).check(page, Trigger("NightlyCheck", check_id, at, check_id))


def sweep(world: "World", call: Call, _name: str, _at: datetime) -> None:
    if switch_of(world, call).mode == "off":
        return
    looks, start = _looks(world, call), way_in(world, call)
    Sweep(claims_of(world, call), looks, start, BILLING_LAG, clock(world, call)).sweep()


def _looks(world: "World", call: Call) -> NightlyCheck:
    acts = world.through(call)
    rules: Any = SimpleNamespace(value=lambda request, look=None: decision_desk(world).look(request, look or {}).value)
    asks = (claims_of(world, call), acts, rules, acts, way_in(world, call))
    return NightlyCheck(*asks, lambda *_: False, timedelta(days=7))  # no course is about notices


def see_flow(world: "World", call: Call, snapshot: str, at: datetime) -> None:
    """Enedis' daily flow shows a point supplied whose limitation is open: as ``ingest_enedis_flow`` starts a look."""
    for limited in call.perform(lambda: tuple(listed(world)), counts=False):
        way_in(world, call).hear(limited, Trigger("EnedisFlow", snapshot, at, snapshot))
