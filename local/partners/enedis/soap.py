"""The simulated Enedis' side of SOAP: it holds requests to the schemas, and puts responses into the technical frame."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from lxml import etree

from local.partners.enedis.cases import CaseView
from local.partners.enedis.points import PointView
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
    ServiceVersions,
    Sheet,
)
from restoration.adapters.enedis.soap.requests import DESCRIPTIONS
from restoration.domain.point import CutReason, OfferedVisits, SupplyState, Visit

SPOKEN = ServiceVersions(read_point="4.0", order_intervention="1.0", cancel_intervention="1.0", plan_visit="1.0")
_SERVICES = Services.of(SPOKEN)
_BY_PATH = {service.path: service for service in _SERVICES}
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
    if service is _SERVICES.read_point:
        return ReadRequest(body.findtext("pointId"))
    general = body.find("demande/donneesGenerales")
    point_id, contract_id = general.findtext("pointId"), general.findtext("contratId")
    reference = general.findtext("refExterne")
    if service is _SERVICES.cancel_intervention:
        return CancelRequest(point_id, contract_id, reference, body.findtext("demande/affaireId"))
    if service is _SERVICES.plan_visit:
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
    envelope, header, body = _envelope()
    if isinstance(outcome, Refusal):
        fault = etree.SubElement(body, f"{{{SOAP_NAMESPACE}}}Fault")
        _text(fault, "faultcode", "soapenv:Server")
        _text(fault, "faultstring", outcome.label)
        detail = etree.SubElement(fault, "detail")
        error = etree.SubElement(detail, f"{{{TECHNICAL_NAMESPACE}}}erreur", nsmap={"t": TECHNICAL_NAMESPACE})
        _frame(error, parsed, outcome.code, outcome.label, None)
        return 500, _bytes(envelope)
    acknowledgement = etree.SubElement(
        header, f"{{{TECHNICAL_NAMESPACE}}}acquittement", nsmap={"t": TECHNICAL_NAMESPACE}
    )
    case_id = outcome.case_id if isinstance(outcome, Acceptance) else None
    _frame(acknowledgement, parsed, ACCEPTED, "Succès", case_id)
    service = parsed.service
    answer = etree.SubElement(
        body, f"{{{service.namespace}}}{service.operation}Response", nsmap={"s": service.namespace}
    )
    if isinstance(outcome, PointView):
        _point(answer, outcome)
    elif isinstance(outcome, OfferedVisits):
        _offer(answer, outcome)
    else:
        _acceptance(answer, outcome, service)
    return 200, _bytes(envelope)


def plain_fault(code: str, text: str) -> bytes:
    """A SOAP fault as a gateway writes it, without Enedis' own frame."""
    envelope, _, body = _envelope()
    fault = etree.SubElement(body, f"{{{SOAP_NAMESPACE}}}Fault")
    _text(fault, "faultcode", f"soapenv:{code}")
    _text(fault, "faultstring", text)
    return _bytes(envelope)


def _envelope() -> tuple[etree._Element, etree._Element, etree._Element]:
    envelope = etree.Element(f"{{{SOAP_NAMESPACE}}}Envelope", nsmap={"soapenv": SOAP_NAMESPACE})
    header = etree.SubElement(envelope, f"{{{SOAP_NAMESPACE}}}Header")
    return envelope, header, etree.SubElement(envelope, f"{{{SOAP_NAMESPACE}}}Body")


def _frame(parent: etree._Element, parsed: ParsedRequest, code: str, label: str, case_id: str | None) -> None:
    _text(parent, "resultat", label).set("code", code)
    functional = etree.SubElement(parent, "infoFonctionnelles")
    _text(functional, "pointId", parsed.request.point_id)
    if case_id is not None:
        _text(functional, "affaireId", case_id)
    asker = etree.SubElement(parent, "infoDemandeur")
    _text(asker, "loginDemandeur", parsed.login)
    _text(asker, "referenceDemandeur", parsed.reference)


def _acceptance(answer: etree._Element, accepted: Acceptance, service: Service) -> None:
    _text(answer, "affaireId", accepted.case_id)
    if service is _SERVICES.order_intervention:
        ordered = etree.SubElement(etree.SubElement(answer, "prestations"), "prestation")
        _text(ordered, "rang", "1")
        _coded(ordered, "fiche", accepted.sheet, "Interventions pour impayé et rétablissement")
        _coded(ordered, "option", accepted.mode, _OPTIONS[accepted.mode])


