"""For whom a case waits, and what an advisor says: every state of the process and every outcome has its words."""

import re
from datetime import datetime, timedelta

import pytest

from local.asl import RESTORATION, ROOT, Machine
from record.cases.sentences import BY_OUTCOME, OTHERWISE, Situation, sentence, timed
from record.cases.standing import Standing, situation_of
from record.codes import decided
from record.domain.promises import Terms
from record.domain.states import STATES
from record.words import Language
from restoration.clock import PARIS, from_text

MESSAGES = "functions/notify_customer/messages/fr"
MACHINE = Machine.read(RESTORATION)
TAKES_TIME = {state.name for state in MACHINE.states() if state.type in {"Task", "Wait"}}
MOMENT = "2026-11-24T08:00:00.000Z"
_ROW = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)


def outcomes() -> set[str]:
    """The outcomes of the table in docs/process.md, and those that the machine itself names."""
    page = (ROOT / "docs/process.md").read_text(encoding="utf-8")
    section = page[page.index("## How an execution ends") : page.index("### The ground on which")]
    named = set(re.findall(r"\boutcome: ([A-Z_]+)\b", MACHINE.text))
    named |= set(re.findall(r"\$outcome = '([A-Z_]+)'", MACHINE.text)) - {"NEWS"}
    documented = set(_ROW.findall(section))
    assert named <= documented
    return documented


def test_each_state_that_takes_time_has_somebody_to_wait_for_and_a_sentence() -> None:
    assert set(STATES) == TAKES_TIME


def test_news_of_a_case_is_its_newest_fact() -> None:
    noted = {f"PaymentReceived|{hour}": {"at": f"2026-11-24T{hour}:00:00Z"} for hour in ("08", "10", "09")}
    assert situation_of({"noted": noted}, (), None).moments["newsAt"] == from_text("2026-11-24T10:00:00Z")


def test_declared_payment_is_awaited_until_one_comes_or_for_three_days() -> None:
    noted = {"PaymentReceived|P:CAPTURED": {"at": "2026-11-20T00:00:00Z"}, "PaymentDeclared|k": {"at": MOMENT}}
    declared, over = from_text(MOMENT), timedelta(days=3)
    awaited = situation_of({"noted": noted}, (), None)
    assert [awaited.is_declared(declared + span) for span in (over - timedelta(seconds=1), over)] == [True, False]
    noted["PaymentReceived|P:SETTLED"] = {"at": "2026-11-24T08:00:01Z"}
    assert not situation_of({"noted": noted}, (), None).is_declared(declared)


def test_customer_who_paid_or_is_protected_comes_first() -> None:
    paid, protected, rejected = "PaymentReceived|P:CAPTURED", "ProtectionGranted|PRO", f"PaymentRejected|P@{MOMENT}:x"
    facts = [paid], [protected], [paid, rejected], ["LimitationRegistered|LIM-4", "PaymentPlanAgreed|PLAN:"]
    items: list[dict[str, object]] = [{"noted": {fact: {} for fact in noted}} for noted in facts]
    standings = [Standing("LIM-4", item, situation_of(item, (), None)) for item in items]
    assert [each.comes_first for each in standings] == [True, True, False, False]


def test_working_days_of_a_decision_are_no_amount() -> None:
    assert decided("attention", {"workingDays": 2}, Language.ENGLISH) == "A person's look: working days 2"


def test_each_outcome_has_a_sentence() -> None:
    balances = {f"{kind}{variant}" for kind in ("BALANCE_DUE", "PAYMENT_REJECTED") for variant in ("", ".PAID")}
    assert set(BY_OUTCOME) == outcomes() | balances
    kinds = {each.partition(".")[0] for each in balances}
    assert kinds <= {each.name.removesuffix(".sms.txt") for each in (ROOT / MESSAGES).iterdir()}


def situation(**changes: object) -> Situation:
    facts: dict[str, object] = {
        "is_open": True,
        "acts": False,
        "failed": False,
        "state": None,
        "outcome": None,
        "facts": {},
    }
    return Situation(**(facts | changes))  # type: ignore[arg-type]


TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=PARIS)
WHOLE = [*(each.said for each in STATES.values()), *BY_OUTCOME.values(), *list(OTHERWISE.values())[:3]]


@pytest.mark.parametrize(("french", "english"), WHOLE)
@pytest.mark.parametrize("language", Language)
def test_sentence_is_whole_without_any_fact_and_has_the_same_in_both(
    french: str, english: str, language: Language
) -> None:
    fields = [sorted(re.findall(r"\{\w+\}", text)) for text in (french, english)]
    assert (fields[0], french != english) == (fields[1], True)
    said = (french if language is Language.FRENCH else english).format(case="", floor="", balance="")
    assert said[0].isupper()
    assert said.endswith(".")
    assert "  " not in said


@pytest.mark.parametrize(
    ("changes", "comes"),
    [
        ({}, True),
        ({"state": "AnnounceVisit"}, True),
        ({"state": "WaitForAdvisor"}, False),
        ({"failed": True}, False),
        ({"by_technician": False}, False),
        ({"moments": {}}, False),
    ],
)
def test_technician_is_said_to_come_while_their_order_is_followed(changes: dict[str, object], *, comes: bool) -> None:
    followed = {"acts": True, "state": "WaitForEnedis", "by_technician": True, "moments": {"orderDue": TUESDAY}}
    found = situation(**followed | changes)
    assert (found.awaits_visit, "Enedis envoie un technicien" in sentence(found)) == (comes, comes)


