"""The text files of messages: ``<language>/<KIND>.sms.txt`` and ``<language>/<KIND>.email.txt``.

A variant's file has its name after the kind's (``<KIND>.<VARIANT>.sms.txt``), and may be missing.
"""

from collections.abc import Mapping
from pathlib import Path

from restoration.domain.message import Channel, MessageKind
from restoration.domain.wording import LANGUAGES, VARIANTS, Passage, Place, Wording, WordingError, parse_wording

SUFFIX = {Channel.SMS: "sms.txt", Channel.EMAIL: "email.txt"}


def read_wordings(folder: Path) -> Mapping[Place, Wording]:
    """Read and check all texts.

    Raises
    ------
    WordingError
        For the first file that is missing, is unknown, or can't be used: with its name, the line, and what to do.
    """
    wanted = {
        path_of(folder, place): place
        for language in LANGUAGES
        for kind in (*MessageKind, *Passage)
        for variant in ("", *VARIANTS.get(kind, ()))
        for place in (Place(language, kind, variant, channel) for channel in SUFFIX)
    }
    if unknown := sorted(set(folder.rglob("*.txt")) - wanted.keys()):
        raise WordingError(f"{unknown[0].relative_to(folder)} : aucun message n'a ce nom ; renommer le fichier")
    return {place: text for place in wanted.values() if (text := read_wording(folder, place))}


def path_of(folder: Path, place: Place) -> Path:
    """The file of a text."""
    stem = f"{place.kind}.{place.variant}" if place.variant else place.kind
    return folder / place.language / f"{stem}.{SUFFIX[place.channel]}"


def read_wording(folder: Path, place: Place) -> Wording | None:
    """Read and check one text; None for a variant without one. It raises what :func:`read_wordings` does."""
    path = path_of(folder, place)
    where = str(path.relative_to(folder))
    if not path.is_file():
        if place.variant:
            return None
        raise WordingError(f"{where} : ce texte manque ; l'écrire")
    try:
        text = path.read_text(encoding="utf-8-sig")  # editors of Windows begin with a mark, which no SMS may have
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise WordingError(f"{where}, ligne {line} : pas de l'UTF-8 ; enregistrer le fichier en UTF-8") from error
    return parse_wording(place.kind, place.channel, place.language, text, where)
