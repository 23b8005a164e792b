"""Each command of the runbook runs, as it stands there, against an incident of its page."""

import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from local.stage.profiles import write_profiles
from tests.aws_cli import environment_with_aws
from tests.end_to_end import incidents_of_cases as cases
from tests.end_to_end import incidents_of_enedis as enedis
from tests.end_to_end import incidents_of_parts as parts
from tests.end_to_end.runbook_pages import SETUP, Scene, not_run, pages, run
from tests.end_to_end.world import World
from tests.forked import forked

INCIDENTS: Mapping[str, Callable[[World], Generator[Scene]]] = {
    SETUP: cases.nothing,
    "Customers are affected": cases.affected_customer,
    "A restoration failed": cases.failed_restorations,
    "Redrive many at once": cases.many_failed,
    "A restoration is too old": cases.forgotten_by_enedis,
    "Restorations take too long": cases.overdue_restorations,
    "Enedis is late with orders": cases.late_order,
    "Messages to customers fail": parts.messages_that_fail,
    "Customers wait for an advisor": cases.case_with_an_advisor,
    "Messages do not arrive": parts.message_that_bounced,
    "Facts that nobody looks at": cases.start_that_was_lost,
    "The nightly check was not done": cases.failed_night,
    "The protection campaign": cases.campaign_planned,
    "Check one limitation now": cases.lost_payment,
    "A dead-letter queue is not empty": parts.payments_put_aside,
    "A function raises errors": parts.function_that_raises,
    "A function is throttled": parts.throttled_function,
    "A measurement is missing": partial(parts.rule_that_is_off, name="MeasureEnedis", bus="default"),
    "The record lags behind": parts.record_that_lags,
    "No payment comes in": partial(parts.rule_that_is_off, name="PaymentEvents", bus="restoration"),
    "Billing goes on with its reminders": cases.limited_again,
    "A queue is too old": parts.queue_that_waits,
    "Records were dropped": parts.record_that_was_dropped,
    "Enedis is unreachable": enedis.outage,
    "The quota is exhausted": enedis.quota_used_up,
    "Our certificate for Enedis expires": enedis.certificate_that_is_none,
    "A flow of Enedis could not be read": enedis.flow_that_is_broken,
    "Rows of a flow were skipped": enedis.flow_with_bad_rows,
    "A flow differs too much": enedis.flow_that_differs,
    "A settled limitation is still shown": enedis.settled_and_shown,
    "A point has less power than the register says": enedis.point_that_is_cut,
    "A flow contradicts what was closed": enedis.flow_that_contradicts,
    "Turning the switch": cases.switch_to_turn,
    "Events were lost": parts.purged_queue,
    "A customer calls: where is their case?": cases.customer_who_calls,
    "A table was restored to a point in time": cases.order_that_is_gone,
    "A deployment was bad": cases.bad_deployment,
}

OWN_CLOUD = {"RemoteSlaSeconds": "1"}


AS_IT_STANDS = "Customers are affected"
"""The page whose `ops` is a program of its own each time, as the runbook has it. The others' is forked."""


@pytest.fixture(scope="module")
def environment(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    folder: Path = tmp_path_factory.mktemp("aws")
    write_profiles(world.stage, folder / "aws.config")
    with environment_with_aws(folder, folder / "aws.config") as environment:
        yield environment


@pytest.fixture(scope="module")
def ops() -> Iterator[str]:
    with forked(Path(sys.executable), "ops", ["ops.__main__"]) as command:
        yield command


def test_each_page_with_commands_has_an_incident() -> None:
    assert list(pages()) == list(INCIDENTS)


@pytest.mark.parametrize("page", INCIDENTS)
def test_commands_of_a_page_run_against_its_incident(
    page: str, world: World, environment: Mapping[str, str], ops: str, tmp_path: Path
) -> None:
    blocks = [block for block in pages()[page] if not any(command in block for command in not_run())]
    # What an incident has broken is mended, too, when its page fails.
    with closing(INCIDENTS[page](world)) as course:
        scene = next(course)
        if counted := scene.counts:
            world.wait(lambda: world.cloud.metrics.get(("restoration", counted)), f"{counted} is counted")
        printed = run(blocks, scene, environment, tmp_path, None if page == AS_IT_STANDS else ops)
        flat = " ".join(printed.split())
        for words in scene.says:
            assert words in printed or words in flat, printed
        assert next(course, None) is None
