"""The report of a bulk redrive: each item of the manifest with its end, and numbers that add up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from record.domain.redrive import Manifest
from record.domain.redrive_attempt import Attempt, End
from record.domain.redrive_run import Progress


@dataclass(frozen=True)
class Report:
    """What came of each item of a manifest, and the numbers, which add up; ``held`` are the attempts of all steps."""

    manifest: Manifest
    held: Sequence[Attempt]
    progress: Progress

    @cached_property
    def attempts(self) -> Sequence[Attempt]:
        """That of each item: those that no step held are not reached."""
        known = {attempt.index: attempt for attempt in self.held}
        never = Attempt(0, End.NOT_REACHED, self.manifest.frozen_at)
        return [known.get(index, replace(never, index=index)) for index in range(len(self.manifest.items))]

    @property
    def ends(self) -> Counter[End]:
        return Counter(attempt.end for attempt in self.attempts)

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
