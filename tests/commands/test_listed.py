"""Each command that a document, the Makefile or the product names is run on a fresh clone, or listed with a reason."""

import fnmatch

from tests.commands.documents import written
from tests.commands.walks import is_accounted_for, listed


def test_each_command_is_run_or_listed_with_its_reason() -> None:
    missing = {each.command: each.place for each in written() if not is_accounted_for(each)}
    assert not missing, "neither run nor listed in tests/commands/commands.yaml:\n" + "\n".join(
        f"  {place}: {command}" for command, place in missing.items()
    )


def test_what_is_listed_is_written_somewhere() -> None:
    commands = {each.command for each in written()}
    gone = [pattern for pattern in listed() if not any(fnmatch.fnmatchcase(each, pattern) for each in commands)]
    assert not gone, "nobody writes these any more: take them out of tests/commands/commands.yaml"
