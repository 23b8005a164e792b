"""The decision files by version: those that count now, and the former ones that were published."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import dmn
from ops.decisions.tables import DECISIONS
from record.cases.failures import NothingFound
from restoration.adapters.dmn.publications import Publication, read_publications


@dataclass(frozen=True, slots=True)
class Deciding:
    """The model that a decision is explained with.

    Parameters
    ----------
    is_exact
        Whether it is the very version that decided; else the rules' numbers may have moved since.
    publication
        The approval: by whom, when, and from which business date it counts; None where nobody approved it.
    """

    model: dmn.Model
    file: str
    is_exact: bool
    publication: Publication | None = None


class Library:
    """Finds the model that decided by the version that its audit names."""

    def __init__(self, folder: Path = DECISIONS) -> None:
        self._folder = folder
        self._found: dict[tuple[str, str], Deciding] = {}

    @cached_property
    def _current(self) -> Mapping[str, tuple[Path, dmn.Model]]:
        """The working tree's files by the decisions that they hold, each read once."""
        loaded = [(path, dmn.load(path)) for path in sorted(self._folder.glob("*.dmn"))]
        return {info.id: (path, model) for path, model in loaded for info in model.decisions.values()}

    def current(self, decision: str) -> tuple[Path, dmn.Model]:
        """The working tree's file that holds a decision, and what it says.

        Raises
        ------
        NothingFound
            No file has it; says which decisions there are.
        dmn.ModelError
            A file can't be loaded.
        """
        if decision not in self._current:
            raise NothingFound(
                f"aucun fichier de {self._folder} n'a de décision « {decision} » ; on trouve :"
                f" {', '.join(sorted(self._current))}"
            )
        return self._current[decision]

    def deciding(self, decision: str, version: str) -> Deciding:
        """Return the version that decided, or the working tree's where it can't be found.

        Raises
        ------
        NothingFound
            No file holds the decision.
        dmn.ModelError
            The working tree's file can't be loaded.
        """
        if (decision, version) not in self._found:
            self._found[decision, version] = self._find(decision, version)
        return self._found[decision, version]

    def _find(self, decision: str, version: str) -> Deciding:
        path, model = self.current(decision)
        publications = read_publications(self._folder).get(path.stem, ())
        published = next((it for it in reversed(publications) if it.version == version), None)
        if model.version == version:
            return Deciding(model, path.name, is_exact=True, publication=published)
        if published is not None:
            former = dmn.load(self._folder / published.file)
            if former.version == version:
                return Deciding(former, path.name, is_exact=True, publication=published)
        return Deciding(model, path.name, is_exact=False)
