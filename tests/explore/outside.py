"""Events outside of us: payments, advisors, billing, Enedis and the switch. Each is a step of a course.

A step is given two bytes that say to whom it happens, and how.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from local.partners.enedis import Ending
from restoration.adapters.enedis.soap.codes import InterventionType, Realisation
from restoration.clock import paris_date
from restoration.domain.payment import PaymentMeans, PaymentStatus
from restoration.domain.point import SupplyState, Visit
from restoration.domain.switch import Mode, Switch
from tests.explore import feeding
from tests.explore.calls import Call
from tests.explore.handling import ALL, receive
from tests.explore.partners import POINT, Fault, Paid, Work
from tests.explore.world import World
from tests.fakes.samples import body

MOST_PAYMENTS = 4
_SOME = 70
"""A percentage that leaves LIM-1 in shadow, and not LIM-2."""
MOST_LIMITATIONS = 3
OF_ANOTHER = "CON-OF-ANOTHER"
ELSEWHERE = "30000000000099"
"""Another number of the point, as if billing had moved the limitation."""
_LAGS = (timedelta(), timedelta(), timedelta(minutes=10))
_CODES = ("SGT4B8", "SGT400", "SGT570", "SGT4G2", "SGT500", "SGT999")


def register(world: World, limitation_id: str, contract_id: str, detail_type: str) -> None:
    world.contract_of[limitation_id] = contract_id
    world.billing.register(contract_id, limitation_id)
    world.reports[limitation_id] = world.now
    _send(
        world,
        feeding.register_limitation,
        detail_type,
        limitationId=limitation_id,
        contractId=contract_id,
        pointId=POINT,
        at=world.now.isoformat(),
    )


def _send(world: World, function: Callable[[World, Call, str], None], detail_type: str, /, **changes: Any) -> None:
    event = body(detail_type, **changes)
    name = f"{detail_type} {next(iter(changes.values()))}"
    world.send(name, lambda world, call: function(world, call, event))
    if function is feeding.receive_payment:
        world.inbox[-1].payments = (event,)


def _limitation(world: World, which: int) -> str:
    known = sorted(world.contract_of)
    return known[which % len(known)]


def pay(world: World, first: int, second: int) -> None:
    """A payment comes: in full or in part, certain or not, shown at once or later."""
    limitation_id = _limitation(world, first)
    debt = world.billing.debts[limitation_id]
    if len(debt.paid) >= MOST_PAYMENTS:
        return
    means, status, amount = (
        (PaymentMeans.CARD, PaymentStatus.CAPTURED, "100.00"),
        (PaymentMeans.CARD, PaymentStatus.CAPTURED, "40.00"),
        (PaymentMeans.CHEQUE, PaymentStatus.RECEIVED, "100.00"),
        (PaymentMeans.TRANSFER, PaymentStatus.RECEIVED, "100.00"),
    )[second % 4]
    lag = _LAGS[(second >> 2) % 3]
    payment_id = f"PAY-{limitation_id[-1]}{len(debt.paid) + 1}"
    debt.paid.append(
        Paid(payment_id, means, status, Decimal(amount), world.billing.start, stated=[(world.now + lag, status)])
    )
    world.say(f"{payment_id}: {amount} by {means}, shown after {lag}")
    contract_id = world.contract_of[limitation_id]
    _send(
        world,
        feeding.receive_payment,
        "PaymentReceived",
        paymentId=payment_id,
        means=means.value,
        status=status.value,
        amount=amount,
        at=world.now.isoformat(),
        allocations=[{"contractId": contract_id, "amount": amount}],
    )


def clear(world: World, first: int, second: int) -> None:
    """The bank says that a payment cleared, or that it was rejected; it may return one that was certain, too."""
    status = PaymentStatus.REJECTED if second & 1 else PaymentStatus.CLEARED
    before = {PaymentStatus.RECEIVED} if not second & 1 else set(PaymentStatus) - {PaymentStatus.REJECTED}
    waiting = [
        (limitation_id, paid)
        for limitation_id, debt in sorted(world.billing.debts.items())
        for paid in debt.paid
        if paid.stated[-1][1] in before
    ]
    if not waiting:
        return
    say_of(world, *waiting[first % len(waiting)], status, _LAGS[(second >> 1) % 3])


def say_of(world: World, limitation_id: str, paid: Paid, status: PaymentStatus, lag: timedelta = timedelta()) -> None:
    """The bank says what became of a payment; billing shows it at once or later."""
    paid.stated.append((world.now + lag, status))
    world.say(f"{paid.payment_id} is {status}")
    _send(
        world,
        feeding.receive_result,
        "PaymentRejected" if status is PaymentStatus.REJECTED else "PaymentCleared",
        paymentId=paid.payment_id,
        contractIds=[world.contract_of[limitation_id]],
        at=(world.now + timedelta(milliseconds=world.tick())).isoformat(),
    )


def protect(world: World, first: int, second: int) -> None:
    """A protection, a plan, aid or a dispute."""
    limitation_id = _limitation(world, first)
    debt, contract_id = world.billing.debts[limitation_id], world.contract_of[limitation_id]
    common = {"contractId": contract_id, "at": world.now.isoformat()}
    name = f"X-{world.tick()}"
    match second % 4:
        case 0:
            debt.dispute = not debt.dispute
            _send(world, feeding.receive_payment, "ProtectionGranted", protectionId=name, kind="DISPUTE", **common)
        case 1:
            debt.medical = True
            _send(world, feeding.receive_payment, "ProtectionGranted", protectionId=name, kind="MEDICAL", **common)
        case 2 if debt.plan_state == "AGREED":
            debt.plan_state, debt.first_instalment = "BROKEN", None
            _send(world, feeding.receive_payment, "PaymentPlanBroken", planId=debt.plan_id, **common)
        case 2:
            # A plan that was broken may be resumed under its own id.
            is_resumed = debt.plan_state == "BROKEN" and second & 4
            debt.plan_state, debt.first_instalment = "AGREED", Decimal(0)
            debt.plan_id = debt.plan_id if is_resumed else name
            _send(world, feeding.receive_payment, "PaymentPlanAgreed", planId=debt.plan_id, **common)
        case _:
            decided = "GRANTED" if second & 4 else "REFUSED"
            debt.aid_state = decided if debt.aid_state == "FILED" else "FILED"
            event = {"aidId": f"AID-{limitation_id}", **common}
            _send(world, feeding.receive_payment, f"HousingAid{debt.aid_state.title()}", **event)
    world.say(f"{limitation_id}: {world.inbox[-1].name}")


SPEAKS_FROM = 6
"""Of eight draws of somebody who speaks, those from here on are a customer's."""


