"""``make messages`` shows every text in 80 columns, and fails on one that can't be used or is too long."""

from pathlib import Path

import pytest

from restoration.domain.message import MessageKind
from scripts.messages import TEXTS, main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the texts, to be spoilt."""
    for path in TEXTS.rglob("*.txt"):
        (tmp_path / path.parent.name).mkdir(exist_ok=True)
        (tmp_path / path.parent.name / path.name).write_bytes(path.read_bytes())
    return tmp_path


def test_all_messages_are_shown_with_their_parts_in_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    shown = capsys.readouterr().out
    for variant in ("POWER_RESTORED.GOODWILL", "PAYMENT_REJECTED.BANK", *MessageKind):
        assert f"fr/{variant}.sms.txt" in shown
        assert f"en/{variant}.email.txt" in shown
    assert "GSM-7, 2 parties" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_an_sms_of_more_than_two_parts_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = folder / "fr" / "REFUSED.sms.txt"
    text.write_text(text.read_text(encoding="utf-8") + "Et bien des mots encore. " * 10, encoding="utf-8")
    assert main(folder) == 1
    assert "fr/REFUSED.sms.txt : 4 parties ; l'abréger, pour 2 au plus" in capsys.readouterr().out


def test_a_variant_of_one_language_alone_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (folder / "en").glob("TO_RESTORE.PLAN.*"):
        path.unlink()
    assert main(folder) == 1
    assert "en/TO_RESTORE.PLAN : à écrire, puisqu'une autre langue l'a" in capsys.readouterr().out


def test_a_wrong_variable_fails_with_file_line_and_what_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "en" / "REFUSED.sms.txt").write_text("Call {phone}", encoding="utf-8")
    assert main(folder) == 1
    said = capsys.readouterr().err
    assert "en/REFUSED.sms.txt, ligne 1 : {phone} est inconnu de REFUSED ; au choix : {complaint}, {contract}" in said
    assert "make messages" in said
