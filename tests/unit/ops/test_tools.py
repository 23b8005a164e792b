"""Nothing is changed that the journal does not have, and nothing without a reason."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ops.failures import OpsError, WrongRequest
from ops.screen import Screen
from ops.tools import Tools, ask_on_terminal
from tests.unit.ops.accounts import NOW, OwnAccount


class Journal(OwnAccount):
    """An account whose journal may be out of reach."""

    services, is_down = frozenset[str](), False

    def put_object(self, **entry: Any) -> None:
        if self.is_down:
            raise ConnectionError("S3 is down")
        super().put_object(**entry)


class Desk:
    """One change, asked for with what one types."""

    def __init__(self, *typed: str, terminal: bool = True) -> None:
        self.account = Journal()
        self.output = io.StringIO()
        self.done: list[str] = []
        lines: Iterator[str] = iter(typed)
        account: Any = self.account
        self._tools = Tools(account, lambda: NOW, (lambda _: next(lines)) if terminal else None)

    def change(
        self, reason: str | None = None, *, yes: bool = False, error: Exception | None = None, as_json: bool = False
    ) -> None:
        screen = Screen(file=self.output, as_json=as_json)
        tools = replace(self._tools, screen=screen, reason=reason, yes=yes)
        with tools.changing("switch", {"to": "off"}, saying=["The switch will be off."], confirm_with="off") as change:
            assert [entry["stage"] for entry in self.account.entries] == ["begun"], "noted before it is done"
            if error:
                raise error
            self.done.append("off")
            change.outcome = "the switch is off"


def test_change_is_said_confirmed_done_and_kept_twice() -> None:
    desk = Desk("wrong orders", "off")
    desk.change()
    assert desk.done == ["off"]
    begun, ended = desk.account.entries
    assert (begun["stage"], begun["reason"], begun["by"]) == ("begun", "wrong orders", "arn:somebody")
    assert (ended["stage"], ended["outcome"], ended["id"]) == ("ended", "the switch is off", begun["id"])
    assert desk.output.getvalue().startswith("The switch will be off.")


def test_without_a_reason_nothing_is_done() -> None:
    for desk in (Desk("  "), Desk(terminal=False)):
        with pytest.raises(WrongRequest, match="--reason"):
            desk.change(yes=True)
        assert (desk.done, desk.account.entries) == ([], [])


def test_another_word_does_nothing() -> None:
    desk = Desk("yes")
    with pytest.raises(OpsError, match="Nothing was done"):
        desk.change("wrong orders")
    assert (desk.done, desk.account.entries) == ([], [])


def test_nobody_to_ask_needs_yes() -> None:
    desk = Desk(terminal=False)
    with pytest.raises(WrongRequest, match="--yes"):
        desk.change("wrong orders")
    assert desk.done == []
    desk.change("wrong orders", yes=True)
    assert desk.done == ["off"]


def test_in_json_nobody_confirms_what_was_not_said() -> None:
    desk = Desk("wrong orders", "off")
    for reason, needed in ((None, "--reason"), ("wrong orders", "--yes")):
        with pytest.raises(WrongRequest, match=needed):
            desk.change(reason, as_json=True)
    assert (desk.done, desk.account.entries) == ([], [])
    desk.change("wrong orders", yes=True, as_json=True)
    assert (desk.done, desk.output.getvalue()) == (["off"], "")


def test_without_the_journal_nothing_is_done() -> None:
    desk = Desk()
    desk.account.is_down = True
    with pytest.raises(ConnectionError):
        desk.change("wrong orders", yes=True)
    assert desk.done == []


def test_what_failed_is_kept_as_failed() -> None:
    desk = Desk()
    with pytest.raises(PermissionError):
        desk.change("wrong orders", yes=True, error=PermissionError("denied"))
    assert desk.account.entries[-1]["outcome"] == "failed: PermissionError: denied"


def test_question_stands_on_standard_error_and_what_is_typed_is_taken_without_its_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("mended\nyes\n"))
    assert [ask_on_terminal("Why? "), ask_on_terminal("Sure? ")] == ["mended", "yes"]
    assert capsys.readouterr() == ("", "Why? Sure? ")
