"""The expiry of a certificate. Neither the standard library nor the layer can read it, so its DER is walked."""

import ssl
from datetime import UTC, datetime

from restoration.errors import InvalidConfiguration

_SEQUENCE = 0x30
_EXPLICIT_VERSION = 0xA0
_UTC_TIME = 0x17
_GENERALIZED_TIME = 0x18
_LONG_FORM = 0x80
_END = "-----END CERTIFICATE-----"


def expiry_of(certificate: str) -> datetime:
    """Read ``notAfter`` of the first certificate of a PEM text (RFC 5280, section 4.1), in UTC.

    It is watched, since Enedis then refuses every call.

    Raises
    ------
    InvalidConfiguration
        When the text is not a certificate.
    """
    try:
        first = certificate[: certificate.index(_END) + len(_END)].strip()
        body = _content(ssl.PEM_cert_to_DER_cert(first), _SEQUENCE)
        fields = _elements(_content(body, _SEQUENCE))
        # Version (left out in version 1), serial number, signature, issuer, validity.
        validity = fields[4 if fields[0][0] == _EXPLICIT_VERSION else 3]
        tag, value = _elements(validity[1])[1]
        return _moment(tag, value.decode("ascii"))
    except (ValueError, IndexError) as error:
        raise InvalidConfiguration("Enedis secret: 'certificate' holds no readable certificate.") from error


def _moment(tag: int, text: str) -> datetime:
    if tag == _GENERALIZED_TIME:
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    if tag != _UTC_TIME:
        raise ValueError(f"not a time: tag {tag}")
    # Two digits of a year: 50 to 99 are of the 1900s (RFC 5280, section 4.1.2.5.1).
    century = "19" if text[0] >= "5" else "20"
    return datetime.strptime(century + text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _content(der: bytes, tag: int) -> bytes:
    found, content = _elements(der)[0]
    if found != tag:
        raise ValueError(f"tag {tag} expected, found {found}")
    return content


def _elements(der: bytes) -> list[tuple[int, bytes]]:
    """Split the content of a constructed value into its elements: tag and content."""
    elements = []
    position = 0
    while position < len(der):
        tag, length = der[position], der[position + 1]
        position += 2
        if length & _LONG_FORM:
            octets = length & ~_LONG_FORM
            length = int.from_bytes(der[position : position + octets])
            position += octets
        elements.append((tag, der[position : position + length]))
        position += length
    return elements
