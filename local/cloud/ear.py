"""Hears what is published on a bus, through a queue of its own."""

import json
from typing import Any

from local.cloud.cloud import EmbeddedCloud


class Ear:
    """Hears the events of one source; what was published before it was made is not heard.

    Parameters
    ----------
    bus
        The bus's name.
    """

    def __init__(self, cloud: EmbeddedCloud, bus: str, source: str) -> None:
        self._sqs = cloud.client("sqs")
        self._queue = str(self._sqs.create_queue(QueueName=f"heard-of-{source}")["QueueUrl"])
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]
        events, rule = cloud.client("events"), f"heard-of-{source}"
        events.put_rule(Name=rule, EventBusName=bus, EventPattern=json.dumps({"source": [source]}))
        events.put_targets(Rule=rule, EventBusName=bus, Targets=[{"Id": "queue", "Arn": attributes["QueueArn"]}])
        self._heard: list[dict[str, Any]] = []

    def heard(self) -> list[dict[str, Any]]:
        """All events heard until now, in order."""
        while messages := self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self._heard.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return list(self._heard)
