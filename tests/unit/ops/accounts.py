"""An account whose clients are the account itself: the methods of a test's own class are all that AWS says."""

import json
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


class OwnAccount:
    """Base of such an account, which has the journal's entries."""

    services: ClassVar[frozenset[str]]
    who, operations_bucket = "arn:somebody", "operations"

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def name(self, suffix: str) -> str:
        return f"restoration-{suffix}"

    def queue_url(self, suffix: str) -> str:
        return suffix

    def client(self, service: str) -> Self:
        assert service in self.services | {"s3"}
        return self

    def put_object(self, **entry: Any) -> None:
        self.entries.append(json.loads(entry["Body"]))
