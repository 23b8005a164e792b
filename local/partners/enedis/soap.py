"""The simulated Enedis' side of SOAP: it holds requests to the schemas, and puts responses into the technical frame."""

from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from functools import cache
from pathlib import Path

from lxml import etree
from lxml.builder import E, ElementMaker

from local.partners.enedis.requests import (
    Acceptance,
    CancelRequest,
    OrderRequest,
    Outcome,
    ReadRequest,
    Refusal,
    Request,
    VisitRequest,
)
from restoration.adapters.enedis.soap.codes import (
    ACCEPTED,
    SOAP_NAMESPACE,
    TECHNICAL_NAMESPACE,
    InterventionType,
    Realisation,
    Service,
    Services,
    Sheet,
)
from restoration.adapters.enedis.soap.requests import DESCRIPTIONS
from restoration.domain.point import Case, CutReason, OfferedVisits, PointSituation, SupplyState, Visit
from restoration.use_cases.read_point import is_running

SPOKEN = Services.of(read_point="4.0", order_intervention="1.0", cancel_intervention="1.0", plan_visit="1.0")
_BY_PATH = {service.path: service for service in SPOKEN}
_soap = ElementMaker(namespace=SOAP_NAMESPACE, nsmap={"soapenv": SOAP_NAMESPACE})
_technical = ElementMaker(namespace=TECHNICAL_NAMESPACE, nsmap={"t": TECHNICAL_NAMESPACE})
_LABELS = {
    "ALIM": "Alimenté",
    "LIMI": "Limité",
    "COUP": "Coupé",
    "NRAC": "Non raccordé",
    "NALI": "Non alimenté",
    "SERVC": "En service",
    "RESIL": "Résilié",
}
_CUTS = {
    CutReason.UNPAID: ("IMP", "Impayé"),
    CutReason.SAFETY: ("SEC", "Sécurité"),
    CutReason.FRAUD: ("FRA", "Fraude"),
    CutReason.WORKS: ("TRA", "Travaux"),
    CutReason.OTHER: ("DEM", "Demande du client"),
}
_OPTIONS = {Realisation.REMOTE: "À distance", Realisation.TRIP: "Avec déplacement"}


class InvalidRequest(Exception):
    """Raised when a request is not of the service's schema; the message is the validator's."""


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """A valid request, and who sent it."""

    service: Service
    request: Request
    login: str
    reference: str


def parse_request(path: str, content: bytes) -> ParsedRequest:
    """Hold a request to the technical frame and to its service's schema.

    Raises
    ------
    InvalidRequest
        When the path is no service's, the document no envelope, or header or body are not of their schemas.
    """
    service = _BY_PATH.get(path)
    if service is None:
        raise InvalidRequest(f"no service at {path}")
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise InvalidRequest(str(error)) from error
    header = root.find(f"{{{SOAP_NAMESPACE}}}Header/{{{TECHNICAL_NAMESPACE}}}entete")
    body = root.find(f"{{{SOAP_NAMESPACE}}}Body/{{{service.namespace}}}{service.operation}")
    if header is None or body is None:
        raise InvalidRequest(f"entete or {service.operation} missing")
    validate(header, DESCRIPTIONS / "technique-v1.0.xsd")
    validate(body, DESCRIPTIONS / service.schema)
    return ParsedRequest(
        service=service,
        request=_request(service, body),
        login=header.findtext("infoDemandeur/loginDemandeur", ""),
        reference=header.findtext("infoDemandeur/referenceDemandeur", ""),
    )


def validate(element: etree._Element, schema: Path) -> None:
    """Hold an element to a schema file. Raises :class:`InvalidRequest`."""
    # A schema object keeps the log of its last validation, so each validation has its own document.
    compiled = _schema(schema)
    if not compiled.validate(element):
        raise InvalidRequest("; ".join(entry.message for entry in compiled.error_log))


@cache
def _schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(path))


def _request(service: Service, body: etree._Element) -> Request:
    if service is SPOKEN.read_point:
        return ReadRequest(body.findtext("pointId"))
    general = body.find("demande/donneesGenerales")
    point_id, contract_id = general.findtext("pointId"), general.findtext("contratId")
    reference = general.findtext("refExterne")
    if service is SPOKEN.cancel_intervention:
        return CancelRequest(point_id, contract_id, reference, body.findtext("demande/affaireId"))
    if service is SPOKEN.plan_visit:
        chosen = body.find("demande/rendezVous")
        visit = (
            None
            if chosen is None
            else Visit(date.fromisoformat(chosen.findtext("datePrevue")), chosen.findtext("creneauHorairePrevu"))
        )
        return VisitRequest(point_id, contract_id, reference, visit)
    wanted = body.find("demande/interventionImpaye")
    power = wanted.findtext("puissance/valeur")
    return OrderRequest(
        point_id=point_id,
        contract_id=contract_id,
        reference=reference,
        sheet=Sheet(wanted.findtext("fiche")),
        kind=InterventionType(wanted.findtext("typeIntervention")),
        mode=Realisation(wanted.findtext("modeRealisation")),
        power_kva=None if power is None else Decimal(power),
    )


