"""The failures of an exchange before an intelligible response is read. Internal to the adapter."""

from enum import StrEnum


class FailureKind(StrEnum):
    """The kinds of failure; each is the first word in the text of the error that leaves the adapter."""

    CONNECTION = "connection"  # refused, unreachable, unknown host
    CONNECT_TIMEOUT = "connect-timeout"
    TLS = "tls"
    READ_TIMEOUT = "read-timeout"
    CONNECTION_LOST = "connection-lost"  # after the request began to leave
    HTTP_REFUSED = "http-refused"  # 4xx without a SOAP response: credentials, address, throttling
    HTTP_ERROR = "http-error"  # any other status without a SOAP response
    EMPTY = "empty"
    HTML = "html"
    MALFORMED = "malformed"  # truncated or not XML
    FORBIDDEN_XML = "forbidden-xml"  # a DTD, with or without entities
    OVERSIZED = "oversized"
    PLAIN_FAULT = "plain-fault"  # a SOAP fault without Enedis' erreur
    UNEXPECTED = "unexpected"  # XML, but not a response of this service


class ExchangeFailure(Exception):
    """Raised when no intelligible response came back.

    Parameters
    ----------
    kind
        The kind of failure.
    detail
        For the reader of a log. It never holds a secret.
    may_be_accepted
        False only where Enedis surely cannot have acted on the request.
    """

    def __init__(self, kind: FailureKind, detail: str, *, may_be_accepted: bool) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.may_be_accepted = may_be_accepted
