"""Customers of each kind, so that each screen has something to count."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from local.partners.enedis import Ending
from local.stage import Customer
from tests.end_to_end.world import World


@dataclass(frozen=True)
class Scene:
    """Customers of each kind: an advisor is asked, a redrive failed, and another one waits for the technician now."""

    all: tuple[Customer, ...]
    waits: Customer
    holds: Customer
    mended: Customer


def play_all_kinds(world: World, record: Callable[[str], None]) -> Scene:
    """Play one customer of each kind; ``record`` sees to it that an end is recorded before somebody redrives it."""
    restored, by_technician, poor, waits, satisfied, refused, redriven, holds, mended = everybody = (
        world.limited_customer(),
        world.limited_customer(remotely_operable=False),
        world.limited_customer(),
        world.limited_customer(),
        world.limited_customer(),
        world.limited_customer(),
        world.limited_customer(),
        world.limited_customer(),
        world.limited_customer(remotely_operable=False, endings=[Ending.NEVER]),
    )
    for each in (restored, by_technician):
        world.pay(each)
    world.pay(poor, amount=1.0)
    for each in (waits, satisfied, refused):
        world.dispute(each)
    world.pay(satisfied)
    world.wait_for_outcomes(satisfied, "RESTORED")
    world.advise(refused, "REFUSE")
    for each in (redriven, holds, mended):
        fail(world, each)
        record(failed_of(world, each))
    for each in (redriven, mended):
        world.cloud.redrive_execution(failed_of(world, each))
    with world.failing("ReadPointFunction", holds, "InvalidConfiguration"):
        arn = failed_of(world, holds)
        world.cloud.redrive_execution(arn)
        world.wait(partial(has_failed_twice, world, arn), "the second failure")
    world.wait_for_outcomes(restored, "RESTORED")
    world.wait_for_outcomes(by_technician, "RESTORED")
    world.wait_for_outcomes(poor, "BALANCE_DUE")
    world.wait_for_outcomes(refused, "REFUSED")
    world.wait_for_outcomes(redriven, "RESTORED")
    world.wait_until_followed(mended)
    return Scene(everybody, waits, holds, mended)


def fail(world: World, customer: Customer) -> None:
    """Let a customer pay, and their case fail where it reads the point."""
    with world.failing("ReadPointFunction", customer, "InvalidConfiguration"):
        world.pay(customer)
        world.wait_for_outcome(customer, "FAILED")


def failed_of(world: World, customer: Customer) -> str:
    """The ARN of a customer's execution that failed."""
    return next(each.arn for each in world.executions(customer) if each.status == "FAILED")


def has_failed_twice(world: World, arn: str) -> bool:
    pages = world.cloud.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=arn)
    types = [event["type"] for page in pages for event in page["events"]]
    return types.count("ExecutionFailed") == 2
