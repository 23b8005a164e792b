"""Settings come from the environment; what misses or makes no sense is named."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

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


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        *(
            (settings.seconds, value, timedelta(seconds=it))
            for value, it in (("1", 1), ("0.5", 0.5), (" 86400 ", 86400))
        ),
        (settings.seconds, "1e3", timedelta(seconds=1000)),
        *((settings.whole_number, value, it) for value, it in (("0", 0), ("3", 3), (" 12 ", 12))),
        (settings.listed, " a@b.example, c@d.example ,", ("a@b.example", "c@d.example")),
        (settings.listed, "", ()),
        *((settings.percent, value, pytest.approx(it)) for value, it in (("0", 0), ("99.5", 0.995), ("100", 1))),
        (settings.switch, "true", True),
        (settings.switch, "false", False),
    ],
)
def test_value_is_read(monkeypatch: pytest.MonkeyPatch, read: Callable[[str], Any], value: str, expected: Any) -> None:
    monkeypatch.setenv("SETTING", value)
    assert read("SETTING") == expected


def test_of_a_list_that_is_missing_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SETTING", raising=False)
    assert settings.listed("SETTING") == ()


@pytest.mark.parametrize(
    ("read", "values"),
    [
        (settings.seconds, ["0", "-1", "nan", "soon", "1,5", "inf", "1e15", "PT1H"]),
        (settings.whole_number, ["-1", "1.5", "two", "1_0", "²"]),
        (settings.switch, ["maybe", "2", "yes please"]),
        (settings.percent, ["-1", "101", "most", "nan"]),
    ],
)
def test_value_that_makes_no_sense_is_named(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[str], Any], values: list[str]
) -> None:
    for value in values:
        monkeypatch.setenv("SETTING", value)
        with pytest.raises(InvalidConfiguration, match=f"SETTING.*{value}"):
            read("SETTING")
