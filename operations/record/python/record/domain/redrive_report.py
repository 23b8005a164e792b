"""The report of a bulk redrive: each item of the manifest with its end, and numbers that add up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from record.domain.redrive import Manifest
from record.domain.redrive_attempt import Attempt, End
from record.domain.redrive_run import Progress


@dataclass(frozen=True)
class Report:
    """What came of each item of a manifest, and the numbers, which add up."""

    manifest: Manifest
    attempts: Sequence[Attempt]
    progress: Progress

    @property
    def ends(self) -> Counter[End]:
        return Counter(attempt.end for attempt in self.attempts)

    @classmethod
    def of(cls, manifest: Manifest, known: Iterable[Attempt], progress: Progress) -> "Report":
        """Each item gets its end: those that no step held are not reached."""
        by_index = {attempt.index: attempt for attempt in known}
        return cls(
            manifest,
            [
                by_index.get(index) or Attempt(index, End.NOT_REACHED, manifest.frozen_at)
                for index in range(len(manifest.items))
            ],
            progress,
        )

    def lines(self) -> list[dict[str, Any]]:
        """One line for each item: what the manifest says of it, and its end."""
        return [
            {
                "execution": item.execution,
                "limitationId": item.limitation_id,
                "stoppedIn": item.state,
                "stoppedBy": item.error,
                "signature": item.signature,
                **{name: value for name, value in attempt.to_json().items() if name != "index"},
            }
            for item, attempt in zip(self.manifest.items, self.attempts, strict=True)
        ]

    def to_json(self) -> dict[str, Any]:
        """The numbers: ``items`` is the sum of ``ends``."""
        ends = self.ends
        return {
            "redriveId": self.manifest.redrive_id,
            "hash": self.manifest.hash,
            "outcome": self.progress.outcome.value if self.progress.outcome else None,
            "items": len(self.attempts),
            "redriven": sum(attempt.is_redriven for attempt in self.attempts),
            "ends": {end.value: ends[end] for end in End if ends[end]},
            "runs": self.progress.runs,
            "steps": self.progress.steps,
            "rate": self.progress.rate,
        }
