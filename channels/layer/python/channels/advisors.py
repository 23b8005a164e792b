"""The advisors' desk: its addresses, and what each does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial, wraps
from itertools import product
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from channels import saying
from channels.contracts.forms import Form
from channels.domain.session import ADVISOR_LASTS, AdvisorSession, Refused
from channels.domain.work import Whose, WorkKind
from channels.pages.desk import INCIDENTS, DeskCase, DeskPages, refused_page, restores_now
from channels.pages.words import DESK, words
from channels.ports import Register
from channels.site import Pages, Site
from channels.use_cases import sessions
from channels.use_cases.sign_in import NotSignedIn, SignIn
from channels.use_cases.speak import Speaker
from channels.use_cases.work_list import WorkDesk
from channels.web import cookie, fragment, go, html
from record.cases.dossier import Dossier
from record.cases.timeline import timeline
from record.domain.desk import Decided
from record.words import Language
from restoration.clock import paris_date
from restoration.contracts.received_details import Channel, Role
from restoration.domain.case_keys import CaseKeys, read_code, written
from restoration.domain.look import COVERAGE
from restoration.errors import InvalidResponse
from restoration.observability import count, logger

if TYPE_CHECKING:
    from channels.operations import Operations

SESSION, SIGNING_IN = "conseiller", "entree"
LOOKS_A_DAY = 150
"""An advisor who opens more cases in a day is told about: cases are opened for work."""
NOT_SHOWN = frozenset({"execution", "act"})
"""Lines of a case that are for operations, and those that the desk lists by themselves."""
ABOUT_HEALTH = frozenset({"protection", "priority", "attention"})


type _Handler = Callable[..., Response[str]]


class Dossiers(Protocol):
    """Whole cases."""

    def read(self, limitation_id: str) -> Dossier: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisorSite(Site):
    """What the desk is made of."""

    supplier: str
    sign_in: SignIn
    desk: WorkDesk
    keys: CaseKeys
    dossiers: Dossiers
    register: Register
    decided: Callable[[date], Mapping[str, Decided]]
    operations: "Callable[[], Operations]"

    def routes(self) -> APIGatewayHttpResolver:
        """The desk's addresses."""
        app = APIGatewayHttpResolver()
        route = _Routes(app, self)
        app.get("/conseil")(route.list)
        app.get("/conseil/vivant")(route.live)
        app.get("/conseil/entrer")(route.begin)
        app.get("/conseil/retour")(route.end)
        app.post("/conseil/sortir")(route.leave)
        app.get("/conseil/chercher")(route.search)
        app.get("/conseil/decisions")(route.decided)
        app.get("/conseil/dossier/<limitation_id>")(route.case)
        app.get("/conseil/dossier/<limitation_id>/vivant")(route.live_case)
        app.post("/conseil/dossier/<limitation_id>/<act>")(route.speak)
        app.post("/conseil/travail/<limitation_id>/<work_id>/<act>")(route.act)
        app.route(INCIDENTS, method=["GET", "POST"])(route.incidents)
        app.route(f"{INCIDENTS}/<name>", method=["GET", "POST"])(route.incidents)
        app.get(f"{INCIDENTS}/<name>/vivant")(route.incidents)
        route.tell_refusals()
        return app

    def find(self, typed: str) -> Sequence[str]:
        """The limitations that a code, a limitation, a contract, a point or a customer names."""
        if (code := read_code(typed)) and (door := self.table.door(code)):
            return [door.limitation_id]
        keys = dict.fromkeys(key for key in (typed.strip(), typed.strip().upper()) if key)
        if named := [key for key in keys if "status" in self.register.limitation(key)]:
            return named
        names = product(("contractId", "pointId", "customerId"), keys)
        return sorted({each for name, key in names for each in self.register.limitations_by(name, key)})

    def shown(self, limitation_id: str, advisor: AdvisorSession, language: Language) -> DeskCase:
        """A case as an advisor may see it. Raises :class:`~channels.use_cases.speak.NoSuchCase`."""
        seen = self.see(limitation_id, language, health=advisor.sees_health)
        dossier = self.dossiers.read(limitation_id)
        if not advisor.sees_health:
            kept = [each for each in dossier.decisions if each.decision not in ABOUT_HEALTH]
            dossier = replace(dossier, decisions=kept)
        is_open = seen.standing.situation.is_open
        looks = [each.value for each in dossier.decisions if each.decision == COVERAGE and is_open]
        return DeskCase(
            seen,
            restores=restores_now(looks[-1], words(language, DESK)) if looks else "",
            code=written(self.keys.code(limitation_id)),
            lines=[each for each in timeline(dossier, language) if each.kind not in NOT_SHOWN],
        )

    def look(self, advisor: AdvisorSession, limitation_id: str) -> None:
        """Record that an advisor sees a case, once in half an hour, and say so where they see very many."""
        if self.table.count(f"LOOK#{advisor.subject}#{limitation_id}", self.now(), ADVISOR_LASTS) > 1:
            return
        logger.info("case opened", correlation_id=limitation_id, advisor=advisor.subject)
        if self.table.count(f"LOOKS#{advisor.subject}", self.now(), timedelta(days=1)) > LOOKS_A_DAY:
            count("AdvisorsLookMuch")


