"""A command that changes something: it says what it will do, asks for a reason and a yes, and is kept in the journal.

The entry before comes first, so nothing is changed that the journal does not have. A second entry says what came of it.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import uuid4

import typer

from ops.entries import Operation, OperationJournal, Stage
from ops.failures import OpsError, WrongRequest
from ops.screen import Screen

Reason = Annotated[str | None, typer.Option("--reason", help="Why; it is kept in the journal.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask again.")]


@dataclass(slots=True)
class Change:
    """A change under way, who makes it, and why; the command says here what came of it."""

    id: str
    by: str
    reason: str
    outcome: str = "done"


class Asking:
    """Asks, and keeps the journal.

    Parameters
    ----------
    who
        Gives the ARN of the identity that acts.
    ask
        Shows a question and returns what was typed. None where nobody can be asked.
    """

    def __init__(
        self,
        journal: OperationJournal,
        who: Callable[[], str],
        clock: Callable[[], datetime],
        ask: Callable[[str], str] | None,
    ) -> None:
        self._journal = journal
        self._who = who
        self._clock = clock
        self._ask = ask

    @contextmanager
    def changing(
        self,
        screen: Screen,
        command: str,
        parameters: Mapping[str, str],
        *,
        saying: Sequence[str],
        reason: str | None,
        yes: bool,
        confirm_with: str = "yes",
    ) -> Iterator[Change]:
        """Say what will be done, ask, note it, let it be done, note what came of it.

        Parameters
        ----------
        saying
            What will be done, in sentences.
        confirm_with
            The word that one has to type; another than "yes" where a slip would be dear.

        Raises
        ------
        WrongRequest
            When there is no reason, or nobody can be asked (as in JSON) and ``yes`` is not given.
        OpsError
            When one does not confirm. Nothing was done, and the journal has nothing.
        """
        for sentence in saying:
            screen.say(sentence)
        # In JSON nothing was said, so nobody is asked to confirm it.
        ask = None if screen.as_json else self._ask
        why = _reason(reason, ask)
        if not yes:
            confirm(confirm_with, ask, otherwise=" Add --yes to do it without a question.")
        who = self._who()
        change = Change(uuid4().hex[:12], who, why)

        def keep(stage: Stage, outcome: str = "") -> None:
            self._journal.keep(
                Operation(change.id, command, who, self._clock(), why, parameters, stage, outcome=outcome)
            )

        keep(Stage.BEGUN)
        try:
            yield change
        except BaseException as error:
            keep(Stage.ENDED, f"failed: {type(error).__name__}: {error}"[:2000])
            raise
        keep(Stage.ENDED, change.outcome)
        screen.say(f"Kept in the journal as {change.id}.")


def _reason(reason: str | None, ask: Callable[[str], str] | None) -> str:
    if reason is None and ask:
        reason = ask("Why? This is kept in the journal: ")
    if not (reason or "").strip():
        raise WrongRequest('Nothing was done: say why, with --reason "…"')
    return (reason or "").strip()


def confirm(word: str, ask: Callable[[str], str] | None, *, otherwise: str = "") -> None:
    """Have a word typed.

    Parameters
    ----------
    otherwise
        What else one may do where nobody can be asked.

    Raises
    ------
    WrongRequest
        When nobody can be asked.
    OpsError
        When another word is typed, or none.
    """
    if ask is None:
        raise WrongRequest(f"Nothing was done: nobody can be asked here.{otherwise}")
    if ask(f'Type "{word}" to do it: ').strip() != word:
        raise OpsError(f'Nothing was done: "{word}" was not typed.')


def ask_on_terminal(question: str) -> str:
    """Ask on standard error, so that standard output stays clean."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().rstrip("\n")
