"""What the tests of the operations' tool provoke: restorations that fail, and records that were put aside."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from local.stage import Customer
from tests.end_to_end.world import World

ERROR = "InvalidResponse"


def fail(world: World, number: int) -> list[Customer]:
    """Customers who have paid, and whose restoration has failed."""
    customers = [world.limited_customer() for _ in range(number)]
    with world.failing("CheckPaymentFunction", ERROR, *customers):
        for customer in customers:
            world.pay(customer)
        for customer in customers:
            world.wait_for_outcomes(customer, "FAILED")
    return customers


def put_aside(world: World, queue: str, body: object, **attributes: str) -> None:
    """Put a record aside, as a function of the stack does."""
    world.cloud.client("sqs").send_message(
        QueueUrl=world.cloud.physical_id(queue),
        MessageBody=body if isinstance(body, str) else json.dumps(body),
        MessageAttributes={name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    )


def on_the_bus(detail_type: str, detail: dict[str, Any], source: str = "billing") -> dict[str, Any]:
    named = {"id": f"event-{detail_type}", "detail-type": detail_type, "source": source}
    return {**named, "time": "2026-05-04T09:00:00Z", "detail": detail}


@contextmanager
def secret(world: World, name: str, text: str) -> Iterator[None]:
    """Another value is in a secret of the stack's: ``billing`` or ``enedis``."""
    secrets, its = world.cloud.client("secretsmanager"), f"restoration/{name}"
    good = secrets.get_secret_value(SecretId=its)["SecretString"]
    secrets.put_secret_value(SecretId=its, SecretString=text)
    try:
        yield
    finally:
        secrets.put_secret_value(SecretId=its, SecretString=good)


@contextmanager
def unusable_certificate(world: World) -> Iterator[None]:
    """Our certificate for Enedis is none, and the function that measures it knows so."""
    with secret(world, "enedis", json.dumps(world.enedis.secret() | {"certificate": "none"})):
        world.end_workers("MeasureEnedisFunction")
        yield
    world.end_workers("MeasureEnedisFunction")
