"""Names that Enedis' services use. Only names: what a result code means for a case is decided in a DMN table."""

from dataclasses import dataclass
from enum import StrEnum

TECHNICAL_NAMESPACE = "http://www.enedis.fr/sge/b2b/technique/v1.0"
SOAP_NAMESPACE = "http://schemas.xmlsoap.org/soap/envelope/"

ACCEPTED = "SGT200"
TECHNICAL_ERROR = "SGT500"
"""Enedis' own "erreur technique": a proper answer, yet nothing that can be relied on (domain brief, section 3)."""

OBJECT_CODE = "IMP"


class Sheet(StrEnum):
    """``fiche`` of Enedis' service catalogue."""

    UNPAID_BILL = "F200B"  # interventions pour impayé et rétablissement
    SAME_DAY_SUPPLY = "F1020"  # mise en service ou rétablissement dans la journée, after a cut


class InterventionType(StrEnum):
    """``typeIntervention`` of an F200B case, and what the domain calls it."""

    RESTORATION = "RETABLISSEMENT"
    RAISE_FLOOR = "RELEVEMENT"
    LIMITATION = "LIMITATION"
    CANCELLATION = "ANNULATION"


class Realisation(StrEnum):
    """``modeRealisation``: by remote operation or by a technician's trip."""

    REMOTE = "TELEOPERATION"
    TRIP = "DEPLACEMENT"


@dataclass(frozen=True, slots=True)
class Service:
    """One SOAP service: its operation, its version, its path below the endpoint."""

    operation: str
    version: str
    path: str
    writes: bool

    @property
    def wsdl(self) -> str:
        """File name of the description, in ``wsdl/``."""
        return f"{self.operation}-v{self.version}.wsdl"

    @property
    def namespace(self) -> str:
        """Namespace of the request and of the answer."""
        return f"http://www.enedis.fr/sge/b2b/services/{self.operation.lower()}/v{self.version}"


READ_POINT = Service("consulterDonneesPoint", "4.0", "/ConsultationPoint/v4.0", writes=False)
ORDER_INTERVENTION = Service("commanderInterventionImpaye", "1.0", "/CommandeInterventionImpaye/v1.0", writes=True)
CANCEL_INTERVENTION = Service("annulerInterventionImpaye", "1.0", "/AnnulationInterventionImpaye/v1.0", writes=True)