def _guarded(may: Callable[[AdvisorSession], bool]) -> Callable[[_Handler], _Handler]:
    """Let a handler run only for those who may; a page that is opened sends who has no session to sign in."""

    def guarding(handler: _Handler) -> _Handler:
        @wraps(handler)
        def guarded(self: "_Routes", **given: str) -> Response[str]:
            session = self.session(AdvisorSession, SESSION)
            if session is None and self.event.http_method == "GET":
                return go(f"/conseil/entrer?{urlencode({'then': self.event.path})}")
            if session is None:
                return self.refused("STALE", 401)
            return handler(self, session, **given) if may(session) else self.not_for(session)

        return guarded

    return guarding


_signed_in = _guarded(lambda session: session.may_see)
_for_operations = _guarded(lambda session: session.operates)


@dataclass(frozen=True)
class _Routes(Pages[AdvisorSite]):
    """The handlers."""

    texts = DESK

    def pages(self, advisor: AdvisorSession) -> DeskPages:
        return DeskPages(self.site.supplier, self.say, advisor)

    @property
    def _redirect(self) -> str:
        host = self.event.headers.get("host", "")
        scheme = "http" if host.partition(":")[0] == "127.0.0.1" else "https"
        return f"{scheme}://{host}/conseil/retour"

    # ── In and out ──

    def begin(self) -> Response[str]:
        address, state = self.site.sign_in.begin(self._redirect, self.event.query_string_parameters.get("then", ""))
        return go(address, {SIGNING_IN: state}, 600)

    def end(self) -> Response[str]:
        given = self.event.query_string_parameters
        try:
            session, then = self.site.sign_in.end(
                given.get("code", ""), given.get("state", ""), cookie(self.event, SIGNING_IN), self._redirect
            )
        except (NotSignedIn, InvalidResponse) as error:
            logger.warning("nobody was signed in", reason=type(error).__name__)
            return self.refused("STALE", 403)
        return go(then, {SESSION: session.id, SIGNING_IN: ""}, int(ADVISOR_LASTS.total_seconds()))

    @_guarded(lambda session: session.may_see or session.operates)
    def leave(self, advisor: AdvisorSession) -> Response[str]:
        self.form_of(advisor)
        sessions.end(self.site.table, advisor, self.site.now())
        return go("/conseil/entrer", {SESSION: ""})

    # ── What one sees ──

    @property
    def _wanted(self) -> tuple[WorkKind | None, Whose]:
        """The kind of work and whose it is that the list is asked for; all, where it is asked for anything else."""
        kind, whose = (self.event.query_string_parameters.get(name, "") for name in ("kind", "whose"))
        return WorkKind(kind) if kind in WorkKind else None, Whose(whose) if whose in Whose else Whose.ALL

    @_signed_in
    def list(self, advisor: AdvisorSession) -> Response[str]:
        work = self.site.desk.open_work(advisor, *self._wanted)
        return html(self.pages(advisor).list(work, self.site.now(), *self._wanted), self.event)

    @_signed_in
    def live(self, advisor: AdvisorSession) -> Response[str]:
        work = self.site.desk.open_work(advisor, *self._wanted)
        return fragment(self.pages(advisor).live_list(work, self.site.now()), self.event)

    @_signed_in
    def decided(self, advisor: AdvisorSession) -> Response[str]:
        today = paris_date(self.site.now())
        months = [today, today.replace(day=1) - timedelta(days=1)]
        found = [(month, self.site.decided(month)) for month in months]
        return html(self.pages(advisor).decided(found), self.event)

    @_signed_in
    def search(self, advisor: AdvisorSession) -> Response[str]:
        typed = self.event.query_string_parameters.get("q", "")[:64]
        found = self.site.find(typed)
        if len(found) == 1:
            return go(f"/conseil/dossier/{quote(found[0])}")
        return html(self.pages(advisor).found(typed, found), self.event)

    @_signed_in
    def case(self, advisor: AdvisorSession, limitation_id: str) -> Response[str]:
        return self._case(advisor, limitation_id)

    @_signed_in
    def live_case(self, advisor: AdvisorSession, limitation_id: str) -> Response[str]:
        self.site.look(advisor, limitation_id)
        shown = self.site.shown(limitation_id, advisor, self.language)
        return fragment(self.pages(advisor).live_case(shown), self.event)

    def _case(self, advisor: AdvisorSession, limitation_id: str, wrong: str = "", status: int = 200) -> Response[str]:
        self.site.look(advisor, limitation_id)
        shown = self.site.shown(limitation_id, advisor, self.language)
        page = self.pages(advisor).case(shown, told=self.told(), wrong=wrong)
        return html(page, self.event, status)

    # ── What one does ──

    @_signed_in
    def speak(self, advisor: AdvisorSession, limitation_id: str, act: str) -> Response[str]:
        if act not in saying.SAID.keys() - saying.OF_CUSTOMERS:
            return self.refused("not_found", 404)

        def said(form: Form) -> str:
            return saying.say(self.site, limitation_id, _speaker(form, advisor), act, form)

        return self._do(advisor, limitation_id, said)

    @_signed_in
    def act(self, advisor: AdvisorSession, limitation_id: str, work_id: str, act: str) -> Response[str]:
        def done(form: Form) -> str:
            work = self.site.table.of_case(limitation_id).work_of(work_id)
            if work is None or act not in saying.DONE:
                raise Refused("DONE", how="", name="")
            found = saying.DONE[act]
            found.do(self.site.desk, advisor, work, _speaker(form, advisor), found.asked(form))
            return found.told

        return self._do(advisor, limitation_id, done)

    def _do(self, advisor: AdvisorSession, limitation_id: str, act: Callable[[Form], str]) -> Response[str]:
        def do() -> str:
            self.site.desk.check_may_act(advisor, limitation_id)
            return act(self.form_of(advisor))

        return self.do(f"/conseil/dossier/{quote(limitation_id)}", do, partial(self._case, advisor, limitation_id))

    @_for_operations
    def incidents(self, advisor: AdvisorSession, name: str = "") -> Response[str]:
        """Each page and form of operations: the list, or one dry run."""
        found = self.site.operations().reply(self, self.pages(advisor), name, self.site.now())
        return found or self.refused("not_found", 404)

    def not_for(self, session: AdvisorSession) -> Response[str]:
        """What somebody gets who may not see a page. Operations alone know that theirs is there."""
        if self.event.path.startswith(INCIDENTS):
            return self.refused("not_found", 404)
        if session.operates and self.event.path == "/conseil":
            return go(INCIDENTS)
        return self.refused("no_group", 403)

    def refused(self, text: str, status: int) -> Response[str]:
        return html(refused_page(self.say, text), self.event, status)


def _speaker(form: Form, advisor: AdvisorSession) -> Speaker:
    return Speaker(Channel.DESK, Role.ADVISOR, form.key(), advisor.subject)
