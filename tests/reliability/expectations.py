"""What is right for each cell of the fault matrix, said independently of how it is done."""

from local.partners.enedis import FaultKind, Operation
from local.partners.enedis.faults import ACCEPTED
from tests.reliability.matrix import ADVISOR, FAILED, Cell

RESTORED = "RESTORED"
CANCELLED = "LIMITATION_CANCELLED"
ALREADY_RESTORED = "ALREADY_RESTORED"
NO_ORDER = "NO_ORDER"
SUCCEEDED = "SUCCEEDED"
TRIED_AGAIN = {"SGT400": 1, "SGT4B8": 5, "SGT570": 3}
"""How many refusals with a code lead to another order by the rules (refusal.dmn); one more asks an advisor."""


def rest_of(cell: Cell) -> str:
    """How a case comes to rest while its fault is there."""
    reads = cell.operation is Operation.READ
    if cell.is_unintelligible:
        if cell.times is not None or (not reads and cell.kind in ACCEPTED):
            return SUCCEEDED
        return "WAITS in ReadPoint" if reads else "WAITS in OrderAtEnedis"
    if cell.code and reads:
        return FAILED
    if not cell.code or end_of(cell) == NO_ORDER:
        return SUCCEEDED
    return SUCCEEDED if cell.times is not None and cell.times <= TRIED_AGAIN.get(cell.code, 0) else ADVISOR


def reason_of(cell: Cell) -> str:
    """What an incident or a question to an advisor must say: Enedis' code."""
    return cell.code if rest_of(cell) in {ADVISOR, FAILED} else ""


def end_of(cell: Cell) -> str:
    """How a case ends once its fault is lifted."""
    if cell.code == "SGT4G2" and cell.operation is not Operation.READ:
        return NO_ORDER
    if cell.kind is FaultKind.POINT_CHANGED:
        return ALREADY_RESTORED
    return CANCELLED if cell.operation is Operation.CANCEL else RESTORED


def sent_of(cell: Cell) -> int:
    """How many orders of ours Enedis accepts, of all that were sent."""
    return 0 if end_of(cell) in {NO_ORDER, ALREADY_RESTORED} else 1


def shortcomings(cell: Cell) -> list[str]:
    """What is wrong with a cell's result, in words."""
    ours = end_of(cell) != NO_ORDER
    doubled = cell.kind is FaultKind.DUPLICATE_ACCEPTANCE
    found = {
        "rest": (cell.rest, rest_of(cell)),
        "end": (cell.end, end_of(cell)),
        "orders accepted": (cell.sent, sent_of(cell)),
        "cases": (cell.orders, 2 if doubled else sent_of(cell)),
        "closed": (cell.status == "CLOSED", ours),
        "full power": (cell.power, ours),
        "reason": (reason_of(cell) in cell.why, True),
    }
    return [
        f"{cell}: {what} is {is_!r}, should be {should!r}" for what, (is_, should) in found.items() if is_ != should
    ]
