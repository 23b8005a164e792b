from datetime import date
from typing import Any

from tests.unit.decisions.deciding import Scenario

USUAL: dict[str, Any] = {
    "businessDate": date(2026, 5, 4),
    "energyVoucher": False,
    "medical": False,
    "dispute": False,
    "overIndebtedness": False,
    "housingAidState": "NONE",
    "housingAidFiledOn": None,
    "limitedPowerKva": 1,
    "subscribedPowerKva": 6,
}
WINTER = {"businessDate": date(2026, 12, 24)}
NOTHING = {"measure": "NONE", "floorKva": None, "reason": "NO_PROTECTION"}


def _floor(kva: float) -> dict[str, Any]:
    return {"measure": "RAISE_FLOOR", "floorKva": kva, "reason": "WINTER_FLOOR"}


def _restore(reason: str) -> dict[str, Any]:
    return {"measure": "RESTORE", "floorKva": None, "reason": reason}


def _filed(on: date | None, today: date) -> dict[str, Any]:
    return {"housingAidState": "FILED", "housingAidFiledOn": on, "businessDate": today}


SCENARIOS = (
    Scenario("an ordinary customer in summer has no protection", {}, NOTHING),
    Scenario("on 31 October the truce has not begun", {"businessDate": date(2026, 10, 31)}, NOTHING),
    Scenario("on 1 November the floor is 3 kVA for 6 kVA", {"businessDate": date(2026, 11, 1)}, _floor(3)),
    Scenario("on 31 March the truce still holds", {"businessDate": date(2027, 3, 31)}, _floor(3)),
    Scenario("on 1 April the truce is over", {"businessDate": date(2027, 4, 1)}, NOTHING),
    Scenario("9 kVA have the floor of 6", WINTER | {"subscribedPowerKva": 9}, _floor(3)),
    Scenario("5 kVA get the better floor, the decree being silent", WINTER | {"subscribedPowerKva": 5}, _floor(3)),
    Scenario("3 kVA have a floor of 2", WINTER | {"subscribedPowerKva": 3}, _floor(2)),
    Scenario(
        "3 kVA limited to 2 are above the floor", WINTER | {"subscribedPowerKva": 3, "limitedPowerKva": 2}, NOTHING
    ),
    Scenario(
        "a floor never exceeds the subscription",
        WINTER | {"subscribedPowerKva": 1.5, "limitedPowerKva": 1},
        _floor(1.5),
    ),
    Scenario("a floor that is reached is not raised again", WINTER | {"limitedPowerKva": 3}, NOTHING),
    Scenario("a cut in winter is undone", WINTER | {"limitedPowerKva": None}, _restore("CUT_IN_TRUCE")),
    Scenario("a cut in summer waits for payment", {"limitedPowerKva": None}, NOTHING),
    Scenario(
        "a voucher holder has full power in winter",
        WINTER | {"energyVoucher": True},
        _restore("ENERGY_VOUCHER_IN_TRUCE"),
    ),
    Scenario("a voucher alone does not restore in summer", {"energyVoucher": True}, NOTHING),
    Scenario("a patient at vital risk always has power", {"medical": True}, _restore("MEDICAL")),
    Scenario(
        "old debts of the over-indebted are not claimed", {"overIndebtedness": True}, _restore("OVER_INDEBTEDNESS")
    ),
    Scenario("aid filed today protects", _filed(date(2026, 5, 4), date(2026, 5, 4)), _restore("HOUSING_AID_PENDING")),
    Scenario(
        "aid filed two months ago to the day protects",
        _filed(date(2026, 5, 4), date(2026, 7, 4)),
        _restore("HOUSING_AID_PENDING"),
    ),
    Scenario("aid undecided after two months protects no more", _filed(date(2026, 5, 4), date(2026, 7, 5)), NOTHING),
    Scenario(
        "two months from 31 December end with February",
        _filed(date(2025, 12, 31), date(2026, 2, 28)),
        _restore("HOUSING_AID_PENDING"),
    ),
    Scenario("aid filed at an unknown date protects", _filed(None, date(2026, 5, 4)), _restore("HOUSING_AID_PENDING")),
    Scenario(
        "refused aid protects no more", {"housingAidState": "REFUSED", "housingAidFiledOn": date(2026, 5, 1)}, NOTHING
    ),
    Scenario("a dispute is for an advisor", {"dispute": True}, {"measure": "NONE", "reason": "DISPUTE"}),
    Scenario("a dispute in winter has the floor first", WINTER | {"dispute": True}, _floor(3)),
    Scenario("full power is stronger than the floor", WINTER | {"medical": True}, _restore("MEDICAL")),
)
