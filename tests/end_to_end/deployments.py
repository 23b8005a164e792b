"""The process with another definition: executions that begin from then on have it."""

from embedded_cloud.stack.template import substitute
from local.stage import MACHINE
from tests.end_to_end.world import World


def deploy(world: World, definition: str) -> None:
    """Let executions that begin from now on have a definition, as those had that began before a deployment."""
    held = world.cloud.stacks.named("restoration").held[MACHINE]
    world.cloud.client("stepfunctions").update_state_machine(
        stateMachineArn=world.cloud.physical_id(MACHINE),
        definition=substitute(definition, held.properties["DefinitionSubstitutions"], MACHINE),
    )