def render(parsed: ParsedRequest, outcome: Outcome) -> tuple[int, bytes]:
    """The HTTP status and the envelope that tell an outcome."""
    if isinstance(outcome, Refusal):
        error = _technical("erreur", *_frame(parsed, outcome.code, outcome.label, None))
        return 500, _envelope(_fault("Server", outcome.label, E.detail(error)))
    case_id = outcome.case_id if isinstance(outcome, Acceptance) else None
    acknowledgement = _technical("acquittement", *_frame(parsed, ACCEPTED, "Succès", case_id))
    service = parsed.service
    responding = ElementMaker(namespace=service.namespace, nsmap={"s": service.namespace})
    if isinstance(outcome, PointSituation):
        content = [_point(outcome)]
    elif isinstance(outcome, OfferedVisits):
        content = _offer(outcome)
    else:
        content = _acceptance(outcome, service)
    return 200, _envelope(responding(f"{service.operation}Response", *content), acknowledgement)


def plain_fault(code: str, text: str) -> bytes:
    """A SOAP fault as a gateway writes it, without Enedis' own frame."""
    return _envelope(_fault(code, text))


def _envelope(body: etree._Element, *header: etree._Element) -> bytes:
    envelope = _soap.Envelope(_soap.Header(*header), _soap.Body(body))
    content: bytes = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
    return content


def _fault(code: str, text: str, *detail: etree._Element) -> etree._Element:
    return _soap.Fault(E.faultcode(f"soapenv:{code}"), E.faultstring(text), *detail)


def _frame(parsed: ParsedRequest, code: str, label: str, case_id: str | None) -> list[etree._Element]:
    about = [E.pointId(parsed.request.point_id), *([] if case_id is None else [E.affaireId(case_id)])]
    asker = E.infoDemandeur(E.loginDemandeur(parsed.login), E.referenceDemandeur(parsed.reference))
    return [E.resultat(label, code=code), E.infoFonctionnelles(*about), asker]


def _acceptance(accepted: Acceptance, service: Service) -> list[etree._Element]:
    case = E.affaireId(accepted.case_id)
    if service is not SPOKEN.order_intervention:
        return [case]
    sheet = _coded("fiche", accepted.sheet, "Interventions pour impayé et rétablissement")
    option = _coded("option", accepted.mode, _OPTIONS[accepted.mode])
    return [case, E.prestations(E.prestation(E.rang("1"), sheet, option))]


def _offer(offer: OfferedVisits) -> list[etree._Element]:
    planned = [] if offer.planned is None else [E.rendezVous(*_visit(offer.planned))]
    return [*planned, E.creneaux(*(E.creneau(*_visit(each)) for each in offer.slots))]


def _visit(visit: Visit | None) -> list[etree._Element]:
    return [] if visit is None else [E.datePrevue(f"{visit.on.isoformat()}+00:00"), E.creneauHorairePrevu(visit.slot)]


def _point(view: PointSituation) -> etree._Element:
    running = [E.interventionEnCours(E.affaireId(it.case_id), *_visit(it.visit)) for it in view.cases if is_running(it)]
    return E.point(
        E.donneesGenerales(
            _coded("etatContractuel", view.contract_state),
            E.niveauOuvertureServices("2" if view.remotely_operable else "0"),
        ),
        E.situationAlimentation(_coded("etatAlimentation", view.supply_state), *_limitation(view), *_cut(view)),
        E.situationComptage(E.teleoperable(str(view.remotely_operable).lower())),
        E.situationContractuelle(
            *([] if view.contract_id is None else [E.contratId(view.contract_id)]),
            E.structureTarifaire(_power("puissanceSouscriteMax", view.subscribed_power_kva)),
        ),
        *([E.interventionsEnCours(*running)] if running else []),
        E.historiqueAffaires(*map(_case, view.cases)),
        id=view.point_id,
    )


def _limitation(view: PointSituation) -> list[etree._Element]:
    limited_though_supplied = view.supply_state is SupplyState.SUPPLIED and view.limited_power_kva is not None
    if view.supply_state is not SupplyState.LIMITED and not limited_though_supplied:
        return []
    power = [] if view.limited_power_kva is None else [_power("puissanceLimitee", view.limited_power_kva)]
    return [E.limitation(*power, _coded("typeLimiteur", "COMPT", "Compteur"))]


def _cut(view: PointSituation) -> list[etree._Element]:
    return [] if view.cut_reason is None else [E.coupure(_coded("motif", *_CUTS[view.cut_reason]))]


def _case(case: Case) -> etree._Element:
    parts = [E.prestation(_coded("fiche", case.service), E.typeIntervention(InterventionType[str(case.kind)]))]
    if case.reference is not None:
        parts.append(E.refFournisseur(case.reference))
    if case.sent_at is not None:
        parts.append(E.dateEnvoi(case.sent_at.astimezone(UTC).isoformat(timespec="milliseconds")))
    if case.effective_at is not None:
        # A date with a zone: what breaks strict parsers in the field (docs/trade.md, Quirks).
        parts.append(E.dateEffet(case.effective_at.astimezone(UTC).date().isoformat() + "+00:00"))
    parts.append(_coded("etat", case.state))
    if case.closing_reason is not None:
        parts.append(_coded("motifCloture", case.state, case.closing_reason))
    # No label on a running case, not even a code on a new one (seen in the field).
    return E.affaire(*parts, _coded("statut", case.status), id=case.case_id)


def _power(name: str, kva: Decimal | None) -> etree._Element:
    return E(name, E.valeur(str(kva)), E.unite("kVA"))


def _coded(name: str, code: str, label: str | None = None) -> etree._Element:
    text = label or _LABELS.get(code)
    return E(name, *([E.libelle(text)] if text else []), **({"code": code} if code else {}))
