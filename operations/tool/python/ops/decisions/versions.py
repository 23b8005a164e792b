"""The decision files by version: those that count now, and the former ones that were published."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
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
        self._load = cache(dmn.load)

    @cached_property
    def _current(self) -> Mapping[str, tuple[Path, dmn.Model]]:
        """The working tree's files by the decisions that they hold, each read once."""
        loaded = [(path, self._load(path)) for path in sorted(self._folder.glob("*.dmn"))]
        return {info.id: (path, model) for path, model in loaded for info in model.decisions.values()}

    @cached_property
    def _published(self) -> Mapping[str, tuple[Publication, ...]]:
        return read_publications(self._folder)

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
        path, model = self.current(decision)
        published = next((it for it in self._published[path.stem][::-1] if it.version == version), None)
        if published and model.version != version:
            model = self._load(self._folder / published.file)
        return Deciding(model, path.name, model.version == version, published)
