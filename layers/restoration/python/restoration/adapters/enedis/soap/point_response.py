"""From a response of ``consulterDonneesPoint`` to a :class:`PointSituation`.

The tree is read directly instead of through zeep's types: Enedis' responses leave out labels and whole blocks, and
zeep's only tolerant mode also mends truncated XML, which here must stay an error.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from lxml import etree

from restoration.adapters.enedis.moments import read_moment
from restoration.adapters.enedis.soap.codes import InterventionType
from restoration.clock import is_plausible
from restoration.contracts.wire import MOST_KVA
from restoration.domain.point import (
    Case,
    CaseStatus,
    CutReason,
    OfferedVisits,
    PointSituation,
    SupplyState,
    Visit,
)
from restoration.errors import InvalidResponse

# Electricity's active power in kW is read as apparent power: a household's power factor is taken as 1.
_UNITS_AS_KVA = frozenset({"kVA", "kW"})
_CUT_REASONS = {
    "IMP": CutReason.UNPAID,
    "SEC": CutReason.SAFETY,
    "FRA": CutReason.FRAUD,
    "TRA": CutReason.WORKS,
}
"""``coupure/motif``: the codes are ours, as no list of Enedis' is public (docs/trade.md, What was not found)."""
_KINDS = {kind.value: kind.name for kind in InterventionType}


def read_situation(payload: etree._Element, point_id: str, read_at: datetime) -> PointSituation:
    """Read the situation of the point from a response.

    Parameters
    ----------
    payload
        The element ``consulterDonneesPointResponse``.
    point_id
        The point asked for.
    read_at
        When the response came (UTC).

    Raises
    ------
    InvalidResponse
        When the response is about another point, or does not say whether the point is supplied.
    """
    point = payload.find("{*}point")
    if point is None or str(point.get("id")).strip() != point_id:
        found = "no point" if point is None else f"point {point.get('id')!r}"
        raise InvalidResponse(f"Enedis' response is about {found}, the request was about point {point_id}.")
    supply = point.find("{*}situationAlimentation")
    supply_state = _supply_state(supply, point_id)
    return PointSituation(
        point_id=point_id,
        supply_state=supply_state,
        remotely_operable=_remotely_operable(point),
        contract_state=_code(point.find("{*}donneesGenerales/{*}etatContractuel")),
        contract_id=_text(point, "{*}situationContractuelle/{*}contratId") or None,
        subscribed_power_kva=_power(
            point.find("{*}situationContractuelle/{*}structureTarifaire/{*}puissanceSouscriteMax")
        ),
        limited_power_kva=(
            _power(point.find("{*}situationAlimentation/{*}limitation/{*}puissanceLimitee"))
            if supply_state in {SupplyState.LIMITED, SupplyState.SUPPLIED}
            else None
        ),
        read_at=read_at,
        cases=_cases(point),
        cut_reason=_cut_reason(point) if supply_state is SupplyState.CUT else None,
    )


def _supply_state(supply: etree._Element | None, point_id: str) -> SupplyState:
    code = "" if supply is None else _code(supply.find("{*}etatAlimentation"))
    try:
        return SupplyState(code)
    except ValueError:
        known = ", ".join(SupplyState)
        raise InvalidResponse(f"Enedis gives point {point_id} the supply state {code!r}; known are {known}.") from None


def _cut_reason(point: etree._Element) -> CutReason | None:
    """Read why a point is cut. A reason that we do not know is another than unpaid bills."""
    code = _code(point.find("{*}situationAlimentation/{*}coupure/{*}motif"))
    return _CUT_REASONS.get(code, CutReason.OTHER) if code else None


def _remotely_operable(point: etree._Element) -> bool:
    stated = _text(point, "{*}situationComptage/{*}teleoperable").lower()
    if stated in {"true", "1", "false", "0"}:
        return stated in {"true", "1"}
    # Where it is left out, the meter's service level decides: 1 and 2 are communicating meters (docs/trade.md, Words).
    return _text(point, "{*}donneesGenerales/{*}niveauOuvertureServices") in {"1", "2"}


def _cases(point: etree._Element) -> tuple[Case, ...]:
    visits = dict(_interventions(point))
    history = [_case(element, visits) for element in point.iterfind("{*}historiqueAffaires/{*}affaire")]
    known = {case.case_id for case in history}
    running = [
        Case(case_id=case_id, service="", reference=None, state="", status=CaseStatus.RUNNING, visit=visit)
        for case_id, visit in visits.items()
        if case_id not in known
    ]
    # The newest last; a case so new that it has no date yet comes after all that have one.
    latest = datetime.max.replace(tzinfo=UTC)
    return tuple(sorted([*history, *running], key=lambda case: case.sent_at or latest))


def _interventions(point: etree._Element) -> Iterator[tuple[str, Visit | None]]:
    """Yield the cases under way, with the visit that is planned for them."""
    for element in point.iterfind("{*}interventionsEnCours/{*}interventionEnCours"):
        visit = _visit(element)
        for case_id in element.iterfind("{*}affaireId"):
            if stated := _text(case_id, "."):
                yield stated, visit


def read_offered_visits(payload: etree._Element) -> OfferedVisits:
    """Read a response of ``planifierIntervention``: what is planned, and what is free."""
    planned = payload.find("{*}rendezVous")
    slots = (_visit(each) for each in payload.iterfind("{*}creneaux/{*}creneau"))
    return OfferedVisits(None if planned is None else _visit(planned), tuple(each for each in slots if each))


def _visit(element: etree._Element) -> Visit | None:
    """Read a day, as Enedis writes it in local time, and the hours; the day's zone, if any, says nothing."""
    try:
        on = date.fromisoformat(_text(element, "{*}datePrevue")[:10])
    except ValueError:
        return None
    return Visit(on, _text(element, "{*}creneauHorairePrevu")) if is_plausible(on) else None


def _case(element: etree._Element, visits: Mapping[str, Visit | None]) -> Case:
    case_id = (element.get("id") or "").strip()
    kind = _text(element, "{*}prestation/{*}typeIntervention")
    return Case(
        case_id=case_id,
        service=_code(element.find("{*}prestation/{*}fiche")),
        reference=_text(element, "{*}refFournisseur") or None,
        state=_code(element.find("{*}etat")),
        status=_code(element.find("{*}statut")),
        sent_at=read_moment(_text(element, "{*}dateEnvoi")),
        effective_at=read_moment(_text(element, "{*}dateEffet")),
        closing_reason=_code(element.find("{*}motifCloture")) or _text(element, "{*}motifCloture/{*}libelle") or None,
        visit=visits.get(case_id),
        kind=_KINDS.get(kind, kind) or None,
    )


def _power(element: etree._Element | None) -> Decimal | None:
    if element is None or _text(element, "{*}unite") not in _UNITS_AS_KVA:
        return None
    try:
        value = Decimal(_text(element, "{*}valeur").replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= MOST_KVA else None


def _code(element: etree._Element | None) -> str:
    """Return the code of a coded element: the attribute, or the bare text of a response that has it there."""
    if element is None:
        return ""
    return (element.get("code") or element.text or "").strip()


def _text(element: etree._Element, path: str) -> str:
    stated: str = element.findtext(path, "")
    return stated.strip()
