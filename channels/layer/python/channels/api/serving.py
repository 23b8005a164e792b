"""What both APIs do with a request before and after its handler: its token, its body."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field, WithJsonSchema

from channels.api.problems import documented, problem, tell_problems
from channels.contracts.forms import MOST_BYTES
from restoration.contracts.wire import Moment, WireModel

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


class Receipt(WireModel):
    """An act that was noted: the key with which it was sent, when, and the sentence for the person who sent it."""

    id: UUID
    at: Moment
    said: str = Field(examples=["C'est noté. Un conseiller vous répond sous deux jours ouvrés."])


def resolver() -> APIGatewayHttpResolver:
    """A resolver that checks requests against the types of its handlers, and tells problems."""
    app = APIGatewayHttpResolver(enable_validation=True)
    tell_problems(app)
    return app


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
        reply = problem(event, refusal)
        found: dict[str, Any] = {"statusCode": reply.status_code, "body": reply.body, "isBase64Encoded": False}
        found["headers"] = {**reply.headers, "Content-Type": reply.content_type}
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
    """The page behind a cursor, and the cursor of the next one.

    Parameters
    ----------
    found
        In the order of ``by``, which is another for each: a cursor is that of the last one shown.
    """
    left = [each for each in found if by(each) > (cursor or "")]
    return left[:limit], by(left[limit - 1]) if len(left) > limit else None
