"""The operations by which something is said on a case: the same for customers, and for advisors on the telephone."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import sha256
from inspect import Parameter, signature
from typing import Any
from uuid import UUID, uuid4

from channels.api.models import VisitSlots
from channels.api.serving import Key, Receipt, claims_of, serve
from channels.contracts.asking import Asking
from channels.pages.words import API, words
from channels.saying import NO_VISIT, SAID, Act, Say
from channels.site import Site
from channels.use_cases.speak import NotSaid, Speaker
from channels.web import Handlers
from record.cases.standing import Standing
from restoration.clock import paris_date
from restoration.contracts.wire import LimitationId


@dataclass(frozen=True)
class Speaking[OfSite: Site](Handlers, ABC):
    """Base of the handlers of both APIs; the method's name is the operation's."""

    site: OfSite

    @abstractmethod
    def _speaker(self, limitation_id: str, key: UUID) -> Speaker:
        """The person who speaks on a case.

        Raises
        ------
        NotAllowed, NoSuchCase, Refused
            They may not.
        """

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
        found = self.site.visits.look(limitation_id)
        return VisitSlots(planned=found.planned, slots=found.slots)

    def _operation(self, act: Act[Say]) -> Callable[..., Receipt]:
        def say(limitation_id: LimitationId, key: Key, asked: Any = None) -> Receipt:
            by = self._speaker(limitation_id, key)
            return self.do(key, asked, act, lambda: act.do(self.site, limitation_id, by, asked))

        return named(act, say)

    def do(self, key: UUID, asked: Asking | None, act: Act[Any], done: Callable[[], str | None]) -> Receipt:
        """Do an act, or give the reply of the time before: a key that comes again is one act.

        Raises
        ------
        BadForm
            Its key is not taken then.
        NotSaid
            The key was used for something else.
        """
        now = self.site.now()
        if asked:
            asked.check(paris_date(now))
        content = f"{self.event.raw_path}\n{asked.model_dump_json() if asked else ''}"
        hashed = sha256(content.encode()).hexdigest()
        name = f"API#{sha256(f'{claims_of(self.event)["sub"]} {key}'.encode()).hexdigest()}"
        earlier = self.site.table.claim(name, hashed, now)
        if earlier and earlier["content"] != hashed:
            raise NotSaid("said_key_used")
        if "reply" in earlier:
            return Receipt.model_validate_json(earlier["reply"])
        # One that was claimed and has no reply was refused, or broke off: every act knows its own key, and is taken up.
        said = done() or act.told
        receipt = Receipt(id=key, at=self.site.now(), said=words(self.language, API)(said))
        self.site.table.reply(name, receipt.model_dump_json(by_alias=True))
        return receipt


def named(act: Act[Any], handler: Callable[..., Receipt]) -> Callable[..., Receipt]:
    """A handler by the name of its operation, with what the act asks for as the type of ``asked``."""
    handler.__name__, handler.__doc__ = act.operation, act.summary
    taken = signature(handler)
    asked = taken.parameters["asked"].replace(annotation=act.asks, default=Parameter.empty)
    given = [asked if each.name == "asked" else each for each in taken.parameters.values()]
    handler.__signature__ = taken.replace(parameters=given if act.asks else given[:-1])  # type: ignore[attr-defined]
    return handler
