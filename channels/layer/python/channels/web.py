"""What both sites and the API do with a request: its language, its form, its origin, its response."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import urlsplit

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.shared.cookies import Cookie, SameSite
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from botocore.exceptions import BotoCoreError, ClientError

from channels.contracts.asking import BadForm
from channels.contracts.forms import Form
from channels.pages.frame import HEADERS
from record.words import Language, Words
from restoration.errors import RestorationError

HTML = "text/html; charset=utf-8"
BROKEN_OFF: list[type[Exception]] = [RestorationError, BotoCoreError, ClientError]
"""What ends a request half-way, where a system can't be asked. Sent again, it is done once."""


class Forged(Exception):
    """Raised for a form that did not come from our own page, or from one of another session."""


@dataclass(frozen=True)
class Handlers:
    """Base of the handlers of a site or an API: each replies to the request that ``app`` has in hand."""

    app: APIGatewayHttpResolver

    @property
    def event(self) -> APIGatewayProxyEventV2:
        return self.app.current_event

    @property
    def language(self) -> Language:
        return language_of(self.event)


def language_of(event: APIGatewayProxyEventV2) -> Language:
    """The language that is asked for, remembered, or preferred by the browser; French first."""
    accepted = event.headers.get("accept-language", "")[:2].lower()
    for wished in (event.query_string_parameters.get("lang"), cookie(event, "lang"), accepted):
        if wished in {each.value for each in Language}:
            return Language(wished)
    return Language.FRENCH


def cookie(event: APIGatewayProxyEventV2, name: str) -> str | None:
    found = dict(each.split("=", 1) for each in event.cookies if "=" in each)
    return found.get(name)


def sent_form(event: APIGatewayProxyEventV2, now: datetime) -> Form:
    """The form that was sent, from no other site: browsers send both headers with each form.

    Raises
    ------
    Forged, BadForm
    """
    site, origin = event.headers.get("sec-fetch-site", "same-origin"), event.headers.get("origin", "")
    host = event.headers.get("host", "")
    if site not in {"same-origin", "none"} or (origin and origin != "null" and urlsplit(origin).netloc != host):
        raise Forged
    try:
        body = event.decoded_body or ""
    except UnicodeDecodeError:
        raise BadForm("form", "unreadable") from None
    return Form.of(body, now)


def form_of(event: APIGatewayProxyEventV2, token: str, now: datetime) -> Form:
    """The form that was sent from our own page in this session.

    Raises
    ------
    Forged, BadForm
    """
    form = sent_form(event, now)
    if not hmac.compare_digest(form.text("form").encode(), token.encode()):
        raise Forged
    return form


LABELS = {"code": "one_time", "until": "aside", "decision": "decide", "key": "form"}
"""Fields that are not called as their label. Nobody sees a key: it is the form's."""


def said_of_form(say: Words, bad: BadForm) -> str:
    """Which field of a form is wrong, and why."""
    label = say.either(LABELS.get(bad.field, bad.field), bad.field)
    return say("field_wrong", field=label, why=say(f"bad_{bad.why}"))


def html(text: str, event: APIGatewayProxyEventV2, status: int = 200) -> Response[str]:
    """A page. The language that was asked for is remembered."""
    wished = event.query_string_parameters.get("lang", "")
    cookies = [own_cookie("lang", wished, 31_536_000)] if wished in {each.value for each in Language} else []
    return Response(status, HTML, text, headers=dict(HEADERS), cookies=cookies)


def fragment(text: str, event: APIGatewayProxyEventV2) -> Response[str]:
    """A part of a page, sent only where it has changed since the reader's last look."""
    tag = f'"{sha256(text.encode()).hexdigest()[:24]}"'
    is_known = event.headers.get("if-none-match") == tag
    status = HTTPStatus.NOT_MODIFIED if is_known else HTTPStatus.OK
    return Response(status, HTML, "" if is_known else text, headers={**HEADERS, "ETag": tag})


def go(path: str, cookies: Mapping[str, str] | None = None, lasts: int = 900) -> Response[str]:
    """Send the reader on: a form that was sent is not sent again by a look at the next page."""
    set_cookies = [own_cookie(name, value, lasts) for name, value in (cookies or {}).items()]
    return Response(HTTPStatus.SEE_OTHER, HTML, "", headers={**HEADERS, "Location": path}, cookies=set_cookies)


def own_cookie(name: str, value: str, lasts: int) -> Cookie:
    """A cookie that no script reads and no other site's form sends; an empty one is forgotten."""
    return Cookie(
        name=name, value=value, path="/", secure=True, http_only=True, same_site=SameSite.LAX_MODE,
        max_age=lasts if value else 0,
    )  # fmt: skip
