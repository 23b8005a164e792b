"""Freezing finds each failure that is meant, page by page, and asks for no more than it needs."""

from record.domain.redrive import Effect, Manifest
from record.domain.redrive_choice import Choice
from record.use_cases.freeze_redrive import FreezeDesk, Place
from tests.fakes.claims import InMemoryClaims
from tests.fakes.redrives import BEGIN, FakeExecution, FakeStates, InMemoryRedrives, failure, holding

FAILED = [failure(number) for number in range(1, 8)]
OTHERS = [
    failure(11, error="UnknownContract", cause="billing does not know contract CTR-11"),
    failure(12, status="TIMED_OUT", error="States.Timeout", state="OrderAtEnedis", cause=""),
    failure(13, status="ABORTED", error="Stopped"),
]


class World:
    def __init__(self) -> None:
        self.executions = FakeStates(FakeExecution(each) for each in [*FAILED, *OTHERS])
        self.claims = InMemoryClaims(*(holding(each) for each in [*FAILED, *OTHERS]))
        self.redrives = InMemoryRedrives()
        self.desk = FreezeDesk(self.executions.failed, self.claims, self.redrives)

    def freeze(self, choice: Choice) -> Manifest:
        place, found, pages = None, 0, 0
        while place or not pages:
            # As the state machine keeps it.
            here = Place.of_json(place.to_json()) if place else None
            more, place = self.desk.find("freeze-1", choice, here)
            found, pages = found + more, pages + 1
            assert place is None or place.part == pages
        manifest = self.desk.freeze("freeze-1", choice, BEGIN)
        assert len(manifest.items) == found
        assert self.redrives.manifest(manifest.redrive_id, manifest.hash) == manifest
        return manifest


def names(manifest: Manifest) -> list[str]:
    return [item.limitation_id for item in manifest.items]


def test_everything_that_failed_or_timed_out_is_found_with_its_claim_and_what_was_stopped_is_not() -> None:
    world = World()
    world.claims.change("LIM-00003", holder="arn:x:LIM-00003-new")
    manifest = world.freeze(Choice())
    assert names(manifest) == [it.limitation_id for it in [*FAILED, *OTHERS[:2]]]
    assert [it.limitation_id for it in manifest.items if it.effect is Effect.SUPERSEDED] == ["LIM-00003"]


def test_what_somebody_stopped_is_found_when_it_is_asked_for() -> None:
    assert names(World().freeze(Choice(aborted=True)))[-1] == "LIM-00013"


def test_only_what_is_meant_is_found_and_no_other_history_is_read() -> None:
    world = World()
    assert names(world.freeze(Choice(error="UnknownContract"))) == ["LIM-00011"]
    assert world.executions.histories == [OTHERS[0].execution] * 2, "both pages of it"
    assert names(World().freeze(Choice(state="OrderAtEnedis"))) == ["LIM-00012"]


def test_page_that_is_repeated_adds_nothing_twice() -> None:
    world = World()
    world.desk.find("freeze-1", Choice(), None)
    assert len(world.freeze(Choice()).items) == len([*FAILED, *OTHERS[:2]])


def test_what_is_redriven_between_list_and_look_is_not_meant_any_more() -> None:
    world = World()

    def redriven_meanwhile(_call: str, execution: str) -> None:
        if execution == FAILED[1].execution:
            world.executions.by_arn[execution].status = "RUNNING"

    world.executions.before = redriven_meanwhile
    assert "LIM-00002" not in names(world.freeze(Choice()))
