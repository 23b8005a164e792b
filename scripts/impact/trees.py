"""Two states of the repository, each as its files; Git only provides them."""

import io
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ops.decisions.tables import DECISIONS, ROOT

TABLES = DECISIONS.relative_to(ROOT).as_posix()


class ImpactError(Exception):
    """What was asked for can't be compared; says why and what to do, in French."""


@dataclass(frozen=True)
class Tree:
    """A state of the repository: the content of each file, by its path."""

    name: str
    files: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def of_checkout(cls, root: Path) -> "Tree":
        """The working tree, with what is not committed yet and without what Git ignores."""
        listed = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").decode().split("\0")
        return cls("copie de travail", {it: (root / it).read_bytes() for it in listed if (root / it).is_file()})

    @classmethod
    def of_commit(cls, root: Path, revision: str) -> "Tree":
        try:
            commit = _git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        except ImpactError as error:
            raise ImpactError(f"Git ne connaît pas le commit « {revision} » ; voir git log --oneline") from error
        with tarfile.open(fileobj=io.BytesIO(_git(root, "archive", commit))) as archive:
            files = {it.name: file.read() for it in archive if (file := archive.extractfile(it))}
        return cls(f"{revision} ({commit[:8]})", files)

    def read(self, path: str) -> bytes:
        """A file's content; nothing for one that this state does not have."""
        return self.files.get(path, b"")

    def with_draft(self, decision: str, draft: Path) -> "Tree":
        """Return this state with a draft in the place of a decision table."""
        place = f"{TABLES}/{decision}.dmn"
        if place not in self.files:
            known = sorted(Path(it).stem for it in self.files if Path(it).match(f"{TABLES}/*.dmn"))
            raise ImpactError(f"aucune table « {decision} » ; on trouve : {', '.join(known)}")
        try:
            return Tree(f"brouillon {draft.name}", {**self.files, place: draft.read_bytes()})
        except OSError as error:
            raise ImpactError(f"le brouillon {draft} ne se lit pas : {error.strerror}") from error


def last_release(root: Path) -> str:
    """The newest tag, else the commit before the last."""
    tags = _git(root, "tag", "--merged", "HEAD", "--sort=-creatordate").decode().split()
    return tags[0] if tags else "HEAD~1"


def _git(root: Path, *arguments: str) -> bytes:
    command = [shutil.which("git") or "git", "-C", str(root), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603 - no shell
    except (OSError, subprocess.CalledProcessError) as error:
        told = getattr(error, "stderr", b"").decode().strip() or error
        raise ImpactError(f"git {arguments[0]} : {told}") from error
