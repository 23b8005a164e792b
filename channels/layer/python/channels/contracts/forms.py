"""A form as it came: read within its bounds. What it asks for is read by :mod:`channels.contracts.asking`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl
from uuid import UUID

from channels.contracts.asking import LONGEST_TEXT, BadForm, printable

MOST_BYTES = 16_384
MOST_FIELDS = 20


@dataclass(frozen=True, slots=True)
class Form:
    """A form. Each method reads one field, and raises :class:`BadForm` where it can't."""

    fields: Mapping[str, str]
    now: datetime

    @classmethod
    def of(cls, body: str, now: datetime) -> "Form":
        """Read a body of ``application/x-www-form-urlencoded``.

        Raises
        ------
        BadForm
            It is too large, or no form.
        """
        if len(body.encode()) > MOST_BYTES:
            raise BadForm("form", "too_large")
        try:
            pairs = parse_qsl(body, keep_blank_values=True, strict_parsing=bool(body), max_num_fields=MOST_FIELDS)
        except ValueError:
            raise BadForm("form", "unreadable") from None
        return cls({name: printable(value) for name, value in pairs}, now)

    def text(self, name: str, *, required: bool = False) -> str:
        value = self.fields.get(name, "")
        if len(value) > LONGEST_TEXT:
            raise BadForm(name, "too_long")
        if required and not value:
            raise BadForm(name, "missing")
        return value

    def key(self) -> str:
        """The key of the form, which the page made: one that is sent again has the same."""
        try:
            return str(UUID(self.text("key", required=True)))
        except ValueError:
            raise BadForm("key", "unreadable") from None
