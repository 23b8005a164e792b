"""Nothing is changed that the journal does not have, and nothing without a reason."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ops.failures import OpsError, WrongRequest
from ops.screen import Screen
from ops.tools import Tools, ask_on_terminal
from tests.cases import cases
from tests.unit.ops.accounts import NOW, OwnAws


class Journal(OwnAws):
    """A journal that may be out of reach."""

    is_down = False

    def put_object(self, **entry: Any) -> None:
        if self.is_down:
            raise ConnectionError("S3 is down")
        super().put_object(**entry)


class Desk:
    """One change, asked for with what one types."""

    def __init__(self, *typed: str, terminal: bool = True) -> None:
        self.journal = Journal()
        self.done: list[str] = []
        lines: Iterator[str] = iter(typed)
        self._tools = Tools(self.journal.account, lambda: NOW, (lambda _: next(lines)) if terminal else None)

    def change(
        self, reason: str | None = None, *, yes: bool = False, error: Exception | None = None, as_json: bool = False
    ) -> None:
        screen = Screen(file=io.StringIO(), as_json=as_json)
        tools = replace(self._tools, screen=screen, reason=reason, yes=yes)
        with tools.changing("switch", {"to": "off"}, saying=["The switch will be off."], confirm_with="off") as change:
            assert [entry["stage"] for entry in self.journal.entries] == ["begun"], "noted before it is done"
            if error:
                raise error
            self.done.append("off")
            change.outcome = "the switch is off"


REASON = "wrong orders"


@cases(
    "typed, given, error, why",
    {
        "an empty reason": (["  "], {"yes": True}, WrongRequest, "--reason"),
        "nobody who can say why": (None, {"yes": True}, WrongRequest, "--reason"),
        "another word than is asked for": (["yes"], {"reason": REASON}, OpsError, "Nothing was done"),
        "nobody who can confirm": (None, {"reason": REASON}, WrongRequest, "--yes"),
        "no reason in JSON, where nothing was said": ([REASON, "off"], {"as_json": True}, WrongRequest, "--reason"),
        "no yes in JSON": (["off"], {"reason": REASON, "as_json": True}, WrongRequest, "--yes"),
    },
)
def test_nothing_is_done_with(typed: list[str] | None, given: dict[str, Any], error: type[Exception], why: str) -> None:
    desk = Desk(*typed or (), terminal=typed is not None)
    with pytest.raises(error, match=why):
        desk.change(**given)
    assert (desk.done, desk.journal.entries) == ([], [])


def test_without_the_journal_nothing_is_done() -> None:
    desk = Desk()
    desk.journal.is_down = True
    with pytest.raises(ConnectionError):
        desk.change(REASON, yes=True)
    assert desk.done == []


def test_what_failed_is_kept_as_failed() -> None:
    desk = Desk()
    with pytest.raises(PermissionError):
        desk.change(REASON, yes=True, error=PermissionError("denied"))
    assert desk.journal.entries[-1]["outcome"] == "failed: PermissionError: denied"


def test_question_stands_on_standard_error_and_what_is_typed_is_taken_without_its_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("mended\nyes\n"))
    assert [ask_on_terminal("Why? "), ask_on_terminal("Sure? ")] == ["mended", "yes"]
    assert capsys.readouterr() == ("", "Why? Sure? ")
