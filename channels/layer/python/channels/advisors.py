"""The advisors' desk: its addresses, and what each does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from channels import saying
from channels.contracts.asking import BadForm, Form
from channels.domain.of_case import Whose, WorkKind
from channels.domain.session import NOBODY, AdvisorSession, Refused
from channels.pages.desk import INCIDENTS, DeskCase, DeskPages, page_of, refused_page, restores_now
from channels.pages.frame import note
from channels.pages.words import DESK
from channels.site import Pages, Site, cookie, go
from channels.use_cases.enter import NotLetIn, SignIn
from channels.use_cases.speak import Speaker
from channels.use_cases.work_list import WorkDesk
from record.cases.dossier import Dossier
from record.cases.timeline import timeline
from record.words import Language, Words
from restoration.contracts.received_details import Channel, Role
from restoration.domain.case_keys import read_code, written
from restoration.domain.look import COVERAGE
from restoration.errors import InvalidResponse
from restoration.observability import count, logger

if TYPE_CHECKING:
    from channels.operations import Operations

SIGNING_IN = "entree"
LOOKS_A_DAY = 150
"""An advisor who opens more cases in a day is told about: cases are opened for work."""
NOT_SHOWN = frozenset({"execution", "act"})
"""Lines of a case that are for operations, and those that the desk lists by themselves."""
ABOUT_HEALTH = frozenset({"protection", "priority", "attention"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisorSite(Site, WorkDesk, SignIn):
    """What the desk is made of."""

    supplier: str
    dossier: Callable[[str], Dossier]
    operations: "Callable[[], Operations]"

    def routes(self) -> APIGatewayHttpResolver:
        """The desk's addresses."""
        app = APIGatewayHttpResolver()
        route = _Routes(app, self)
        signed_in = partial(route.guarded, may=lambda session: session.may_see)
        of_operations = route.guarded(route.incidents, lambda session: session.operates)
        app.get("/conseil")(signed_in(route.list))
        app.get("/conseil/entrer")(route.begin)
        app.get("/conseil/retour")(route.end)
        app.post("/conseil/sortir")(route.guarded(route.leave))
        app.get("/conseil/sortir")(lambda: route.refused("left", 200))
        app.get("/conseil/chercher")(signed_in(route.search))
        app.get("/conseil/dossier/<limitation_id>")(signed_in(route.case))
        app.post("/conseil/dossier/<limitation_id>/<act>")(signed_in(route.speak))
        app.get("/conseil/dossier/<limitation_id>/<act>")(route.back_to_case)
        app.post("/conseil/travail/<limitation_id>/<work_id>/<act>")(signed_in(route.act))
        app.get("/conseil/travail/<limitation_id>/<work_id>/<act>")(route.back_to_case)
        app.route(INCIDENTS, method=["GET", "POST"])(of_operations)
        app.route(f"{INCIDENTS}/<name>", method=["GET", "POST"])(of_operations)
        route.tell_refusals()
        return app

    def find(self, typed: str) -> Sequence[str]:
        """The limitations that a code, a limitation, a contract, a point or a customer names."""
        if (code := read_code(typed)) and (limitation_id := self.table.behind(code)) != NOBODY:
            return [limitation_id]
        bare = "".join(typed.split())  # people put blanks into numbers
        keys = dict.fromkeys(key for key in (bare, bare.upper()) if key)
        if named := [key for key in keys if self.standings.registered(key)]:
            return named
        names = product(("contractId", "pointId", "customerId"), keys)
        return sorted({each for name, key in names for each in self.standings.limitations_by(name, key)})

    def shown(self, limitation_id: str, advisor: AdvisorSession, language: Language) -> DeskCase:
        """A case as an advisor may see it. Raises :class:`~channels.use_cases.speak.NoSuchCase`."""
        seen = self.see(limitation_id, language, health=advisor.sees_health)
        dossier = self.dossier(limitation_id)
        if not advisor.sees_health:
            kept = [each for each in dossier.decisions if each.decision not in ABOUT_HEALTH]
            dossier = replace(dossier, decisions=kept)
        is_open = seen.standing.situation.is_open
        looks = [each.value for each in dossier.decisions if each.decision == COVERAGE and is_open]
        return DeskCase(
            seen,
            restores=restores_now(looks[-1], Words(language, DESK)) if looks else "",
            code=written(self.keys.code(limitation_id)),
            lines=[each for each in timeline(dossier, language) if each.kind not in NOT_SHOWN],
        )

    def look(self, advisor: AdvisorSession, limitation_id: str) -> None:
        """Record that an advisor sees a case, once in half an hour, and say so where they see very many."""
        if self.table.count(f"LOOK#{advisor.subject}#{limitation_id}", self.now(), advisor.LASTS) > 1:
            return
        logger.info("case opened", correlation_id=limitation_id, advisor=advisor.subject)
        if self.table.count(f"LOOKS#{advisor.subject}", self.now(), timedelta(days=1)) > LOOKS_A_DAY:
            count("AdvisorsLookMuch")


