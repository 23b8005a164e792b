"""Two people sign a publication: over its hash and its date, each with their own key, the law's with the lawyers'."""

import json
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from shutil import which

import pytest

from local.decision_tools.publishing.press import NotPublished, Press, Request
from local.decision_tools.publishing.signing import NotSigned, add_signer, sign
from tests.unit.decision_tools.samples import first_versions, write_draft

TODAY = date(2026, 11, 26)
NEW_YEAR = date(2027, 1, 1)
ROLES = {"anne": "metier", "bruno": "metier", "chloe": "juridique"}


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


type Publish = Callable[..., None]


@pytest.fixture
def publish(press: Press, tmp_path: Path, keys: Path) -> Publish:
    """Publish a file with a part of its text replaced, as its author."""

    def approve(
        name: str, was: str, becomes: str, by: str = "anne", key: str = "", since: date = NEW_YEAR, second: str = ""
    ) -> None:
        draft = write_draft(tmp_path, tmp_path / "decisions" / f"{name}.dmn", (was, becomes))
        press.approve(Request(name, draft, since, by, "essai", keys / (key or by)))
        if second:
            press.countersign(name, second, keys / second)

    return approve


def test_a_publication_waits_for_a_second_person_who_signs_with_another_key(
    press: Press, publish: Publish, keys: Path
) -> None:
    publish("payment", "<text>500</text>", "<text>600</text>")
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
    publish("payment", "<text>500</text>", "<text>600</text>")
    with pytest.raises(NotPublished, match="« anne » a déjà signé"):
        twice.countersign("payment", "anne.martin", keys / "anne")


def test_what_the_law_is_behind_needs_a_lawyer(press: Press, publish: Publish, keys: Path) -> None:
    publish("protection", '"P2M"', '"P3M"')
    (missing,) = press.countersign("protection", "bruno", keys / "bruno")
    assert "attend la signature du juridique" in missing
    assert press.countersign("protection", "chloe", keys / "chloe") == []
    assert press.unapproved() == []


def test_a_publication_that_is_changed_after_its_signatures_is_not_approved(press: Press, publish: Publish) -> None:
    publish("payment", "<text>500</text>", "<text>600</text>", second="bruno")
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
    publish("payment", "<text>500</text>", "<text>600</text>")
    press.go_back("payment", "anne", "une erreur", keys / "anne")
    assert press.unapproved() == []

    publish("payment", "<text>500</text>", "<text>600</text>")
    assert "elle attend la signature d'une seconde personne" in press.unapproved()[0], "nobody had approved it"


def test_an_edit_of_the_law_that_nobody_approved_is_no_step_to_the_next(press: Press, publish: Publish) -> None:
    publish("protection", '"P2M"', '"P3M"', since=TODAY, second="bruno")
    publish("protection", "Politique commerciale", "Politique  commerciale", since=TODAY, second="bruno")
    (missing,) = press.unapproved()
    assert "attend la signature du juridique" in missing


def test_going_back_twice_comes_to_the_version_before_both(press: Press, publish: Publish, keys: Path) -> None:
    first = press.publications()["payment"][0].version
    publish("payment", "<text>500</text>", "<text>600</text>", since=TODAY, second="bruno")
    publish("payment", "<text>600</text>", "<text>650</text>", since=TODAY)
    publish("payment", "<text>650</text>", "<text>700</text>", since=TODAY, second="bruno")
    backs = [press.go_back("payment", "anne", "faux", keys / "anne").version for _ in range(2)]
    assert backs == [press.publications()["payment"][1].version, first], "650 was never approved"
    assert press.unapproved() == []
    with pytest.raises(NotPublished, match="pas de version antérieure"):
        press.go_back("payment", "anne", "faux", keys / "anne")


def test_a_stranger_publishes_nothing(press: Press, publish: Publish) -> None:
    with pytest.raises(NotSigned, match="« anne » ne peut pas signer avec mallory : l'inscrire d'abord"):
        publish("payment", "<text>500</text>", "<text>600</text>", key="mallory")
    assert len(press.publications()["payment"]) == 1
    assert not (press.folder / "former").exists()


def test_what_is_missing_to_sign_is_said_in_french(keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotSigned, match=r"la clé .* n'existe pas : la nommer"):
        sign("a", "anne", tmp_path / "none", keys / "signers")
    with pytest.raises(NotSigned, match="n'a ni espace"):
        add_signer("anne martin", "metier", keys / "anne.pub", keys / "signers")
    with pytest.raises(NotSigned, match="« chef » n'est pas un rôle ; il y a juridique, metier"):
        add_signer("paul", "chef", keys / "anne.pub", keys / "signers")
    with pytest.raises(NotSigned, match="n'est pas une clé publique"):
        add_signer("paul", "metier", keys / "anne", keys / "signers")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NotSigned, match="n'est pas une clé publique"):
        add_signer("paul", "metier", tmp_path / "binary", keys / "signers")
    with pytest.raises(NotSigned, match="est déjà inscrit"):
        add_signer("anne", "métier", keys / "anne.pub", keys / "signers")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotSigned, match=r"ssh-keygen manque.* installer OpenSSH"):
        sign("a", "anne", keys / "anne", keys / "signers")
