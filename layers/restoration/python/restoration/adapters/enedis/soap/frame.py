"""SGE's technical frame of what comes back: the acknowledgement or the error."""

from dataclasses import dataclass

from lxml import etree

from restoration.adapters.enedis.soap.codes import ACCEPTED, SOAP_NAMESPACE, Service
from restoration.adapters.enedis.soap.failures import ExchangeFailure, FailureKind
from restoration.adapters.enedis.soap.transport import HttpResponse

_RESULT_CODE_LENGTH = 6
_OK = 200
_REQUEST_TIMEOUT = 408
_EXCERPT_CHARACTERS = 200
_RAW_CHARACTERS = 4000


@dataclass(frozen=True, slots=True)
class Result:
    """Enedis' result: a code with its label, and the response's own element when there is one.

    ``raw`` is the element that holds the result, as text.
    """

    code: str
    label: str
    case_id: str | None
    payload: etree._Element | None
    raw: str

    @property
    def accepted(self) -> bool:
        return self.code == ACCEPTED


def read_result(response: HttpResponse, service: Service) -> Result:
    """Read the result in a response.

    Raises
    ------
    ExchangeFailure
        When there is none: an HTML page, an empty, truncated or foreign document, or a plain SOAP fault.
    """
    root = _parse(response)
    if root.tag != f"{{{SOAP_NAMESPACE}}}Envelope":
        raise _unintelligible(response, FailureKind.UNEXPECTED, f"a document <{_local(root)}>")
    body = root.find(f"{{{SOAP_NAMESPACE}}}Body")
    content = None if body is None else next(iter(body), None)
    acknowledgement = root.find(f"{{{SOAP_NAMESPACE}}}Header/{{*}}acquittement")
    if content is not None and content.tag == f"{{{SOAP_NAMESPACE}}}Fault":
        return _read_fault(response, content)
    if content is not None and _local(content) == f"{service.operation}Response" and response.status == _OK:
        if acknowledgement is None:
            # The response itself is there: nothing is lost with a missing acknowledgement.
            return Result(ACCEPTED, "", None, content, "")
        return _read_acknowledgement(acknowledgement, content)
    if acknowledgement is not None and not (refusal := _read_acknowledgement(acknowledgement, None)).accepted:
        return refusal
    raise _unintelligible(
        response, FailureKind.UNEXPECTED, "an empty body" if content is None else f"<{_local(content)}> in the body"
    )


def _parse(response: HttpResponse) -> etree._Element:
    if not response.content.strip():
        raise _unintelligible(response, FailureKind.EMPTY, "no body")
    start = response.content.lstrip()[:15].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise _unintelligible(response, FailureKind.HTML, _excerpt(response))
    # A fresh parser each time: lxml's must not be shared between threads.
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(response.content, parser)
    except etree.XMLSyntaxError as error:
        raise _unintelligible(response, FailureKind.MALFORMED, f"{error.msg}; {_excerpt(response)}") from error
    if root.getroottree().docinfo.doctype:
        raise _unintelligible(response, FailureKind.FORBIDDEN_XML, "a document type declaration")
    if _local(root).lower() == "html":
        raise _unintelligible(response, FailureKind.HTML, _excerpt(response))
    return root


def _read_fault(response: HttpResponse, fault: etree._Element) -> Result:
    error = fault.find("detail/{*}erreur")
    result = None if error is None else error.find("{*}resultat")
    code = "" if result is None else (result.get("code") or "").strip()
    if error is None or result is None or len(code) != _RESULT_CODE_LENGTH or code == ACCEPTED:
        text = f"{fault.findtext('faultcode', '').strip()} {fault.findtext('faultstring', '').strip()}"
        raise _unintelligible(response, FailureKind.PLAIN_FAULT, text.strip()[:_EXCERPT_CHARACTERS] or "an empty fault")
    words = [(result.text or "").strip(), error.findtext("{*}commentaire", "").strip()]
    return Result(code, " - ".join(word for word in words if word), _case_id(error), None, _raw(fault))


def _read_acknowledgement(acknowledgement: etree._Element, content: etree._Element | None) -> Result:
    result = acknowledgement.find("{*}resultat")
    code = ACCEPTED if result is None else (result.get("code") or "").strip() or ACCEPTED
    label = "" if result is None else (result.text or "").strip()
    return Result(code, label, _case_id(acknowledgement), content, _raw(acknowledgement))


def _raw(element: etree._Element) -> str:
    text: str = etree.tostring(element, encoding="unicode", with_tail=False)
    return text[:_RAW_CHARACTERS]


def _case_id(frame: etree._Element) -> str | None:
    stated: str = frame.findtext("{*}infoFonctionnelles/{*}affaireId", "")
    return stated.strip() or None


def _unintelligible(response: HttpResponse, kind: FailureKind, detail: str) -> ExchangeFailure:
    """The failure for a response without a result. A 4xx without a SOAP fault comes from the HTTP layer alone."""
    client_error = 400 <= response.status < 500 and response.status != _REQUEST_TIMEOUT  # noqa: PLR2004 - HTTP's ranges
    is_fault = kind is FailureKind.PLAIN_FAULT
    if client_error and not is_fault:
        return ExchangeFailure(FailureKind.HTTP_REFUSED, f"HTTP {response.status}, {detail}", may_be_accepted=False)
    if response.status != _OK and not is_fault:
        return ExchangeFailure(
            FailureKind.HTTP_ERROR, f"HTTP {response.status}, {kind}, {detail}", may_be_accepted=True
        )
    return ExchangeFailure(kind, f"HTTP {response.status}, {detail}", may_be_accepted=True)


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _excerpt(response: HttpResponse) -> str:
    return " ".join(response.content[:_EXCERPT_CHARACTERS].decode("utf-8", "replace").split())
