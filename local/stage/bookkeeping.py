"""What others than the stage put on the bus is booked, too: somebody with a command line is billing."""

import json

from local.cloud.backends.protocol import AwsRequest
from local.partners.billing import BillingSimulator


class Bookkeeping:
    """Lets billing book what its people put on the bus: an interceptor for the dispatcher."""

    def __init__(self, billing: BillingSimulator) -> None:
        self._billing = billing

    def __call__(self, request: AwsRequest) -> None:
        if request.service == "events" and request.action == "PutEvents":
            for item in json.loads(request.body or b"{}").get("Entries", ()):
                self._billing.record(item)
