"""The customers' API: the espace client asks with the customer's own token, which counts as the third level."""

from dataclasses import dataclass
from uuid import UUID

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from channels.api.models import Amounts, Case, CaseList, CaseSummary, DoneAct, ReceivedPayment
from channels.api.serving import Cursor, Limit, NotAllowed, Speaking, claims_of, page, resolver, serve
from channels.customers import CustomerSite
from channels.domain.of_case import Seen
from channels.pages.customer import act_said
from channels.pages.words import DESK
from channels.use_cases.speak import NoSuchCase, Speaker
from record.words import Language, Words
from restoration.contracts.received_details import Channel, Role
from restoration.contracts.wire import LimitationId

CASES = "/api/v1/cases"
CASE = f"{CASES}/<limitation_id>"
WORDS = ("words", "reason", "proof")
"""What somebody wrote, by what they did."""


def routes(site: CustomerSite) -> APIGatewayHttpResolver:
    """The API's addresses."""
    app = resolver()
    handle = _Handlers(app, site)
    serve(app, CASES, handle.list_cases)
    serve(app, CASE, handle.get_case, "not_found")
    handle.serve(CASE, "said_enough")
    return app


@dataclass(frozen=True)
class _Handlers(Speaking[CustomerSite]):
    """One for each operation; the method's name is the operation's."""

    @property
    def _customer(self) -> str:
        customer = claims_of(self.event).get("customer_id", "")
        if not customer:
            raise NotAllowed
        return customer

    def list_cases(self, cursor: Cursor = None, limit: Limit = 10) -> CaseList:
        """The customer's cases, the closed ones too."""
        found = self.site.standings.limitations_by("customerId", self._customer)
        shown, following = page(found, str, cursor, limit)
        standings = [standing for each in shown if (standing := self.site.standings.read(each))]
        return CaseList(cases=tuple(CaseSummary(**self.summary(each)) for each in standings), next=following)

    def get_case(self, limitation_id: LimitationId) -> Case:
        """One case: where it stands, what was paid and what remains, what was done."""
        self._check_own(limitation_id)
        seen = self.site.see(limitation_id, self.language, health=True)
        amounts, standing = None, seen.standing
        if billing := self.site.situation(standing):
            remains = standing.balance if standing.awaits_payment else None
            payments = (ReceivedPayment.model_validate(each, from_attributes=True) for each in billing.payments)
            amounts = Amounts(debt=billing.limitation_debt, remains=remains, payments=tuple(payments))
        return Case(**self.summary(standing, seen.said), amounts=amounts, acts=done_acts(seen, self.language))

    def _speaker(self, limitation_id: str, key: UUID) -> Speaker:
        self._check_own(limitation_id)
        return Speaker(Channel.API, Role.CUSTOMER, str(key))

    def _check_own(self, limitation_id: str) -> None:
        """A foreign case is as unknown as one that there is not, and takes the same one read."""
        standing = self.site.standings.registered(limitation_id)
        if standing is None or standing.item.get("customerId") != self._customer:
            raise NoSuchCase(limitation_id)


def done_acts(seen: Seen, language: Language, *, whole: bool = False) -> tuple[DoneAct, ...]:
    """What was done on a case, ``whole``: in the words of who did it, too."""
    say = Words(language, DESK)
    return tuple(
        DoneAct(
            id=each.key, kind=each.kind, at=each.at, channel=each.channel, role=each.role,
            said=act_said(each, say, seen.at),
            words=next((each.content[it] for it in WORDS if it in each.content), None) if whole else None,
        )
        for each in seen.case.acts
    )  # fmt: skip
