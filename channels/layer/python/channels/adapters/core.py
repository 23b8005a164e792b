"""The core, as the channels reach it: its bus, its rules, and Enedis by way of it.

Each is asked once: who waits for a page does not wait for a second try.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from channels.ports import RulesUnavailable
from restoration.adapters.eventbridge.event_bus import EventBus
from restoration.adapters.lambdas.decision_function import DecisionFunction
from restoration.contracts.visits import VisitAsked, VisitReply, VisitStatus
from restoration.contracts.wire import WireModel
from restoration.domain.decision import DecisionRequest
from restoration.errors import DecisionFailed
from restoration.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


@dataclass(frozen=True, slots=True)
class DeployedCore:
    """Implements :class:`channels.ports.Core`: ``rules`` and ``visits`` are the names of its functions."""

    bus: EventBus
    functions: "LambdaClient"
    rules: str
    visits: str

    def put(self, detail_type: str, detail: WireModel) -> None:
        """Put one event on the bus. Raises EventNotPublished."""
        self.bus.put([(detail_type, detail_type, detail.model_dump_json(by_alias=True, exclude_none=True))])

    def value(self, decision: str, limitation_id: str, asked_by: str, inputs: Mapping[str, Any]) -> Any:
        """What the rules decide: ``evaluate_decision`` keeps it with the case.

        Raises
        ------
        RulesUnavailable
            The function can't be reached or called, or it failed.
        """
        try:
            request = DecisionRequest(decision, limitation_id, asked_by, inputs)
            return DecisionFunction(self.functions, self.rules).value(request)
        except (BotoCoreError, ClientError, DecisionFailed) as error:
            raise RulesUnavailable(f"{decision}: {error}") from error

    def ask(self, asked: VisitAsked) -> VisitReply:
        """What ``read_point`` says; where it was called and did not, slots are UNAVAILABLE, an agreement is UNKNOWN."""
        payload = asked.model_dump_json(by_alias=True).encode()
        unheard = VisitReply(status=VisitStatus.UNKNOWN if asked.agreed else VisitStatus.UNAVAILABLE)
        try:
            response = self.functions.invoke(FunctionName=self.visits, Payload=payload)
            body = json.loads(response["Payload"].read())
        except (BotoCoreError, ClientError) as error:
            logger.warning("the core did not reply about a visit", reason=type(error).__name__)
            was_called = not isinstance(error, ClientError | ConnectTimeoutError | EndpointConnectionError)
            return unheard if was_called else VisitReply(status=VisitStatus.UNAVAILABLE)
        if "FunctionError" in response:
            logger.error("the core failed on a visit", reason=body.get("errorType"))
            return unheard
        return VisitReply.model_validate(body)
