"""Whether each execution on a stage took a path that its definition allows: an oracle for whatever is played there."""

from collections.abc import Sequence
from datetime import datetime

from embedded_cloud import Execution
from local.stage.stage import Stage
from ops.event_log.conformance import Deviation, deviations_of
from ops.event_log.versions import Versions
from record.contracts.machine_events import course_of_history
from record.domain.course import Course


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
