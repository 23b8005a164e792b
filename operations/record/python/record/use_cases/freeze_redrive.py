"""Freezing a bulk redrive: find the failures that are meant, a page at a time, and write them down as a manifest."""

from dataclasses import dataclass, replace
from datetime import datetime

from record.domain.kept import Kept
from record.domain.redrive import Item, Manifest
from record.domain.redrive_choice import Choice, Described
from record.ports import FailedExecutions, Redrives
from restoration.ports import KnownClaims


@dataclass(frozen=True, slots=True)
class Place(Kept):
    """Where the finding is: which status is listed, and from where in its list on.

    Parameters
    ----------
    part
        How many pages were worked through.
    """

    status: str
    after: str | None = None
    part: int = 0


@dataclass(frozen=True, slots=True)
class FreezeDesk:
    """Finds failures and freezes them. It changes nothing but its own notes, and a page may be repeated."""

    executions: FailedExecutions
    claims: KnownClaims
    redrives: Redrives

    def find(self, freezing: str, choice: Choice, place: Place | None) -> tuple[int, Place | None]:
        """Work through one page of failed executions.

        Parameters
        ----------
        freezing
            The name under which what was found is kept.
        place
            The page's place; None for the first.

        Returns
        -------
        tuple
            How many were found, and the next page's place; None after the last.
        """
        here = place or Place(choice.statuses[0])
        listed, after = self.executions.page(here.status, here.after)
        meant = (self._look_at(execution, choice) for execution, at in listed if choice.takes_moment(at))
        items = [Item.of(each, self.claims.get(each.limitation_id)) for each in meant if each]
        self.redrives.add_found(freezing, here.part, items)
        return len(items), self._next(here, choice, after)

    @staticmethod
    def _next(here: Place, choice: Choice, after: str | None) -> Place | None:
        if after:
            return Place(here.status, after, here.part + 1)
        later = choice.statuses[choice.statuses.index(here.status) + 1 :]
        return Place(later[0], None, here.part + 1) if later else None

    def _look_at(self, execution: str, choice: Choice) -> Described | None:
        """The failure of an execution, if it is meant; only then is its history read."""
        now = self.executions.describe(execution)
        if not replace(choice, state="").takes(now):
            return None
        failure = replace(now, state=self.executions.state_of(execution))
        return failure if choice.takes(failure) else None

    def freeze(self, freezing: str, choice: Choice, at: datetime) -> Manifest:
        """Write down what was found; the manifest's hash is what one confirms."""
        manifest = Manifest.freeze(at, choice, self.redrives.found(freezing))
        self.redrives.put_manifest(manifest)
        return manifest
