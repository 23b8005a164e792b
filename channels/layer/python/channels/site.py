"""What both sites are made of, and what their handlers do alike."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

from aws_lambda_powertools.event_handler import Response

from channels.contracts.asking import BadForm
from channels.contracts.forms import Form
from channels.domain.session import Refused, Session
from channels.pages.words import words
from channels.ports import Standings, Table
from channels.use_cases import sessions
from channels.use_cases.agree_visit import VisitDesk
from channels.use_cases.see import Seen
from channels.use_cases.speak import NoSuchCase, NotSaid, SpeakingDesk, known
from channels.web import BROKEN_OFF, Forged, Handlers, cookie, form_of, go, said_of_form
from record.domain.promises import Terms
from record.words import Language, Texts, Words
from restoration.observability import logger


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What both sites are made of, beside their own."""

    table: Table
    standings: Standings
    speaking: SpeakingDesk
    visits: VisitDesk
    terms: Terms
    now: Callable[[], datetime]

    def see(self, limitation_id: str, language: Language, *, health: bool) -> Seen:
        """A case as somebody sees it who may see health facts, or may not. Raises :class:`NoSuchCase`."""
        standing, now = known(self.standings, limitation_id), self.now()
        said = standing.said(now, self.terms, language)
        return Seen.of(standing, said, now, self.table.of_case(limitation_id), health=health)


@dataclass(frozen=True)
class Pages[OfSite: Site](Handlers, ABC):
    """Base of the handlers of both sites. Each gives a whole page, or sends on."""

    texts: ClassVar[Texts]
    site: OfSite

    @property
    def say(self) -> Words:
        return words(self.language, self.texts)

    def told(self, **fields: str) -> str:
        """The sentence about an act that the address asks for; empty where it asks for anything else."""
        name = self.event.query_string_parameters.get("dit", "")
        is_told = name in self.texts and name.startswith(("said_", "noted"))
        return self.say(name, **fields) if is_told else ""

    def session[Of: Session](self, kind: type[Of], cookie_name: str) -> Of | None:
        """The session of who came in; None where it is over, or never was."""
        return sessions.find(self.site.table, kind, cookie(self.event, cookie_name), self.site.now())

    def form_of(self, session: Session) -> Form:
        """The form that was sent from our own page in a session. Raises Forged, BadForm."""
        return form_of(self.event, session.form, self.site.now())

    def do(self, page: str, act: Callable[[], str], again: Callable[[str, int], Response[str]]) -> Response[str]:
        """Do what gives the name of a sentence, and tell it on a page; ``again`` shows that with what is wrong."""
        try:
            told = act()
        except NotSaid as not_said:
            return go(f"{page}?dit={not_said.told}")
        except BadForm as bad:
            return again(said_of_form(self.say, bad), 422)
        except Refused as refused:
            return again(refused_in(self.say, refused), 409)
        return go(f"{page}?dit={quote(told)}#content")

    @abstractmethod
    def refused(self, text: str, status: int) -> Response[str]:
        """The page that says why there is no other, by the name of a text."""

    def tell_refusals(self) -> None:
        """Let whatever is raised on the way to a page become one."""

        def nothing(_error: Exception) -> Response[str]:
            return self.refused("not_found", 404)

        def broken_off(_error: Exception) -> Response[str]:
            logger.exception("a request broke off")
            return self.refused("broken_off", 503)

        self.app.not_found(nothing)
        self.app.exception_handler(NoSuchCase)(nothing)
        self.app.exception_handler([Forged, BadForm])(lambda _: self.refused("STALE", 403))
        self.app.exception_handler(BROKEN_OFF)(broken_off)


def refused_in(say: Words, refused: Refused) -> str:
    """Why an advisor may not do something."""
    return say(refused.reason, **{name: say.either(value, value) for name, value in refused.facts.items()})