def advise(world: World, first: int, second: int) -> None:
    """An advisor decides about a limitation that is registered, half of the time on the question asked last."""
    limitation_id = _limitation(world, first)
    if limitation_id not in world.items:
        return
    if second % 8 >= SPEAKS_FROM:
        _speak(world, limitation_id, second)
        return
    word = ("RESTORE", "REFUSE", "SEND_TECHNICIAN")[second % 3]
    at = world.now + timedelta(milliseconds=world.tick())
    _, question = world.bus.asked(limitation_id) if second & 8 else (None, None)
    world.say(f"an advisor says {word} about {limitation_id}" + (f", question {question}" if question else ""))
    decided = {"limitationId": limitation_id, "decision": word, "at": at.isoformat(), "question": question}
    _send(world, feeding.receive_result, "AdvisorDecided", **decided)


def _speak(world: World, limitation_id: str, second: int) -> None:
    """Somebody says that they paid, which billing may know or not, or that there is no power."""
    name, at = f"SAID-{limitation_id}-{world.tick()}", world.now.isoformat()
    by = {"limitationId": limitation_id, "at": at, "channel": "PAGE", "role": "CUSTOMER"}
    if second % 2:
        world.say(f"somebody says that there is no power at {limitation_id}")
        _send(world, feeding.receive_result, "PowerMissing", reportId=name, **by)
    else:
        world.say(f"somebody says that they paid for {limitation_id}")
        paid = {"means": "CARD", "amount": "50.00", "paidOn": world.now.date().isoformat()}
        _send(world, feeding.receive_result, "PaymentDeclared", declarationId=name, **paid, **by)


def end_at_billing(world: World, first: int, second: int) -> None:
    """Billing cancels the limitation, or its contract ends, or Enedis carries out a cancelled one."""
    world.now += timedelta(seconds=1)
    limitation_id = _limitation(world, first)
    contract_id, at = world.contract_of[limitation_id], world.now.isoformat()
    common = {"limitationId": limitation_id, "contractId": contract_id, "at": at}
    match second % 4:
        case 0:
            _send(world, feeding.register_limitation, "PowerLimitationCancelled", **common)
        case 1:
            for each, contract in world.contract_of.items():
                if contract == contract_id:
                    world.billing.debts[each].status = "ENDED"
            _send(world, feeding.register_limitation, "ContractEnded", contractId=contract_id, pointId=POINT, at=at)
        case _:
            if second & 4 and not world.enedis.running(world.now):
                world.enedis.limit(world.now)
            world.reports[limitation_id] = world.now
            point_id = ELSEWHERE if second & 24 == 24 and len(world.contract_of) == 1 else POINT
            _send(world, feeding.register_limitation, "PowerLimited", pointId=point_id, **common)
    world.say(f"billing: {world.inbox[-1].name}")
    if first & 8:
        receive(world, len(world.inbox) - 1, ALL)


