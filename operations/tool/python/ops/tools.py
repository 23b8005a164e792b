"""What each command is given: the account, the screen, who is asked, the clock. A test gives its own.

A command that changes something says what it will do, asks for a reason and a yes, and is kept in the journal. The
entry before comes first, so nothing is changed that the journal does not have. A second entry says what came of it.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any, get_args
from uuid import uuid4

import typer

from ops.account import Account
from ops.environments import Environment, read_environment
from ops.failures import OpsError, WrongRequest
from ops.screen import Screen
from record.adapters.s3.journal import OperationJournal
from record.domain.journal import Change
from restoration.clock import utc_now

EnvironmentName = Annotated[str, typer.Argument(metavar="ENVIRONMENT", help="dev, staging or prod of samconfig.toml.")]


def ask_on_terminal(question: str) -> str:
    """Ask on standard error, so that standard output stays clean."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().rstrip("\n")


@dataclass
class Tools:
    """What a command works with.

    Parameters
    ----------
    ask
        Shows a question and returns what was typed. None where nobody can be asked.
    reason, yes
        What the command line says already.
    """

    account: Account
    clock: Callable[[], datetime] = utc_now
    ask: Callable[[str], str] | None = field(default_factory=lambda: ask_on_terminal if sys.stdin.isatty() else None)
    screen: Screen = field(default_factory=Screen)
    reason: str | None = None
    yes: bool = False

    @property
    def journal(self) -> OperationJournal:
        return OperationJournal(self.account.client("s3"), self.account.operations_bucket)

    @contextmanager
    def changing(
        self, command: str, parameters: Mapping[str, str], *, saying: Sequence[str], confirm_with: str = "yes"
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
            self.screen.say(sentence)
        # In JSON nothing was said, so nobody is asked to confirm it.
        ask = None if self.screen.as_json else self.ask
        why = self.reason if self.reason is not None or ask is None else ask("Why? This is kept in the journal: ")
        why = (why or "").strip()
        if not why:
            raise WrongRequest('Nothing was done: say why, with --reason "…"')
        if not self.yes:
            confirm(confirm_with, ask, otherwise=" Add --yes to do it without a question.")
        change = Change(uuid4().hex[:12], self.account.who, why)
        with self.journal.changing(change, command, parameters, self.clock):
            yield change
        self.screen.say(f"Kept in the journal as {change.id}.")


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


Showing = Annotated[Tools, "as_json"]
"""The tools of a command that shows something: as text, or as JSON where one asks for it."""
Changing = Annotated[Tools, "reason", "yes"]
"""The tools of a command that changes something: one may say why, and yes, beforehand."""
ChangingOrShowing = Annotated[Tools, "reason", "yes", "as_json"]
_OPTIONS: Mapping[str, tuple[object, object]] = {
    "reason": (None, Annotated[str | None, typer.Option("--reason", help="Why; it is kept in the journal.")]),
    "yes": (False, Annotated[bool, typer.Option("--yes", "-y", help="Don't ask again.")]),
    "as_json": (False, Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]),
}
"""What their commands may be told besides what is their own: each with its default and its type."""


def with_tools(run: Callable[..., None]) -> Callable[..., None]:
    """Make a command of a function, for typer: the first parameter is not typed but given, by what the line says."""
    first, *own = signature(run).parameters.values()
    options = get_args(first.annotation)[1:]

    @wraps(run)
    def command(**typed: Any) -> None:
        tools, said = typed["context"].obj, {name: typed[name] for name in options}
        if not isinstance(tools, Tools):
            raise TypeError("a command is run by ops.app, which gives it its tools")
        screen = Screen(as_json=said.pop("as_json", False))
        run(replace(tools, screen=screen, **said), **{each.name: typed[each.name] for each in own})

    offered = {"context": Parameter("context", Parameter.KEYWORD_ONLY, annotation=typer.Context)}
    offered |= {each.name: each.replace(kind=Parameter.KEYWORD_ONLY) for each in own}
    for name in options:
        default, annotation = _OPTIONS[name]
        offered[name] = Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
    command.__signature__ = Signature([*offered.values()])  # type: ignore[attr-defined]
    return command


def is_typed(context: Any, name: str) -> bool:
    """Whether the command line has an option, which neither a default nor the environment gave."""
    return str(context.get_parameter_source(name)) == "ParameterSource.COMMANDLINE"


def at_environment(tools: Tools, context: typer.Context, name: str) -> tuple[Tools, Environment]:
    """The tools for the stack of an environment. samconfig.toml names its stack and its region.

    Raises
    ------
    WrongRequest
        When there is no such environment, or the command line names another stack or region.
    """
    environment, root = read_environment(name), context.find_root()
    for option, its in (("stack", environment.stack_name), ("region", environment.region)):
        if is_typed(root, option) and root.params[option] != its:
            raise WrongRequest(
                f"Nothing was done: the {option} of {name} is {its}, and --{option} names {root.params[option]}."
                f" Leave --{option} out."
            )
    return replace(tools, account=tools.account.elsewhere(environment.stack_name, environment.region)), environment
