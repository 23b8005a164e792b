from typing import Any

from tests.unit.decisions.deciding import Scenario

USUAL: dict[str, Any] = {"code": "SGT500", "refusals": 1}


def _refused(says: str, code: str, refusals: int, following: str, reason: str) -> Scenario:
    return Scenario(says, {"code": code, "refusals": refusals}, {"next": following, "reason": reason})


SCENARIOS = (
    _refused("an unknown point is data to mend", "SGT401", 1, "ASK_ADVISOR", "POINT_UNKNOWN"),
    _refused("a functional error is tried once more", "SGT400", 1, "RETRY", "FUNCTIONAL_ERROR"),
    _refused("a functional error twice is for an advisor", "SGT400", 2, "ASK_ADVISOR", "FUNCTIONAL_ERROR_AGAIN"),
    _refused("a request already running is followed", "SGT4B8", 1, "FOLLOW", "REQUEST_ALREADY_RUNNING"),
    _refused("requests that never end are for an advisor", "SGT4B8", 6, "ASK_ADVISOR", "REQUEST_STILL_RUNNING"),
    _refused("already active is verified by reading", "SGT570", 1, "READ_AGAIN", "ALREADY_ACTIVE"),
    _refused("active but limited is for an advisor", "SGT570", 4, "ASK_ADVISOR", "ACTIVE_BUT_LIMITED"),
    _refused("success is no refusal", "SGT200", 1, "READ_AGAIN", "ALREADY_ACTIVE"),
    _refused("a point that is no longer ours gets no order", "SGT4G2", 1, "NO_ORDER", "NOT_OUR_CUSTOMER"),
    _refused("weak search criteria are out of place", "SGT4F7", 1, "ASK_ADVISOR", "SEARCH_CODE"),
    _refused("too many results are out of place", "SGT4F8", 1, "ASK_ADVISOR", "SEARCH_CODE"),
    _refused("SGT4G3 is of measures", "SGT4G3", 1, "ASK_ADVISOR", "MEASURES_CODE"),
    _refused("SGT4K2 is of measures", "SGT4K2", 1, "ASK_ADVISOR", "MEASURES_CODE"),
    _refused("SGT4L8 is of measures", "SGT4L8", 1, "ASK_ADVISOR", "MEASURES_CODE"),
    _refused("SGT4Q1 is of measures", "SGT4Q1", 1, "ASK_ADVISOR", "MEASURES_CODE"),
    _refused("a technical error is tried again", "SGT500", 5, "RETRY", "TECHNICAL_ERROR"),
    _refused("a technical error that lasts is for an advisor", "SGT500", 6, "ASK_ADVISOR", "TECHNICAL_ERROR_AGAIN"),
    _refused("an unknown code is for an advisor", "SGT999", 1, "ASK_ADVISOR", "UNKNOWN_CODE"),
)
