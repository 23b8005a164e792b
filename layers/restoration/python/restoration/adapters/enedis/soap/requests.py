"""The requests' bodies in the words of the services' schemas, and their envelopes, which zeep holds to the XSD."""

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import zeep
from lxml import etree

from restoration.adapters.enedis.soap.codes import OBJECT_CODE, InterventionType, Realisation, Service, Sheet
from restoration.domain.order import Aim, Intent, OpenOrder
from restoration.domain.point import Visit
from restoration.errors import InvalidConfiguration

FRAME_VERSION = "1.0"
DESCRIPTIONS = Path(__file__).with_name("wsdl")


class Description:
    """One service's WSDL, parsed when first used.

    Raises
    ------
    InvalidConfiguration
        When the service's version is not described here.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._file = DESCRIPTIONS / service.wsdl
        if not self._file.is_file():
            files = DESCRIPTIONS.glob(f"{service.operation}-v*.wsdl")
            known = sorted(path.stem.removeprefix(f"{service.operation}-v") for path in files)
            raise InvalidConfiguration(
                f"Enedis' service {service.operation} is not described in version {service.version!r}: "
                f"known are {', '.join(known)}. Set its version in the stack's parameters, or add {service.wsdl}."
            )

    @cached_property
    def _client(self) -> Any:
        # A local file, whose imports are local files: nothing is fetched.
        return zeep.Client(str(self._file))  # type: ignore[no-untyped-call]

    def envelope(self, login: str, reference: str, body: dict[str, object]) -> bytes:
        """Make a request's envelope, as UTF-8; ``reference`` is the order's own, or the point that is read."""
        client, call_id = self._client, str(uuid4())  # Enedis' support asks for it
        asker = {"loginDemandeur": login, "appelDemandeurId": call_id, "referenceDemandeur": reference}
        header = {"entete": {"version": FRAME_VERSION, "infoDemandeur": asker}}
        request = client.create_message(client.service, self._service.operation, **body, _soapheaders=header)
        envelope: bytes = etree.tostring(request, xml_declaration=True, encoding="utf-8")
        return envelope


def point_request(point_id: str, login: str) -> dict[str, object]:
    """Body of ``consulterDonneesPoint``: state, contract, cases; no meter readings."""
    return {
        "pointId": point_id,
        "loginUtilisateur": login,
        "donneesDemandees": {
            "donneesGeneralesPoint": True,
            "modificationsContractuellesEnCours": True,
            "interventionsEnCours": True,
            "historiqueAffaires": True,
            "elementsProchainesMesures": False,
            "derniersIndex": False,
        },
    }


def order_request(order: OpenOrder, login: str, wished_on: date) -> dict[str, object]:
    """Body of ``commanderInterventionImpaye``. The contract of the queue holds that the order fits its intent."""
    wanted = order.wanted
    is_floor = wanted.aim is Aim.FLOOR
    intervention: dict[str, object] = {
        "fiche": Sheet.SAME_DAY_SUPPLY if wanted.after_cut else Sheet.UNPAID_BILL,
        "typeIntervention": InterventionType.RAISE_FLOOR if is_floor else InterventionType.RESTORATION,
        "modeRealisation": Realisation.TRIP if wanted.intent is Intent.RESTORE_BY_TECHNICIAN else Realisation.REMOTE,
        "dateSouhaitee": wished_on,
    }
    if wanted.floor_kva is not None:
        intervention["puissance"] = {"valeur": wanted.floor_kva, "unite": "kVA"}
    return {"demande": {"donneesGenerales": _general(order, login), "interventionImpaye": intervention}}


def cancellation_request(order: OpenOrder, login: str) -> dict[str, object]:
    """Body of ``annulerInterventionImpaye``."""
    return {"demande": {"donneesGenerales": _general(order, login), "affaireId": order.wanted.limitation_case_id}}


def visit_request(order: OpenOrder, login: str, visit: Visit | None = None, present: str = "") -> dict[str, object]:
    """Body of ``planifierIntervention``: without a visit it asks which there may be."""
    asked: dict[str, object] = {"donneesGenerales": _general(order, login)}
    if visit is not None:
        asked["rendezVous"] = {"datePrevue": visit.on, "creneauHorairePrevu": visit.slot, "personnePresente": present}
    return {"demande": asked}


def _general(order: OpenOrder, login: str) -> dict[str, object]:
    return {
        "refExterne": str(order.reference),
        "objetCode": OBJECT_CODE,
        "pointId": order.point_id,
        "initiateurLogin": login,
        "contratId": order.contract_id,
    }
