"""Two cores live in one account, each with its companions: the second takes no name and no event of the first."""

import json

import pytest

from embedded_cloud.errors import TemplateError
from local.stage.deployment import SUPPLIER, applications
from tests.end_to_end.world import World

OWN_CLOUD: dict[str, str] = {}


def test_second_stacks_deploy_beside_the_first_and_hear_their_own_events_alone(world: World) -> None:
    cloud = world.cloud
    core = cloud.deploy(cloud.application.beside("second", {"SmsSenderId": "OTHER"}))
    settings = {"IdentityIssuer": "https://identite.example.net", "Billing.url": world.billing.url, **SUPPLIER}
    _, *companions = applications(settings, "second")
    for one in (*companions, applications(settings)[2]):
        cloud.deploy(one)
    bus, machine = core.outputs["EventBusName"], core.outputs["StateMachineArn"]
    before = {name: depth.going_on for name, depth in cloud.queue_depths().items()}
    event = {"EventBusName": bus, "Source": "billing", "DetailType": "Surprise", "Detail": json.dumps({})}
    cloud.client_as(world.stage.own_billing, "events").put_events(Entries=[event])
    after = {name: depth.going_on for name, depth in cloud.queue_depths().items()}
    assert {name for name in after if after[name] != before[name]} == {"second-unrecognised-events"}

    def recorded(stack: str) -> list[str]:
        found = cloud.client("dynamodb").scan(TableName=f"{stack}-courses")["Items"]
        return [item["execution"]["S"] for item in found]

    begun = cloud.client("stepfunctions").start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    world.wait(lambda: not cloud.execution(begun).is_running, "its end, for it has no limitation")
    world.wait(lambda: recorded("second"), "its record")
    assert (recorded("second"), recorded("restoration")) == ([begun], [])


def test_stack_whose_sms_sender_another_has_is_not_created(world: World) -> None:
    with pytest.raises(TemplateError, match=r"FR\|FOURNISSEUR already exists in stack .*:stack/restoration/"):
        world.cloud.deploy(world.cloud.application.beside("third"))
