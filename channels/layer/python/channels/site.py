"""What both sites do alike with a request: its language, its form, its session; what is raised; its response."""

import hmac
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

import htpy as h
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.shared.cookies import Cookie, SameSite
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from botocore.exceptions import BotoCoreError, ClientError

from channels.contracts.asking import BadForm, Form
from channels.domain.of_case import Seen
from channels.domain.session import Refused, Session
from channels.pages.frame import HEADERS, Node
from channels.pages.saying import label_of
from channels.use_cases.enter import end_session, session_of
from channels.use_cases.speak import NoSuchCase, NotSaid, SpeakingDesk, known
from record.domain.promises import Terms
from record.words import Language, Texts, Words
from restoration.errors import RestorationError
from restoration.observability import logger

HTML = "text/html; charset=utf-8"
BROKEN_OFF: list[type[Exception]] = [RestorationError, BotoCoreError, ClientError]
"""What ends a request half-way, where a system can't be asked. Sent again, it is done once."""


class Forged(Exception):
    """Raised for a form that did not come from our own page, or from one of another session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(SpeakingDesk):
    """What both sites are made of, beside their own."""

    hidden: ClassVar[frozenset[str]] = frozenset()
    """The kinds of acts of which the site says nothing."""
    terms: Terms

    def see(self, limitation_id: str, language: Language, *, health: bool) -> Seen:
        """A case as somebody sees it who may see health facts, or may not. Raises :class:`NoSuchCase`."""
        standing, now = known(self.standings, limitation_id), self.now()
        said, case = standing.said(now, self.terms, language), self.table.of_case(limitation_id)
        return Seen(standing, said, now, case.shown(self.hidden, health=health))


@dataclass(frozen=True)
class Handlers[OfSite: Site]:
    """Base of the handlers of a site or an API: each replies to the request that ``app`` has in hand."""

    app: APIGatewayHttpResolver
    site: OfSite

    @property
    def event(self) -> APIGatewayProxyEventV2:
        return self.app.current_event

    @property
    def language(self) -> Language:
        return language_of(self.event)


@dataclass(frozen=True)
class Pages[OfSite: Site](Handlers[OfSite], ABC):
    """Base of the handlers of both sites. Each gives a whole page or its living part, or sends on.

    Parameters
    ----------
    texts, left
        The site's texts, and where one is sent who has left: the provider would let an advisor in again at once.
    kind, cookie_name
        The sessions of those who come in, and the name of their cookie.
    """

    texts: ClassVar[Texts]
    left: ClassVar[str]
    kind: ClassVar[type[Session]]
    cookie_name: ClassVar[str]

    @property
    def say(self) -> Words:
        return Words(self.language, self.texts)

    @property
    def asked(self) -> Mapping[str, str]:
        """What the address asks for."""
        return self.event.query_string_parameters

    @property
    def lives(self) -> bool:
        """Whether the living part of a page is asked for."""
        return "vivant" in self.asked

    def told(self, **fields: str) -> str:
        """The sentence about an act that the address asks for; empty where it asks for anything else."""
        name = self.asked.get("dit", "")
        is_told = name in self.texts and name.startswith(("said_", "noted"))
        return self.say(name, **fields) if is_told else ""

    def sent_form(self) -> Form:
        """The form that was sent, from no other site: browsers send both headers with each. Raises Forged, BadForm."""
        given = self.event.headers
        site, origin = given.get("sec-fetch-site", "same-origin"), given.get("origin", "")
        is_foreign = origin and origin != "null" and urlsplit(origin).netloc != given.get("host", "")
        if site not in {"same-origin", "none"} or is_foreign:
            raise Forged
        try:
            body = self.event.decoded_body or ""
        except UnicodeDecodeError:
            raise BadForm("form", "unreadable") from None
        return Form.of(body, self.site.now())

    def form_of(self, session: Session) -> Form:
        """The form that was sent from our own page in a session. Raises Forged, BadForm."""
        form = self.sent_form()
        if not hmac.compare_digest(form.text("form").encode(), session.form.encode()):
            raise Forged
        return form

    def leave(self, session: Session) -> Response[str]:
        """End a session."""
        self.form_of(session)
        end_session(self.site.table, session, self.site.now())
        return go(self.left, {self.cookie_name: ""})

    def do(self, act: Callable[[], str], again: Callable[[str, int], Response[str]], page: str = "") -> Response[str]:
        """Do what gives the address to go to then; ``again`` shows a page with what is wrong.

        With a ``page``, one goes there, and the act gives or raises the name of the sentence that is told.
        """
        try:
            return go(f"{page}?dit={quote(act())}#content" if page else act())
        except NotSaid as not_said:
            return go(f"{page}?dit={not_said.told}")
        except BadForm as bad:
            label = label_of(self.say, self.event.path.rpartition("/")[2], bad.field)
            return again(self.say("field_wrong", field=label, why=self.say(f"bad_{bad.why}", **bad.limits)), 422)
        except Refused as refused:
            return again(refused_in(self.say, refused), 409)

    def html(self, text: str, status: int = 200) -> Response[str]:
        """A page. The language that was asked for is remembered."""
        wished = self.asked.get("lang", "")
        cookies = [own_cookie("lang", wished, 31_536_000)] if wished in Language else []
        return Response(status, HTML, text, headers=dict(HEADERS), cookies=cookies)

    def fragment(self, part: Node) -> Response[str]:
        """A part of a page, sent only where it has changed since the reader's last look."""
        text = str(h.fragment[part])
        tag = f'"{sha256(text.encode()).hexdigest()[:24]}"'
        is_known = self.event.headers.get("if-none-match") == tag
        status = HTTPStatus.NOT_MODIFIED if is_known else HTTPStatus.OK
        return Response(status, HTML, "" if is_known else text, headers={**HEADERS, "ETag": tag})

    def guarded(
        self, handler: Callable[..., Response[str]], may: Callable[[Any], bool] = lambda _: True
    ) -> Callable[..., Response[str]]:
        """Let a handler run only for those who came in and may, with their session."""

        def guard(**given: str) -> Response[str]:
            session_id = cookie(self.event, self.cookie_name)
            session = session_of(self.site.table, self.kind, session_id, self.site.now())
            if session is None:
                return self.nobody()
            return handler(session, **given) if may(session) else self.not_for(session)

        return guard

    def nobody(self) -> Response[str]:
        """What somebody gets who did not come in, or whose session is over."""
        return self.refused("STALE", 401)

    def not_for(self, _session: Any) -> Response[str]:
        """What somebody gets who may not see a page."""
        return self.refused("not_found", 404)

    def back(self, page: str) -> Response[str]:
        """Send on who opens the address of a form: its reply has links, such as to the other language."""
        return go(f"{page}?lang={self.language.value}")

    @abstractmethod
    def refused(self, text: str, status: int) -> Response[str]:
        """The page that says why there is no other, by the name of a text."""

    def tell_refusals(self) -> None:
        """Let whatever is raised on the way to a page become one."""

        def broken_off(_error: Exception) -> Response[str]:
            logger.exception("a request broke off")
            return self.refused("broken_off", 503)

        self.app.not_found(lambda _: self.refused("not_found", 404))
        self.app.exception_handler(NoSuchCase)(lambda _: self.refused("not_found", 404))
        self.app.exception_handler([Forged, BadForm])(lambda _: self.refused("STALE", 403))
        self.app.exception_handler(BROKEN_OFF)(broken_off)


