"""An error is a sentence on standard error, with an exit code; never a traceback."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ProfileNotFound
from typer.main import get_command
from typer.testing import CliRunner

from dmn import DmnError
from ops import __main__ as main_module
from ops.app import app
from ops.failures import WrongRequest
from record.cases.failures import NothingFound
from tests.unit.ops.printing import are_as_kept, with_marks

REFUSED = ClientError({"Error": {"Code": "AccessDenied", "Message": "you may not"}}, "StopExecution")


def raising(error: BaseException) -> Callable[[], None]:
    def run() -> None:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (NothingFound("There is no such case."), 1, "There is no such case."),
        (WrongRequest("Name the cases, or say --all."), 2, "Name the cases, or say --all."),
        (REFUSED, 1, "AWS refused StopExecution: AccessDenied: you may not\n→ Has the profile the role for it?"),
        *(
            (ClientError({"Error": {"Code": code, "Message": "m"}}, "F"), 1, f"AWS refused F: {code}: m\n→ {step}")
            for code, step in (
                ("ExpiredToken", "Sign in again"),
                ("StateMachineDoesNotExist", "Is it the right stack and region?"),
                ("ThrottlingException", "Wait a minute"),
                ("ValidationException", "Call the developers"),
            )
        ),
        (EndpointConnectionError(endpoint_url="https://x"), 1, "AWS can't be asked: "),
        (ProfileNotFound(profile="x"), 2, "The config profile (x) could not be found. Is it in $AWS_CONFIG_FILE?"),
        (NoCredentialsError(), 2, "Nobody is signed in. Name a profile"),
        (DmnError("coverage.dmn is no model."), 1, "coverage.dmn is no model."),
        (SystemExit(130), 130, "\nStopped by Ctrl-C."),
        (PermissionError(13, "denied", "/x"), 2, "/x: denied. Take a folder that you may write to."),
    ],
)
def test_error_is_a_sentence(
    error: BaseException, code: int, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(main_module, "app", raising(error))
    with pytest.raises(SystemExit) as ended:
        main_module.main()
    assert ended.value.code == code
    printed = capsys.readouterr()
    assert printed.err.startswith(text)
    assert printed.out == ""


def commands_below(command: Any, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands_below(inner, *path, name)


def test_each_command_says_of_itself_what_it_said() -> None:
    said = []
    for path in commands_below(get_command(app)):
        ran = CliRunner(env={"COLUMNS": "100"}).invoke(app, [*path, "--help"])
        said.append(f"$ {' '.join(['ops', *path])}\n{with_marks(ran.output)}\n\n")
    are_as_kept("help.txt", said)


@pytest.mark.parametrize("error", [KeyError("a fault of the tool"), OSError("of no file")])
def test_error_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(main_module, "app", raising(error))
    with pytest.raises(type(error)):
        main_module.main()
