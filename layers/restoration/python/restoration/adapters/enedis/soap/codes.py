"""Names that Enedis' services use. Only names: a DMN table decides the meaning of a result code for a case."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Self

TECHNICAL_NAMESPACE = "http://www.enedis.fr/sge/b2b/technique/v1.0"
SOAP_NAMESPACE = "http://schemas.xmlsoap.org/soap/envelope/"

ACCEPTED = "SGT200"
TECHNICAL_ERROR = "SGT500"
"""Enedis' own "erreur technique": a proper response that says nothing about the order (docs/trade.md)."""

OBJECT_CODE = "IMP"


class Sheet(StrEnum):
    """``fiche`` of Enedis' service catalogue."""

    UNPAID_BILL = "F200B"  # interventions pour impayé et rétablissement
    SAME_DAY_SUPPLY = "F1020"  # mise en service ou rétablissement dans la journée, after a cut


class InterventionType(StrEnum):
    """``typeIntervention`` of an F200B case, and the domain's name for it."""

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
    """One SOAP service in one version."""

    operation: str
    version: str
    name: str
    """Its name in the address, below the endpoint."""
    writes: bool

    @property
    def path(self) -> str:
        """Its path below the endpoint."""
        return f"/{self.name}/v{self.version}"

    @property
    def wsdl(self) -> str:
        """File name of the description, in ``wsdl/``."""
        return f"{self.operation}-v{self.version}.wsdl"

    @property
    def schema(self) -> str:
        """File name of the schema, in ``wsdl/``."""
        return f"{self.operation}-v{self.version}.xsd"

    @property
    def namespace(self) -> str:
        """Namespace of the request and of the response."""
        return f"http://www.enedis.fr/sge/b2b/services/{self.operation.lower()}/v{self.version}"


class Services(NamedTuple):
    """The services that we use, each in its version. Enedis runs two side by side while suppliers change over."""

    read_point: Service
    order_intervention: Service
    cancel_intervention: Service
    plan_visit: Service

    @classmethod
    def of(cls, *, read_point: str, order_intervention: str, cancel_intervention: str, plan_visit: str) -> Self:
        """The services by their versions."""
        return cls(
            Service("consulterDonneesPoint", read_point, "ConsultationPoint", writes=False),
            Service("commanderInterventionImpaye", order_intervention, "CommandeInterventionImpaye", writes=True),
            Service("annulerInterventionImpaye", cancel_intervention, "AnnulationInterventionImpaye", writes=True),
            Service("planifierIntervention", plan_visit, "PlanificationIntervention", writes=True),
        )
