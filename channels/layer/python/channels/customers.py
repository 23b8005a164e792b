"""The customers' site: its addresses, and what each does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from urllib.parse import quote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from channels import saying
from channels.contracts.asking import BadForm
from channels.domain.act import Act, seen
from channels.domain.of_case import OfCase
from channels.domain.session import CustomerSession, Level
from channels.pages.customer import CustomerPages
from channels.pages.words import CUSTOMER, words
from channels.use_cases.agree_visit import slots_shown
from channels.use_cases.drafts import half_filled
from channels.use_cases.enter import Entrance, NotLetIn
from channels.use_cases.speak import NoSuchCase, NotSaid, Speaker
from channels.web import BROKEN_OFF, Forged, Handlers, cookie, form_of, fragment, go, html, said_of_form, sent_form
from record.cases.standing import Standing
from record.words import Language
from restoration.contracts.billing import BillingSituation
from restoration.contracts.received_details import Channel, Role
from restoration.errors import RestorationError
from restoration.observability import count, logger
from restoration.ports import Billing

SESSION = "dossier"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSite(saying.Site):
    """What the site is made of; ``billing`` gives a client with the key as it is now."""

    pages: CustomerPages
    entrance: Entrance
    billing: Callable[[], Billing]
    address_header: str = ""

    def routes(self) -> APIGatewayHttpResolver:
        """The site's addresses."""
        app = APIGatewayHttpResolver()
        route = _Routes(app, self)
        app.get("/")(route.enter)
        app.route("/l/<link>", method=["GET", "HEAD"])(route.of_link)
        app.get("/l/<link>/vivant")(route.live_of_link)
        app.post("/entrer")(route.try_enter)
        app.get("/dossier")(route.case)
        app.get("/dossier/vivant")(route.live)
        app.post("/dossier/<act>")(route.act)
        app.post("/sortir")(route.leave)
        app.get("/donnees")(lambda: route.text("notice"))
        app.get("/accessibilite")(lambda: route.text("accessibility"))
        app.get("/conseil/")(lambda: go("/conseil"))
        app.not_found(route.nothing)
        app.exception_handler(NoSuchCase)(route.nothing)
        app.exception_handler([Forged, BadForm])(route.forged)
        app.exception_handler(BROKEN_OFF)(route.broken_off)
        return app

    def said(self, standing: Standing, level: Level, language: Language) -> str:
        """The sentence; a link alone shows no amount and no case."""
        if level is Level.LINK:
            standing = replace(standing, situation=replace(standing.situation, facts={}))
        return standing.said(self.now(), self.terms, language)

    def situation(self, standing: Standing) -> BillingSituation | None:
        """What billing says; a page without it is better than none."""
        try:
            return self.billing().situation(standing.item["contractId"], standing.limitation_id)
        except RestorationError:
            logger.exception("billing could not be asked for a customer's page")
            return None


def _with_session(handler: Callable[..., Response[str]]) -> Callable[..., Response[str]]:
    """Let a handler run only for somebody who came in."""

    @wraps(handler)
    def guarded(self: "_Routes", **given: str) -> Response[str]:
        session = self.site.entrance.session(cookie(self.event, SESSION))
        if session is None:
            return html(self.site.pages.enter(self.language, problem="over"), self.event, 401)
        return handler(self, session, **given)

    return guarded