@dataclass(frozen=True)
class _Routes(Pages[AdvisorSite]):
    """The handlers."""

    texts, left = DESK, "/conseil/sortir"
    kind, cookie_name = AdvisorSession, "conseiller"

    def pages(self, advisor: AdvisorSession) -> DeskPages:
        return DeskPages(self.site.supplier, self.say, advisor)

    @property
    def _redirect(self) -> str:
        host = self.event.headers.get("host", "")
        scheme = "http" if host.partition(":")[0] == "127.0.0.1" else "https"
        return f"{scheme}://{host}/conseil/retour"

    # ── In ──

    def begin(self) -> Response[str]:
        address, state = self.site.begin_sign_in(self._redirect, self.asked.get("then", ""))
        return go(address, {SIGNING_IN: state}, 600)

    def end(self) -> Response[str]:
        code, state = self.asked.get("code", ""), self.asked.get("state", "")
        try:
            session, then = self.site.end_sign_in(code, state, cookie(self.event, SIGNING_IN), self._redirect)
        except (NotLetIn, InvalidResponse) as error:
            logger.warning("nobody was signed in", reason=type(error).__name__)
            return self.refused("STALE", 403)
        return go(then, {self.cookie_name: session.id, SIGNING_IN: ""}, int(session.LASTS.total_seconds()))

    def nobody(self) -> Response[str]:
        """A page that is opened sends who has no session to sign in."""
        is_page, query = self.event.http_method == "GET", self.event.raw_query_string
        then = f"{self.event.path}?{query}" if query else self.event.path
        return go(f"/conseil/entrer?{urlencode({'then': then})}") if is_page else super().nobody()

    def not_for(self, session: AdvisorSession) -> Response[str]:
        """Operations alone know that theirs is there."""
        if self.event.path.startswith(INCIDENTS):
            return super().not_for(session)
        if session.operates and self.event.path == "/conseil":
            return go(INCIDENTS)
        body = note(self.say("no_group"), broken=True)
        return self.html(self.pages(session).framed(self.say("desk_title"), body), 403)

    # ── What one sees ──

    def list(self, advisor: AdvisorSession) -> Response[str]:
        """All work, where what is asked for is no kind and nobody's."""
        kind, whose = self.asked.get("kind", ""), self.asked.get("whose", "")
        wanted = WorkKind(kind) if kind in WorkKind else None, Whose(whose) if whose in Whose else Whose.ALL
        work, now = self.site.open_work(advisor, *wanted), self.site.now()
        if self.lives:
            return self.fragment(self.pages(advisor).work(work, now))
        return self.html(self.pages(advisor).list(work, now, *wanted))

    def search(self, advisor: AdvisorSession) -> Response[str]:
        typed = self.asked.get("q", "")[:64]
        found = self.site.find(typed)
        if len(found) == 1:
            return go(page_of(found[0]))
        return self.html(self.pages(advisor).found(typed, found))

    def case(self, advisor: AdvisorSession, limitation_id: str, wrong: str = "", status: int = 200) -> Response[str]:
        self.site.look(advisor, limitation_id)
        shown = self.site.shown(limitation_id, advisor, self.language)
        if self.lives:
            return self.fragment(self.pages(advisor).living(shown))
        shown = replace(shown, typed=self._typed()) if wrong else shown
        return self.html(self.pages(advisor).case(shown, told=self.told(), wrong=wrong), status)

    def _typed(self) -> Mapping[str, str]:
        """What was typed into the form in which something is wrong, and where it was sent."""
        try:
            return {**self.sent_form().fields, "sent": self.event.path}
        except BadForm:
            return {}

    def back_to_case(self, limitation_id: str, **_: str) -> Response[str]:
        return self.back(page_of(limitation_id))

    # ── What one does ──

    def speak(self, advisor: AdvisorSession, limitation_id: str, act: str) -> Response[str]:
        if act not in saying.SAID.keys() - saying.OF_CUSTOMERS:
            return self.refused("not_found", 404)
        return self._do(advisor, limitation_id, partial(saying.say, self.site, limitation_id, act))

    def act(self, advisor: AdvisorSession, limitation_id: str, work_id: str, act: str) -> Response[str]:
        def done(form: Form, speaker: Speaker) -> str:
            work = self.site.table.of_case(limitation_id).work_of(work_id)
            if work is None or act not in saying.DONE:
                raise Refused("DONE", how="", name="")
            found = saying.DONE[act]
            found.do(self.site, advisor, work, speaker, found.asked(form))
            return found.told

        return self._do(advisor, limitation_id, done)

    def _do(self, advisor: AdvisorSession, limitation_id: str, act: Callable[[Form, Speaker], str]) -> Response[str]:
        def do() -> str:
            self.site.check_may_act(advisor, limitation_id)
            form = self.form_of(advisor)
            return act(form, Speaker(Channel.DESK, Role.ADVISOR, form.key(), advisor.subject))

        return self.do(do, partial(self.case, advisor, limitation_id), page_of(limitation_id))

    def incidents(self, advisor: AdvisorSession, name: str = "") -> Response[str]:
        """Each page and form of operations: the list, or one dry run."""
        return self.site.operations().reply(self, self.pages(advisor), name)

    def refused(self, text: str, status: int) -> Response[str]:
        return self.html(refused_page(self.say, text), status)
