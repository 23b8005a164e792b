"""Situations: the facts of a look that only the rules need, kept apart from the execution's own data.

Many people read an execution's history, which is kept for 90 days; whether a customer is ill or over-indebted is for
the rules alone. So the execution carries the situation's name, and ``evaluate_decision`` reads the rest here.
"""

import json
import zlib
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from restoration.adapters.dynamodb.writes import item_at, put_if
from restoration.clock import utc_now
from restoration.errors import DecisionFailed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

KEPT_FOR = timedelta(days=30)
"""Longer than an execution can be redriven: it may resume between two decisions of a look."""
_REMEMBERED = 16
"""Looks of which a worker remembers the facts, which never change: it often takes all decisions of a look."""


class SituationTable:
    """Keeps the facts of a look, compressed; DynamoDB forgets them after a month."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", table: str) -> None:
        self._table = dynamodb.Table(table)
        self._facts = lru_cache(_REMEMBERED)(self._read)

    def keep(self, situation_id: str, facts: Mapping[str, Any]) -> None:
        """Keep the facts that a look begins with. The first ones stay: decisions may have been taken on them.

        An invocation can outlive its task, and write long after another has done so.
        """
        item: dict[str, Any] = {
            "situationId": situation_id,
            "facts": zlib.compress(json.dumps(facts, default=str).encode()),
            "expiresAt": int((utc_now() + KEPT_FOR).timestamp()),
        }
        put_if(self._table, item, "attribute_not_exists(situationId)")

    def read(self, situation_id: str) -> dict[str, Any]:
        """The facts of a look.

        Raises
        ------
        DecisionFailed
            When it is not kept (any more).
        """
        return self._facts(situation_id)

    def _read(self, situation_id: str) -> dict[str, Any]:
        item = item_at(self._table, situationId=situation_id)
        if "facts" not in item:
            raise DecisionFailed(
                f"situation {situation_id!r} is not kept (they are forgotten after {KEPT_FOR.days} days): "
                "stop the execution; the next trigger or the nightly check takes over"
            )
        facts: dict[str, Any] = json.loads(zlib.decompress(bytes(item["facts"])))
        return facts
