"""What both APIs do with a request before and after its handler: its token, its body; what is said on a case.

A request that is not fulfilled gets a problem (RFC 9457) in the reader's language.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from inspect import Parameter, signature
from math import ceil
from typing import Annotated, Any
from uuid import UUID, uuid4

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import ResponseBuilder
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import WithJsonSchema
from pydantic.alias_generators import to_camel

from channels.api.models import TYPES, Fault, Problem, Receipt, VisitSlots
from channels.contracts.asking import MOST_BYTES, Asking, BadForm, why_of
from channels.domain.of_case import KEPT_FOR
from channels.domain.session import Refused
from channels.pages.words import API
from channels.saying import NO_VISIT, SAID, Act, Say
from channels.site import BROKEN_OFF, Handlers, Site, language_of, refused_in
from channels.use_cases.speak import NoSuchCase, NotSaid, Speaker
from record.cases.standing import Standing
from record.words import Words
from restoration.clock import paris_date
from restoration.contracts.wire import LimitationId
from restoration.observability import logger

NOT_KEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_UUID = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
Key = Annotated[
    UUID,
    # As text with a pattern: of "format: uuid" some generated clients make an object that no header takes.
    WithJsonSchema({"type": "string", "pattern": _UUID, "examples": ["6f1c2b1e-3d7a-4b53-9a77-0d1f6f0c9a55"]}),
    Header(
        alias="Idempotency-Key",
        description="The key of the act: the same key with the same content has the same reply, and is done once.",
    ),
]
Cursor = Annotated[str | None, Query(max_length=400, description="``next`` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=50, description="How many at most.")]


def serve(app: APIGatewayHttpResolver, path: str, handler: Callable[..., Any], *problems: str) -> None:
    """Give an operation its address: one that has a key is a POST. The name of its handler is the operation's."""
    acts = "key" in handler.__annotations__
    of_acts = ("unreadable", "not_found", "too_large", "no_json", "said_key_used") if acts else ()
    ends = documented(*of_acts, *problems)
    app.route(path, "POST" if acts else "GET", operation_id=handler.__name__, summary=handler.__doc__, responses=ends)(
        handler
    )


