"""A kept case becomes sentences of the vocabulary, and what none of them says is said to be left out."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from local.stories.reading import PHRASES, expressions, read_file
from local.stories.saying import say, sentence_of_event
from local.stories.themes import Part
from local.stories.values import TYPES
from local.stories.writing import NAME, main, written
from record.cases.dossier import Dossier
from record.cases.failures import NothingFound
from tests.unit.supervision.made_case import SECOND, at, decided_coverage, dossier, execution

VALUES: dict[str, Any] = {
    "montant": Decimal("1070.5"),
    "date": date(2026, 11, 1),
    "durée": timedelta(days=2),
    "puissance": 1.9,
    "nombre": 3,
    "moyen": ("CHEQUE", "RECEIVED"),
    "ordre": "R",
    "décision": "REFUSE",
    "code": "SGT400",
    "messages": ("ORDER_PLACED", "ORDER_PLACED", "POWER_RESTORED"),
    "questions": ("litige en cours", "plus de 36 kVA", "plus de 36 kVA", "litige en cours"),
    "relances": ("Requested", "Stopped"),
}
SAID = [phrase.expression for phrase in PHRASES if phrase.part is not Part.LAW]


@pytest.mark.parametrize("expression", SAID)
def test_sentence_is_read_as_it_was_said(expression: str) -> None:
    wanted = [VALUES[name] for name in types_in(expression)]
    said = say(expression, *wanted)
    (found,) = [(phrase, match) for known, phrase in expressions() if (match := known.match(said)) is not None]
    assert found[0].expression == expression
    assert [argument.value for argument in found[1]] == wanted


def types_in(expression: str) -> list[str]:
    return sorted((it for it in TYPES if f"{{{it}}}" in expression), key=lambda it: expression.index(f"{{{it}}}"))


def test_what_is_no_sentence_is_not_said() -> None:
    with pytest.raises(KeyError):
        say("le client sourit")
    assert sentence_of_event("PaymentForgotten") is None
    assert sentence_of_event("ContractEnded") == "le contrat prend fin"


def ended(**item: Any) -> Dossier:
    """The first of the two executions of a made case, which has ended."""
    made = dossier()
    first = made.executions[0]
    decided = decided_coverage("v1", {"outcome": "BALANCE_DUE", "balance": "70.5"}, at(1))
    decisions = [replace(decided, asked_by=f"{first.name}/DecideCoverage")]
    kept = replace(made, executions=[first], decisions=decisions, orders=[], messages=[])
    return replace(kept, item={**made.item, **item})


def test_what_no_sentence_says_becomes_a_remark(tmp_path: Path) -> None:
    noted = {"SomethingNew|X-1": {"at": "2026-11-25T09:58:00Z"}}
    text = written(ended(noted=noted))
    assert "# Cette histoire peut finir autrement" in text
    assert "# - une chose que rien ne dit : SomethingNew" in text
    path = tmp_path / "kept.feature"
    path.write_text(text, encoding="utf-8")
    (story,) = read_file(path)
    assert (story.name, story.limited[0].balances) == (NAME, (Decimal("70.5"),))


def test_balance_that_is_due_again_is_said_by_the_decision_that_was_kept_once() -> None:
    again = execution(SECOND, [(900, "TakeCharge")], "PaymentReceived|PAY-2", 902, outcome="BALANCE_DUE")
    text = written(replace(ended(), executions=[*ended().executions, again]))
    assert text.count("il reste 70,50 € à payer") == 2


def test_question_is_asked_again_on_a_decision_that_was_kept_once(tmp_path: Path) -> None:
    asks = ["DecideCoverage", "DecideAction", "SendQuestion"]
    stays = [(10.0 * number, state) for number, state in enumerate(asks * 3)]
    asking = execution(SECOND, stays, "PaymentReceived PAY-2", 90, outcome="LEFT_TO_ADVISOR")
    coverage = decided_coverage("v1", {"outcome": "RESTORE", "reason": "DEBT_COVERED"}, at(1))
    asked = {"outcome": "MANUAL", "reason": "DISPUTE"}
    cut = replace(decided_coverage("v1", {"action": "MANUAL", "reason": "CUT_FOR_SAFETY"}, at(11)), decision="action")
    left = replace(decided_coverage("v1", {"action": "KEEP", "reason": "STILL_LIMITED"}, at(41)), decision="action")
    kept = [coverage, cut, decided_coverage("v1", asked, at(31)), left]
    path = tmp_path / "kept.feature"
    path.write_text(written(replace(ended(), executions=[asking], decisions=kept)), encoding="utf-8")
    (story,) = read_file(path)
    assert story.limited[0].questions == ("coupé pour sécurité", "litige en cours", "litige en cours")


def test_case_without_an_outcome_is_no_story() -> None:
    with pytest.raises(NothingFound, match="aucune issue"):
        written(replace(dossier(), executions=()))


def test_command_says_which_cases_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["LIM-000001", "--from", str(tmp_path)]) == 2
    assert "lancer make demo" in capsys.readouterr().out
    (tmp_path / "LIM-000002.feature").write_text("", encoding="utf-8")
    assert main(["LIM-000001", "--from", str(tmp_path)]) == 2
    assert "on y trouve : LIM-000002" in capsys.readouterr().out
