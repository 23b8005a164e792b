"""Publishing a table: a draft is checked, approved from a date on, and can be taken back. Deploying it is another step.

A publication stands in ``decisions/manifest.json`` with who approved it, when and why. The newest file keeps its name;
the one before it goes into ``decisions/former/``, since older business dates are still decided with it.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import dmn
from local.decision_tools.checking import check_files
from local.decision_tools.contract import read_contract
from local.decision_tools.replaying import require
from ops.decisions.tables import DECISIONS
from record.cases.failures import CaseError, NothingFound
from record.formats import counted
from restoration.adapters.dmn.publications import FORMER, MANIFEST, Publication, read_publications


class NotPublished(CaseError):
    """Raised when a table can't be published; says in French what to do first."""


def read_date(text: str) -> date:
    """Read a date as people write it: 2027-01-01 or 01/01/2027.

    Raises
    ------
    NotPublished
        It is none.
    """
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        with suppress(ValueError):
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
    raise NotPublished(f"« {text} » n'est pas une date : écrire FROM=2027-01-01 ou FROM=01/01/2027")


def is_withdrawn(publication: Publication, later: Sequence[Publication]) -> bool:
    """Whether it never counts, since one that was approved later counts from the same day or an earlier one."""
    since = publication.since
    return since is not None and any(it.since is not None and it.since <= since for it in later)


class Press:
    """Publishes the files of a folder.

    Parameters
    ----------
    today
        The day in Paris.
    """

    def __init__(self, folder: Path = DECISIONS, *, today: date) -> None:
        self._folder = folder
        self._today = today

    def publications(self) -> dict[str, tuple[Publication, ...]]:
        """Return all publications, by the name of the file."""
        return read_publications(self._folder)

    def unapproved(self) -> list[str]:
        """Return the files that are not what was approved last, since somebody edited them in place."""
        return [
            name
            for name, publications in self.publications().items()
            if publications[-1].version != dmn.load(self._folder / publications[-1].file).version
        ]

    def approve(self, name: str, draft: Path, since: date, by: str, why: str) -> Publication:
        """Make a draft the newest version of a file, from a business date on.

        Raises
        ------
        NothingFound
            There is no such file, or no such draft; or the draft lacks a decision of the file that the system calls.
        NotPublished
            The draft has an error, the date is past, or another version is still to come.
        """
        publications = self._of(name)
        self._require_words(by, why)
        if not draft.is_file():
            raise NothingFound(f"{draft} n'existe pas")
        if since < self._today:
            raise NotPublished(f"le {since} est passé : une règle compte au plus tôt d'aujourd'hui, le {self._today}")
        newest = publications[-1]
        if newest.since is not None and newest.since > self._today:
            raise NotPublished(
                f"une version de {name}.dmn attend déjà le {newest.since} ; la retirer d'abord : make rules-back"
            )
        wrong = [remark.says for remark in check_files([draft]).remarks if remark.severity == "error"]
        if wrong:
            raise NotPublished(
                f"{draft.name} a {counted(len(wrong), 'erreur')}, par exemple : {wrong[0]} ; voir make decisions"
            )
        own = self._folder / f"{name}.dmn"
        called = read_contract().decisions.keys() & {info.id for info in dmn.load(own).decisions.values()}
        for decision in sorted(called):
            require(dmn.load(draft), decision)
        text = draft.read_bytes()
        if dmn.load(draft).version == newest.version:
            raise NotPublished(
                f"{draft.name} est la version approuvée, sans changement ; modifier une copie, hors de decisions/"
            )
        kept = [*publications[:-1], replace(newest, file=self._put_aside(name, publications))]
        own.write_bytes(text)
        publication = Publication(own.name, since, dmn.load(own).version, by, self._today, why)
        self._write(name, [*kept, publication])
        return publication

    def go_back(self, name: str, by: str, why: str) -> Publication:
        """Return to the version before the newest, from today on; what was to come does not come.

        Raises
        ------
        NotPublished
            There is no version before it.
        """
        publications = self._of(name)
        self._require_words(by, why)
        newest = publications[-1]
        former = next((it for it in reversed(publications) if it.version != newest.version), None)
        if former is None:
            raise NotPublished(f"{name}.dmn n'a pas de version antérieure")
        text = (self._folder / former.file).read_bytes()
        kept = [*publications[:-1], replace(newest, file=self._put_aside(name, publications))]
        own = self._folder / f"{name}.dmn"
        own.write_bytes(text)
        publication = Publication(own.name, self._today, former.version, by, self._today, why)
        self._write(name, [*kept, publication])
        return publication

    def _of(self, name: str) -> tuple[Publication, ...]:
        publications = self.publications()
        if name not in publications:
            raise NothingFound(f"il n'y a pas de fichier {name}.dmn ; on trouve : {', '.join(sorted(publications))}")
        found = publications[name]
        if found[-1].version != dmn.load(self._folder / found[-1].file).version:
            raise NotPublished(
                f"{name}.dmn a été modifié sans être approuvé : y remettre la version approuvée (git checkout), et "
                "publier la modification comme brouillon"
            )
        return found

    @staticmethod
    def _require_words(by: str, why: str) -> None:
        if not by.strip() or not why.strip():
            raise NotPublished("dire qui approuve (BY=…) et pourquoi (WHY=…)")

    def _put_aside(self, name: str, publications: Sequence[Publication]) -> str:
        """Move the newest file among the former ones; returns its new place within the folder."""
        place = f"{FORMER}/{name}.{len(publications)}.dmn"
        target = self._folder / place
        target.parent.mkdir(exist_ok=True)
        (self._folder / f"{name}.dmn").rename(target)
        return place

    def _write(self, name: str, publications: Sequence[Publication]) -> None:
        path = self._folder / MANIFEST
        document = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        document[name] = [_as_json(publication) for publication in publications]
        path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _as_json(publication: Publication) -> Mapping[str, str | None]:
    return {
        "file": publication.file,
        "version": publication.version,
        "from": publication.since.isoformat() if publication.since else None,
        "approvedBy": publication.approved_by,
        "approvedOn": publication.approved_on.isoformat() if publication.approved_on else None,
        "why": publication.why,
    }
