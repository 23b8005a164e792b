"""One sending of a message, as it is known: who claimed it, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from restoration.domain.message import Channel


class SendingState(StrEnum):
    """Where a sending is in its life.

    CLAIMED leads to SENT, FAILED or UNKNOWN. Only FAILED, which was surely not sent, may be claimed again.
    """

    CLAIMED = "CLAIMED"
    SENT = "SENT"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Sending:
    """What is kept of a sending.

    Parameters
    ----------
    by
        The attempt that claimed it last.
    reported
        Whether its failure was said on the bus.
    record
        The record that asked for it: ids and amounts.
    delivery
        The last that its carrier reported of it.
    """

    state: SendingState
    by: str
    claimed_at: datetime
    error: str = ""
    reported: bool = False
    channel: Channel = Channel.NONE
    record: str = ""
    delivery: str = ""
