"""The state machine that freezes and redrives: started, followed, told what operations want."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from ops.account import Account
from ops.failures import OpsError, WrongRequest
from record.adapters.s3.redrives import RedriveStore
from record.adapters.stepfunctions.bulk_redrives import BulkRedrives
from record.cases.failures import NothingFound
from record.domain.failure import Choice
from record.domain.redrive import ID_LENGTH, Manifest
from record.domain.redrive_run import Control, Progress, newest_run, run_name
from record.errors import InvalidManifest

SUFFIX = "bulk-redrive"
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 2.0


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

    def position(self, redrive_id: str) -> tuple[Progress, str | None]:
        """Where a redrive is, and the run that is under way; None when none is.

        Raises
        ------
        NothingFound
            When it was never begun.
        """
        # In this order: a run that ends meanwhile has said where it is.
        under_way = self.running(redrive_id)
        found = self.store.progress(redrive_id)
        if found is None and under_way:
            # It was started a moment ago, and has not said anything yet.
            run = self._runs.find(under_way)
            found = Progress(run.asked["rate"]) if run else None
        if found is None:
            raise NothingFound(f"Redrive {redrive_id} was never begun. Begin it: ops redrive --confirm {redrive_id}")
        return found, under_way

    def running(self, redrive_id: str) -> str | None:
        """The name of the run that is under way; None when none is."""
        number, run = newest_run(redrive_id, self._runs.find)
        return run_name(redrive_id, number) if run and run.is_running else None

    def run(self, manifest: Manifest, rate: int) -> str:
        """Start a run, the first or another one; returns its name.

        Raises
        ------
        WrongRequest
            When one is under way.
        """
        redrive_id = manifest.redrive_id
        number, newest = newest_run(redrive_id, self._runs.find)
        if newest and newest.is_running:
            under_way = run_name(redrive_id, number)
            raise WrongRequest(f"Nothing was done: run {under_way} is under way. See: ops redrive report {redrive_id}")
        return self._runs.run(manifest, number + 1, rate)

    def want(self, redrive_id: str, control: Control, reason: str) -> None:
        """Say what is wanted of a redrive; its run reads it within seconds."""
        self.store.put_control(redrive_id, control, self._account.who, reason)

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
        while self._status(name) == "RUNNING":
            yield
            self._sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)
        yield

    def _status(self, name: str) -> str | None:
        """An execution's status; None when there is no such execution."""
        found = self._runs.find(name)
        return found.status if found else None
