"""Kept decisions: their inputs, their results, and the rules that matched."""

import json
import lzma
import zlib
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from restoration.adapters.dynamodb.transactions import write_together
from restoration.clock import to_text, utc_now
from restoration.domain.decision import (
    RECORD_KEPT_FOR,
    WHOLE_KEPT_FOR,
    DecisionRequest,
    DecisionResult,
    without_ids,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource


LAST = "LAST#"
"""Begins the sort key of the item that points to the last record; a record's own begins with its moment."""

WHOLE = "WHOLE#"
"""Begins the sort key of the item with a record's inputs and audit, which is forgotten long before the record."""

_ZLIB_WINDOW = 32 * 1024
_LZMA_PRESET = 3  # a window of 4 MiB
_LZMA_BEGINS = b"\xfd7zXZ\x00"


def packed(content: Any) -> bytes:
    """JSON, compressed: the audit of a case with hundreds of payments has megabytes, and an item at most 400 KiB.

    Such an audit repeats the payments for each decision of the graph, farther apart than zlib looks back.
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return zlib.compress(text, level=9) if len(text) <= _ZLIB_WINDOW else lzma.compress(text, preset=_LZMA_PRESET)


def unpacked(content: bytes) -> str:
    """Give back the JSON text of packed content.

    Raises
    ------
    ValueError
        When :func:`packed` did not make it.
    """
    try:
        unpack = lzma.decompress if content.startswith(_LZMA_BEGINS) else zlib.decompress
        return unpack(content).decode()
    except (zlib.error, lzma.LZMAError) as error:
        raise ValueError(f"not packed: {error}") from error


class DecisionLog:
    """The ``decisions`` table: each decision of a limitation, in the order in which they were taken.

    What is kept how long, and why: docs/decisions/0026.
    """

    def __init__(self, dynamodb: "DynamoDBServiceResource", table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def keep(self, request: DecisionRequest, result: DecisionResult) -> None:
        """Keep one decision: its record for years, and the whole of it for as long as somebody works with it.

        The record has the matched rules, the values that they tested, and the result, without ids of persons, payments
        or points. The whole has all inputs and the audit of each decision of the graph: it explains a case in full, and
        a changed table, which may read other inputs, is replayed on it. DynamoDB forgets each in its own time.

        A decision that equals the last kept one of its limitation and kind (the same version of the rules, inputs and
        value) is not kept again: it would say nothing new.
        """
        now = utc_now()
        key = {"limitationId": request.limitation_id}
        record = {
            **key,
            "decidedAt": f"{to_text(now)}#{request.decision}#{request.asked_by}",
            "decision": request.decision,
            "askedBy": request.asked_by,
            "version": result.version,
            "matchedRules": list(result.matched_rules),
            "value": packed(without_ids(result.value)),
            "grounds": packed([ground.as_json() for ground in result.grounds]),
            "expiresAt": int((now + RECORD_KEPT_FOR).timestamp()),
        }
        forgotten_at = int((now + WHOLE_KEPT_FOR).timestamp())
        whole = {
            **key,
            "decidedAt": f"{WHOLE}{record['decidedAt']}",
            "inputs": packed(dict(request.inputs)),
            "audit": packed(result.audit),
            "expiresAt": forgotten_at,
        }
        fingerprint = _fingerprint(request, result)
        last = {
            **key,
            "decidedAt": f"{LAST}{request.decision}",
            "lastDecidedAt": record["decidedAt"],
            "fingerprint": fingerprint,
            "expiresAt": forgotten_at,
        }
        is_another = {
            "ConditionExpression": "attribute_not_exists(fingerprint) OR fingerprint <> :this",
            "ExpressionAttributeValues": {":this": fingerprint},
        }
        write_together(
            self._dynamodb.meta.client,
            [
                {"Put": {"TableName": self._table, "Item": record}},
                {"Put": {"TableName": self._table, "Item": whole}},
                {"Put": {"TableName": self._table, "Item": last, **is_another}},
            ],
        )


def _fingerprint(request: DecisionRequest, result: DecisionResult) -> str:
    content = json.dumps([result.version, dict(request.inputs), result.value], sort_keys=True)
    return sha256(content.encode()).hexdigest()
