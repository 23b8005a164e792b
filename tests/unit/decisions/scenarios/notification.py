from typing import Any

from tests.unit.decisions.deciding import Scenario

USUAL: dict[str, Any] = {
    "kind": "POWER_RESTORED",
    "hasMobile": True,
    "hasEmail": True,
    "localHour": 10,
    "dayOff": False,
}
NO_EMAIL, NO_MOBILE = {"hasEmail": False}, {"hasMobile": False}
NOWHERE = NO_EMAIL | NO_MOBILE
NIGHT, SUNDAY = {"localHour": 23}, {"dayOff": True}
ORDER, DUE, REFUSED = {"kind": "ORDER_PLACED"}, {"kind": "BALANCE_DUE"}, {"kind": "REFUSED"}

VISIT = {"kind": "TECHNICIAN_VISIT"}


def _then(channel: str, reason: str, *, defer: bool = False) -> dict[str, Any]:
    return {"channel": channel, "defer": defer, "reason": reason}


SCENARIOS = (
    Scenario("restored power is told by SMS", {}, _then("SMS", "SERVICE_INFORMATION") | {"template": "power_restored"}),
    Scenario("restored power is told by e-mail at night", NIGHT, _then("EMAIL", "NIGHT_BY_EMAIL")),
    Scenario("restored power is told by SMS on Sundays", SUNDAY, _then("SMS", "SERVICE_INFORMATION")),
    Scenario("restored power wakes who has no e-mail", NIGHT | NO_EMAIL, _then("SMS", "SERVICE_INFORMATION")),
    Scenario("an e-mail about power never waits", NIGHT | NO_MOBILE, _then("EMAIL", "EMAIL_ONLY")),
    Scenario(
        "a raised floor is told by day",
        {"kind": "FLOOR_RAISED"},
        _then("SMS", "PREFERRED_CHANNEL") | {"template": "floor_raised"},
    ),
    Scenario(
        "a raised floor waits for the morning",
        {"kind": "FLOOR_RAISED"} | NIGHT,
        _then("SMS", "QUIET_HOURS", defer=True),
    ),
    Scenario(
        "a cancelled limitation is told by day",
        {"kind": "LIMITATION_CANCELLED"},
        _then("SMS", "PREFERRED_CHANNEL") | {"template": "limitation_cancelled"},
    ),
    Scenario(
        "a cancelled limitation waits for the morning",
        {"kind": "LIMITATION_CANCELLED"} | NIGHT,
        _then("SMS", "QUIET_HOURS", defer=True),
    ),
    Scenario("an order is told at once", ORDER | NO_EMAIL, _then("SMS", "SMS_ONLY") | {"template": "order_placed"}),
    Scenario("an order is told by e-mail at night", ORDER | NIGHT, _then("EMAIL", "NIGHT_BY_EMAIL")),
    Scenario(
        "an order at night without e-mail waits for the morning, where it is dropped if it is out of date",
        ORDER | NIGHT | NO_EMAIL,
        _then("SMS", "QUIET_HOURS", defer=True),
    ),
    Scenario("a balance is told by day", DUE, _then("SMS", "PREFERRED_CHANNEL") | {"template": "balance_due"}),
    Scenario("a balance waits for the morning", DUE | NIGHT, _then("SMS", "QUIET_HOURS", defer=True)),
    Scenario("a balance waits for Monday", DUE | SUNDAY, _then("SMS", "QUIET_HOURS", defer=True)),
    Scenario("a balance without e-mail is told by day", DUE | NO_EMAIL, _then("SMS", "SMS_ONLY")),
    Scenario("a balance without e-mail waits", DUE | NO_EMAIL | NIGHT, _then("SMS", "QUIET_HOURS", defer=True)),
    Scenario("a balance without mobile is told by e-mail", DUE | NO_MOBILE, _then("EMAIL", "EMAIL_ONLY")),
    Scenario("a balance without mobile waits too", DUE | NO_MOBILE | SUNDAY, _then("EMAIL", "QUIET_HOURS", defer=True)),
    Scenario(
        "a pending payment is told by day",
        {"kind": "PAYMENT_PENDING"},
        _then("SMS", "SERVICE_INFORMATION") | {"template": "payment_pending"},
    ),
    Scenario(
        "a pending payment is told by e-mail at night",
        {"kind": "PAYMENT_PENDING"} | NIGHT,
        _then("EMAIL", "NIGHT_BY_EMAIL") | {"template": "payment_pending"},
    ),
    Scenario(
        "a technician's visit is told by SMS, on Sundays too",
        VISIT | SUNDAY,
        _then("SMS", "SERVICE_INFORMATION") | {"template": "technician_visit"},
    ),
    Scenario("a technician's visit is told by e-mail at night", VISIT | NIGHT, _then("EMAIL", "NIGHT_BY_EMAIL")),
    Scenario(
        "a technician's visit wakes nobody and waits for the morning, since nobody asks again",
        VISIT | NIGHT | NO_EMAIL,
        _then("SMS", "QUIET_HOURS", defer=True),
    ),
    Scenario(
        "a pending payment without e-mail waits for the morning",
        {"kind": "PAYMENT_PENDING"} | NIGHT | NO_EMAIL,
        _then("SMS", "QUIET_HOURS", defer=True),
    ),
    Scenario(
        "a refusal is explained by e-mail", REFUSED, _then("EMAIL", "PREFERRED_CHANNEL") | {"template": "refused"}
    ),
    Scenario("a refusal waits for the morning", REFUSED | NIGHT, _then("EMAIL", "QUIET_HOURS", defer=True)),
    Scenario("at 21:00 the quiet hours begin", DUE | {"localHour": 21}, _then("SMS", "QUIET_HOURS", defer=True)),
    Scenario("at 20:59 they have not", DUE | {"localHour": 20}, _then("SMS", "PREFERRED_CHANNEL")),
    Scenario("at 7:59 they still hold", DUE | {"localHour": 7}, _then("SMS", "QUIET_HOURS", defer=True)),
    Scenario("at 8:00 they are over", DUE | {"localHour": 8}, _then("SMS", "PREFERRED_CHANNEL")),
    Scenario(
        "a rejected payment is told by day",
        {"kind": "PAYMENT_REJECTED"},
        _then("SMS", "PREFERRED_CHANNEL") | {"template": "payment_rejected"},
    ),
    Scenario(
        "a rejected payment waits for Monday",
        {"kind": "PAYMENT_REJECTED"} | SUNDAY,
        _then("SMS", "QUIET_HOURS", defer=True),
    ),
    Scenario("a balance is told by letter without mobile and e-mail", DUE | NOWHERE, _then("POST", "NO_CONTACT")),
    Scenario("a letter is asked for at night, too", DUE | NOWHERE | NIGHT, _then("POST", "NO_CONTACT")),
    Scenario("restored power is told by letter, with its conditions", NOWHERE, _then("POST", "NO_CONTACT")),
    Scenario("a refusal is explained by letter", REFUSED | NOWHERE, _then("POST", "NO_CONTACT")),
    Scenario(
        "a pending payment is told by letter, since the bank takes longer",
        {"kind": "PAYMENT_PENDING"} | NOWHERE,
        _then("POST", "NO_CONTACT"),
    ),
    Scenario(
        "of a technician's visit, billing calls: a letter comes too late", VISIT | NOWHERE, _then("CALL", "NO_CONTACT")
    ),
    Scenario(
        "an order is told by no letter, which would come after the power", ORDER | NOWHERE, _then("NONE", "NO_CONTACT")
    ),
)
