"""Records what the machine's log and its status events say about restorations, and billing of its reminders."""

import json
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from record import bootstrap
from record.contracts.machine_events import course_of_status, courses_of_log
from record.contracts.reminders import BILLINGS_WORD
from restoration.clock import utc_now
from restoration.contracts.envelope import parse_event
from restoration.observability import metrics, observed

recorder, counters = bootstrap.course_recorder(), bootstrap.counters()


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    if event.get("detail-type") == "RemindersSuppressed":
        said = parse_event(json.dumps(event), BILLINGS_WORD, utc_now()).detail
        return {"noted": counters.note_reminders(said)}
    if "awslogs" in event:
        told = courses_of_log(event["awslogs"]["data"])
    else:
        ended = course_of_status(event["detail"])
        told = [ended] if ended else []
    counted = recorder.take(told)
    metrics.add_metric(name="ExecutionsCounted", unit=MetricUnit.Count, value=counted)
    return {"recorded": len(told), "counted": counted}