def _offer(answer: etree._Element, offer: OfferedVisits) -> None:
    if offer.planned is not None:
        _visit(etree.SubElement(answer, "rendezVous"), offer.planned)
    free = etree.SubElement(answer, "creneaux")
    for each in offer.slots:
        _visit(etree.SubElement(free, "creneau"), each)


def _visit(parent: etree._Element, visit: Visit) -> None:
    _text(parent, "datePrevue", f"{visit.on.isoformat()}+00:00")
    _text(parent, "creneauHorairePrevu", visit.slot)


def _point(answer: etree._Element, view: PointView) -> None:
    point = etree.SubElement(answer, "point", id=view.point_id)
    general = etree.SubElement(point, "donneesGenerales")
    _coded(general, "etatContractuel", view.contract_state)
    _text(general, "niveauOuvertureServices", "2" if view.remotely_operable else "0")
    supply = etree.SubElement(point, "situationAlimentation")
    _coded(supply, "etatAlimentation", view.supply_state)
    limited_though_supplied = view.supply_state is SupplyState.SUPPLIED and view.limited_power_kva is not None
    if view.supply_state is SupplyState.LIMITED or limited_though_supplied:
        limitation = etree.SubElement(supply, "limitation")
        if view.limited_power_kva is not None:
            _power(limitation, "puissanceLimitee", view.limited_power_kva)
        _coded(limitation, "typeLimiteur", "COMPT", "Compteur")
    if view.cut_reason is not None:
        _coded(etree.SubElement(supply, "coupure"), "motif", *_CUTS[view.cut_reason])
    _text(etree.SubElement(point, "situationComptage"), "teleoperable", str(view.remotely_operable).lower())
    contract = etree.SubElement(point, "situationContractuelle")
    if view.contract_id is not None:
        _text(contract, "contratId", view.contract_id)
    _power(etree.SubElement(contract, "structureTarifaire"), "puissanceSouscriteMax", view.subscribed_power_kva)
    running = [case for case in view.cases if case.running]
    if running:
        interventions = etree.SubElement(point, "interventionsEnCours")
        for case in running:
            under_way = etree.SubElement(interventions, "interventionEnCours")
            _text(under_way, "affaireId", case.case_id)
            if case.visit is not None:
                _visit(under_way, case.visit)
    history = etree.SubElement(point, "historiqueAffaires")
    for case in view.cases:
        _case(history, case)


def _case(history: etree._Element, case: CaseView) -> None:
    element = etree.SubElement(history, "affaire", id=case.case_id)
    ordered = etree.SubElement(element, "prestation")
    _coded(ordered, "fiche", case.sheet)
    _coded(ordered, "option", case.mode)
    _text(ordered, "typeIntervention", case.kind)
    if case.reference is not None:
        _text(element, "refFournisseur", case.reference)
    _text(element, "dateEnvoi", _moment(case.sent_at))
    if case.effective_at is not None:
        # A date with a zone: what breaks strict parsers in the field (docs/trade.md, Quirks).
        _text(element, "dateEffet", case.effective_at.astimezone(UTC).date().isoformat() + "+00:00")
    _coded(element, "etat", case.state)
    if case.closing_reason is not None:
        _coded(element, "motifCloture", case.state, case.closing_reason)
    # No label on a running case, not even a code on a new one (seen in the field).
    _coded(element, "statut", case.status)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _power(parent: etree._Element, name: str, kva: Decimal) -> None:
    power = etree.SubElement(parent, name)
    _text(power, "valeur", str(kva))
    _text(power, "unite", "kVA")


def _coded(parent: etree._Element, name: str, code: str, label: str | None = None) -> None:
    element = etree.SubElement(parent, name)
    if code:
        element.set("code", code)
    if text := label or _LABELS.get(code):
        _text(element, "libelle", text)


def _text(parent: etree._Element, name: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, name)
    element.text = text
    return element


def _bytes(envelope: etree._Element) -> bytes:
    content: bytes = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
    return content
