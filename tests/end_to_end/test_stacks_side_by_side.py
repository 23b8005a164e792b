"""Two cores live in one account, each with its companions: the second takes no name and no event of the first."""

import json
from typing import Any

import pytest

from embedded_cloud.errors import TemplateError
from local.customers import entry, fields_of
from local.stage.deployment import SUPPLIER, applications
from tests.end_to_end.world import PAID_AT, World


def test_second_stacks_bring_power_back_beside_the_first_which_hear_nothing_of_it(world: World) -> None:
    cloud = world.cloud
    core = cloud.deploy(cloud.applications[0].beside("second", {"SmsSenderId": "OTHER"}))
    settings = {"IdentityIssuer": "https://identite.example.net", "Billing.url": world.billing.url, **SUPPLIER}
    _, *companions = applications(settings, "second")
    for one in (*companions, applications(settings)[2]):
        cloud.deploy(one)
    for name, secret in (("Billing", {"apiKey": world.billing.api_key}), ("Enedis", world.enedis.secret())):
        arn = core.outputs[f"{name}SecretArn"]
        cloud.client("secretsmanager").put_secret_value(SecretId=arn, SecretString=json.dumps(secret))

    def tell(item: Any) -> None:
        world.billing.record(item)
        events = cloud.client("events", cloud.rights.key_of(world.stage.own_billing))
        events.put_events(Entries=[{**item, "EventBusName": core.outputs["EventBusName"]}])

    def items(table: str) -> list[dict[str, Any]]:
        return list(world.dynamodb.Table(table).scan(ConsistentRead=True)["Items"])

    before = {name: depth.going_on for name, depth in cloud.queue_depths().items()}
    tell(entry("Surprise", {}))
    after = {name: depth.going_on for name, depth in cloud.queue_depths().items()}
    assert {name for name in after if after[name] != before[name]} == {"second-unrecognised-events"}
    customer = world.new_customer()
    tell(entry("PowerLimited", fields_of("PowerLimited", (customer,), PAID_AT, "")))
    world.wait(lambda: items("second-limited-contracts"), "its registration")
    tell(world.payment(customer))
    world.wait(lambda: [it for it in items("second-courses") if it.get("outcome") == "RESTORED"], "its record")
    assert len(world.orders(customer)) == 1
    assert (items("restoration-limitations"), items("restoration-courses")) == ([], [])


def test_stack_whose_sms_sender_another_has_is_not_created(world: World) -> None:
    with pytest.raises(TemplateError, match=r"FR\|FOURNISSEUR already exists in stack .*:stack/restoration/"):
        world.cloud.deploy(world.cloud.applications[0].beside("third"))
