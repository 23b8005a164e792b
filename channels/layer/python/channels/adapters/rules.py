"""The core's rules: its function ``evaluate_decision``, which keeps each decision with its case."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from channels.ports import RulesUnavailable
from restoration.adapters.lambdas.decision_function import DecisionFunction
from restoration.domain.decision import DecisionRequest
from restoration.errors import DecisionFailed


class CoreRules:
    """Asks it."""

    def __init__(self, function: DecisionFunction) -> None:
        self._function = function

    def value(self, decision: str, limitation_id: str, asked_by: str, inputs: Mapping[str, Any]) -> Any:
        """What the rules decide.

        Raises
        ------
        RulesUnavailable
            The function can't be reached or called, or it failed.
        """
        try:
            return self._function.value(DecisionRequest(decision, limitation_id, asked_by, inputs))
        except (BotoCoreError, ClientError, DecisionFailed) as error:
            raise RulesUnavailable(f"{decision}: {error}") from error
