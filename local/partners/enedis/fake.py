"""A client of the simulated network without any wire: for tests of what surrounds the exchange."""

from collections.abc import Callable
from datetime import UTC, datetime

from local.partners.enedis.faults import CONNECTION_FAULTS, PROPER_RESPONSES
from local.partners.enedis.network import EnedisNetwork
from local.partners.enedis.points import PointView
from local.partners.enedis.requests import (
    Acceptance,
    CancelRequest,
    OrderRequest,
    Outcome,
    ReadRequest,
    Refusal,
    Request,
)
from restoration.adapters.enedis.soap.codes import TECHNICAL_ERROR, InterventionType, Realisation, Sheet
from restoration.domain.order import AcceptedCase, Aim, Intent, LimitationCancellation, RestorationOrder
from restoration.domain.point import Case, PointSituation
from restoration.errors import EnedisOutcomeUnknown, EnedisRejected, EnedisUnavailable


class FakeEnedisClient:
    """Has the methods of :class:`restoration.adapters.enedis.EnedisClient`, and raises as it does.

    Faults of the network strike here too; what is slow on the wire is at once here.
    """

    def __init__(self, network: EnedisNetwork, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._network = network
        self._clock = clock

    def read_point(self, point_id: str) -> PointSituation:
        """As the real client does."""
        view = self._call(ReadRequest(point_id), writes=False)
        if not isinstance(view, PointView):
            raise EnedisUnavailable(f"fake: a read of {point_id} was answered with {view}")
        return PointSituation(
            point_id=view.point_id,
            supply_state=view.supply_state,
            remotely_operable=view.remotely_operable,
            contract_state=view.contract_state,
            contract_id=view.contract_id,
            subscribed_power_kva=view.subscribed_power_kva,
            limited_power_kva=view.limited_power_kva,
            read_at=self._clock(),
            cases=tuple(
                Case(
                    case_id=case.case_id,
                    service=case.sheet,
                    reference=case.reference,
                    state=case.state,
                    status=case.status,
                    sent_at=case.sent_at,
                    effective_at=case.effective_at,
                    closing_reason=None if case.closing_reason is None else case.state,
                    visit=case.visit,
                    kind=case.kind.name,
                )
                for case in view.cases
            ),
            cut_reason=view.cut_reason,
        )

    def place_order(self, order: RestorationOrder) -> AcceptedCase:
        """As the real client does."""
        intent = order.reference.intent
        raises_floor = order.aim is Aim.FLOOR
        contradicts = intent is Intent.RAISE_FLOOR and not raises_floor
        if intent is Intent.CANCEL_LIMITATION or contradicts or (raises_floor and order.power_kva is None):
            raise ValueError(f"{order.reference}: not an order, or a floor without its power.")
        request = OrderRequest(
            point_id=order.point_id,
            contract_id=order.contract_id,
            reference=str(order.reference),
            sheet=Sheet.SAME_DAY_SUPPLY if order.after_cut else Sheet.UNPAID_BILL,
            kind=InterventionType.RAISE_FLOOR if raises_floor else InterventionType.RESTORATION,
            mode=Realisation.TRIP if intent is Intent.RESTORE_BY_TECHNICIAN else Realisation.REMOTE,
            power_kva=order.power_kva,
        )
        return self._write(request, str(order.reference))

    def cancel_limitation(self, cancellation: LimitationCancellation) -> AcceptedCase:
        """As the real client does."""
        reference = str(cancellation.reference)
        return self._write(
            CancelRequest(cancellation.point_id, cancellation.contract_id, reference, cancellation.case_id), reference
        )

    def _write(self, request: Request, reference: str) -> AcceptedCase:
        accepted = self._call(request, writes=True)
        if not isinstance(accepted, Acceptance):
            raise EnedisOutcomeUnknown(f"fake: order {reference} was answered with {accepted}")
        return AcceptedCase(case_id=accepted.case_id, reference=reference, service=accepted.sheet)

    def _call(self, request: Request, *, writes: bool) -> Outcome:
        if (struck := self._network.receive_connection()) is not None:
            raise EnedisUnavailable(f"fake: {struck.kind}")
        reception = self._network.receive(request)
        fault, outcome = reception.fault, reception.outcome
        failed = EnedisOutcomeUnknown if writes else EnedisUnavailable
        if outcome is None or (fault is not None and fault.kind not in PROPER_RESPONSES | CONNECTION_FAULTS):
            raise failed(f"fake: {'no outcome' if fault is None else fault.kind}")
        if isinstance(outcome, Refusal):
            if outcome.code == TECHNICAL_ERROR:
                raise failed(f"fake: {outcome.code} {outcome.label}")
            raise EnedisRejected(outcome.code, outcome.label)
        return outcome
