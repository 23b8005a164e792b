"""AWS as one account knows it: the methods of a test's own class are all that it says, to the tool's own account."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from ops.account import Account

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


class OwnAws:
    """Base of such an AWS: each of its clients is it, and it has the journal's entries."""

    meta = SimpleNamespace(endpoint_url="https://aws")

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    @property
    def account(self) -> Account:
        return Account(lambda *_: self, "eu-west-3")

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": "123456789012", "Arn": "arn:aws:somebody"}

    def put_object(self, **entry: Any) -> None:
        self.entries.append(json.loads(entry["Body"]))
