"""The notice to the social services, which the nightly check gives once for each limitation that lasts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from restoration.clock import paris_date
from restoration.contracts.business_event import event_id
from restoration.contracts.published import SocialServicesNoticeDue
from restoration.domain.claim import Claim
from restoration.domain.limitation import REDUCED_STATUSES
from restoration.domain.social_notice import notice_due_on
from restoration.domain.switch import Mode, Switch
from restoration.ports import Claims, Publisher


@dataclass(frozen=True, slots=True)
class NoticeDesk:
    """Tells billing, by an event, that the social services are to be told."""

    claims: Claims
    events: Publisher
    switch: Callable[[], Switch]

    def tell(self, claim: Claim, today: date) -> bool:
        """Give a limitation's notice if it is due and was not given; whether it was given now.

        It is marked after it was published. A repeat, after a crash in between or beside news, is the same event: its
        id has the day of the reduction, so that a limitation of a later season has a notice of its own.
        """
        since = claim.limited_since
        if since is None or claim.status not in REDUCED_STATUSES or today < notice_due_on(since):
            return False
        if claim.told_since == since or self.switch().mode_of(claim.limitation_id) is not Mode.ON:
            return False
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
