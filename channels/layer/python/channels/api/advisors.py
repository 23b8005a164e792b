"""The advisors' API: the desk's list, cases and acts for the supplier's own applications, with the advisor's token."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from channels.advisors import AdvisorSite
from channels.api.customers import done_acts
from channels.api.models import AdvisorCase, Found, HappenedLine, Receipt, WorkItem, WorkPage
from channels.api.serving import Cursor, Key, Limit, NotAllowed, Speaking, claims_of, named, page, resolver, serve
from channels.domain.of_case import Whose, Work, WorkKind
from channels.domain.session import AdvisorSession
from channels.pages.words import DESK
from channels.saying import DONE, OF_CUSTOMERS, Act, Do
from channels.use_cases.speak import NoSuchCase, Speaker
from record.codes import said_of
from record.words import Words
from restoration.contracts.received_details import Channel, Role
from restoration.contracts.wire import LimitationId

BASE = "/api/v1/advisors"
CASE = f"{BASE}/cases/<limitation_id>"
WORK = f"{CASE}/work-items/<work_id>"
WorkId = Annotated[str, Path(min_length=1, max_length=128, description="The id of the work in the list.")]
Kind = Annotated[WorkKind | None, Query(description="Work of one kind alone.")]
OfWhom = Annotated[Whose, Query(description="All of it, one's own, what nobody has taken, or what is set aside.")]
Typed = Annotated[
    str, Query(min_length=1, max_length=64, description="A case code, limitation, contract, point or customer.")
]


def routes(site: AdvisorSite) -> APIGatewayHttpResolver:
    """The API's addresses."""
    app = resolver()
    handle = _Handlers(app, site)
    serve(app, f"{BASE}/work-items", handle.list_work)
    serve(app, f"{BASE}/cases", handle.search_cases)
    serve(app, CASE, handle.get_case, "not_found")
    handle.serve(CASE, "refused", "said_enough", without=OF_CUSTOMERS)
    for act in DONE.values():
        serve(app, f"{WORK}/{act.operation.replace('_', '-')}", handle.operation(act), "refused")
    return app


@dataclass(frozen=True)
class _Handlers(Speaking[AdvisorSite]):
    """One for each operation; the method's name is the operation's."""

    @property
    def _advisor(self) -> AdvisorSession:
        """The advisor of the token: API Gateway writes a list of groups as ``[advisors health]``."""
        claims = claims_of(self.event)
        groups = frozenset(claims.get("groups", "").strip("[]").split())
        name = claims.get("name", claims["sub"])[:80]
        advisor = AdvisorSession(claims["sub"], name, groups, claims.get("customer_id", ""))
        if not advisor.may_see:
            raise NotAllowed
        return advisor

    # ── What one sees ──

    def list_work(
        self, kind: Kind = None, whose: OfWhom = Whose.ALL, cursor: Cursor = None, limit: Limit = 20
    ) -> WorkPage:
        """The work that waits for an advisor: paid and protected customers first, by the time that is left."""
        advisor = self._advisor
        work = self.site.open_work(advisor, kind, whose)
        shown, following = page(work, lambda each: each.place, cursor, limit)
        return WorkPage(work=tuple(self._item(each, advisor) for each in shown), next=following)

    def search_cases(self, q: Typed) -> Found:
        """The limitations that a case code, a limitation, a contract, a point or a customer names."""
        _ = self._advisor
        return Found(limitation_ids=tuple(self.site.find(q)))

    def get_case(self, limitation_id: LimitationId) -> AdvisorCase:
        """One case, with what to say, what waits, what was done and what happened. Each look is recorded."""
        advisor, site, language = self._advisor, self.site, self.language
        site.look(advisor, limitation_id)
        shown = site.shown(limitation_id, advisor, language)
        seen = shown.seen
        return AdvisorCase(
            **self.summary(seen.standing, seen.said),
            customer_id=seen.standing.item.get("customerId"),
            point_id=seen.standing.item.get("pointId"),
            code=shown.code,
            restores=shown.restores or None,
            work=tuple(self._item(each, advisor) for each in seen.case.work),
            acts=done_acts(seen, language, whole=True),
            line=tuple(HappenedLine.model_validate(each, from_attributes=True) for each in shown.lines),
        )

    def operation(self, act: Act[Do]) -> Callable[..., Receipt]:
        """What one does with work."""

        def do(limitation_id: LimitationId, work_id: WorkId, key: Key, asked: Any = None) -> Receipt:
            by, advisor = self._speaker(limitation_id, key), self._advisor
            work = self.site.table.of_case(limitation_id).work_of(work_id)
            if work is None:
                raise NoSuchCase(limitation_id)
            return self.do(key, asked, act, lambda: act.do(self.site, advisor, work, by, asked))

        return named(act, do)

    def _speaker(self, limitation_id: str, key: UUID) -> Speaker:
        advisor = self._advisor
        self.site.check_may_act(advisor, limitation_id)
        return Speaker(Channel.API, Role.ADVISOR, str(key), advisor.subject)

    def _item(self, work: Work, advisor: AdvisorSession) -> WorkItem:
        shown = {
            "said": Words(self.language, DESK)(work.kind.value),
            "reason": said_of(work.reason, self.language),
            "takenBy": work.taken_name or None,
            "isMine": work.taken_by == advisor.subject,
            "replies": work.offer.replies,
            "needsProof": work.offer.proof,
        }
        return WorkItem.model_validate({**work.to_json(), **shown})