def resolve(app: APIGatewayHttpResolver, given: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Reply to a request that came by a route with an authorizer; to another, that a token is needed."""
    event = APIGatewayProxyEventV2(given)
    if refusal := _refusal(event):
        found = ResponseBuilder[APIGatewayProxyEventV2](problem(event, refusal)).build(event)
    else:
        found = app.resolve(given, context)
    found["headers"] = {**found.get("headers", {}), **NOT_KEPT}
    return found


def _refusal(event: APIGatewayProxyEventV2) -> str:
    body = event.body or ""
    if not claims_of(event).get("sub"):
        return "no_token"
    if len(body.encode()) > MOST_BYTES:
        return "too_large"
    if body and not event.headers.get("content-type", "").startswith("application/json"):
        return "no_json"
    return ""


def claims_of(event: APIGatewayProxyEventV2) -> Mapping[str, str]:
    """The claims of the token that API Gateway's authorizer checked: text, each; none where it checked none."""
    return dict(event["requestContext"].get("authorizer", {}).get("jwt", {}).get("claims", {}))


def page[Each](
    found: Sequence[Each], by: Callable[[Each], str], cursor: str | None, limit: int
) -> tuple[Sequence[Each], str | None]:
    """The page behind a cursor, and the cursor of the next one: that is ``by`` of the last one shown.

    All are found in the order of ``by``, which is another for each.
    """
    left = [each for each in found if by(each) > (cursor or "")]
    return left[:limit], by(left[limit - 1]) if len(left) > limit else None


@dataclass(frozen=True)
class Speaking[OfSite: Site](Handlers[OfSite], ABC):
    """Base of the handlers of both APIs; the method's name is the operation's."""

    @abstractmethod
    def _speaker(self, limitation_id: str, key: UUID) -> Speaker:
        """The person who speaks on a case. Raises NotAllowed, NoSuchCase, Refused where they may not."""

    def serve(self, case: str, *problems: str, without: Collection[str] = ()) -> None:
        """Give the operations their addresses below that of a case."""
        for name, act in SAID.items():
            if act.path and name not in without:
                serve(self.app, f"{case}/{act.path}", self._operation(act), *act.problems, *problems)
        serve(self.app, f"{case}/visit-slots", self.list_visit_slots, "not_found", *NO_VISIT, *problems)

    def summary(self, standing: Standing, said: str = "") -> dict[str, Any]:
        """The fields of a summary of a case."""
        terms = self.site.terms
        return {
            "limitation_id": standing.limitation_id,
            "contract_id": standing.item["contractId"],
            "is_open": standing.situation.is_open,
            "said": said or standing.said(self.site.now(), terms, self.language),
            "due_by": standing.due_by(terms),
        }

    def list_visit_slots(self, limitation_id: LimitationId) -> VisitSlots:
        """When Enedis' technician may come, where a case waits for one. Enedis is asked once in ten minutes."""
        self._speaker(limitation_id, uuid4())
        found = self.site.slots(limitation_id)
        return VisitSlots(planned=found.planned, slots=found.slots)

    def _operation(self, act: Act[Say]) -> Callable[..., Receipt]:
        def say(limitation_id: LimitationId, key: Key, asked: Any = None) -> Receipt:
            by = self._speaker(limitation_id, key)
            return self.do(key, asked, act, lambda: act.do(self.site, limitation_id, by, asked))

        return named(act, say)

    def do(self, key: UUID, asked: Asking | None, act: Act[Any], done: Callable[[], str | None]) -> Receipt:
        """Do an act, or give the reply of the time before: a key that comes again is one act.

        A key of which nothing came is free. Of two requests at once, or after one that broke off, the act itself knows
        its key. Raises BadForm, or NotSaid: the key was used for something else.
        """
        now = self.site.now()
        if asked:
            asked.check(paris_date(now))
        content = f"{self.event.raw_path}\n{asked.model_dump_json() if asked else ''}"
        hashed = sha256(content.encode()).hexdigest()
        name = f"API#{sha256(f'{claims_of(self.event)["sub"]} {key}'.encode()).hexdigest()}"
        if earlier := self.site.table.kept(name, now):
            if earlier["content"] != hashed:
                raise NotSaid("said_key_used")
            return Receipt.model_validate_json(earlier["reply"])
        said = done() or act.told
        receipt = Receipt(id=key, at=self.site.now(), said=Words(self.language, API)(said))
        reply = {"content": hashed, "reply": receipt.model_dump_json(by_alias=True)}
        self.site.table.keep(name, reply, now + KEPT_FOR)
        return receipt


def named(act: Act[Any], handler: Callable[..., Receipt]) -> Callable[..., Receipt]:
    """A handler by the name of its operation, with what the act asks for as the type of ``asked``."""
    handler.__name__, handler.__doc__ = act.operation, act.summary
    taken = signature(handler)
    asked = taken.parameters["asked"].replace(annotation=act.asks, default=Parameter.empty)
    given = [asked if each.name == "asked" else each for each in taken.parameters.values()]
    handler.__signature__ = taken.replace(parameters=given if act.asks else given[:-1])  # type: ignore[attr-defined]
    return handler


# ── Problems ──

PROBLEM_JSON = "application/problem+json"
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


class NotAllowed(Exception):
    """Raised for a token that does not open this API."""


def problem(
    event: APIGatewayProxyEventV2, name: str, *, detail: str = "", errors: Sequence[Fault] = (), wait: int = 0
) -> Response[str]:
    """A problem as it is sent; ``wait`` is after how many seconds to try again."""
    language = language_of(event)
    body = Problem(
        type=f"{TYPES}{name.replace('_', '-')}",
        title=Words(language, API)(name),
        status=STATUS[name],
        detail=detail or None,
        errors=tuple(errors) or None,
    )
    headers: dict[str, Any] = {"Content-Language": language.value, **({"Retry-After": str(wait)} if wait else {})}
    return Response(body.status, PROBLEM_JSON, body.model_dump_json(by_alias=True, exclude_none=True), headers)


def documented(*names: str) -> dict[int, Any]:
    """The responses of an operation, for its document: its success, and the problems that it can end in."""
    found: dict[int, Any] = {200: {"description": "It is so, or it is noted."}}
    for name in ("no_token", "not_allowed", "invalid", "busy", *names):
        text = API[name][1]
        earlier = found.get(STATUS[name])
        description = f"{earlier['description']} Or: {text}" if earlier else text
        found[STATUS[name]] = {"description": description, "content": {PROBLEM_JSON: {"model": Problem}}}
    return found


def resolver() -> APIGatewayHttpResolver:
    """A resolver that checks requests against the types of its handlers; what it or they raise becomes a problem."""
    app = APIGatewayHttpResolver(enable_validation=True)

    def tell(errors: Any, name: str, more: Callable[[Any], dict[str, Any]] = lambda _: {}) -> None:
        app.exception_handler(errors)(lambda error: problem(app.current_event, name, **more(error)))

    def say() -> Words:
        return Words(language_of(app.current_event), API)

    def fault(error: Mapping[str, Any]) -> Fault:
        path = [str(each) for each in error["loc"][1:] if not isinstance(each, int)]
        why = "unreadable_json" if error["type"] == "json_invalid" else why_of(error)
        return said(".".join(path) or "body", why, error.get("ctx", {}))

    def said(field: str, why: str, limits: Mapping[str, object]) -> Fault:
        return Fault(field=field, detail=say()(f"bad_{why}", **limits))

    def busy(_error: Exception) -> Response[str]:
        logger.exception("a request of the API broke off")
        return problem(app.current_event, "busy")

    app.not_found(lambda _: problem(app.current_event, "not_found"))
    tell(NoSuchCase, "not_found")
    tell(NotAllowed, "not_allowed")
    # A body that is no text, or nested deeper than anybody writes: JSON's reader raises these itself.
    tell([UnicodeDecodeError, RecursionError], "unreadable")
    tell(RequestValidationError, "invalid", lambda error: {"errors": list(map(fault, error.errors()))})
    tell(BadForm, "invalid", lambda bad: {"errors": [said(to_camel(bad.field), bad.why, bad.limits)]})
    tell(Refused, "refused", lambda refused: {"detail": refused_in(say(), refused)})
    app.exception_handler(NotSaid)(
        lambda error: problem(app.current_event, error.told, wait=ceil(error.wait.total_seconds()))
    )
    app.exception_handler(BROKEN_OFF)(busy)
    return app
