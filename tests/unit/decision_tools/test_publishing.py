"""A table is published from a date on, by somebody and for a reason; it can be taken back; older dates keep theirs."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import dmn
from local.decision_tools.__main__ import main
from local.decision_tools.publishing import press as publishing
from local.decision_tools.publishing.press import NotPublished, Press, Request
from ops.decisions.versions import Library
from record.cases.failures import NothingFound
from restoration.adapters.dmn.publications import in_force
from restoration.adapters.dmn.rule_book import RuleBook
from restoration.domain.decision import DecisionRequest
from tests.unit.decision_tools.samples import INPUTS, first_versions, write_draft, write_model
from tests.unit.decisions.deciding import book

TODAY = date(2026, 11, 26)
NEW_YEAR = date(2027, 1, 1)
MARCH = date(2027, 3, 1)
KEY = Path("key")

type Draft = Callable[[int], Path]


@pytest.fixture(autouse=True)
def everybody_may_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signing is the matter of test_signing."""
    monkeypatch.setattr(publishing, "sign", lambda *_: ("métier", "signed"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "decisions"
    folder.mkdir()
    path = write_model(folder)
    entry = {
        "file": "grant.dmn",
        "version": dmn.load(path).version,
        "from": None,
        "approvedBy": "Ada",
        "approvedOn": "2026-01-01",
        "why": "first",
    }
    (folder / "manifest.json").write_text(json.dumps({"grant": [entry]}), encoding="utf-8")
    return folder


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    return lambda amount: write_model(
        tmp_path, ("<text>100</text>", f"<text>{amount}</text>"), name=f"draft-{amount}.dmn"
    )


def amount_on(folder: Path, day: date, today: date = TODAY) -> int:
    """The amount that is granted on a business date; the sample's table has no such input, so the clock decides."""
    request = DecisionRequest("grant", "LIM-1", "run/Decide", INPUTS)
    return int(RuleBook(folder, today=lambda: day or today).evaluate(request).value["amount"])


def press(folder: Path, today: date = TODAY) -> Press:
    return Press(folder, today=today)


def test_a_draft_counts_from_its_date_and_older_dates_keep_the_former_table(folder: Path, draft: Draft) -> None:
    press(folder).approve(Request("grant", draft(90), NEW_YEAR, "Béa", "less money", KEY))

    assert amount_on(folder, date(2026, 12, 31)) == 100
    assert amount_on(folder, NEW_YEAR) == 90
    assert amount_on(folder, date(2020, 1, 1)) == 100
    (first, second) = press(folder).publications()["grant"]
    assert (first.file, second.file) == ("former/grant.1.dmn", "grant.dmn")
    assert (second.approved_by, second.approved_on, second.why) == ("Béa", TODAY, "less money")


def test_the_input_s_business_date_chooses_before_the_clock(tmp_path: Path) -> None:
    folder = first_versions(tmp_path / "decisions")
    draft = write_draft(tmp_path, folder / "payment.dmn", ("Politique commerciale", "Politique  commerciale"))
    press(folder).approve(Request("payment", draft, NEW_YEAR, "Béa", "more trust", KEY))
    rules = RuleBook(folder, today=lambda: TODAY)

    def version_on(day: date) -> str:
        inputs = {**book("payment").usual, "businessDate": day.isoformat()}
        return rules.evaluate(DecisionRequest("paymentCertainty", "LIM-1", "run/Decide", inputs)).version

    versions = [it.version for it in press(folder).publications()["payment"]]
    assert [version_on(day) for day in (TODAY, NEW_YEAR)] == versions


@pytest.mark.parametrize(
    ("since", "by", "why", "reason"),
    [
        (date(2026, 11, 25), "Béa", "why", "est passé"),
        (NEW_YEAR, " ", "why", "dire qui approuve"),
        (NEW_YEAR, "Béa", "", "dire qui approuve"),
    ],
)
def test_a_publication_needs_a_day_a_person_and_a_reason(
    folder: Path, draft: Draft, since: date, by: str, why: str, reason: str
) -> None:
    with pytest.raises(NotPublished, match=reason):
        press(folder).approve(Request("grant", draft(90), since, by, why, KEY))


def test_a_draft_of_another_file_is_not_published(tmp_path: Path) -> None:
    folder = first_versions(tmp_path / "decisions")
    other = Request("coverage", folder / "protection.dmn", NEW_YEAR, "Béa", "a slip", KEY)

    with pytest.raises(NothingFound, match=r"protection.dmn n'a pas de décision « coverage » ; on y trouve : "):
        press(folder).approve(other)


def test_one_version_at_a_time_may_be_to_come(folder: Path, draft: Draft) -> None:
    press(folder).approve(Request("grant", draft(90), NEW_YEAR, "Béa", "why", KEY))

    with pytest.raises(NotPublished, match="attend déjà le 2027-01-01 ; la retirer d'abord : make rules-back"):
        press(folder).approve(Request("grant", draft(80), MARCH, "Béa", "why", KEY))


def test_what_was_edited_in_place_is_found_and_stops_publishing(folder: Path, draft: Draft) -> None:
    assert press(folder).unapproved() == []
    (folder / "grant.dmn").write_bytes(draft(70).read_bytes())

    assert press(folder).unapproved() == [
        "grant.dmn n'est pas la version approuvée : publier la modification (make rules-approve)"
    ]
    with pytest.raises(NotPublished, match="modifié sans être approuvé"):
        press(folder).approve(Request("grant", draft(90), NEW_YEAR, "Béa", "why", KEY))


def test_there_must_be_a_file_a_draft_and_a_former_version(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NothingFound, match=r"pas de fichier aid.dmn ; on trouve : grant"):
        press(folder).approve(Request("aid", tmp_path / "x.dmn", NEW_YEAR, "Béa", "why", KEY))
    with pytest.raises(NothingFound, match="n'existe pas"):
        press(folder).approve(Request("grant", tmp_path / "x.dmn", NEW_YEAR, "Béa", "why", KEY))
    with pytest.raises(NotPublished, match="pas de version antérieure"):
        press(folder).go_back("grant", "Béa", "why", KEY)
    with pytest.raises(NotPublished, match="modifier une copie"):
        press(folder).approve(Request("grant", folder / "grant.dmn", NEW_YEAR, "Béa", "why", KEY))


def test_a_decision_is_explained_with_its_table_and_its_newest_approval(folder: Path, draft: Draft) -> None:
    before = dmn.load(folder / "grant.dmn").version
    press(folder).approve(Request("grant", draft(90), NEW_YEAR, "Béa", "less money", KEY))
    deciding = Library(folder).deciding("grant", before)
    assert (deciding.is_exact, deciding.model.version) == (True, before)
    assert deciding.publication is not None
    assert deciding.publication.approved_by == "Ada"

    press(folder, MARCH).go_back("grant", "Carl", "it was wrong", KEY)
    published = Library(folder).deciding("grant", before).publication
    assert published is not None
    assert (published.approved_by, published.since) == ("Carl", MARCH)


def test_the_project_s_tables_are_as_they_were_approved() -> None:
    assert Press(today=TODAY).unapproved() == []


def test_the_commands_list_and_refuse_in_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["rules"]) == 0
    assert "▶ coverage.dmn" in capsys.readouterr().out
    assert (
        main(["approve", "coverage", str(tmp_path / "x.dmn"), "--since", "2099-01-01", "--by", "a", "--why", "b"]) == 2
    )
    assert "n'existe pas" in capsys.readouterr().out
    assert main(["approve", "coverage", str(tmp_path / "x.dmn"), "--since", "demain", "--by", "a", "--why", "b"]) == 2
    assert "« demain » n'est pas une date : une date s'écrit 2027-01-01" in capsys.readouterr().out


def test_of_those_that_have_begun_the_one_approved_last_counts(folder: Path, draft: Draft) -> None:
    press(folder).approve(Request("grant", draft(90), TODAY, "Béa", "one", KEY))
    press(folder).approve(Request("grant", draft(80), TODAY, "Béa", "two, the same day", KEY))

    assert in_force(press(folder).publications()["grant"], TODAY).why == "two, the same day"
