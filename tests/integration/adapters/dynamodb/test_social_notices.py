"""Notices to the social services in DynamoDB: one for each reduction."""

from datetime import timedelta
from typing import Any

import pytest

from restoration.adapters.dynamodb.claims import ClaimTable
from restoration.adapters.dynamodb.social_notices import SocialNoticeTable
from restoration.clock import to_text
from restoration.domain.social_notice import SocialNotice
from tests.fakes.samples import NOON, POINT

NOTICE = SocialNotice(NOON, 3)


@pytest.fixture
def notices(dynamodb: Any) -> SocialNoticeTable:
    limit(dynamodb, limitedSince=to_text(NOON))
    return SocialNoticeTable(dynamodb, "limitations")


def limit(dynamodb: Any, **attributes: Any) -> None:
    item = {"limitationId": "LIM-1", "contractId": "CON-1", "pointId": POINT, "status": "LIMITED", "limitedPowerKva": 1}
    dynamodb.Table("limitations").put_item(Item=item | attributes)


def kept(dynamodb: Any) -> Any:
    claim = ClaimTable(dynamodb, "limitations").get("LIM-1")
    return claim and claim.social_notice


def test_notice_is_kept_and_marked_with_its_limitation(dynamodb: Any, notices: SocialNoticeTable) -> None:
    assert kept(dynamodb) is None
    assert notices.keep("LIM-1", NOON, 3) == NOTICE == kept(dynamodb)
    notices.mark_published("LIM-1", NOTICE)
    assert kept(dynamodb) == SocialNotice(NOON, 3, published=True)


def test_notice_that_is_kept_stays_as_it_is(notices: SocialNoticeTable) -> None:
    notices.keep("LIM-1", NOON, 3)
    notices.mark_published("LIM-1", NOTICE)
    assert notices.keep("LIM-1", NOON, 4) == SocialNotice(NOON, 3, published=True)


def test_notice_of_a_later_reduction_takes_the_place_of_the_old_one(dynamodb: Any, notices: SocialNoticeTable) -> None:
    notices.keep("LIM-1", NOON, 3)
    later = NOON + timedelta(days=330)
    item = {"since": to_text(NOON), "generation": 3, "published": True}
    limit(dynamodb, limitedSince=to_text(later), socialNotice=item)
    assert notices.keep("LIM-1", later, 5) == SocialNotice(later, 5)
    notices.mark_published("LIM-1", NOTICE)
    assert kept(dynamodb) == SocialNotice(later, 5), "an old notice marks no new one"


def test_no_notice_is_kept_of_a_reduction_that_is_over(notices: SocialNoticeTable) -> None:
    assert notices.keep("LIM-1", NOON + timedelta(days=1), 3) is None
    assert notices.keep("LIM-9", NOON, 3) is None
