"""The state machine that freezes and redrives: started, followed, told what operations want."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from ops.account import Account
from ops.failures import OpsError, WrongRequest
from record.adapters.s3.redrives import RedriveStore
from record.adapters.stepfunctions.bulk_redrives import BulkRedrives
from record.cases.failures import NothingFound
from record.domain.redrive import ID_LENGTH, InvalidManifest, Manifest
from record.domain.redrive_choice import Choice
from record.domain.redrive_run import Outcome, Progress, Run, newest_run, run_name

SUFFIX = "bulk-redrive"
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 2.0


@dataclass(frozen=True, slots=True)
class Position:
    """Where a redrive is, with its newest run and that one's number."""

    progress: Progress
    number: int
    run: Run | None

    @property
    def is_under_way(self) -> bool:
        return self.run is not None and self.run.is_running

    @property
    def is_over(self) -> bool:
        """Whether each item has its end, and the report says so: a run may fail between the two."""
        has_failed = self.run is not None and self.run.status != "SUCCEEDED"
        return self.progress.outcome in {Outcome.DONE, Outcome.CANCELLED} and not has_failed


class Machine:
    """The redrives of one account."""

    def __init__(self, account: Account, sleep: Callable[[float], None] = time.sleep) -> None:
        self._account = account
        self._sleep = sleep
        self.store = RedriveStore(account.client("s3"), account.operations_bucket)
        self._runs = BulkRedrives(account.client("stepfunctions"), account.machine(SUFFIX))

    # ── Freezing ──

    def freeze(self, choice: Choice, rate: int, at: datetime) -> Manifest:
        """Freeze what a choice takes, and wait for it.

        Raises
        ------
        NothingFound
            When it takes nothing.
        """
        name = f"freeze-{at:%Y%m%d-%H%M%S}-{uuid4().hex[:6]}"
        self._runs.freeze(name, choice, rate)
        output = self.output_of(name)
        if output["outcome"] != "FROZEN":
            raise NothingFound("No failed execution is meant. See what failed: ops cases")
        return self.manifest(output["hash"])

    def manifest(self, confirmed: str) -> Manifest:
        """The manifest with a hash, or with its first letters.

        Raises
        ------
        NothingFound
            When there is none, or it has another hash.
        """
        if len(confirmed) < ID_LENGTH:
            raise WrongRequest(f"{confirmed!r} is too short: give the {ID_LENGTH} first letters of the hash at least.")
        try:
            return self.store.manifest(confirmed[:ID_LENGTH], confirmed)
        except InvalidManifest as error:
            raise NothingFound(f"{error}. Freeze a set first: ops redrive --dry-run") from error

    # ── Running ──

    def position(self, redrive_id: str) -> Position:
        """Where a redrive is.

        Raises
        ------
        NothingFound
            When it was never begun.
        """
        # In this order: a run that ends meanwhile has said where it is.
        number, run = newest_run(redrive_id, self._runs.find)
        found = self.store.progress(redrive_id)
        if found is None and run and run.is_running:
            # It was started a moment ago, and has not said anything yet.
            found = Progress(run.asked["rate"])
        if found is None:
            raise NothingFound(f"Redrive {redrive_id} was never begun. Begin it: ops redrive --confirm {redrive_id}")
        return Position(found, number, run)

    def next_run(self, redrive_id: str) -> int:
        """The number of the run that may be started.

        Raises
        ------
        WrongRequest
            When one is under way.
        """
        number, newest = newest_run(redrive_id, self._runs.find)
        if newest and newest.is_running:
            under_way = run_name(redrive_id, number)
            raise WrongRequest(f"Nothing was done: run {under_way} is under way. See: ops redrive report {redrive_id}")
        return number + 1

    def run(self, manifest: Manifest, number: int, rate: int) -> str:
        """Start the run of a number that was free before anybody was asked; returns its name.

        Step Functions keeps the names of those that ended, too: of two people who confirm at once, one starts it.

        Raises
        ------
        WrongRequest
            When a colleague has started it meanwhile.
        """
        redrive_id = manifest.redrive_id
        if self._runs.find(run_name(redrive_id, number)):
            raise WrongRequest(f"Nothing was done: a colleague has begun it. See: ops redrive report {redrive_id}")
        return self._runs.run(manifest, number, rate)

    def follow(self, name: str, redrive_id: str) -> Iterator[Progress]:
        """Each new position of a run, until it ends."""
        last = None
        for _ in self._until_it_ended(name):
            now = self.store.progress(redrive_id)
            if now is not None and now != last:
                yield now
            last = now

    # ── Executions of the machine ──

    def output_of(self, name: str) -> Mapping[str, Any]:
        """Wait for an execution's end, and give its output.

        Raises
        ------
        OpsError
            When it did not succeed.
        """
        for _ in self._until_it_ended(name):
            pass
        ended = self._runs.find(name)
        if ended is None or ended.status != "SUCCEEDED":
            status, why = (ended.status, ended.why) if ended else ("forgotten", "")
            raise OpsError(f"Execution {name} of the bulk redrive is {status}. {why}")
        return ended.output

    def _until_it_ended(self, name: str) -> Iterator[None]:
        pause = FIRST_PAUSE_SECONDS
        while (found := self._runs.find(name)) and found.is_running:
            yield
            self._sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)
        yield
