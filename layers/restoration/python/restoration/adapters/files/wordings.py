"""The text files of messages: ``<language>/<KIND>.sms.txt`` and ``<language>/<KIND>.email.txt``."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from restoration.domain.message import Channel, MessageKind
from restoration.domain.wording import LANGUAGES, Wording, WordingError, parse_wording

SUFFIX = {Channel.SMS: "sms.txt", Channel.EMAIL: "email.txt"}


def read_wordings(folder: Path) -> Mapping[tuple[str, MessageKind, Channel], Wording]:
    """Read and check all texts.

    Raises
    ------
    WordingError
        For the first file that is missing, is unknown, or can't be used: with its name, the line, and what to do.
    """
    wanted = {path: place for place, path in _places(folder)}
    for found in sorted(folder.rglob("*.txt")):
        if found not in wanted:
            raise WordingError(f"{_name(found)}: no message has this name: rename the file or remove it")
    return {place: _read(path, *place) for path, place in wanted.items()}


def _places(folder: Path) -> Iterator[tuple[tuple[str, MessageKind, Channel], Path]]:
    for language in LANGUAGES:
        for kind in MessageKind:
            for channel, suffix in SUFFIX.items():
                yield (language, kind, channel), folder / language / f"{kind}.{suffix}"


def _read(path: Path, language: str, kind: MessageKind, channel: Channel) -> Wording:
    if not path.is_file():
        raise WordingError(f"{_name(path)}: this text is missing: write it")
    return parse_wording(kind, channel, language, path.read_text(encoding="utf-8"), _name(path))


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