@pytest.mark.parametrize(
    ("paid", "rejected", "said"),
    [
        (True, False, "Votre paiement est arrivé"),
        (False, False, "aucun paiement"),
        (False, True, "La banque a rejeté votre paiement"),
        (True, True, "un de vos paiements"),
    ],
)
def test_balance_is_said_as_the_messages_say_it(paid: bool, rejected: bool, said: str) -> None:  # noqa: FBT001
    """A customer who never paid, or whose cheque bounced, was told that their payment had come."""
    text = sentence(situation(outcome="BALANCE_DUE", paid=paid, rejected=rejected))
    assert said in text
    assert ("arrivé" in text) is (paid and not rejected)


FR, EN = Language
DAY = timedelta(days=1)


def acts(state: str, **more: object) -> dict[str, object]:
    return {"acts": True, "state": state, **more}


def test_order_that_enedis_has_is_not_said_to_be_prepared_while_news_is_looked_at() -> None:
    at = {"orderDue": TUESDAY}
    for state in ("CheckPayment", "PrepareOrder"):
        assert "est demandé à Enedis" in sentence(situation(acts=True, state=state, moments=at))
        assert "un technicien" in sentence(situation(acts=True, state=state, moments=at, by_technician=True))


def due(after: timedelta) -> dict[str, object]:
    return acts("WaitForEnedis", by_technician=True, orderDue=TUESDAY + after)


@pytest.mark.parametrize(
    ("changes", "language", "said"),
    [
        (acts("CheckPayment"), FR, "Au plus tard le 24/11/2026 à 9 h 30."),
        (acts("CheckPayment"), EN, "to do. By 24 November 2026, 09:30 at the latest."),
        (acts("OrderAtEnedis"), FR, "Au plus tard le 25/11/2026 à 9 h 00."),
        (acts("WaitForEnedis", by_technician=True), FR, "Au plus tard le 01/12/2026 à 21 h 00."),
        (acts("WaitForAdvisor"), FR, "Au plus tard le 01/12/2026 à 9 h 00."),
        # What acts now counts more than how the last look ended, and an incident more than both.
        (acts("WaitForBank", outcome="BALANCE_DUE"), FR, "sa réponse. Au plus tard le 25/11/2026 à 9 h 00."),
        (acts("ReadPoint", failed=True), FR, "vous n'avez rien à faire. Au plus tard le 25/11/2026 à 9 h 00."),
        ({"outcome": "LEFT_TO_ADVISOR"}, FR, "Au plus tard le 01/12/2026 à 9 h 00."),
        ({"outcome": "BALANCE_DUE"}, FR, "Après un paiement, nous regardons dans l'heure."),
        ({"outcome": "BALANCE_DUE", "facts": {"balance": "40.50"}}, EN,
         "for this debt. €40.50 remains to be paid. After a payment we look within the hour."),
        ({"outcome": "FLOOR_RAISED"}, FR, "d'une protection. Après un paiement, nous regardons dans l'heure."),
        ({"outcome": "RESTORED", "is_open": False}, FR, "C'est ainsi depuis le 24/11/2026 à 9 h 00."),
        ({"outcome": "RESTORED", "is_open": False}, EN, "It has been so since 24 November 2026, 09:00."),
        # An advisor decided six days after the claim.
        ({"outcome": "REFUSED", "newsAt": TUESDAY + 6 * DAY}, FR, "C'est ainsi depuis le 30/11/2026 à 9 h 00."),
        # Nobody has looked at it yet.
        ({}, FR, "ne nous est encore parvenu. Après un paiement, nous regardons dans l'heure."),
        ({"is_open": False}, FR, "plus en cours dans nos systèmes. C'est ainsi depuis le 24/11/2026 à 9 h 00."),
        # An order's own deadline knows local holidays; an advisor who is asked of it has the term of the message.
        (due(8 * DAY), FR, "Au plus tard le 02/12/2026 à 9 h 00."),
        (due(DAY / 1440), FR, "Au plus tard le 24/11/2026 à 9 h 01."),
        (due(0 * DAY), FR, "le 24/11/2026 à 9 h 00 : nous sommes en retard, et nos équipes le voient."),
        (acts("WaitForAdvisor", askedAt=TUESDAY, orderDue=TUESDAY + DAY), FR, "Au plus tard le 01/12/2026 à 9 h 00."),
    ],
)  # fmt: skip
def test_each_sentence_has_a_time(changes: dict[str, object], language: Language, said: str) -> None:
    moments = {"claimedAt": TUESDAY} | {
        name: changes[name] for name in ("askedAt", "orderDue", "newsAt") if name in changes
    }
    given = {name: value for name, value in changes.items() if name not in moments}
    told = timed(situation(**given, moments=moments), Terms(), TUESDAY + DAY / 1440, language)
    assert told.endswith(f" {said}")
