"""Publishing a table: a draft counts from a date on, signed by two people, and can be taken back. Deploying is apart.

A publication stands in ``decisions/manifest.json`` with its author, its date, its reason, what the author accepted, and
the signatures over all of that and the hash of the file. The newest file keeps its name; the one before it goes into
``decisions/former/``, since older business dates are still decided with it. The first versions, which have counted from
the beginning, were never signed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import dmn
from local.decision_tools.pages.documents import is_withdrawn
from local.decision_tools.publishing.signing import NAMESPACES, SIGNERS, sign, verify
from local.decision_tools.replays.replaying import require
from local.decision_tools.tables.contract import read_contract
from local.decision_tools.tables.edits import Edits
from ops.decisions.tables import DECISIONS
from record.cases.failures import CaseError, NothingFound
from record.formats import day_of
from restoration.adapters.dmn.publications import FORMER, MANIFEST, Publication, read_publications

type Entry = Mapping[str, Any]
"""A publication as the manifest has it."""


class NotPublished(CaseError):
    """Raised when a table can't be published; says in French what to do first."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a business owner asks for: see the command's own help."""

    file: str
    draft: Path
    since: date
    by: str
    why: str
    key: Path
    accept: str = ""


class Press:
    """Publishes the files of a folder.

    Parameters
    ----------
    today
        The day in Paris.
    signers
        The file of those who may sign.
    """

    def __init__(self, folder: Path = DECISIONS, *, today: date, signers: Path = SIGNERS) -> None:
        self.folder = folder
        self._today = today
        self._signers = signers

    def publications(self) -> dict[str, tuple[Publication, ...]]:
        """Return all publications, by the name of the file."""
        return read_publications(self.folder)

    def unapproved(self) -> list[str]:
        """Say in French of each file why it is not what two people approved, if it isn't."""
        found = []
        for name, publications in self.publications().items():
            if publications[-1].version != dmn.load(self.folder / publications[-1].file).version:
                found.append(
                    f"{name}.dmn n'est pas la version approuvée : publier la modification (make rules-approve)"
                )
            found += [f"{name}.dmn {it.version} : {missing}" for it, missing in self._unsigned(name)]
        return found

    def signatures(self, name: str) -> list[str]:
        """The signers of each publication of a file, in which role, in the order of the manifest."""
        return [
            ", ".join(f"{it['by']} ({it['role']})" for it in entry.get("signatures", ())) or entry["approvedBy"]
            for entry in self._entries(name)
        ]

    def require(self, asked: Request) -> None:
        """Make sure that a draft can follow the newest version of a file.

        Raises
        ------
        NothingFound
            There is no such file, or no such draft; or the draft lacks a decision of the file that the system calls.
        NotPublished
            The date is past, another version is still to come, or the draft is the newest version.
        """
        newest = self._of(asked.file)[-1]
        self._require_words(asked.by, asked.why)
        if not asked.draft.is_file():
            raise NothingFound(f"{asked.draft} n'existe pas")
        if asked.since < self._today:
            today = day_of(self._today)
            raise NotPublished(f"le {day_of(asked.since)} est passé : une règle compte au plus tôt le {today}")
        if newest.since is not None and newest.since > self._today:
            raise NotPublished(
                f"{asked.file}.dmn attend déjà le {day_of(newest.since)} ; la retirer d'abord : make rules-back"
            )
        counting, model = dmn.load(self.folder / f"{asked.file}.dmn"), dmn.load(asked.draft)
        for decision in sorted(it for it in read_contract().decisions if it in counting.decisions):
            require(model, decision)
        if model.version == newest.version:
            raise NotPublished(
                f"{asked.draft.name} est la version approuvée, sans changement ; modifier une copie, hors de decisions/"
            )

    def approve(self, asked: Request, accepted: Sequence[str] = ()) -> Publication:
        """Make a draft the newest version of a file, from a business date on, signed by its author.

        Parameters
        ----------
        accepted
            What the author accepted, in French: it is signed word for word.

        Raises
        ------
        NothingFound, NotPublished
            As :meth:`require`.
        NotSigned
            The author can't sign.
        """
        self.require(asked)
        return self._publish(asked, accepted)

    def go_back(self, name: str, by: str, why: str, key: Path) -> Publication:
        """Return to the approved version before the newest, from today on; what was to come does not come.

        One signature is enough: two people signed that version, or it is the first.

        Raises
        ------
        NotPublished
            There is no version before it.
        NotSigned
            The signer can't sign.
        """
        publications = self._of(name)
        self._require_words(by, why)
        first = [it.version for it in publications].index(publications[-1].version)
        approved = [it for it, missing in self._all_missing(name)[:first] if not missing]
        if not approved:
            raise NotPublished(f"{name}.dmn n'a pas de version antérieure")
        return self._publish(Request(name, self.folder / approved[-1].file, self._today, by, why, key))

    def countersign(self, name: str, by: str, key: Path) -> list[str]:
        """Sign the newest publication as a second person; returns what is still missing.

        Raises
        ------
        NotPublished
            Nothing waits for a signature, or the same person signed already.
        NotSigned
            The person can't sign.
        """
        text, entries = self.statement(name), self._entries(name)
        newest = dict(entries[-1])
        role, signature = sign(text, by, key, self._signers)
        for other in newest["signatures"]:
            if other["by"] == by or verify(text, signature, other["by"], role, self._signers):
                raise NotPublished(
                    f"« {other['by']} » a déjà signé : une seconde personne approuve, avec sa propre clé"
                )
        newest["signatures"] = [*newest["signatures"], {"by": by, "role": role, "signature": signature}]
        newest["approvedBy"] = ", ".join(it["by"] for it in newest["signatures"])
        self._write(name, [*entries[:-1], newest])
        return self.missing(name)

    def missing(self, name: str) -> list[str]:
        """What the newest publication of a file lacks, in French."""
        newest = self._entries(name)[-1]["version"]
        return [missing for it, missing in self._unsigned(name) if it.version == newest]

    def statement(self, name: str) -> str:
        """What is signed of the newest publication of a file.

        Raises
        ------
        NothingFound, NotPublished
            There is no such file, or it waits for no signature.
        """
        self._of(name)
        if not self.missing(name):
            raise NotPublished(f"{name}.dmn n'attend aucune signature")
        return self._statement(name, self._entries(name)[-1])

    def _publish(self, asked: Request, accepted: Sequence[str] = ()) -> Publication:
        name, text = asked.file, asked.draft.read_bytes()
        entries = self._entries(name)
        entry: dict[str, Any] = {
            "file": f"{name}.dmn",
            "version": dmn.loads(text, name).version,
            "from": asked.since.isoformat(),
            "approvedBy": asked.by,
            "approvedOn": self._today.isoformat(),
            "why": asked.why,
            "accepted": list(accepted),
        }
        role, signature = sign(_statement(name, text, entry), asked.by, asked.key, self._signers)
        entry["signatures"] = [{"by": asked.by, "role": role, "signature": signature}]
        aside = {**entries[-1], "file": self._put_aside(name, len(entries))}
        (self.folder / f"{name}.dmn").write_bytes(text)
        self._write(name, [*entries[:-1], aside, entry])
        return self.publications()[name][-1]

    def _of(self, name: str) -> tuple[Publication, ...]:
        publications = self.publications()
        if name not in publications:
            raise NothingFound(f"il n'y a pas de fichier {name}.dmn ; on trouve : {', '.join(sorted(publications))}")
        found = publications[name]
        if found[-1].version != dmn.load(self.folder / found[-1].file).version:
            raise NotPublished(
                f"{name}.dmn a été modifié sans être approuvé : y remettre la version approuvée (git checkout), et "
                "publier la modification comme brouillon"
            )
        return found

    def _unsigned(self, name: str) -> list[tuple[Publication, str]]:
        """The publications of a file that lack a signature and will count, each with what is missing."""
        found = self._all_missing(name)
        later = [it for it, _ in found]
        return [it for number, it in enumerate(found, 1) if it[1] and not is_withdrawn(it[0], later[number:])]

    def _all_missing(self, name: str) -> list[tuple[Publication, str]]:
        """Each publication of a file with what is missing; it follows those before it that lack nothing."""
        found, approved = [], set[str]()
        newest: Entry = {}
        for entry, publication in zip(self._entries(name), self.publications()[name], strict=True):
            missing = ""
            if publication.since is not None:
                alone = publication.version in approved
                missing = self._missing(name, entry, alone=alone, legal=not alone and self._is_legal(newest, entry))
            if not missing:
                approved.add(publication.version)
                newest = entry
            found.append((publication, missing))
        return found

    def _missing(self, name: str, entry: Entry, *, alone: bool, legal: bool) -> str:
        """What a publication lacks; one that goes back (``alone``) needs one signature only."""
        text = self._statement(name, entry)
        signed = [
            it
            for it in entry.get("signatures", ())
            if it["role"] in NAMESPACES and verify(text, it["signature"], it["by"], it["role"], self._signers)
        ]
        if len(signed) < len(entry.get("signatures", ())):
            return "une signature n'est pas de cette publication, ou son signataire n'est plus inscrit"
        if not signed:
            return "elle n'est pas signée"
        if alone:
            return ""
        if len({it["by"] for it in signed}) < 2:  # noqa: PLR2004 - author and approver
            law = ", du juridique" if legal and not any(it["role"] == "juridique" for it in signed) else ""
            return f"elle attend la signature d'une seconde personne{law} (make rules-sign FILE={name})"
        if legal and not any(it["role"] == "juridique" for it in signed):
            return f"elle touche à la loi, et attend la signature du juridique (make rules-sign FILE={name})"
        return ""

    def _is_legal(self, before: Entry, after: Entry) -> bool:
        """Whether a publication edits something that a text of law is behind."""
        was, now = ((self.folder / it["file"]).read_bytes() for it in (before, after))
        return any(it.is_legal for it in Edits(was, now, after["file"]).all)

    def _statement(self, name: str, entry: Entry) -> str:
        return _statement(name, (self.folder / entry["file"]).read_bytes(), entry)

    @staticmethod
    def _require_words(by: str, why: str) -> None:
        if not by.strip() or not why.strip():
            raise NotPublished("dire qui approuve (BY=…) et pourquoi (WHY=…)")

    def _put_aside(self, name: str, number: int) -> str:
        """Move the newest file among the former ones; returns its new place within the folder."""
        place = f"{FORMER}/{name}.{number}.dmn"
        target = self.folder / place
        target.parent.mkdir(exist_ok=True)
        (self.folder / f"{name}.dmn").rename(target)
        return place

    def _document(self) -> dict[str, list[Entry]]:
        path = self.folder / MANIFEST
        document: dict[str, list[Entry]] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return document

    def _entries(self, name: str) -> list[Entry]:
        return self._document()[name]

    def _write(self, name: str, entries: Sequence[Entry]) -> None:
        text = json.dumps({**self._document(), name: entries}, ensure_ascii=False, indent=2)
        (self.folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8")


def _statement(name: str, text: bytes, entry: Entry) -> str:
    accepted = "".join(f"\n- {it}" for it in entry.get("accepted", ())) or " rien"
    return (
        f"Publication de {name}.dmn\nEmpreinte (SHA-256) : {hashlib.sha256(text).hexdigest()}\n"
        f"Compte à partir du : {entry['from']}\nPourquoi : {entry['why']}\nAccepté :{accepted}\n"
    )
