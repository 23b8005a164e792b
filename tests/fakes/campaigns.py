"""The list of a campaign, in memory."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from restoration.domain.campaign import Concerned, Standing
from tests.fakes.claims import InMemoryClaims


@dataclass
class InMemoryCampaigns:
    """The limitations that are concerned, by campaign and id; how they stand is read from the claims."""

    claims: InMemoryClaims
    lists: dict[str, dict[str, Concerned]] = field(default_factory=dict)

    def find(self, campaign_id: str, limitation_id: str) -> Concerned | None:
        return self.lists.get(campaign_id, {}).get(limitation_id)

    def put(self, campaign_id: str, concerned: Concerned) -> None:
        self.lists.setdefault(campaign_id, {})[concerned.limitation_id] = concerned

    def all(self, campaign_id: str) -> Iterator[Concerned]:
        yield from list(self.lists.get(campaign_id, {}).values())

    def standings(self, limitation_ids: Iterable[str]) -> Mapping[str, Standing]:
        found = ((each, self.claims.get(each)) for each in limitation_ids)
        return {
            each: Standing(claim.status.value, claim.limited_power_kva, claim.holder, claim.last_outcome or "")
            for each, claim in found
            if claim
        }
