"""For whom a case waits, by the state of the process that it is in."""

from enum import StrEnum


class Party(StrEnum):
    """Those for whom a case may wait."""

    BILLING = "billing"
    BANK = "bank"
    ENEDIS = "enedis"
    ADVISOR = "advisor"
    US = "us"


WAITS_FOR = {
    "TakeCharge": Party.US,
    "SuspendReminders": Party.US,
    "CheckPayment": Party.BILLING,
    "DecideProtection": Party.US,
    "DecidePayment": Party.US,
    "DecideCoverage": Party.US,
    "ReadPoint": Party.ENEDIS,
    "DecideAction": Party.US,
    "PrepareOrder": Party.US,
    "OrderAtEnedis": Party.ENEDIS,
    "DecideRefusal": Party.US,
    "WaitBeforeReading": Party.ENEDIS,
    "AnnounceOrder": Party.US,
    "WaitForEnedis": Party.ENEDIS,
    "ReadCase": Party.ENEDIS,
    "DecideProgress": Party.US,
    "AnnounceVisit": Party.US,
    "AnnounceDelay": Party.US,
    "CloseOrLetGo": Party.US,
    "AnnouncePending": Party.US,
    "WaitForBank": Party.BANK,
    "SendQuestion": Party.US,
    "WaitForAdvisor": Party.ADVISOR,
}
"""Each state of the process that takes time. A test compares it with the state machine."""


def waits_for(status: str, state: str | None) -> Party | None:
    """For whom a case waits; None when it has ended well. One that failed waits for us, whatever its state."""
    if status == "SUCCEEDED":
        return None
    if status == "RUNNING":
        return WAITS_FOR.get(state or "", Party.US)
    return Party.US
