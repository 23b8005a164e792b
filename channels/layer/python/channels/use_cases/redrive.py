"""Operations at the desk: what holds customers, and a redrive of it, frozen, confirmed and run as by the tool."""

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from channels.domain.session import AdvisorSession, Refused
from record.domain.incidents import Incident, choice_of, incidents
from record.domain.journal import Change
from record.domain.record import Record
from record.domain.redrive import ID_LENGTH, Manifest
from record.domain.redrive_run import Progress, Run, newest_run
from record.ports import Redrives, Runs

RATE = 10
"""Redrives a second after the ramp, as ``ops redrive`` has it by default."""
_NAME = re.compile(r"desk-[0-9a-f-]{36}")


@dataclass(frozen=True, slots=True)
class DryRun:
    """A dry run: its execution, the set once it is frozen, the newest run of its redrive, and how far that is."""

    name: str
    freezing: Run
    manifest: Manifest | None = None
    run: Run | None = None
    progress: Progress | None = None

    @property
    def is_begun(self) -> bool:
        return self.run is not None or self.progress is not None


@dataclass(frozen=True, slots=True)
class IncidentDesk:
    """Shows incidents and starts redrives. It redrives nothing itself: the machine does, with its ramp and brake.

    ``changing`` keeps an entry in the journal of operations before a change, and one after it.
    """

    record: Record
    runs: Runs
    redrives: Redrives
    changing: Callable[..., AbstractContextManager[Change]]
    now: Callable[[], datetime]

    def incidents(self) -> Sequence[Incident]:
        """The incidents that hold customers now, worst first."""
        return incidents((), (), self.record.signatures(), self.record.open_cases())

    def freeze(self, signature: str, key: str) -> str:
        """Let the failures of an incident be frozen; gives the dry run's name. The same key twice is one dry run.

        Raises
        ------
        Refused
            The incident holds nobody any more, or AWS would redrive none of them.
        """
        incident = next((each for each in self.incidents() if each.signature.id == signature), None)
        choice = choice_of(incident, self.record.signatures().values(), self.now()) if incident else None
        if choice is None:
            raise Refused("NOBODY_HELD")
        name = f"desk-{key}"
        if self.runs.find(name) is None:
            self.runs.freeze(name, choice, RATE)
        return name

    def look(self, name: str) -> DryRun | None:
        """Where a dry run and its redrive are; None where there is none of that name.

        Raises
        ------
        InvalidManifest
            What is kept is not the set that was frozen.
        """
        freezing = self.runs.find(name) if _NAME.fullmatch(name) else None
        if freezing is None or freezing.output.get("outcome") != "FROZEN":
            return DryRun(name, freezing) if freezing else None
        redrive_id = str(freezing.output["redriveId"])
        manifest = self.redrives.manifest(redrive_id, str(freezing.output["hash"]))
        _, run = newest_run(redrive_id, self.runs.find)
        # The run first: one that ends in between has its last progress.
        return DryRun(name, freezing, manifest, run, self.redrives.progress(redrive_id))

    def begin(self, advisor: AdvisorSession, name: str, typed: str, reason: str, key: str) -> None:
        """Begin the redrive of a frozen set, once: the first run has one name for all people.

        Raises
        ------
        Refused
            There is no set, or fewer than :data:`ID_LENGTH` letters of its hash were typed, or others.
        InvalidManifest
            As :meth:`look`.
        """
        found = self.look(name)
        manifest = found.manifest if found else None
        if found is None or manifest is None or len(typed) < ID_LENGTH or not manifest.hash.startswith(typed.lower()):
            raise Refused("OTHER_HASH")
        if found.is_begun:
            return
        asked = {"set": manifest.hash, "items": str(len(manifest.items)), "rate": str(RATE)}
        change = Change(key.replace("-", "")[:12], f"desk/{advisor.name} ({advisor.subject})", reason)
        with self.changing(change, "redrive", asked, self.now):
            change.outcome = f"run {self.runs.run(manifest, 1, RATE)} was started"
