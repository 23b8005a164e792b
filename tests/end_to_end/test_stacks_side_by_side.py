"""Two stacks of the template live in one account: the second takes no name and no event of the first."""

import json

import pytest

from embedded_cloud.errors import TemplateError
from tests.end_to_end.world import World

OWN_CLOUD: dict[str, str] = {}


def test_second_stack_deploys_beside_the_first_and_hears_its_own_events_alone(world: World) -> None:
    cloud = world.cloud
    bus = cloud.deploy(cloud.application.beside("second", {"SmsSenderId": "OTHER"})).outputs["EventBusName"]
    before = {name: depth.total for name, depth in cloud.queue_depths().items()}
    event = {"EventBusName": bus, "Source": "billing", "DetailType": "Surprise", "Detail": json.dumps({})}
    cloud.client_as(world.stage.own_billing, "events").put_events(Entries=[event])
    after = {name: depth.total for name, depth in cloud.queue_depths().items()}
    assert {name for name in after if after[name] != before[name]} == {"second-unrecognised-events"}


def test_stack_whose_sms_sender_another_has_is_not_created(world: World) -> None:
    with pytest.raises(TemplateError, match=r"FR\|FOURNISSEUR already exists in stack .*:stack/restoration/"):
        world.cloud.deploy(world.cloud.application.beside("third"))
