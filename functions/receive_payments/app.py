"""Intake: payments, plans, aid and protections. Starts a restoration for the few that concern a limited customer."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration.adapters.sqs.batch import LastTry, process_batch
from restoration.bootstrap import aws
from restoration.clock import utc_now
from restoration.observability import count, logger, observed
from restoration.tracing import note_case
from restoration.use_cases.receive_payments import Intake

register = aws.register()
start = aws.restoration_start()
lost_grounds = aws.lost_ground_desk()

GIVE_UP_AT = 22
"""The try of a record after which it is put aside with its error."""


@observed
def handler(event: Mapping[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    bodies = [record["body"] for record in event["Records"]]
    intake = Intake.of_batch(bodies, register, start, lost_grounds, utc_now())

    def receive(body: str) -> None:
        received = intake.receive(body)
        count(f"{received.trigger.type}Events")
        for limitation_id, started in received.started.items():
            count(f"Triggers{started.name.title()}")
            note_case(limitation_id, started.name)
            logger.info(
                "trigger of a limited customer",
                correlation_id=limitation_id,
                event=received.trigger.event_id,
                outcome=started.name,
            )

    return process_batch(event, receive, aws.dead_letters, LastTry(GIVE_UP_AT))
