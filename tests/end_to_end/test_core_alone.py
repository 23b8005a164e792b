"""The core brings power back and pages without its companion, which may go in the middle of a case."""

from collections.abc import Callable

from embedded_cloud.errors import ThrottledError
from local.partners.enedis import Ending
from restoration.domain.point import SupplyState
from tests.end_to_end.world import World, running_world


def is_in_alarm(world: World, alarm: str) -> Callable[[], bool]:
    def look() -> bool:
        world.cloud.pass_minutes()
        return world.cloud.alarms.state(f"restoration-{alarm}") == "ALARM"

    return look


def test_core_alone_brings_power_back_and_pages_where_a_restoration_fails() -> None:
    with running_world(alone=True) as world:
        assert [stack.name for stack in world.cloud.stacks.all()] == ["restoration"]
        paid, disputing = world.limited_customer(), world.limited_customer()
        world.pay(paid)
        world.wait_for_outcomes(paid, "RESTORED")
        world.wait_for_messages()
        assert "POWER_RESTORED" in "".join(world.told(paid))
        world.dispute(disputing)
        world.cloud.stop_execution(world.executions(disputing)[-1].arn)
        world.wait_for_outcomes(disputing, "ABORTED")
        world.wait(is_in_alarm(world, "CustomersAffected"), "the page")


def test_companion_that_is_deleted_in_the_middle_of_a_case_takes_nothing_from_it() -> None:
    with running_world() as world:
        slow, next_one = world.limited_customer(remotely_operable=False, endings=[Ending.NEVER]), world.new_customer()
        world.pay(slow)
        world.wait_until_followed(slow)
        world.cloud.delete_stack("restoration-operations")
        world.register(next_one)
        world.pay(next_one)
        world.wait_for_outcomes(next_one, "RESTORED")
        world.enedis.network.change_point(slow.point_id, supply_state=SupplyState.SUPPLIED, limited_power_kva=None)
        world.wait_for_outcomes(slow, "RESTORED")


def test_channels_that_are_broken_and_then_gone_take_nothing_from_a_case() -> None:
    with running_world(channels=True) as world:
        for function in ("KeepWorkFunction", "ServeCustomersFunction", "ServeAdvisorsFunction"):
            world.cloud.functions.named(function).wrap(_throttled)
        one, two = world.limited_customer(), world.limited_customer()
        world.dispute(one)
        world.advise(one, "RESTORE")
        world.wait_for_outcomes(one, "RESTORED")
        world.cloud.delete_stack("restoration-channels")
        world.pay(two)
        world.wait_for_outcomes(two, "RESTORED")


def _throttled(*_: object) -> bytes:
    raise ThrottledError("the account has no concurrency left")
