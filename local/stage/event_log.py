"""The event log of a stage, from the executions' histories: nothing of it is on its way, as lines of a log may be.

It says, too, whether each execution took a path that its definition allows: an oracle for whatever is played there.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from embedded_cloud import Execution
from local.stage.stage import Stage
from ops.event_log.conformance import Deviation, deviations_of
from ops.event_log.export import Exported, export
from ops.event_log.reading import AccountSource, pseudonyms_of
from ops.event_log.versions import Versions
from record.contracts.machine_events import course_of_history
from record.domain.course import Course


class HistoriesSource(AccountSource):
    """The source of an event log, with the histories of all executions in the place of their record."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.account)
        self._stage = stage

    def courses(self, since: datetime, until: datetime) -> Iterator[Course]:
        """All executions that began within the time, oldest first."""
        for execution in self._stage.watch.executions():
            if since <= execution.started_at < until:
                yield course_of(execution)


def keep_event_log(stage: Stage, folder: Path) -> Exported:
    """Write what all executions did, so that it outlives the cloud, and find paths that no definition allows."""
    now = datetime.now(UTC)
    span = now - timedelta(days=1), now + timedelta(seconds=1)
    return export(HistoriesSource(stage), pseudonyms_of(stage.account), *span, folder)


def course_of(execution: Execution) -> Course:
    """What the history of an execution says."""
    events = [it | {"timestamp": datetime.fromisoformat(it["timestamp"])} for it in execution.history]
    return course_of_history(execution.arn, events)


def deviations_on(stage: Stage) -> Sequence[Deviation]:
    """What executions of the restoration machine did and their definitions do not allow; nothing where all is well."""
    versions = Versions(stage.cloud.client("stepfunctions"))
    found: list[Deviation] = []
    for execution in stage.watch.executions():
        version = versions.of(execution.arn, execution.started_at)
        if version is None:
            raise LookupError(f"nobody knows the definition of {execution}")
        found += deviations_of(course_of(execution), version.definition)
    return found
