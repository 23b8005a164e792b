"""Settings come from the environment; what misses or makes no sense is named."""

from datetime import timedelta

import pytest

from restoration import settings
from restoration.errors import InvalidConfiguration


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv("TABLE", raising=False)
    if value is not None:
        monkeypatch.setenv("TABLE", value)
    for read in (settings.text, settings.seconds, settings.whole_number):
        with pytest.raises(InvalidConfiguration, match="TABLE"):
            read("TABLE")


@pytest.mark.parametrize(("value", "expected"), [("1", 1), ("0.5", 0.5), (" 86400 ", 86400), ("1e3", 1000)])
def test_seconds_are_a_duration(monkeypatch: pytest.MonkeyPatch, value: str, expected: float) -> None:
    monkeypatch.setenv("WAIT", value)
    assert settings.seconds("WAIT") == timedelta(seconds=expected)


@pytest.mark.parametrize("value", ["0", "-1", "nan", "soon", "1,5", "inf", "1e15", "PT1H"])
def test_seconds_that_are_no_duration_are_named_with_their_value(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("WAIT", value)
    with pytest.raises(InvalidConfiguration, match=f"WAIT.*{value}"):
        settings.seconds("WAIT")


@pytest.mark.parametrize(("value", "expected"), [("0", 0), ("3", 3), (" 12 ", 12)])
def test_a_whole_number_is_read(monkeypatch: pytest.MonkeyPatch, value: str, expected: int) -> None:
    monkeypatch.setenv("DAYS", value)
    assert settings.whole_number("DAYS") == expected


@pytest.mark.parametrize("value", ["-1", "1.5", "two", "1_0", "²"])
def test_what_is_no_whole_number_is_named_with_its_value(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("DAYS", value)
    with pytest.raises(InvalidConfiguration, match=f"DAYS.*{value}"):
        settings.whole_number("DAYS")


@pytest.mark.parametrize("value", ["maybe", "2", "yes please"])
def test_a_switch_that_is_neither_on_nor_off_is_named_with_its_value(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("DEFER", value)
    with pytest.raises(InvalidConfiguration, match=f"DEFER.*{value}"):
        settings.switch("DEFER")


def test_texts_between_commas_are_read_and_none_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILS", " a@b.example, c@d.example ,")
    assert settings.listed("MAILS") == ("a@b.example", "c@d.example")
    monkeypatch.setenv("MAILS", "")
    assert settings.listed("MAILS") == ()
    monkeypatch.delenv("MAILS")
    assert settings.listed("MAILS") == ()


def test_percent_is_read_as_a_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHARE", "99.5")
    assert settings.percent("SHARE") == pytest.approx(0.995)


@pytest.mark.parametrize("value", ["-1", "101", "most", "nan"])
def test_percent_that_is_none_is_named_with_its_value(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SHARE", value)
    with pytest.raises(InvalidConfiguration, match=f"SHARE.*{value}"):
        settings.percent("SHARE")
