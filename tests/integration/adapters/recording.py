"""A client in front of a real one (moto's): it records the calls, and gives responses of AWS that moto does not."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from boto3.dynamodb.conditions import AttributeBase, ConditionBase
from botocore.exceptions import ClientError


def refusal(operation: str, code: str, status: int = 400) -> ClientError:
    """The error that boto3 raises when AWS's response has an error code."""
    response: Any = {
        "Error": {"Code": code, "Message": f"{code}: +33612345678"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, operation)


def noted(caller: Any) -> list[str]:
    """The requests to DynamoDB from here on, of a session or of what a client has as `meta`."""
    made: list[str] = []

    def shown(value: object) -> object:
        if isinstance(value, ConditionBase):
            return value.get_expression()
        if isinstance(value, AttributeBase):
            return value.name
        return sorted(value) if isinstance(value, set) else "bytes" if isinstance(value, bytes) else str(value)

    def note(params: Mapping[str, Any], model: Any, **_: object) -> None:
        made.append(f"{model.name} {json.dumps(params, default=shown, sort_keys=True)}\n")

    caller.events.register("provide-client-params.dynamodb", note)
    return made


class Front:
    """Passes calls on to a client and records them; the test itself performs the named methods."""

    def __init__(self, behind: Any, **instead: Callable[..., Any]) -> None:
        self._behind = behind
        self._instead = instead
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        value = self._instead.get(name) or getattr(self._behind, name)
        if not callable(value) or name in {"Table", "meta", "exceptions"}:
            return value

        def call(**arguments: Any) -> Any:
            self.calls.append((name, arguments))
            return value(**arguments)

        return call
