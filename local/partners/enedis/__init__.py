"""A counterpart that speaks as Enedis' SGE does (docs/trade.md), for the demo and the tests.

The order and cancellation services are our own invention on SGE's real frame; so are the pace and the case numbers.
"""

from local.partners.enedis.cases import Ending
from local.partners.enedis.faults import Fault, FaultKind, Operation
from local.partners.enedis.network import EnedisNetwork
from local.partners.enedis.points import PendingLimitation, PointSetup

__all__ = [
    "Ending",
    "EnedisNetwork",
    "Fault",
    "FaultKind",
    "Operation",
    "PendingLimitation",
    "PointSetup",
]
