"""What others than the stage put on the bus is booked, too: somebody with a command line is billing."""

import json
from collections.abc import Callable

from embedded_cloud.backends.protocol import AwsRequest
from local.partners.billing.simulator import BillingSimulator


def booking(billing: BillingSimulator) -> Callable[[AwsRequest], None]:
    """An interceptor for the dispatcher: it lets billing book what its people put on the bus."""

    def book(request: AwsRequest) -> None:
        if request.service == "events" and request.action == "PutEvents":
            for item in json.loads(request.body or b"{}").get("Entries", ()):
                billing.record(item)

    return book
