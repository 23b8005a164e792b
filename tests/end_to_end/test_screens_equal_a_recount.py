"""Each screen has the figures of a recount of the histories, whatever of log and status events came late or not."""

from collections import Counter

import pytest

from local.supervise.__main__ import ask_of
from restoration.adapters.dynamodb.slice_items import HOUR
from restoration.clock import utc_now
from supervision.question import Language
from supervision.supervise import SCREENS
from tests.end_to_end.recorded import Record, all_executions, recorded_counts, troubled, wait_until_healed
from tests.end_to_end.recount import Recount
from tests.end_to_end.recounted_screens import RECOUNTED, Look
from tests.end_to_end.scene_of_record import play_all_kinds
from tests.end_to_end.world import World

ORDERED = {"OrderAtEnedis", "WaitForEnedis"}

OWN_CLOUD: dict[str, str] = {}
"""A cloud for this file alone: all executions are counted here."""


@pytest.fixture(scope="module")
def recount(world: World, record: Record) -> Recount:
    """Play customers of each kind, once as it comes and once with duplicates, disorder and losses; recount them.

    Then the indexes, by which what was lost is found, are late as well.
    """

    def has_counted(arn: str) -> bool:
        record.reconcile()
        return bool(recorded_counts(record, arn))

    def settle(arn: str) -> None:
        world.wait(lambda: has_counted(arn), f"the count of {arn}")

    play_all_kinds(world, settle)
    with world.cloud.trouble.late_indexes():
        with troubled(world) as lost:
            play_all_kinds(world, settle)
        assert lost["lines"] > 0
        assert lost["statuses"] > 0
        executions = all_executions(world)
        wait_until_healed(world, record, executions)
    found = Recount.of(world.cloud.client("stepfunctions"), [each.arn for each in executions])

    def is_counted() -> bool:
        return all(recorded_counts(record, told.arn) == {end.redrives for end in told.ends} for told in found.all)

    world.wait(is_counted, "the count of each end")
    record.reconcile()
    # Queues are measured at the end of each minute.
    world.cloud.pass_minutes()
    return found


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("screen", SCREENS)
def test_each_screen_has_the_figures_of_a_recount(
    world: World, recount: Recount, screen: str, language: Language
) -> None:
    # What was played began less than an hour ago.
    since = utc_now().replace(minute=0, second=0, microsecond=0) - HOUR
    RECOUNTED[screen](Look(world, ask_of(world.stage), language, since, recount))


def test_each_end_is_measured_once_through_repeats_losses_and_redrives(
    world: World, record: Record, recount: Recount
) -> None:
    """What was measured equals what the histories count, by kind; of all only failures are late."""
    orders = world.stage.items("OrdersTable", "intent")
    technicians = {str(it["reference"]).partition("/")[0] for it in orders if it["intent"] == "TECHNICIAN"}
    expected: Counter[str] = Counter()
    for told, end in recount.ends:
        if not told.did_nothing:
            ordered = ORDERED & {stay.state for stay in told.stays if stay.entered_in <= end.redrives}
            kind = "Early" if not ordered else "Technician" if told.limitation in technicians else "Remote"
            expected.update([f"{kind}Ended"] + [f"{kind}InTime"] * (not end.stopped_in))
    assert len(expected) == 6

    def measured() -> dict[str, int]:
        return {name: int(value) for (_, name), value in world.cloud.metrics.items() if name in expected}

    world.wait(lambda: measured() == expected, f"the measurements {expected}")
    completeness = record.read.completeness()
    assert completeness is not None
    assert completeness.unreconciled == 0
