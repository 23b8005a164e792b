"""The notice to the social services, which the nightly check gives once for each limitation that lasts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from restoration.clock import paris_date
from restoration.contracts.published import SocialServicesNoticeDue, event_id
from restoration.domain.claim import Claim
from restoration.domain.limitation import REDUCED_STATUSES
from restoration.domain.social_notice import notice_due_on
from restoration.domain.switch import Mode, Switch
from restoration.ports import Publisher, SocialNotices


@dataclass(frozen=True, slots=True)
class NoticeDesk:
    """Tells billing, by an event, that the social services are to be told."""

    notices: SocialNotices
    events: Publisher
    switch: Callable[[], Switch]

    def tell(self, claim: Claim, today: date) -> bool:
        """Give a limitation's notice if it is due and was not given; whether it was.

        The notice is kept before its event is published, with the generation in the event's id, and marked after. A
        repeat after a crash in between publishes the same event.
        """
        since = claim.limited_since
        if since is None or claim.status not in REDUCED_STATUSES or today < notice_due_on(since):
            return False
        known = claim.social_notice if claim.social_notice and claim.social_notice.since == since else None
        if (known and known.published) or self.switch().mode_of(claim.limitation_id) is not Mode.ON:
            return False
        notice = self.notices.keep(claim.limitation_id, since, known.generation if known else claim.generation)
        if notice is None or notice.published:
            return False
        due = SocialServicesNoticeDue(
            id=event_id(claim.limitation_id, notice.generation, SocialServicesNoticeDue.detail_type()),
            limitation_id=claim.limitation_id,
            contract_id=claim.contract_id,
            generation=notice.generation,
            limited_since=paris_date(since),
        )
        self.events.publish([due])
        self.notices.mark_published(claim.limitation_id, notice)
        return True
