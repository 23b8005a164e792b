"""The contracts of a customer's contact, and of what they say of themselves."""

from typing import Annotated, Literal

from pydantic import Field

from restoration.contracts.wire import Identifier, WireModel


class Contact(WireModel):
    """A customer's contact. It is fetched when a message is sent and kept nowhere; its ``repr`` shows no address.

    ``opt_out`` names the channels that the customer refuses. A refusal of marketing is none: our messages are about the
    service that the customer has a contract for (GDPR art. 6.1.b; CPCE art. L. 34-5 is about marketing only). A
    customer who refuses both channels gets a letter. ``department`` is the number of their department, whose public
    holidays are quiet days; None when billing does not know.
    """

    customer_id: Identifier
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)] | None
    mobile: Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$")] | None
    opt_out: frozenset[Literal["SMS", "EMAIL"]]
    department: str | None = None

    @property
    def accepts_sms(self) -> bool:
        """Whether there is a mobile number that the customer lets us use."""
        return self.mobile is not None and "SMS" not in self.opt_out

    @property
    def accepts_email(self) -> bool:
        """Whether there is an e-mail address that the customer lets us use."""
        return self.email is not None and "EMAIL" not in self.opt_out

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        return [("customer_id", self.customer_id), ("language", self.language)]


class Verification(WireModel):
    """Whether what somebody says of themselves is what billing has of the customer."""

    matches: bool
