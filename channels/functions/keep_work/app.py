"""Keeps the advisors' list of work, and the doors of cases, by the events of the core's bus."""

import json

from channels.bootstrap import parts
from channels.use_cases.keep_work import WorkKeeping
from restoration import settings
from restoration.adapters.sqs.batch import LastTry, handler_of
from restoration.bootstrap import aws
from restoration.observability import count, logger

lasts = settings.seconds("ADVISOR_TIMEOUT_SECONDS")
keeping = WorkKeeping(**parts(), question_lasts=lasts)

GIVE_UP_AT = 22
"""The try of a record after which it is put aside with its error."""
NOT_BY_CONTRACT = (KeyError, TypeError, ValueError)
"""What reading an event raises that lacks something: no further try helps, and somebody may wait."""


def receive(body: str) -> None:
    event = json.loads(body)
    outcome = keeping.receive(event)
    logger.info("event taken in", event=event.get("id"), type=event.get("detail-type"), outcome=outcome)
    if outcome == "COMPARED":
        count("WorkOverdue", len(keeping.overdue()))


handler = handler_of(receive, aws.dead_letters, LastTry(GIVE_UP_AT, at_once=NOT_BY_CONTRACT))
