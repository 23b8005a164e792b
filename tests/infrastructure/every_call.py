"""Prints what boto3 sends for each operation of some services, and what it reads of an empty response.

It runs by itself, with whichever boto3 is on its path: ``python -c "$(cat every_call.py)" s3 sqs``.
"""

import sys
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config

ALIKE = Config(region_name="eu-west-3", signature_version=UNSIGNED, retries={"total_max_attempts": 1})


class Empty:
    """The body of a response in which nothing is."""

    def stream(self) -> Iterator[bytes]:
        return iter(())

    def read(self, *_: int) -> bytes:
        return b""


def example(shape: Any) -> Any:
    """The smallest value of a shape."""
    kind = shape.type_name
    if kind == "structure":
        names = shape.required_members or list(shape.members)[: getattr(shape, "is_tagged_union", 0)]
        return {name: example(shape.members[name]) for name in names}
    if kind in {"list", "map"}:
        return [example(shape.member)] if kind == "list" else {"key": example(shape.value)}
    text = "x" * max(shape.metadata.get("min", 0), 3)
    return {"string": text, "blob": text.encode(), "boolean": True, "timestamp": 0}.get(kind, 1)


def calls(service: str) -> Iterator[object]:
    """Each operation of a service: method, address and body, and the fields of what came back, or the error."""
    client: Any = boto3.client(service, config=ALIKE)  # type: ignore[call-overload]
    sent: list[tuple[str, str, bytes]] = []

    def respond(request: Any, **_: object) -> AWSResponse:
        sent.append((request.method, request.url, getattr(request.body, "read", lambda: request.body)()))
        return AWSResponse(request.url, 200, {}, Empty())  # type: ignore[arg-type]

    client.meta.events.register("before-send", respond)
    for operation, name in client.meta.method_to_api_mapping.items():
        asked = client.meta.service_model.operation_model(name).input_shape
        try:
            said = sorted(getattr(client, operation)(**(example(asked) if asked else {})))
        except Exception as error:  # noqa: BLE001 - whatever it is, both have to say the same
            said = [repr(error)]
        yield service, operation, sent[:], said
        sent.clear()


if __name__ == "__main__":
    uuid.uuid4 = lambda: uuid.UUID(int=1)  # the tokens of calls that may be made once
    for service in sys.argv[1:]:
        sys.stdout.writelines(f"{call}\n" for call in calls(service))
