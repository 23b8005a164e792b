"""One sending of a message: its claim and its outcome."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from restoration.domain.message import Channel


class SendingState(StrEnum):
    """The stages of a sending.

    CLAIMED leads to SENT, FAILED or UNKNOWN. Only FAILED, which was surely not sent, may be claimed again.
    """

    CLAIMED = "CLAIMED"
    SENT = "SENT"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Sending:
    """A sending, as it is kept.

    Parameters
    ----------
    by
        The attempt that claimed it last.
    reported
        Whether its failure was published on the bus.
    record
        The record that asked for it: ids and amounts.
    delivery
        The carrier's last report on it.
    """

    state: SendingState
    by: str
    claimed_at: datetime
    error: str = ""
    reported: bool = False
    channel: Channel = Channel.NONE
    record: str = ""
    delivery: str = ""
