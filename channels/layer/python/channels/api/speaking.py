"""The operations by which something is said on a case: the same for customers, and for advisors on the telephone."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from dataclasses import dataclass
from inspect import Parameter, signature
from typing import Any
from uuid import UUID, uuid4

from channels.api.models import VisitSlots
from channels.api.serving import Key, Once, Receipt, serve
from channels.contracts.asking import Asking
from channels.saying import NO_VISIT, SAID, Act, Say, Site
from channels.use_cases.speak import Speaker
from channels.web import Handlers
from restoration.clock import paris_date
from restoration.contracts.received_details import Role
from restoration.contracts.wire import LimitationId
from restoration.observability import count


@dataclass(frozen=True)
class Speaking[OfSite: Site](Handlers, ABC):
    """Base of the handlers of both APIs; the method's name is the operation's."""

    once: Once
    site: OfSite

    @abstractmethod
    def _speaker(self, limitation_id: str, key: UUID) -> Speaker:
        """The person who speaks on a case.

        Raises
        ------
        Unmet, Refused
            They may not.
        """

    def serve(self, case: str, *problems: str, without: Collection[str] = ()) -> None:
        """Give the operations their addresses below that of a case."""
        for name, act in SAID.items():
            if act.path and name not in without:
                serve(self.app, f"{case}/{act.path}", self._operation(act), *act.problems, *problems)
        serve(self.app, f"{case}/visit-slots", self.list_visit_slots, "not_found", *NO_VISIT, *problems)

    def list_visit_slots(self, limitation_id: LimitationId) -> VisitSlots:
        """When Enedis' technician may come, where a case waits for one. Enedis is asked once in ten minutes."""
        self._speaker(limitation_id, uuid4())
        found = self.site.visits.look(limitation_id)
        return VisitSlots(planned=found.planned, slots=found.slots)

    def _operation(self, act: Act[Say]) -> Callable[..., Receipt]:
        def say(limitation_id: LimitationId, key: Key, asked: Any = None) -> Receipt:
            by = self._speaker(limitation_id, key)
            receipt = self.do(key, asked, act, lambda: act.do(self.site, limitation_id, by, asked))
            count("CustomerActs" if by.role is Role.CUSTOMER else "AdvisorActs")
            return receipt

        return named(act, say)

    def do(self, key: UUID, asked: Asking | None, act: Act[Any], done: Callable[[], str | None]) -> Receipt:
        """Do an act once. Raises :class:`BadForm` before its key is taken."""
        if asked:
            asked.check(paris_date(self.once.now()))
        return self.once.do(self.event, key, asked, act.told, done)


def named(act: Act[Any], handler: Callable[..., Receipt]) -> Callable[..., Receipt]:
    """A handler by the name of its operation, with what the act asks for as the type of ``asked``."""
    handler.__name__, handler.__doc__ = act.operation, act.summary
    taken = signature(handler)
    asked = taken.parameters["asked"].replace(annotation=act.asks, default=Parameter.empty)
    given = [asked if each.name == "asked" else each for each in taken.parameters.values()]
    handler.__signature__ = taken.replace(parameters=given if act.asks else given[:-1])  # type: ignore[attr-defined]
    return handler
