"""What is kept of each bulk redrive, below ``redrives/`` in the operations' bucket.

======================================  ================================================================================
``<freezing>/found-0001.jsonl``         what a page of failed executions had
``<id>/manifest.jsonl``                 the frozen set; the id is the beginning of its SHA-256
``<id>/step-0001.jsonl``                the attempts of a step
``<id>/progress.json``                  where the redrive is
``<id>/control.json``                   what operations want: RUN, PAUSE or CANCEL
``<id>/report.jsonl``, ``report.json``  each item with its end, and the numbers
======================================  ================================================================================

The bucket keeps every version of each: who wrote what, and when, can be seen later.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from record.adapters.s3.operations_bucket import OperationsBucket
from record.domain.redrive import InvalidManifest, Item, Manifest, to_lines
from record.domain.redrive_attempt import Attempt
from record.domain.redrive_report import Report
from record.domain.redrive_run import Control, Progress


class RedriveStore(OperationsBucket):
    """Writes and reads what is kept."""

    prefix = "redrives/"

    # ── Freezing ──

    def add_found(self, freezing: str, part: int, items: Sequence[Item]) -> None:
        """Keep what one page had; the page may be repeated."""
        self.put(f"{freezing}/found-{part:04d}.jsonl", to_lines(item.to_json() for item in items))

    def found(self, freezing: str) -> Iterator[Item]:
        """All that was found, page by page."""
        for key in self.keys(f"{freezing}/found-"):
            yield from map(Item.of_json, _lines(self.read(key)))

    def put_manifest(self, manifest: Manifest) -> None:
        """Keep a manifest under its own hash."""
        self.put(f"{manifest.redrive_id}/manifest.jsonl", manifest.to_bytes())

    def manifest(self, redrive_id: str, confirmed: str) -> Manifest:
        """The manifest that somebody has confirmed.

        Raises
        ------
        InvalidManifest
            When there is none, or it has another hash.
        """
        content = self._find(f"{redrive_id}/manifest.jsonl")
        if content is None:
            raise InvalidManifest(f"there is no manifest {redrive_id}")
        return Manifest.of_bytes(content, confirmed)

    # ── Running ──

    def progress(self, redrive_id: str) -> Progress | None:
        content = self._find(f"{redrive_id}/progress.json")
        return Progress.of_json(json.loads(content)) if content else None

    def put_progress(self, redrive_id: str, progress: Progress) -> None:
        self.put_entry(f"{redrive_id}/progress.json", progress.to_json())

    def step(self, redrive_id: str, step: int) -> list[Attempt] | None:
        """The attempts of a step; None when it was not begun."""
        content = self._find(_step(redrive_id, step))
        return None if content is None else list(map(Attempt.of_json, _lines(content)))

    def put_step(self, redrive_id: str, step: int, attempts: Sequence[Attempt]) -> None:
        self.put(_step(redrive_id, step), to_lines(attempt.to_json() for attempt in attempts))

    def control(self, redrive_id: str) -> Control:
        """What operations want; as long as nobody said anything, that it runs."""
        content = self._find(f"{redrive_id}/control.json")
        return Control(json.loads(content)["control"]) if content else Control.RUN

    def put_control(self, redrive_id: str, control: Control, by: str, reason: str) -> None:
        """Say what operations want, who says so and why."""
        self.put_entry(f"{redrive_id}/control.json", {"control": control.value, "by": by, "reason": reason})

    # ── Afterwards ──

    def put_report(self, report: Report) -> None:
        """Keep each item with its end, then the numbers."""
        redrive_id = report.manifest.redrive_id
        self.put(f"{redrive_id}/report.jsonl", to_lines(report.lines()))
        self.put_entry(f"{redrive_id}/report.json", report.to_json())

    def report(self, redrive_id: str) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
        """The numbers and the items of the newest report; None before the first."""
        numbers, items = self._find(f"{redrive_id}/report.json"), self._find(f"{redrive_id}/report.jsonl")
        return (json.loads(numbers), list(_lines(items))) if numbers and items is not None else None

    def _find(self, key: str) -> bytes | None:
        """An object, if it is there.

        A role that may list this prefix alone is denied an object that is missing, instead of told so: look first.
        """
        return self.read(key) if key in self.keys(key) else None


def _step(redrive_id: str, step: int) -> str:
    return f"{redrive_id}/step-{step:04d}.jsonl"


def _lines(content: bytes) -> Iterator[Any]:
    return (json.loads(line) for line in content.decode().split("\n") if line)
