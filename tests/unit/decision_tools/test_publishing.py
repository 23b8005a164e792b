"""A table is published from a date on, signed by two people; it can be taken back; older dates keep theirs.

Each person signs with their own key over the publication's hash and date, what the law is behind with a lawyer.
"""

import json
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from local.decision_tools.__main__ import main
from local.decision_tools.publishing.press import NotPublished, Press, Request
from local.decision_tools.publishing.signing import NotSigned, add_signer, sign
from ops.decisions.versions import Library
from record.cases.failures import NothingFound
from restoration.adapters.dmn.rule_book import RuleBook
from restoration.domain.decision import DecisionRequest
from tests.unit.decision_tools.samples import first_versions, write_draft
from tests.unit.decisions.deciding import book

TODAY, NEW_YEAR, MARCH = date(2026, 11, 26), date(2027, 1, 1), date(2027, 3, 1)
ROLES = {"anne": "metier", "bruno": "metier", "chloe": "juridique"}

type Publish = Callable[..., None]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Throw-away keys, and the file of those who may sign."""
    assert which("ssh-keygen"), "ssh-keygen is missing: apt-get install openssh-client"
    folder = tmp_path_factory.mktemp("keys")
    for name in (*ROLES, "mallory"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)  # noqa: S603, S607 - our own arguments
    for name, role in ROLES.items():
        add_signer(name, role, folder / f"{name}.pub", folder / "signers")
    return folder


@pytest.fixture
def press(tmp_path: Path, keys: Path) -> Press:
    return Press(first_versions(tmp_path / "decisions"), today=TODAY, signers=keys / "signers")


@pytest.fixture
def publish(press: Press, tmp_path: Path, keys: Path) -> Publish:
    """Publish a file with a part of its text replaced, as its author."""

    def approve(
        becomes: str,
        was: str = "<text>500</text>",
        name: str = "payment",
        by: str = "anne",
        second: str = "",
        **asked: Any,
    ) -> None:
        draft = write_draft(tmp_path, press.folder / f"{name}.dmn", (was, becomes))
        usual: dict[str, Any] = {"since": NEW_YEAR, "why": "essai", "key": keys / by}
        press.approve(Request(name, draft, by=by, **usual | asked))
        if second:
            press.countersign(name, second, keys / second)

    return approve


def test_a_draft_counts_from_its_date_and_older_dates_keep_the_former_table(press: Press, publish: Publish) -> None:
    """The business date of the inputs chooses; the clock does where they have none."""
    publish("<text>90</text>", why="less trust")
    publish("&lt;= 4", "&lt;= 5", "refusal")

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
    assert (newest[0].approved_by, newest[0].approved_on, newest[0].why) == ("anne", TODAY, "less trust")


def test_of_those_that_have_begun_the_one_approved_last_counts(press: Press, publish: Publish) -> None:
    publish("<text>90</text>", since=TODAY)
    publish("<text>80</text>", "<text>90</text>", since=TODAY)
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
    publish: Publish, asked: dict[str, object], reason: str
) -> None:
    with pytest.raises(NotPublished, match=reason):
        publish(**{"becomes": "<text>90</text>"} | asked)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("coverage", "protection.dmn n'a pas de décision « coverage » ; on y trouve : "),
        ("aid", "pas de fichier aid.dmn ; on trouve : action"),
    ],
)
def test_a_draft_of_another_file_or_of_none_is_not_published(press: Press, keys: Path, name: str, says: str) -> None:
    with pytest.raises(NothingFound, match=says):
        press.approve(Request(name, press.folder / "protection.dmn", NEW_YEAR, "anne", "a slip", keys / "anne"))


def test_one_version_at_a_time_may_be_to_come(publish: Publish) -> None:
    publish("<text>90</text>")
    with pytest.raises(NotPublished, match="attend déjà le 01/01/2027 ; la retirer d'abord : make rules-back"):
        publish("<text>80</text>", "<text>90</text>", since=MARCH)


def test_what_was_edited_in_place_is_found_and_stops_publishing(press: Press, publish: Publish) -> None:
    assert press.unapproved() == []
    path = press.folder / "payment.dmn"
    path.write_text(path.read_text(encoding="utf-8").replace("<text>500</text>", "<text>70</text>"), encoding="utf-8")
    assert press.unapproved() == [
        "payment.dmn n'est pas la version approuvée : publier la modification (make rules-approve)"
    ]
    with pytest.raises(NotPublished, match="modifié sans être approuvé"):
        publish("<text>90</text>", "<text>70</text>")


def test_a_decision_is_explained_with_its_table_and_its_newest_approval(
    press: Press, publish: Publish, keys: Path
) -> None:
    before = press.publications()["payment"][0]
    publish("<text>90</text>")
    deciding = Library(press.folder).deciding("paymentCertainty", before.version)
    assert (deciding.is_exact, deciding.model.version) == (True, before.version)
    assert deciding.publication == press.publications()["payment"][0]

    Press(press.folder, today=MARCH, signers=keys / "signers").go_back("payment", "bruno", "faux", keys / "bruno")
    published = Library(press.folder).deciding("paymentCertainty", before.version).publication
    assert published is not None
    assert (published.approved_by, published.since) == ("bruno", MARCH)


def test_a_publication_waits_for_a_second_person_who_signs_with_another_key(
    press: Press, publish: Publish, keys: Path
) -> None:
    publish("<text>600</text>")
    assert [it.partition(" : ")[2] for it in press.unapproved()] == [
        "elle attend la signature d'une seconde personne (make rules-sign FILE=payment)"
    ]
    with pytest.raises(NotPublished, match="« anne » a déjà signé"):
        press.countersign("payment", "anne", keys / "anne")

    assert press.countersign("payment", "bruno", keys / "bruno") == []
    assert press.unapproved() == []
    assert press.signatures("payment")[-1] == "anne (métier), bruno (métier)"
    with pytest.raises(NotPublished, match="n'attend aucune signature"):
        press.countersign("payment", "chloe", keys / "chloe")


def test_who_stands_twice_in_the_file_with_one_key_is_one_person(press: Press, publish: Publish, keys: Path) -> None:
    signers = keys / "doubles"
    add_signer("anne", "metier", keys / "anne.pub", signers)
    add_signer("anne", "juridique", keys / "anne.pub", signers)
    with pytest.raises(NotSigned, match=r"anne.pub est déjà la clé de « anne »"):
        add_signer("anne.martin", "metier", keys / "anne.pub", signers)
    text = signers.read_text(encoding="utf-8")
    signers.write_text(text + text.replace("anne ", "anne.martin "), encoding="utf-8")
    twice = Press(press.folder, today=TODAY, signers=signers)
    publish("<text>600</text>")
    with pytest.raises(NotPublished, match="« anne » a déjà signé"):
        twice.countersign("payment", "anne.martin", keys / "anne")


def test_what_the_law_is_behind_needs_a_lawyer(press: Press, publish: Publish, keys: Path) -> None:
    publish('"P3M"', '"P2M"', "protection")
    (missing,) = press.countersign("protection", "bruno", keys / "bruno")
    assert "attend la signature du juridique" in missing
    assert press.countersign("protection", "chloe", keys / "chloe") == []
    assert press.unapproved() == []


def test_a_publication_that_is_changed_after_its_signatures_is_not_approved(press: Press, publish: Publish) -> None:
    publish("<text>600</text>", second="bruno")
    path = press.folder / "manifest.json"
    text = path.read_text(encoding="utf-8")
    changes: dict[str, object] = {"from": "2027-02-01", "why": "autre", "accepted": ["tout"], "signatures": []}
    for name, becomes in changes.items():
        document = json.loads(text)
        document["payment"][-1][name] = becomes
        path.write_text(json.dumps(document), encoding="utf-8")

        (missing,) = press.unapproved()
        says = "elle n'est pas signée" if name == "signatures" else "une signature n'est pas de cette publication"
        assert says in missing


def test_what_is_taken_back_before_its_second_signature_needs_none(press: Press, publish: Publish, keys: Path) -> None:
    publish("<text>600</text>")
    press.go_back("payment", "anne", "une erreur", keys / "anne")
    assert press.unapproved() == []

    publish("<text>600</text>")
    assert "elle attend la signature d'une seconde personne" in press.unapproved()[0], "nobody had approved it"


def test_an_edit_of_the_law_that_nobody_approved_is_no_step_to_the_next(press: Press, publish: Publish) -> None:
    publish('"P3M"', '"P2M"', "protection", since=TODAY, second="bruno")
    publish("Politique  commerciale", "Politique commerciale", "protection", since=TODAY, second="bruno")
    (missing,) = press.unapproved()
    assert "attend la signature du juridique" in missing


def test_going_back_twice_comes_to_the_version_before_both(press: Press, publish: Publish, keys: Path) -> None:
    first = press.publications()["payment"][0].version
    publish("<text>600</text>", since=TODAY, second="bruno")
    publish("<text>650</text>", "<text>600</text>", since=TODAY)
    publish("<text>700</text>", "<text>650</text>", since=TODAY, second="bruno")
    backs = [press.go_back("payment", "anne", "faux", keys / "anne").version for _ in range(2)]
    assert backs == [press.publications()["payment"][1].version, first], "650 was never approved"
    assert press.unapproved() == []
    with pytest.raises(NotPublished, match="pas de version antérieure"):
        press.go_back("payment", "anne", "faux", keys / "anne")


def test_a_stranger_publishes_nothing(press: Press, publish: Publish, keys: Path) -> None:
    with pytest.raises(NotSigned, match="« anne » ne peut pas signer avec mallory : l'inscrire d'abord"):
        publish("<text>600</text>", key=keys / "mallory")
    assert len(press.publications()["payment"]) == 1
    assert not (press.folder / "former").exists()


def test_what_is_missing_to_sign_is_said_in_french(keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotSigned, match=r"la clé .* n'existe pas : la nommer"):
        sign("a", "anne", tmp_path / "none", keys / "signers")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name, role, key, says in (
        ("anne martin", "metier", keys / "anne.pub", "n'a ni espace"),
        ("paul", "chef", keys / "anne.pub", "« chef » n'est pas un rôle ; il y a juridique, metier"),
        ("paul", "metier", keys / "anne", "n'est pas une clé publique"),
        ("paul", "metier", tmp_path / "binary", "n'est pas une clé publique"),
        ("anne", "métier", keys / "anne.pub", "est déjà inscrit"),
    ):
        with pytest.raises(NotSigned, match=says):
            add_signer(name, role, key, keys / "signers")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotSigned, match=r"ssh-keygen manque.* installer OpenSSH"):
        sign("a", "anne", keys / "anne", keys / "signers")


def test_the_project_s_tables_are_as_they_were_approved() -> None:
    assert Press(today=TODAY).unapproved() == []


def test_the_commands_list_and_refuse_in_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["rules"]) == 0
    assert "▶ coverage.dmn" in capsys.readouterr().out
    not_a_day = "« demain » n'est pas une date : une date s'écrit 2027-01-01"
    for since, says in (("2099-01-01", "n'existe pas"), ("demain", not_a_day)):
        assert main(["approve", "coverage", str(tmp_path / "x.dmn"), "--since", since, "--by", "a", "--why", "b"]) == 2
        assert says in capsys.readouterr().out
