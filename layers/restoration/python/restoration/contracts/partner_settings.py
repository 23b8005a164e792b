"""The settings of billing and of Enedis: one JSON object each, with its url and with what differs from the defaults.

They are the template's parameters ``Billing`` and ``Enedis``. ``make sam-deploy`` and ``make preflight`` read them with
these models before anything is built, and each function that calls the partner reads them as it starts.
"""

from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from restoration.errors import InvalidConfiguration

Version = Annotated[str, Field(pattern=r"^[0-9]+[.][0-9]+$")]


def _at_least(least: float, default: float, description: str, most: float | None = None) -> Any:
    return Field(default, ge=least, le=most, description=description)


class PartnerSettings(BaseModel):
    """What both have; the names in JSON are in camelCase."""

    model_config = ConfigDict(
        alias_generator=to_camel, frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True
    )
    parameter: ClassVar[str]

    url: Annotated[str, Field(pattern=r"^https?://[^\s/]\S*$", description="The base URL.")]

    @classmethod
    def read(cls, text: str) -> Self:
        """Read the parameter's JSON.

        Raises
        ------
        InvalidConfiguration
            When it is none, or a setting is missing, unknown or out of its bounds; names each.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise InvalidConfiguration("; ".join(map(cls._told, error.errors()))) from None

    @classmethod
    def _told(cls, found: Any) -> str:
        name = ".".join((cls.parameter, *map(str, found["loc"])))
        known = ", ".join(str(field.alias) for field in cls.model_fields.values())
        wrong = {"missing": "is missing", "extra_forbidden": f"is unknown; known are {known}"}
        return f"{name} {wrong.get(found['type']) or f'is {found["input"]!r}: {found["msg"]}'}"

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """What counts where an environment says nothing, under names such as ``Enedis.retrySeconds``."""
        fields = cls.model_fields.values()
        return {f"{cls.parameter}.{field.alias}": field.default for field in fields if not field.is_required()}


class BillingSettings(PartnerSettings):
    """Billing's REST API."""

    parameter = "Billing"
    connect_timeout_seconds: float = _at_least(0.1, 2, "How long connecting may take.")
    read_timeout_seconds: float = _at_least(0.1, 8, "How long billing may be silent within a response.")
    # After that the rules decide without the payment.
    lag_seconds: float = _at_least(1, 900, "How long the API may take to show a payment after its event.")


class EnedisSettings(PartnerSettings):
    """Enedis' SGE B2B platform. A service's version has a file in the folder ``wsdl`` of the SOAP adapter."""

    parameter = "Enedis"
    read_point_version: Version = Field("4.0", description="Of consulterDonneesPoint, which reads a point.")
    order_version: Version = Field("1.0", description="Of commanderInterventionImpaye, which takes orders.")
    cancellation_version: Version = Field("1.0", description="Of annulerInterventionImpaye, which cancels limitations.")
    visit_version: Version = Field("1.0", description="Of planifierIntervention, which agrees a technician's visit.")
    connect_timeout_seconds: float = _at_least(0.1, 5, "How long connecting may take.")
    read_timeout_seconds: float = _at_least(0.1, 30, "How long Enedis may be silent within a response.")
    settle_seconds: float = _at_least(1, 120, "How long a case may take to be shown, before each of the two reads.")
    lease_seconds: float = _at_least(
        1, 120, "How long one attempt to place an order may take: longer than the function."
    )
    retry_seconds: float = _at_least(1, 60, "An order's shortest wait in an outage. It grows to 15 minutes.")
    # An order waits longer than a read, so that many reads never keep orders out.
    order_longest_wait_seconds: float = _at_least(0.1, 15, "How long an order waits for its turn under the quota.")
    read_longest_wait_seconds: float = _at_least(0.1, 5, "How long a read waits for its turn under the quota.")
    # Calls are spaced wider by as much for each second; more than the default is for slow machines.
    turn_tolerance_seconds: float = _at_least(0.001, 0.03, "How late a call may use its turn.", most=0.5)
    breaker_failures: int = _at_least(1, 5, "So many failures of one worker in a row open the breaker: all calls stop.")
    breaker_recovery_seconds: int = _at_least(
        1, 60, "How long it stays open until one worker tries: longer than a call."
    )