def limit_again(world: World, first: int, second: int) -> None:  # noqa: ARG001 - a step's
    """Enedis limits the point again: for a new limitation of billing's, or for the last one once more."""
    world.now += timedelta(seconds=1)
    if not world.enedis.running(world.now):
        world.enedis.limit(world.now)
    limitation_id = max(world.contract_of)
    contract_id = world.contract_of[limitation_id]
    if len(world.contract_of) < MOST_LIMITATIONS and first & 3:
        if world.billing.debts[limitation_id].status == "ENDED":
            contract_id = world.enedis.point.contract_id = "CON-2"
        limitation_id = f"LIM-{len(world.contract_of) + 1}"
    register(world, limitation_id, contract_id, "PowerLimited")


def look_nightly(world: World, first: int, second: int) -> None:
    """The nightly look, Enedis' daily flow, or a sweep."""
    function, what = (
        (feeding.check_nightly, "the nightly look"),
        (feeding.see_flow, "Enedis' daily flow shows the point supplied"),
        (feeding.sweep, "a sweep"),
        (feeding.sweep, "a sweep"),
    )[second & 3]
    world.say(what)
    send_look(world, f"N-{world.tick()}", function)
    if first & 1:
        receive(world, len(world.inbox) - 1, ALL)


def end_work(world: World, work: Work, how: Ending | None) -> None:
    """Enedis ends a case; billing reports a limitation that is carried out."""
    world.say(f"Enedis: {work.reference or work.kind} is {how.name if how else 'CANCELLED'}")
    world.enedis.end(work, how, world.now)
    if work.kind is InterventionType.LIMITATION and how is Ending.DONE:
        world.now += timedelta(seconds=1)
        register(world, "LIM-1", world.contract_of["LIM-1"], "PowerLimited")


def act_at_enedis(world: World, first: int, second: int) -> None:
    """Enedis ends a case, lifts the limitation, or does something with the next order."""
    enedis = world.enedis
    running = [work for work in enedis.works if work.is_running(world.now)]
    if running and second % 8 < 5:
        work = running[first % len(running)]
        how = (Ending.DONE, Ending.DONE, Ending.NOT_DONE, Ending.INADMISSIBLE, None)[second % 8]
        if work.mode is Realisation.TRIP and first & 8:
            before = work.visit.on if work.visit else paris_date(work.sent_at)
            work.visit = Visit(before + timedelta(days=1))
            world.say(f"Enedis: the visit of {work.reference} is planned again")
            return
        end_work(world, work, how)
    elif second % 8 == 5 and first % 4 == 0:
        world.say("Enedis lifts the limitation by itself")
        enedis.lift()
    elif second % 8 == 6 and first % 4 == 0:
        if first & 4:
            enedis.point.contract_id = OF_ANOTHER
            world.say("the point goes to another contract")
        else:
            enedis.point.supply_state = SupplyState.NOT_SUPPLIED
            world.say("the point is not supplied, for whatever reason")
    else:
        enedis.fault = (Fault.UNAVAILABLE, Fault.REQUEST_LOST, Fault.ANSWER_LOST, Fault.REFUSED)[first % 4]
        enedis.code = _CODES[second % len(_CODES)]
        enedis.lag = (timedelta(), timedelta(seconds=50), timedelta(), timedelta(seconds=90))[second >> 3 & 3]
        world.say(f"Enedis: the next order meets {enedis.fault.name} ({enedis.code})")


def turn_switch(world: World, first: int, second: int) -> None:
    """Operators turn the switch."""
    set_mode(world, (Mode.ON, Mode.SHADOW, Mode.OFF, Mode.ON)[first % 4], _SOME if second & 1 else 100)


def set_mode(world: World, mode: Mode, percent: int = 100) -> None:
    world.switch = Switch(mode, percent)
    world.say(f"the switch is {mode} for {percent} %")


def send_look(world: World, name: str, function: Callable[..., None]) -> None:
    """Let a schedule call a feeder, which knows its name and the moment."""
    at = world.now
    world.send(name, lambda world, call: function(world, call, name, at))
