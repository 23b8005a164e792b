from datetime import date
from typing import Any

from tests.unit.decisions.deciding import Scenario

USUAL: dict[str, Any] = {
    "businessDate": date(2026, 5, 4),
    "energyVoucher": False,
    "energyVoucherUntil": None,
    "payments": [],
    "medical": False,
    "medicalUntil": None,
    "dispute": False,
    "overIndebtedness": False,
    "overIndebtednessAdmittedOn": None,
    "debtDueOn": None,
    "housingAidState": "NONE",
    "housingAidFiledOn": None,
    "limitedPowerKva": 1,
    "subscribedPowerKva": 6,
    "limitedSince": date(2026, 4, 20),
    "principalResidence": None,
    "communicatingMeter": None,
}
WINTER = {"businessDate": date(2026, 12, 24)}
SPRING = date(2027, 3, 31)
"""The last day of the truce of the winter 2026."""
NOTHING = {"measure": "NONE", "floorKva": None, "reason": "NO_PROTECTION", "until": None}
VOUCHER = {"energyVoucher": True}
LEFT_HALF = {"limitedPowerKva": 0.5}
CUT = {"limitedPowerKva": 0}


def _floor(kva: float, until: date = SPRING) -> dict[str, Any]:
    return {"measure": "RAISE_FLOOR", "floorKva": kva, "reason": "WINTER_FLOOR", "until": until}


def _one_kva(until: date | None) -> dict[str, Any]:
    return {"measure": "RAISE_FLOOR", "floorKva": 1, "reason": "FLOOR_BEFORE_CUT", "until": until}


def _restore(reason: str, until: date | None = None) -> dict[str, Any]:
    return {"measure": "RESTORE", "floorKva": None, "reason": reason, "until": until}


def _used_voucher(status: str = "SETTLED", received_on: date = date(2026, 4, 27)) -> dict[str, Any]:
    return {"payments": [{"means": "ENERGY_VOUCHER", "status": status, "receivedOn": received_on}]}


def _filed(on: date | None, today: date) -> dict[str, Any]:
    return {"housingAidState": "FILED", "housingAidFiledOn": on, "businessDate": today}