def language_of(event: APIGatewayProxyEventV2) -> Language:
    """The language that is asked for, remembered, or preferred by the browser; French first."""
    accepted = event.headers.get("accept-language", "")[:2].lower()
    wishes = event.query_string_parameters.get("lang", ""), cookie(event, "lang"), accepted
    return next((Language(each) for each in wishes if each in Language), Language.FRENCH)


def cookie(event: APIGatewayProxyEventV2, name: str) -> str:
    """A cookie's value; empty where it was not sent."""
    return dict(each.split("=", 1) for each in event.cookies if "=" in each).get(name, "")


def own_cookie(name: str, value: str, lasts: int) -> Cookie:
    """A cookie that no script reads and no other site's form sends; an empty one is forgotten."""
    return Cookie(
        name=name, value=value, path="/", secure=True, http_only=True, same_site=SameSite.LAX_MODE,
        max_age=lasts if value else 0,
    )  # fmt: skip


def go(path: str, cookies: Mapping[str, str] | None = None, lasts: int = 900) -> Response[str]:
    """Send the reader on: a form that was sent is not sent again by a look at the next page."""
    set_cookies = [own_cookie(name, value, lasts) for name, value in (cookies or {}).items()]
    return Response(HTTPStatus.SEE_OTHER, HTML, "", headers={**HEADERS, "Location": path}, cookies=set_cookies)


def refused_in(say: Words, refused: Refused) -> str:
    """Why an advisor may not do something."""
    return say(refused.reason, **{name: say.either(value, value) for name, value in refused.facts.items()})