@dataclass(frozen=True)
class _Routes(Handlers):
    """The handlers. Each gives a whole page, or sends on."""

    site: CustomerSite

    def enter(self) -> Response[str]:
        return html(self.site.pages.enter(self.language), self.event)

    def of_link(self, link: str) -> Response[str]:
        said = self._said_of(link)
        pages = self.site.pages
        return html(pages.of_link(self.language, said, link) if said else pages.enter(self.language), self.event)

    def live_of_link(self, link: str) -> Response[str]:
        said = self._said_of(link)
        return fragment(self.site.pages.live(said), self.event) if said else self.nothing()

    def _said_of(self, link: str) -> str:
        """The sentence that a link shows; empty for one that shows nothing."""
        try:
            standing = self.site.standings.read(self.site.entrance.by_link(link))
        except NotLetIn:
            return ""
        return self.site.said(standing, Level.LINK, self.language) if standing else ""

    def try_enter(self) -> Response[str]:
        link = ""
        try:
            form = sent_form(self.event, self.site.now())
            code = form.text("code")
            link = code if self.site.entrance.keys.is_sealed(code) else ""
            in_front = self.event.headers.get(self.site.address_header, "").rpartition(":")[0]
            address = in_front or self.event.request_context.http.source_ip
            session = self.site.entrance.enter(code, form.text("end"), form.text("postcode"), address)
        except tuple(BROKEN_OFF):
            # It is told as a wrong code, which asks nobody whether a code is right.
            logger.exception("nobody could say whether a customer is known")
        except NotLetIn:
            count("CustomersNotLetIn")
        except (BadForm, Forged):
            pass
        else:
            count("CustomersLetIn")
            return go("/dossier", {SESSION: session.id})
        return html(self.site.pages.enter(self.language, problem="not_let_in", link=link), self.event, 403)

    @_with_session
    def case(self, session: CustomerSession) -> Response[str]:
        told = self.event.query_string_parameters.get("dit", "")
        return self._case(session, told if told in TOLD else "")

    @_with_session
    def live(self, session: CustomerSession) -> Response[str]:
        standing = self.site.standings.read(session.limitation_id)
        if standing is None:
            return fragment("", self.event)
        said = self.site.said(standing, session.level, self.language)
        case = self._of_case(session)
        past = _seen(session, case), _due(case), self.site.now()
        return fragment(self.site.pages.live_case(self.language, said, *past), self.event)

    @_with_session
    def leave(self, session: CustomerSession) -> Response[str]:
        form_of(self.event, session.form, self.site.now())
        self.site.entrance.leave(session)
        return go("/", {SESSION: ""})

    @_with_session
    def act(self, session: CustomerSession, act: str) -> Response[str]:
        if act not in ACTS or (act in LEVEL_3 and session.level < Level.CONTACTED):
            return self.nothing()
        cookies: dict[str, str] = {}
        try:
            form = form_of(self.event, session.form, self.site.now())
            if act == "code":
                told = "said_code" if self.site.entrance.send_code(session, form.key()) else "said_code_not"
            elif act == "confirmer":
                told, cookies[SESSION] = "said_confirmed", self.site.entrance.confirm(session, form.text("code")).id
            else:
                speaker = Speaker(Channel.PAGE, Role.CUSTOMER, form.key())
                told = saying.say(self.site, session.limitation_id, speaker, act, form)
        except NotSaid as not_said:
            return go(f"/dossier?dit={not_said.told}")
        except NotLetIn:
            return self._case(session, "wrong_code", 403)
        except BadForm as bad:
            return self._case(session, "", 422, said_of_form(words(self.language, CUSTOMER), bad))
        count("CustomerActs")
        return go(f"/dossier?dit={quote(told)}#content", cookies)

    def _case(self, session: CustomerSession, told: str, status: int = 200, wrong: str = "") -> Response[str]:
        standing = self.site.standings.read(session.limitation_id)
        if standing is None:
            return self.nothing()
        case = self._of_case(session)
        page = self.site.pages.case(
            self.language, session, standing, self.site.said(standing, session.level, self.language),
            billing=self.site.situation(standing), acts=_seen(session, case), due=_due(case), now=self.site.now(),
            visit=slots_shown(case), drafts=half_filled(case),
            told=told, wrong=wrong,
        )  # fmt: skip
        return html(page, self.event, status)

    def _of_case(self, session: CustomerSession) -> OfCase:
        return self.site.table.of_case(session.limitation_id, self.site.now())

    # ── Texts ──

    def text(self, name: str) -> Response[str]:
        say = words(self.language, CUSTOMER)
        text = say(f"{name}_text", contact=self.site.pages.data_protection)
        return html(self.site.pages.plain(self.language, say(name), text.split("\n")), self.event)

    def nothing(self, _error: Exception | None = None) -> Response[str]:
        return html(self.site.pages.enter(self.language), self.event, 404)

    def forged(self, _error: Exception) -> Response[str]:
        return html(self.site.pages.enter(self.language, problem="over"), self.event, 403)

    def broken_off(self, _error: Exception) -> Response[str]:
        logger.exception("a customer's request broke off")
        say = words(self.language, CUSTOMER)
        return html(self.site.pages.plain(self.language, say("where"), [say("broken_off")]), self.event, 503)


def _due(case: OfCase) -> dict[str, datetime]:
    """By when a person sees to what was said, by its form's key; what is done is not due."""
    return {each.id: each.due_by for each in case.work if not each.done}


def _seen(session: CustomerSession, case: OfCase) -> list[Act]:
    return seen(case.acts, health=session.level is Level.CONTACTED)


ACTS = {*saying.SAID, "code", "confirmer"}
LEVEL_3 = frozenset({"echeancier", "contestation", "protection"})
TOLD = frozenset(name for name in CUSTOMER if name.startswith("said_"))
