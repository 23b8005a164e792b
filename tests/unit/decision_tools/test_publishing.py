"""A table is published from a date on, by somebody and for a reason; it can be taken back; older dates keep theirs."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from local.decision_tools.__main__ import main
from local.decision_tools.publishing import press as publishing
from local.decision_tools.publishing.press import NotPublished, Press, Request
from ops.decisions.versions import Library
from record.cases.failures import NothingFound
from restoration.adapters.dmn.rule_book import RuleBook
from restoration.domain.decision import DecisionRequest
from tests.unit.decision_tools.samples import first_versions, write_draft
from tests.unit.decisions.deciding import TABLES, book

TODAY = date(2026, 11, 26)
NEW_YEAR = date(2027, 1, 1)
MARCH = date(2027, 3, 1)
KEY = Path("key")

type Ask = Callable[..., Request]


@pytest.fixture(autouse=True)
def everybody_may_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signing is the matter of test_signing."""
    monkeypatch.setattr(publishing, "sign", lambda *_: ("métier", "signed"))


@pytest.fixture
def press(tmp_path: Path) -> Press:
    return Press(first_versions(tmp_path / "decisions"), today=TODAY)


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Ask for a draft of a file with a part of its text replaced."""

    def of(becomes: str, since: date = NEW_YEAR, by: str = "Béa", why: str = "why", name: str = "payment") -> Request:
        was = "<text>500</text>" if name == "payment" else "&lt;= 5"
        draft = write_draft(tmp_path, TABLES.file(name, date.min), (was, becomes))
        return Request(name, draft, since, by, why, KEY)

    return of


def test_a_draft_counts_from_its_date_and_older_dates_keep_the_former_table(press: Press, ask: Ask) -> None:
    """The business date of the inputs chooses; the clock does where they have none."""
    press.approve(ask("<text>90</text>", why="less trust"))
    press.approve(ask("&lt;= 4", name="refusal"))

    def versions_on(day: date) -> list[str]:
        rules, usual = RuleBook(press.folder, today=lambda: day), book("payment").usual
        dated = DecisionRequest("paymentCertainty", "LIM-1", "run/Decide", {**usual, "businessDate": day.isoformat()})
        undated = DecisionRequest("refusal", "LIM-1", "run/Decide", {"code": "SGT401", "refusals": 1})
        at_once = RuleBook(press.folder, today=lambda: TODAY).evaluate(dated).version
        return [at_once, rules.evaluate(undated).version]

    former, newest = zip(press.publications()["payment"], press.publications()["refusal"], strict=True)
    assert versions_on(date(2020, 1, 1)) == versions_on(date(2026, 12, 31)) == [it.version for it in former]
    assert versions_on(NEW_YEAR) == [it.version for it in newest]
    assert [it.file for it in (former[0], newest[0])] == ["former/payment.1.dmn", "payment.dmn"]
    assert (newest[0].approved_by, newest[0].approved_on, newest[0].why) == ("Béa", TODAY, "less trust")


def test_of_those_that_have_begun_the_one_approved_last_counts(press: Press, ask: Ask) -> None:
    press.approve(ask("<text>90</text>", TODAY))
    press.approve(ask("<text>80</text>", TODAY))
    inputs = {**book("payment").usual, "businessDate": TODAY.isoformat()}
    found = RuleBook(press.folder).evaluate(DecisionRequest("paymentCertainty", "LIM-1", "run/Decide", inputs))
    assert found.version == press.publications()["payment"][-1].version


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"since": date(2026, 11, 25)}, "est passé"),
        ({"by": " "}, "dire qui approuve"),
        ({"why": ""}, "dire qui approuve"),
        ({"becomes": "<text>500</text>"}, "modifier une copie"),
    ],
)
def test_a_publication_needs_a_day_a_person_a_reason_and_a_change(
    press: Press, ask: Ask, asked: dict[str, object], reason: str
) -> None:
    with pytest.raises(NotPublished, match=reason):
        press.approve(ask(**{"becomes": "<text>90</text>"} | asked))


def test_a_draft_of_another_file_is_not_published(press: Press) -> None:
    other = Request("coverage", press.folder / "protection.dmn", NEW_YEAR, "Béa", "a slip", KEY)

    with pytest.raises(NothingFound, match=r"protection.dmn n'a pas de décision « coverage » ; on y trouve : "):
        press.approve(other)


def test_one_version_at_a_time_may_be_to_come(press: Press, ask: Ask) -> None:
    press.approve(ask("<text>90</text>"))

    with pytest.raises(NotPublished, match="attend déjà le 01/01/2027 ; la retirer d'abord : make rules-back"):
        press.approve(ask("<text>80</text>", MARCH))


def test_what_was_edited_in_place_is_found_and_stops_publishing(press: Press, ask: Ask) -> None:
    assert press.unapproved() == []
    (press.folder / "payment.dmn").write_bytes(ask("<text>70</text>").draft.read_bytes())

    assert press.unapproved() == [
        "payment.dmn n'est pas la version approuvée : publier la modification (make rules-approve)"
    ]
    with pytest.raises(NotPublished, match="modifié sans être approuvé"):
        press.approve(ask("<text>90</text>"))


def test_there_must_be_a_file_and_a_former_version(press: Press, tmp_path: Path) -> None:
    with pytest.raises(NothingFound, match=r"pas de fichier aid.dmn ; on trouve : action"):
        press.approve(Request("aid", tmp_path / "x.dmn", NEW_YEAR, "Béa", "why", KEY))
    with pytest.raises(NotPublished, match="pas de version antérieure"):
        press.go_back("payment", "Béa", "why", KEY)


def test_a_decision_is_explained_with_its_table_and_its_newest_approval(press: Press, ask: Ask) -> None:
    before = press.publications()["payment"][0]
    press.approve(ask("<text>90</text>"))
    deciding = Library(press.folder).deciding("paymentCertainty", before.version)
    assert (deciding.is_exact, deciding.model.version) == (True, before.version)
    assert deciding.publication is not None
    assert deciding.publication.approved_by == before.approved_by

    Press(press.folder, today=MARCH).go_back("payment", "Carl", "it was wrong", KEY)
    published = Library(press.folder).deciding("paymentCertainty", before.version).publication
    assert published is not None
    assert (published.approved_by, published.since) == ("Carl", MARCH)


def test_the_project_s_tables_are_as_they_were_approved() -> None:
    assert Press(today=TODAY).unapproved() == []


def test_the_commands_list_and_refuse_in_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["rules"]) == 0
    assert "▶ coverage.dmn" in capsys.readouterr().out
    not_a_day = "« demain » n'est pas une date : une date s'écrit 2027-01-01"
    for since, says in (("2099-01-01", "n'existe pas"), ("demain", not_a_day)):
        assert main(["approve", "coverage", str(tmp_path / "x.dmn"), "--since", since, "--by", "a", "--why", "b"]) == 2
        assert says in capsys.readouterr().out
