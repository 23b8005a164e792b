"""For whom a case waits, and what an advisor says: every state of the process and every outcome has its words."""

import re
from datetime import datetime, timedelta

import pytest

from local.asl import RESTORATION, ROOT, Machine
from record.cases.sentences import BY_OUTCOME, OTHERWISE, Situation, due_by, sentence, timed
from record.domain.promises import Terms
from record.domain.states import STATES
from record.words import Language
from restoration.clock import PARIS

MESSAGES = "functions/notify_customer/messages/fr"
MACHINE = Machine.read(RESTORATION)
TAKES_TIME = {state.name for state in MACHINE.states() if state.type in {"Task", "Wait"}}
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


def test_what_acts_now_counts_more_than_how_the_last_look_ended() -> None:
    assert "banque" in sentence(situation(acts=True, state="WaitForBank", outcome="BALANCE_DUE"))
    assert sentence(situation(acts=True, failed=True, state="WaitForBank")) == OTHERWISE["FAILED"][0]


def test_order_that_enedis_has_is_not_said_to_be_prepared_while_news_is_looked_at() -> None:
    at = {"orderDue": TUESDAY}
    for state in ("CheckPayment", "PrepareOrder"):
        assert "est demandé à Enedis" in sentence(situation(acts=True, state=state, moments=at))
        assert "un technicien" in sentence(situation(acts=True, state=state, moments=at, by_technician=True))


def test_limitation_that_nobody_looked_at() -> None:
    assert sentence(situation()) == OTHERWISE["NEVER_LOOKED_AT"][0]
    assert sentence(situation(is_open=False)) == OTHERWISE["CLOSED_BY_BILLING"][0]


TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("changes", "when"),
    [
        ({"acts": True, "state": "CheckPayment"}, "Au plus tard le 24/11/2026 à 9 h 30."),
        ({"acts": True, "state": "OrderAtEnedis"}, "Au plus tard le 25/11/2026 à 9 h 00."),
        ({"acts": True, "state": "WaitForEnedis", "by_technician": True}, "Au plus tard le 01/12/2026 à 21 h 00."),
        ({"acts": True, "state": "WaitForAdvisor"}, "Au plus tard le 01/12/2026 à 9 h 00."),
        ({"acts": True, "state": "ReadPoint", "failed": True}, "Au plus tard le 25/11/2026 à 9 h 00."),
        ({"outcome": "LEFT_TO_ADVISOR"}, "Au plus tard le 01/12/2026 à 9 h 00."),
        ({"outcome": "BALANCE_DUE"}, "Après un paiement, nous regardons dans l'heure."),
        ({"outcome": "FLOOR_RAISED"}, "au titre d'une protection. Après un paiement, nous regardons dans l'heure."),
        ({"outcome": "RESTORED", "is_open": False}, "C'est ainsi depuis le 24/11/2026 à 9 h 00."),
    ],
)
def test_each_sentence_has_a_time(changes: dict[str, object], when: str) -> None:
    told = timed(situation(**changes, moments={"claimedAt": TUESDAY}), Terms(), TUESDAY + timedelta(minutes=1))
    assert told.endswith(f" {when}")


@pytest.mark.parametrize(
    ("changes", "english"),
    [
        ({"acts": True, "state": "CheckPayment"}, "nothing for you to do. By 24 November 2026, 09:30 at the latest."),
        ({"outcome": "BALANCE_DUE", "facts": {"balance": "40.50"}},
         "for this debt. €40.50 remains to be paid. After a payment we look within the hour."),
        ({"outcome": "RESTORED", "is_open": False}, "10 to 15 seconds. It has been so since 24 November 2026, 09:00."),
    ],
)  # fmt: skip
def test_sentence_is_said_in_english_where_that_is_asked_for(changes: dict[str, object], english: str) -> None:
    told = situation(**changes, moments={"claimedAt": TUESDAY})
    assert timed(told, Terms(), TUESDAY + timedelta(minutes=1), Language.ENGLISH).endswith(english)


def test_advisor_who_is_asked_of_an_open_order_has_the_term_that_the_message_gives() -> None:
    moments = {"claimedAt": TUESDAY, "askedAt": TUESDAY, "orderDue": TUESDAY + timedelta(days=1)}
    asked = situation(acts=True, state="WaitForAdvisor", moments=moments)
    assert due_by(asked, Terms()) == TUESDAY + Terms().answer


def test_promise_is_broken_after_the_order_s_own_deadline_which_knows_local_holidays() -> None:
    moments = {"claimedAt": TUESDAY, "orderDue": TUESDAY + timedelta(days=8)}
    waits = situation(acts=True, state="WaitForEnedis", by_technician=True, moments=moments)
    assert "nous sommes en retard" in timed(waits, Terms(), TUESDAY + timedelta(days=8, seconds=1))
    assert timed(waits, Terms(), TUESDAY + timedelta(days=8)).endswith(" Au plus tard le 02/12/2026 à 9 h 00.")
