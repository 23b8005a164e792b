"""A limitation that billing cancelled and that Enedis has carried out: the customer may be limited by mistake.

Nothing is ordered by itself. Billing also cancels what cannot be restored, such as a limitation of a wrong point. The
advisors see that Enedis gives the power back where it is due.
"""

from collections.abc import Callable
from dataclasses import dataclass

from restoration.contracts.published import CancelledLimitationCarriedOut
from restoration.domain.limitation import Limitation
from restoration.domain.switch import Mode, Switch
from restoration.ports import KnownClaims, Publisher


@dataclass(frozen=True, slots=True)
class LateCancellationDesk:
    """Tells the advisors.

    Parameters
    ----------
    switch
        Reads the switch, which decides about a limitation that no execution has held.
    """

    claims: KnownClaims
    events: Publisher
    switch: Callable[[], Switch]

    def report(self, limitation: Limitation) -> None:
        """Publish that a cancelled limitation was carried out, before it was cancelled or after.

        One that was not carried out is no news. In shadow nothing is published.
        """
        claim, since = self.claims.get(limitation.limitation_id), limitation.limited_since
        if claim is None or since is None:
            return
        if (claim.mode or self.switch().mode_of(limitation.limitation_id)) is not Mode.ON:
            return
        told = CancelledLimitationCarriedOut.of(
            limitation.limitation_id,
            claim.generation,
            limitation.contract_id,
            point_id=limitation.point_id,
            limited_power_kva=limitation.limited_power_kva,
            limited_since=since,
        )
        self.events.publish([told])
