"""The notice to the social services, which the nightly check gives once for each limitation that lasts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from restoration.clock import paris_date
from restoration.contracts.business_event import event_id
from restoration.domain.claim import Claim
from restoration.domain.deadlines import notice_due_on
from restoration.domain.limitation import REDUCED_STATUSES
from restoration.domain.switch import Mode, Switch
from restoration.errors import InvalidResponse, UnknownContract
from restoration.ports import Billing, Claims, Publisher


@dataclass(frozen=True, slots=True)
class NoticeDesk:
    """Tells billing, by an event, that the social services are to be told."""

    claims: Claims
    events: Publisher
    switch: Callable[[], Switch]
    billing: Billing

    def tell(self, claim: Claim, today: date) -> bool:
        """Give a limitation's notice if it is due and was not given; whether it was given now.

        Billing is asked first, since the customer may oppose it: décret 2008-780, art. 2. While they do, it is asked
        each night; what cannot be read is left for a later night.

        It is marked after it was published. A repeat, after a crash in between or beside news, is the same event: its
        id has the day of the reduction, so that a limitation of a later season has a notice of its own.

        Raises
        ------
        BillingUnavailable
            When billing can't be asked just now.
        """
        since = claim.limited_since
        if since is None or claim.status not in REDUCED_STATUSES or today < notice_due_on(since):
            return False
        if claim.told_since == since or self.switch().mode_of(claim.limitation_id) is not Mode.ON:
            return False
        if not self._may_tell(claim, since, today):
            return False
        # Few nights give one, and each start of the check would pay for all events.
        from restoration.contracts.published import SocialServicesNoticeDue  # noqa: PLC0415

        due = SocialServicesNoticeDue(
            id=event_id(claim.limitation_id, paris_date(since), SocialServicesNoticeDue.detail_type()),
            limitation_id=claim.limitation_id,
            contract_id=claim.contract_id,
            generation=claim.generation,
            limited_since=paris_date(since),
        )
        self.events.publish([due])
        self.claims.mark_looked(claim, told_since=since)
        return True

    def _may_tell(self, claim: Claim, since: datetime, today: date) -> bool:
        try:
            situation = self.billing.situation(claim.contract_id, claim.limitation_id)
        except (UnknownContract, InvalidResponse):
            return False
        return not situation.protections.opposes_social_notice and today >= notice_due_on(since, situation.department)
