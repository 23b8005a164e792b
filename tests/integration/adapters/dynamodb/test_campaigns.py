"""The list of a campaign in DynamoDB, and how those on it stand in the register."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from restoration.adapters.dynamodb.campaigns import CampaignTable
from restoration.domain.campaign import Concerned

BELOW = Concerned("LIM-1", "CON-1", "RAISE_FLOOR", "WINTER_FLOOR", Decimal(3))
KEPT_BACK = Concerned("LIM-2", "CON-2", "RESTORE", "PERSONAL", kept_back="SHADOW")


@pytest.fixture
def campaigns(dynamodb: Any) -> CampaignTable:
    return CampaignTable(dynamodb, "campaigns")


def test_list_holds_who_is_concerned_and_whether_they_were_started(campaigns: CampaignTable) -> None:
    campaigns.put("campaign-2026", BELOW)
    campaigns.put("campaign-2026", KEPT_BACK)
    campaigns.put("campaign-2026", replace(BELOW, is_started=True))
    campaigns.put("campaign-2027", BELOW)
    assert list(campaigns.all("campaign-2026")) == [replace(BELOW, is_started=True), KEPT_BACK]
    assert campaigns.find("campaign-2027", "LIM-1") == BELOW
    assert campaigns.find("campaign-2027", "LIM-2") is None


def test_list_of_more_than_a_megabyte_is_read_to_its_end(campaigns: CampaignTable) -> None:
    long = "R" * 300_000
    for number in range(5):
        campaigns.put("campaign-2026", replace(KEPT_BACK, limitation_id=f"LIM-{number}", kept_back=long))
    assert [each.limitation_id for each in campaigns.all("campaign-2026")] == [f"LIM-{number}" for number in range(5)]
