"""The customers' site: its addresses, and what each does."""

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from channels import saying
from channels.contracts.asking import BadForm
from channels.domain.session import CustomerSession
from channels.pages.customer import LEVEL_3, CustomerPages, Supplier
from channels.pages.frame import sentence
from channels.pages.words import CUSTOMER
from channels.site import BROKEN_OFF, Forged, Pages, Site, go
from channels.use_cases.enter import Entrance, NotLetIn
from channels.use_cases.speak import Speaker
from record.cases.standing import Standing
from restoration.contracts.billing import BillingSituation
from restoration.contracts.received_details import Channel, Role
from restoration.errors import RestorationError
from restoration.observability import count, logger


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSite(Site, Entrance):
    """What the site is made of."""

    hidden: ClassVar[frozenset[str]] = frozenset({"QuestionSetAside", "QuestionTakenUp"})
    """What advisors do with their list of work, which no customer knows of."""
    supplier: Supplier
    address_header: str = ""

    def routes(self) -> APIGatewayHttpResolver:
        """The site's addresses."""
        app = APIGatewayHttpResolver()
        route = _Routes(app, self)
        app.get("/")(lambda: route.html(route.pages.enter()))
        app.route("/l/<link>", method=["GET", "HEAD"])(route.of_link)
        app.post("/entrer")(route.try_enter)
        app.get("/entrer")(lambda: route.back("/"))
        app.get("/dossier")(route.guarded(route.case))
        app.post("/dossier/code")(route.guarded(route.send_code))
        app.post("/dossier/confirmer")(route.guarded(route.confirm))
        app.post("/dossier/<act>")(route.guarded(route.act))
        app.get("/dossier/<act>")(lambda **_: route.back("/dossier"))
        app.post("/sortir")(route.guarded(route.leave))
        app.get("/donnees")(lambda: route.text("notice"))
        app.get("/accessibilite")(lambda: route.text("accessibility"))
        app.get("/conseil/")(lambda: go("/conseil"))
        route.tell_refusals()
        return app

    def situation(self, standing: Standing) -> BillingSituation | None:
        """What billing says; a page without it is better than none."""
        try:
            return self.customers().situation(standing.item["contractId"], standing.limitation_id)
        except RestorationError:
            logger.exception("billing could not be asked for a customer's page")
            return None


@dataclass(frozen=True)
class _Routes(Pages[CustomerSite]):
    """The handlers."""

    texts, left = CUSTOMER, "/"
    kind, cookie_name = CustomerSession, "dossier"

    @property
    def pages(self) -> CustomerPages:
        return CustomerPages(self.site.supplier, self.say)

    def of_link(self, link: str) -> Response[str]:
        """The sentence that a link shows is without an amount or a case; there is none for one that shows nothing."""
        said = ""
        with suppress(NotLetIn):
            if standing := self.site.standings.read(self.site.by_link(link)):
                standing = replace(standing, situation=replace(standing.situation, facts={}))
                said = standing.said(self.site.now(), self.site.terms, self.language)
        if self.lives:
            return self.fragment(sentence(said)) if said else self.refused("not_found", 404)
        other = self.say("no_link", telephone=self.site.supplier.telephone)
        return self.html(self.pages.of_link(said, link) if said else self.pages.enter(other))

    def try_enter(self) -> Response[str]:
        link = code = ""
        try:
            form = self.sent_form()
            code = form.text("code")
            link = code if self.site.keys.is_sealed(code) else ""
            in_front = self.event.headers.get(self.site.address_header, "").rpartition(":")[0]
            address = in_front or self.event.request_context.http.source_ip
            session = self.site.enter(code, form.text("end"), form.text("postcode"), address)
        except tuple(BROKEN_OFF):
            # It is told as a wrong code, which asks nobody whether a code is right.
            logger.exception("nobody could say whether a customer is known")
        except NotLetIn:
            count("CustomersNotLetIn")
        except (BadForm, Forged):
            pass
        else:
            return go("/dossier", {self.cookie_name: session.id})
        problem = self.say("not_let_in", telephone=self.site.supplier.telephone)
        return self.html(self.pages.enter(problem, link, code), 403)

    def confirm(self, session: CustomerSession) -> Response[str]:
        try:
            raised = self.site.confirm(session, self.form_of(session).text("code"))
        except NotLetIn:
            return self.case(session, self.say("wrong_code"), 403)
        return go("/dossier?dit=said_confirmed#content", {self.cookie_name: raised.id})

    def send_code(self, session: CustomerSession) -> Response[str]:
        is_sent = self.site.send_code(session, self.form_of(session).key())
        return go(f"/dossier?dit={'said_code' if is_sent else 'said_code_not'}#content")

    def act(self, session: CustomerSession, act: str) -> Response[str]:
        if act not in saying.SAID or (act in LEVEL_3 and not session.confirmed):
            return self.refused("not_found", 404)

        def say() -> str:
            form = self.form_of(session)
            speaker = Speaker(Channel.PAGE, Role.CUSTOMER, form.key())
            return saying.say(self.site, session.limitation_id, act, form, speaker)

        return self.do(say, partial(self.case, session), "/dossier")

    def case(self, session: CustomerSession, wrong: str = "", status: int = 200) -> Response[str]:
        if self.lives and self.asked.get("visite") != session.mark:
            return self.nobody()
        seen = self.site.see(session.limitation_id, self.language, health=session.confirmed)
        if self.lives:
            return self.fragment(self.pages.living(seen))
        told = self.told(telephone=self.site.supplier.telephone)
        page = self.pages.case(session, seen, self.site.situation(seen.standing), told=told, wrong=wrong)
        return self.html(page, status)

    def text(self, name: str) -> Response[str]:
        text = self.say(f"{name}_text", contact=self.site.supplier.data_protection)
        return self.html(self.pages.plain(self.say(name), text))

    def refused(self, text: str, status: int) -> Response[str]:
        why = self.say.either(text, "")
        page = self.pages.plain(self.say("where"), why) if text == "broken_off" else self.pages.enter(why)
        return self.html(page, status)
