"""Slots of a technician's visit, and the power: the core's function ``read_point``, which asks Enedis."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from restoration.contracts.visits import VisitAsked, VisitReply, VisitStatus
from restoration.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class CoreVisits:
    """Asks it, once: who waits for a page does not wait for a second try."""

    def __init__(self, client: "LambdaClient", function_name: str) -> None:
        self._client = client
        self._function_name = function_name

    def ask(self, asked: VisitAsked) -> VisitReply:
        """What it replies; where it was called and did not, slots are UNAVAILABLE, and an agreement is UNKNOWN."""
        payload = asked.model_dump_json(by_alias=True).encode()
        unheard = VisitReply(status=VisitStatus.UNKNOWN if asked.agreed else VisitStatus.UNAVAILABLE)
        try:
            response = self._client.invoke(FunctionName=self._function_name, Payload=payload)
            body = json.loads(response["Payload"].read())
        except (ClientError, ConnectTimeoutError, EndpointConnectionError) as error:
            logger.warning("the core could not be asked about a visit", reason=type(error).__name__)
            return VisitReply(status=VisitStatus.UNAVAILABLE)
        except BotoCoreError as error:
            logger.warning("the core did not reply about a visit", reason=type(error).__name__)
            return unheard
        if "FunctionError" in response:
            logger.error("the core failed on a visit", reason=body.get("errorType"))
            return unheard
        return VisitReply.model_validate(body)
