"""The optional VPC: off by default, and then no function knows of it; on for those that call billing or Enedis."""

from typing import Any

from embedded_cloud.stack.intrinsics import Resolver
from embedded_cloud.stack.template import load_template
from local.stage.deployment import SUPPLIER, applications
from tests.infrastructure.templates import ROOT, TEMPLATE

PARTNERS = {"BILLING", "ENEDIS"}
REQUIRED, *_ = applications({**SUPPLIER, "Billing.url": "https://b.example", "Enedis.url": "https://e.example"})
IN_A_VPC = {"SubnetIds": "subnet-1,subnet-2", "SecurityGroupIds": "sg-1"}


def networks(**parameters: str) -> dict[str, Any]:
    """The functions that are deployed with a network of their own, as CloudFormation sees them."""
    loaded = load_template(ROOT / "template.yaml", {**REQUIRED.parameters, **parameters}, "eu-west-3")
    resolver = Resolver(
        parameters=loaded.parameters,
        conditions=loaded.conditions,
        pseudo_parameters={},
        reference=str,
        attribute=lambda logical_id, name: f"{logical_id}.{name}",
    )
    resolved = {
        name: resolver.resolve({"VpcConfig": resource.properties["VpcConfig"]})
        for name, resource in loaded.resources.items()
        if "VpcConfig" in resource.properties
    }
    return {name: properties["VpcConfig"] for name, properties in resolved.items() if properties}


def test_functions_that_call_a_partner_are_in_a_vpc_where_there_are_subnets_and_no_others() -> None:
    """The others call AWS only, and would need endpoints for nothing."""
    assert networks() == {}
    callers = {one.logical_id for one in TEMPLATE.functions if PARTNERS & set(TEMPLATE.environment(one))}
    network = {"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}
    assert networks(**IN_A_VPC) == dict.fromkeys(callers, network)
