"""Problems (RFC 9457): what the API says of a request that it does not fulfil, in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from pydantic import Field
from pydantic.alias_generators import to_camel

from channels.contracts.asking import BadForm, why_of
from channels.domain.session import Refused
from channels.pages.words import API
from channels.site import BROKEN_OFF, language_of, refused_in
from channels.use_cases.speak import NoSuchCase, NotSaid
from record.words import Words
from restoration.contracts.wire import WireModel
from restoration.observability import logger

PROBLEM_JSON = "application/problem+json"
TYPES = "tag:retablissement.example,2026:"
"""What the type of a problem begins with: a name that leads nowhere, as RFC 9457 allows."""
STATUS = {
    "unreadable": 400,
    "no_token": 401,
    "not_allowed": 403,
    "not_found": 404,
    "refused": 409,
    "too_large": 413,
    "no_json": 415,
    "invalid": 422,
    "said_key_used": 422,
    "said_again": 429,
    "said_enough": 429,
    "said_visit_often": 429,
    "said_no_visit": 409,
    "said_slot_gone": 409,
    "said_visit_later": 503,
    "said_visit_unknown": 503,
    "busy": 503,
}
"""Each problem, with its status; ``words.csv`` has its sentence."""


class Fault(WireModel):
    """One thing that is wrong with a request: the field, the header or the parameter, and why."""

    field: str = Field(examples=["paidOn"])
    detail: str = Field(examples=["une date"])


class Problem(WireModel):
    """Why a request is not fulfilled (RFC 9457). ``title`` and ``detail`` are sentences in the reader's language."""

    type: str = Field(examples=[f"{TYPES}not-found"])
    title: str = Field(examples=["Aucun dossier ne porte ce nom."])
    status: int = Field(examples=[404])
    detail: str | None = None
    errors: tuple[Fault, ...] | None = None


class NotAllowed(Exception):
    """Raised for a token that does not open this API."""


def problem(
    event: APIGatewayProxyEventV2, name: str, *, detail: str = "", errors: Sequence[Fault] = (), wait: int = 0
) -> Response[str]:
    """A problem as it is sent; ``wait`` is after how many seconds to try again."""
    language = language_of(event)
    body = Problem(
        type=f"{TYPES}{name.replace('_', '-')}",
        title=Words(language, API)(_text(name)),
        status=STATUS[name],
        detail=detail or None,
        errors=tuple(errors) or None,
    )
    headers: dict[str, Any] = {"Content-Language": language.value, **({"Retry-After": str(wait)} if wait else {})}
    return Response(body.status, PROBLEM_JSON, body.model_dump_json(by_alias=True, exclude_none=True), headers)


def _text(name: str) -> str:
    """The sentence of a problem: one of the API's, or the page's."""
    return own if (own := f"problem_{name}") in API else name


def documented(*names: str) -> dict[int, Any]:
    """The responses of an operation, for its document: its success, and the problems that it can end in."""
    found: dict[int, Any] = {200: {"description": "It is so, or it is noted."}}
    for name in ("no_token", "not_allowed", "invalid", "busy", *names):
        text = API[_text(name)][1]
        earlier = found.get(STATUS[name])
        content = {PROBLEM_JSON: {"model": Problem}}
        description = f"{earlier['description']} Or: {text}" if earlier else text
        found[STATUS[name]] = {"description": description, "content": content}
    return found


def tell_problems(app: APIGatewayHttpResolver) -> None:
    """Let whatever is raised on the way to a reply, by handlers or by the resolver, become a problem."""

    def tell(errors: Any, name: str, more: Callable[[Any], dict[str, Any]] = lambda _: {}) -> None:
        app.exception_handler(errors)(lambda error: problem(app.current_event, name, **more(error)))

    def say() -> Words:
        return Words(language_of(app.current_event), API)

    def fault(error: Mapping[str, Any]) -> Fault:
        path = [str(each) for each in error["loc"][1:] if not isinstance(each, int)]
        why = "unreadable_json" if error["type"] == "json_invalid" else why_of(error)
        return Fault(field=".".join(path) or "body", detail=say()(f"bad_{why}"))

    def not_said(error: NotSaid) -> Response[str]:
        return problem(app.current_event, error.told, wait=ceil(error.wait.total_seconds()))

    def busy(_error: Exception) -> Response[str]:
        logger.exception("a request of the API broke off")
        return problem(app.current_event, "busy")

    app.not_found(lambda _: problem(app.current_event, "not_found"))
    tell(NoSuchCase, "not_found")
    tell(NotAllowed, "not_allowed")
    # A body that is no text, or nested deeper than anybody writes: JSON's reader raises these itself.
    tell([UnicodeDecodeError, RecursionError], "unreadable")
    tell(RequestValidationError, "invalid", lambda error: {"errors": list(map(fault, error.errors()))})
    tell(BadForm, "invalid", lambda bad: {"errors": [Fault(field=to_camel(bad.field), detail=say()(f"bad_{bad.why}"))]})
    tell(Refused, "refused", lambda refused: {"detail": refused_in(say(), refused)})
    app.exception_handler(NotSaid)(not_said)
    app.exception_handler(BROKEN_OFF)(busy)