SCENARIOS = (
    Scenario("an ordinary customer in summer has no protection", {}, NOTHING),
    # The truce and its preparation
    Scenario("on 24 October nothing is prepared yet", {"businessDate": date(2026, 10, 24)}, NOTHING),
    Scenario("on 25 October the floor is raised already", {"businessDate": date(2026, 10, 25)}, _floor(3)),
    Scenario("on 25 September there is nothing to prepare", {"businessDate": date(2026, 9, 25)}, NOTHING),
    Scenario("on 1 November the floor is 3 kVA for 6 kVA", {"businessDate": date(2026, 11, 1)}, _floor(3)),
    Scenario("on 31 March the truce still holds", {"businessDate": SPRING}, _floor(3)),
    Scenario("on 1 April the truce is over", {"businessDate": date(2027, 4, 1)}, NOTHING),
    Scenario("a home is protected", WINTER | {"principalResidence": True}, _floor(3)),
    Scenario("a second home is not", WINTER | VOUCHER | {"principalResidence": False}, NOTHING),
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
    Scenario("a cut in winter is undone", WINTER | CUT, _restore("CUT_IN_TRUCE", SPRING)),
    Scenario(
        "a limit that nobody knows counts as a cut",
        WINTER | {"limitedPowerKva": None},
        _restore("CUT_IN_TRUCE", SPRING),
    ),
    Scenario(
        "a cut is undone before the truce begins",
        CUT | {"businessDate": date(2026, 10, 31)},
        _restore("CUT_IN_TRUCE", SPRING),
    ),
    Scenario("a cut of an ordinary customer in summer waits for payment", CUT, NOTHING),
    # The energy voucher
    Scenario(
        "a voucher holder has full power in winter",
        WINTER | VOUCHER,
        _restore("ENERGY_VOUCHER_IN_TRUCE", SPRING),
    ),
    Scenario(
        "a voucher holder has full power before the truce begins",
        VOUCHER | {"businessDate": date(2026, 10, 25)},
        _restore("ENERGY_VOUCHER_IN_TRUCE", SPRING),
    ),
    Scenario(
        "a voucher protects on its last day",
        WINTER | VOUCHER | {"energyVoucherUntil": date(2026, 12, 24)},
        _restore("ENERGY_VOUCHER_IN_TRUCE", date(2026, 12, 24)),
    ),
    Scenario(
        "a voucher that outlasts the truce protects until its end",
        WINTER | VOUCHER | {"energyVoucherUntil": date(2027, 4, 30)},
        _restore("ENERGY_VOUCHER_IN_TRUCE", SPRING),
    ),
    Scenario(
        "a voucher of the past leaves the floor",
        WINTER | VOUCHER | {"energyVoucherUntil": date(2026, 12, 23)},
        _floor(3),
    ),
    Scenario(
        "a voucher that was used proves its holder's protection",
        WINTER | _used_voucher(),
        _restore("ENERGY_VOUCHER_IN_TRUCE", SPRING),
    ),
    Scenario("a voucher that was rejected proves nothing", WINTER | _used_voucher("REJECTED"), _floor(3)),
    Scenario("a voucher that was taken back proves nothing", WINTER | _used_voucher("REVERSED"), _floor(3)),
    Scenario(
        "another payment proves no voucher",
        WINTER | {"payments": [{"means": "CARD", "status": "CAPTURED", "receivedOn": date(2026, 4, 27)}]},
        _floor(3),
    ),
    Scenario(
        "a voucher used before a known end that is past proves nothing any more",
        WINTER | _used_voucher() | {"energyVoucherUntil": date(2026, 8, 31)},
        _floor(3),
    ),
    Scenario(
        "a voucher used after a known end is a new one",
        WINTER | _used_voucher(received_on=date(2026, 12, 1)) | {"energyVoucherUntil": date(2026, 8, 31)},
        _restore("ENERGY_VOUCHER_IN_TRUCE", SPRING),
    ),
    Scenario("a voucher alone does not restore in summer", VOUCHER, NOTHING),
    # Health, over-indebtedness, housing aid
    Scenario("a patient at vital risk always has power", {"medical": True}, _restore("MEDICAL")),
    Scenario(
        "a patient at vital risk has power until the last day of it",
        {"medical": True, "medicalUntil": date(2026, 5, 4)},
        _restore("MEDICAL", date(2026, 5, 4)),
    ),
    Scenario("a vital risk of the past protects no more", {"medical": True, "medicalUntil": date(2026, 5, 3)}, NOTHING),
    Scenario(
        "old debts of the over-indebted are not claimed",
        {
            "overIndebtedness": True,
            "overIndebtednessAdmittedOn": date(2026, 4, 1),
            "debtDueOn": date(2026, 4, 1),
        },
        _restore("OVER_INDEBTEDNESS"),
    ),
    Scenario(
        "new debts of the over-indebted are",
        {
            "overIndebtedness": True,
            "overIndebtednessAdmittedOn": date(2026, 4, 1),
            "debtDueOn": date(2026, 4, 2),
        },
        NOTHING,
    ),
    Scenario(
        "a debt of an unknown day counts as old",
        {"overIndebtedness": True, "overIndebtednessAdmittedOn": date(2026, 4, 1)},
        _restore("OVER_INDEBTEDNESS"),
    ),
    Scenario(
        "an admission of an unknown day frees the debt",
        {"overIndebtedness": True, "debtDueOn": date(2026, 4, 2)},
        _restore("OVER_INDEBTEDNESS"),
    ),
    Scenario(
        "aid filed today protects",
        _filed(date(2026, 5, 4), date(2026, 5, 4)),
        _restore("HOUSING_AID_PENDING", date(2026, 7, 4)),
    ),
    Scenario(
        "aid filed two months ago to the day protects",
        _filed(date(2026, 5, 4), date(2026, 7, 4)),
        _restore("HOUSING_AID_PENDING", date(2026, 7, 4)),
    ),
    Scenario("aid undecided after two months protects no more", _filed(date(2026, 5, 4), date(2026, 7, 5)), NOTHING),
    Scenario(
        "two months from 31 December end with February",
        _filed(date(2025, 12, 31), date(2026, 2, 28)),
        _restore("HOUSING_AID_PENDING", date(2026, 2, 28)),
    ),
    Scenario("aid filed at an unknown date protects", _filed(None, date(2026, 5, 4)), _restore("HOUSING_AID_PENDING")),
    Scenario(
        "refused aid protects no more", {"housingAidState": "REFUSED", "housingAidFiledOn": date(2026, 5, 1)}, NOTHING
    ),
    # 60 days at 1 kVA before a cut
    Scenario("a voucher holder is owed 1 kVA for 60 days", VOUCHER | LEFT_HALF, _one_kva(date(2026, 6, 19))),
    Scenario(
        "so is a household with aid granted",
        LEFT_HALF | {"housingAidState": "GRANTED"},
        _one_kva(date(2026, 6, 19)),
    ),
    Scenario(
        "and one whose request was filed too long ago to restore",
        LEFT_HALF | _filed(date(2026, 2, 1), date(2026, 5, 4)),
        _one_kva(date(2026, 6, 19)),
    ),
    Scenario("one with aid refused is not", LEFT_HALF | {"housingAidState": "REFUSED"}, NOTHING),
    Scenario(
        "1 kVA is owed on the sixtieth day",
        VOUCHER | LEFT_HALF | {"businessDate": date(2026, 6, 19)},
        _one_kva(date(2026, 6, 19)),
    ),
    Scenario("1 kVA is owed no more on the next", VOUCHER | LEFT_HALF | {"businessDate": date(2026, 6, 20)}, NOTHING),
    Scenario(
        "days in the truce do not count",
        VOUCHER | LEFT_HALF | {"limitedSince": date(2026, 1, 15), "businessDate": date(2026, 5, 30)},
        _one_kva(date(2026, 5, 30)),
    ),
    Scenario(
        "the count of November and December is that of the next spring",
        VOUCHER | LEFT_HALF | {"limitedSince": date(2025, 11, 1), "businessDate": date(2026, 5, 30)},
        _one_kva(date(2026, 5, 30)),
    ),
    Scenario(
        "the rest of the days is owed after the truce",
        VOUCHER | LEFT_HALF | {"limitedSince": date(2026, 10, 1), "businessDate": date(2027, 4, 30)},
        _one_kva(date(2027, 4, 30)),
    ),
    Scenario(
        "60 days that end with October are not suspended",
        VOUCHER | LEFT_HALF | {"limitedSince": date(2026, 9, 1), "businessDate": date(2027, 4, 1)},
        NOTHING,
    ),
    Scenario(
        "without a communicating meter no 60 days are owed",
        VOUCHER | LEFT_HALF | {"communicatingMeter": False},
        NOTHING,
    ),
    Scenario(
        "with a communicating meter they are",
        VOUCHER | LEFT_HALF | {"communicatingMeter": True},
        _one_kva(date(2026, 6, 19)),
    ),
    Scenario(
        "a limitation of an unknown day is within the 60", VOUCHER | LEFT_HALF | {"limitedSince": None}, _one_kva(None)
    ),
    Scenario(
        "1 kVA is never more than the subscription",
        VOUCHER | {"limitedPowerKva": 0.25, "subscribedPowerKva": 0.5},
        {"measure": "RAISE_FLOOR", "floorKva": 0.5, "reason": "FLOOR_BEFORE_CUT"},
    ),
    Scenario(
        "a cut before the 60 days have passed is undone",
        VOUCHER | CUT,
        _restore("CUT_BEFORE_60_DAYS", date(2026, 6, 19)),
    ),
    Scenario("a cut after them waits for payment", VOUCHER | CUT | {"businessDate": date(2026, 6, 20)}, NOTHING),
    # Priorities
    Scenario("a dispute is for an advisor", {"dispute": True}, {"measure": "NONE", "reason": "DISPUTE", "until": None}),
    Scenario("a dispute in winter has the floor first", WINTER | {"dispute": True}, _floor(3)),
    Scenario("full power is stronger than the floor", WINTER | {"medical": True}, _restore("MEDICAL")),
)
