"""A bulk redrive: redrive the next items of a confirmed manifest, look at what came of them, report.

Each call reads where the redrive is, does one thing, and writes down where it is then. A call that is repeated goes on
with the step that the earlier one had begun.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import batched

from record.domain.redrive import Effect, InvalidManifest, Item, Manifest, superseded, with_next_trigger
from record.domain.redrive_attempt import FAILED, OPEN, Attempt, End, verdict
from record.domain.redrive_choice import Described
from record.domain.redrive_report import Report
from record.domain.redrive_run import Control, Next, Policy, Progress
from record.ports import FailedExecutions, Redrives, Together
from restoration.ports import KnownClaims

AT_ONCE = 10
"""So many items are redriven before it looks whether operations want a pause."""
MOST_LOOKED_AT = 500
"""So many items one look reads the histories of, and what is left of a step: an account may read twenty a second."""
CLOCKS_DIFFER = timedelta(seconds=5)
"""So much may our clock and that of Step Functions differ."""


@dataclass(frozen=True, slots=True)
class RedriveDesk:
    """Carries out one redrive, a call at a time.

    Parameters
    ----------
    turn
        Waits until the next redrive is due, by a rate (redrives a second).
    together
        Handles some items at the same time.
    """

    executions: FailedExecutions
    claims: KnownClaims
    redrives: Redrives
    policy: Policy
    now: Callable[[], datetime]
    turn: Callable[[int], None]
    together: Together

    def begin(self, redrive_id: str, confirmed: str, rate: int) -> Progress:
        """Begin a run: the first one, or one that goes on after a pause, the brake or a failure.

        Raises
        ------
        InvalidManifest
            When there is no manifest, or it is not the one that was confirmed.
        """
        self.redrives.manifest(redrive_id, confirmed)
        known = self.redrives.progress(redrive_id) or Progress(rate)
        progress = replace(known.begun(), rate=rate)
        self.redrives.put_progress(redrive_id, progress)
        return progress

    def redrive(self, redrive_id: str, confirmed: str, is_time_left: Callable[[], bool]) -> Progress:
        """Redrive the next step's items, each read again right before.

        Parameters
        ----------
        is_time_left
            Without time left, the step ends early; the next one goes on.

        Raises
        ------
        InvalidManifest
            As :meth:`begin`.
        """
        manifest, progress = self._read(redrive_id, confirmed)
        step = progress.steps + 1
        interrupted = self.redrives.step(redrive_id, step)
        if interrupted is None:
            announced = self._announced(manifest, progress)
            if not announced or self.redrives.control(redrive_id) is not Control.RUN:
                return progress
            # Before the first call: who repeats it knows which redrives may be its own.
            self.redrives.put_step(redrive_id, step, announced)
            ours = set[int]()
        else:
            announced, ours = interrupted, self._ours(manifest, interrupted)
        attempts: list[Attempt] = []
        for some in batched(announced, AT_ONCE, strict=False):
            is_begun = some[0].index <= max(ours, default=-1)
            is_wanted = self.redrives.control(redrive_id) is Control.RUN
            if not is_begun and not (is_wanted and (not attempts or is_time_left())):
                break
            attempts += self.together(partial(self._redrive_one, manifest, progress.rate, ours), some)
        self.redrives.put_step(redrive_id, step, attempts)
        progress = progress.with_step(len(attempts), has_redriven=any(each.is_redriven for each in attempts))
        self.redrives.put_progress(redrive_id, progress)
        return progress

    def _announced(self, manifest: Manifest, progress: Progress) -> list[Attempt]:
        """The next step: items in their order, until so many are to be redriven as the step has."""
        announced: list[Attempt] = []
        left = progress.size_of_step()
        for index in range(progress.next_item, len(manifest.items)):
            if not left:
                break
            announced.append(Attempt(index, End.ANNOUNCED, self.now()))
            left -= manifest.items[index].effect is Effect.RESUMES
        return announced

    def _ours(self, manifest: Manifest, announced: Sequence[Attempt]) -> set[int]:
        """The items that an interrupted call redrove: those that were redriven once since they were announced."""

        def is_ours(attempt: Attempt) -> bool:
            item = manifest.items[attempt.index]
            if item.effect is not Effect.RESUMES:
                return False
            now = self.executions.describe(item.execution)
            once = now.redrive_count == item.redrive_count + 1
            return once and now.redriven_at is not None and now.redriven_at >= attempt.at - CLOCKS_DIFFER

        found = self.together(is_ours, announced)
        return {attempt.index for attempt, is_one in zip(announced, found, strict=True) if is_one}

    def _redrive_one(self, manifest: Manifest, rate: int, ours: Collection[int], attempt: Attempt) -> Attempt:
        item = manifest.items[attempt.index]
        if item.effect is not Effect.RESUMES:
            return replace(attempt, end=End(item.effect), why=item.why)
        redriven = replace(attempt, end=End.STILL_THERE, is_redriven=True, state=item.state)
        if attempt.index in ours:
            return redriven
        end, why = self._hindrance(self.executions.describe(item.execution), item)
        if not why:
            self.turn(rate)
            refused = self.executions.redrive(item.execution, manifest.token(item))
            end, why = self._refusal(item, refused) if refused else (end, "")
        return replace(attempt, end=end, why=why) if why else redriven

    def _refusal(self, item: Item, refused: str) -> tuple[End, str]:
        """The end of an item whose redrive AWS refused: it may have changed since it was described."""
        changed = _changed(self.executions.describe(item.execution), item)
        return (End.LEFT_ALONE, changed) if changed else (End.NOT_REDRIVABLE, with_next_trigger(refused))

    def _hindrance(self, now: Described, item: Item) -> tuple[End, str]:
        """The end of an item that is not redriven as it is now, and why; no reason where it is redriven."""
        changed = _changed(now, item)
        if changed:
            return End.LEFT_ALONE, changed
        gone = superseded(item.execution, item.state, self.claims.get(item.limitation_id))
        if gone or not now.not_redrivable:
            return End.SUPERSEDED, gone
        return End.NOT_REDRIVABLE, with_next_trigger(now.not_redrivable)

    def look(self, redrive_id: str, confirmed: str, is_time_left: Callable[[], bool]) -> tuple[Progress, Next]:
        """Look at the items without a verdict, those of the last step first, and say what the state machine does next.

        Parameters
        ----------
        is_time_left
            Without time left, other steps' items are left to the next look.

        Raises
        ------
        InvalidManifest
            As :meth:`begin`.
        """
        manifest, progress = self._read(redrive_id, confirmed)
        found: Counter[End] = Counter()
        looked_at, still_open = 0, list[int]()
        waiting = sorted(progress.open_steps, key=lambda step: step != progress.steps)
        while waiting and is_time_left() and looked_at < MOST_LOOKED_AT:
            step = waiting.pop(0)
            before = self._attempts(redrive_id, step)
            after = self.together(partial(self._looked_at, manifest), before)
            if after != before:
                self.redrives.put_step(redrive_id, step, after)
            changed = [new for old, new in zip(before, after, strict=True) if old.end in OPEN]
            found.update(attempt.end for attempt in changed)
            looked_at += len(changed)
            if any(attempt.end in OPEN for attempt in after):
                still_open.append(step)
        progress = progress.with_verdicts(
            found[End.PASSED], sum(found[end] for end in FAILED), open_steps=(*waiting, *still_open)
        )
        last = self._attempts(redrive_id, progress.steps) if progress.steps else []
        control = self.redrives.control(redrive_id)
        step_now = Counter(attempt.end for attempt in last)
        going_on, outcome = self.policy.next(progress, len(manifest.items), control, step_now)
        progress = replace(progress, outcome=outcome)
        self.redrives.put_progress(redrive_id, progress)
        return progress, going_on

    def _looked_at(self, manifest: Manifest, attempt: Attempt) -> Attempt:
        if attempt.end is not End.STILL_THERE:
            return attempt
        item = manifest.items[attempt.index]
        return verdict(attempt, item.state, self.executions.course(item.execution))

    def report(self, redrive_id: str, confirmed: str) -> Report:
        """Give each item its end, and keep the report."""
        manifest, progress = self._read(redrive_id, confirmed)
        known = [attempt for step in range(1, progress.steps + 1) for attempt in self._attempts(redrive_id, step)]
        report = Report(manifest, known, progress)
        self.redrives.put_report(report)
        return report

    def _attempts(self, redrive_id: str, step: int) -> list[Attempt]:
        return self.redrives.step(redrive_id, step) or []

    def _read(self, redrive_id: str, confirmed: str) -> tuple[Manifest, Progress]:
        manifest, progress = self.redrives.manifest(redrive_id, confirmed), self.redrives.progress(redrive_id)
        if progress is None:
            raise InvalidManifest(f"redrive {redrive_id} was never begun: confirm its manifest first")
        return manifest, progress


def _changed(now: Described, item: Item) -> str:
    """Say how an execution differs from the manifest; empty where it does not."""
    if now.redrive_count != item.redrive_count:
        times = now.redrive_count - item.redrive_count
        return f"somebody else redrove it ({times} more than when the set was frozen); it is {now.status} now"
    return "" if now.has_stopped else f"it is {now.status}"
