"""ops outage: how long the calls to come take under the quota."""

import boto3
import pytest

from ops import outage
from ops.account import Account
from ops.tools import Tools
from tests.infrastructure.templates import template
from tests.integration.ops.accounts import HASH, STACK, STARTED, FakeStates, entered


@pytest.mark.usefixtures("enedis_access")
def test_calls_to_come_take_their_turns_which_are_wider_than_the_quota(account: Account, states: FakeStates) -> None:
    for queue, orders in (("enedis-orders-urgent", 20), ("enedis-orders", 38)):
        url = boto3.client("sqs").create_queue(QueueName=f"{STACK}-{queue}")["QueueUrl"]
        for number in range(orders):
            boto3.client("sqs").send_message(QueueUrl=url, MessageBody="{}", DelaySeconds=number % 2)
    for number in range(401):
        state = "ReadPoint" if number else "WaitForEnedis"
        states.put(f"LIM-{number:06}-{HASH}", "RUNNING", [STARTED, entered(state)])
    found = outage.look(Tools(account, ask=None))
    assert (found.states, found.calls, found.unread) == ({"ReadPoint": 399, "WaitForEnedis": 1}, 1596, 1)
    assert 1596 / 2 < found.drain_seconds < 1596 / 2 * 1.3
    assert template().document["Mappings"]["Readers"]["PlaceUrgentOrder"]["AtOnce"] == outage.URGENT_WORKERS
    assert found.urgent == outage.Line(20, 0, round(20 / (2 / 3) * 1.12 / 2)), "two turns of three, of 0.56 s each"
    assert found.others == outage.Line(38, 0, round(58 * 1.12 / 2)), "after them"
    assert (found.breaker, found.began_at) == ("closed", None)
