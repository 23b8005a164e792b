"""Enedis' points, as the events about limitations describe them."""

import json
from decimal import Decimal

from local.customers import Entry
from local.partners.enedis import EnedisNetwork, PendingLimitation, PointSetup
from restoration.domain.point import SupplyState


class Points:
    """Brings the simulated Enedis to what valid events say: limited points, and limitations still to be carried out."""

    def __init__(self, network: EnedisNetwork) -> None:
        self._network = network
        self._known: set[str] = set()

    def follow(self, entry: Entry) -> None:
        """Follow one event about a limitation, before it is put on the bus."""
        detail = json.loads(entry["Detail"])
        point_id, contract_id = detail["pointId"], detail["contractId"]
        subscribed, limit = Decimal(str(detail["subscribedPowerKva"])), Decimal(str(detail["limitedPowerKva"]))
        is_known = point_id in self._known
        self._known.add(point_id)
        if entry["DetailType"] == "PowerLimited" and is_known:
            self._network.change_point(
                point_id, supply_state=SupplyState.LIMITED, limited_power_kva=limit, cases=[], contract_id=contract_id
            )
        elif entry["DetailType"] == "PowerLimited":
            self._network.add_point(
                PointSetup(point_id, contract_id, limited_power_kva=limit, subscribed_power_kva=subscribed)
            )
        elif not is_known:
            self._network.add_point(
                PointSetup(
                    point_id,
                    contract_id,
                    supply_state=SupplyState.SUPPLIED,
                    limited_power_kva=None,
                    subscribed_power_kva=subscribed,
                    pending_limitation=PendingLimitation(f"L{len(self._known):07}", limited_power_kva=limit),
                )
            )
