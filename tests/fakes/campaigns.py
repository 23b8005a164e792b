"""The list of a campaign, in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from restoration.domain.campaign import Concerned


@dataclass
class InMemoryCampaigns:
    """The limitations that are concerned, by campaign and id."""

    lists: dict[str, dict[str, Concerned]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def find(self, campaign_id: str, limitation_id: str) -> Concerned | None:
        return self.lists.get(campaign_id, {}).get(limitation_id)

    def put(self, campaign_id: str, concerned: Concerned) -> None:
        self.lists.setdefault(campaign_id, {})[concerned.limitation_id] = concerned

    def begin(self, campaign_id: str) -> None:
        self.begun.add(campaign_id)

    def all(self, campaign_id: str) -> Iterator[Concerned]:
        yield from list(self.lists.get(campaign_id, {}).values())
