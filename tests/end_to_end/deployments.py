"""The process with another definition: executions that begin from then on have it."""

from collections.abc import Mapping

from embedded_cloud.stack.template import substitute
from local.stage import MACHINE
from tests.end_to_end.world import World
from tests.statemachine.deployed import deployed_machines


def substitutions(world: World) -> Mapping[str, object]:
    """What the template gives the machine, read from the deployed stack."""
    (stack,) = world.cloud.client("cloudformation").describe_stacks(StackName="restoration")["Stacks"]
    parameters = {it["ParameterKey"]: it["ParameterValue"] for it in stack["Parameters"]}
    (machine,) = (it for it in deployed_machines() if it.logical_id == MACHINE)
    found = {}
    for name, value in machine.substitutions.items():
        referred = str(value.get("Ref", ""))
        if referred in parameters:
            found[name] = parameters[referred]
        else:
            found[name] = world.cloud.physical_id(referred) if referred else world.cloud.arn(value["Fn::GetAtt"][0])
    return found


def deploy(world: World, definition: str) -> None:
    """Let executions that begin from now on have a definition, as those had that began before a deployment."""
    world.cloud.client("stepfunctions").update_state_machine(
        stateMachineArn=world.cloud.physical_id(MACHINE),
        definition=substitute(definition, substitutions(world), MACHINE),
    )
