"""Which version of a decision file counts from which date: the manifest beside the files.

``manifest.json`` has, for each file ``<name>.dmn``, its publications in the order in which they were approved::

    {"coverage": [{"file": "former/coverage.1.dmn", "version": "0d2f…", "from": null, "approvedBy": "…",
                   "approvedOn": "2026-11-26", "why": "…"},
                  {"file": "coverage.dmn", "version": "81aa…", "from": "2027-01-01", …}]}

``<name>.dmn`` itself is the newest, which may count from a day to come; those before it stand in ``former/``. A file
that the manifest does not name counts for ever, as in a folder without a manifest.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from restoration.errors import InvalidConfiguration

MANIFEST = "manifest.json"
FORMER = "former"


@dataclass(frozen=True, slots=True)
class Publication:
    """A version of a decision file.

    Parameters
    ----------
    file
        Its path within the folder of the decisions.
    since
        The first business date on which it counts; None when it has counted from the beginning.
    version
        The hash of its contents, as a decision's record names it; empty where nobody approved it.
    approved_on
        The day in Paris on which it was approved.
    """

    file: str
    since: date | None = None
    version: str = ""
    approved_by: str = ""
    approved_on: date | None = None
    why: str = ""


def read_publications(folder: Path) -> dict[str, tuple[Publication, ...]]:
    """Return the publications of each decision file, by the file's name without its ending, oldest first.

    Raises
    ------
    InvalidConfiguration
        There is no decision file, the manifest can't be read, or a file that it names is missing.
    """
    names = [path.stem for path in sorted(folder.glob("*.dmn"))]
    if not names:
        raise InvalidConfiguration(f"no .dmn file in {folder.name}/: the function's bundle lacks its decisions")
    path = folder / MANIFEST
    listed = _read(path) if path.is_file() else {}
    strangers = sorted(set(listed) - set(names))
    if strangers:
        raise InvalidConfiguration(f"{MANIFEST} names {', '.join(strangers)}, of which there is no .dmn file")
    return {name: listed.get(name) or (Publication(f"{name}.dmn"),) for name in names}


def _read(path: Path) -> dict[str, tuple[Publication, ...]]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        found = {name: tuple(map(_publication, entries)) for name, entries in document.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidConfiguration(f"{MANIFEST} can't be read: {error!r}") from error
    for name, publications in found.items():
        for publication in publications:
            if not (path.parent / publication.file).is_file():
                raise InvalidConfiguration(f"{MANIFEST}, {name}: there is no file {publication.file}")
        if not publications or publications[0].since is not None:
            raise InvalidConfiguration(
                f'{MANIFEST}, {name}: the first entry must count from the beginning, "from": null'
            )
    return found


def _publication(entry: Mapping[str, Any]) -> Publication:
    since = entry["from"]
    return Publication(
        entry["file"],
        None if since is None else date.fromisoformat(since),
        entry["version"],
        entry["approvedBy"],
        date.fromisoformat(entry["approvedOn"]),
        entry["why"],
    )


def in_force(publications: Sequence[Publication], day: date) -> Publication:
    """Return the publication that counts on a business date: of those that have begun, the one approved last.

    So a return to a former version leaves what was approved in between as it is.
    """
    return [it for it in publications if it.since is None or it.since <= day][-1]
