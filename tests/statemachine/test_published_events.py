"""The state machines' events keep to the contracts of published events."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from restoration.contracts.published import PUBLISHED, SOURCE
from tests.statemachine.machines import MACHINE_FILES, Machine


@dataclass(frozen=True)
class Entry:
    """One entry of a state that puts events on the bus."""

    state: str
    body: Mapping[str, Any]

    @property
    def detail_type(self) -> str:
        return str(self.body["DetailType"])

    @property
    def detail(self) -> Mapping[str, Any]:
        """Written field by field: a detail made by an expression could not be compared with the model."""
        detail: Mapping[str, Any] = self.body["Detail"]
        assert isinstance(detail, Mapping), f"{self.state}: Detail is an expression"
        return detail


def entries() -> Iterator[Entry]:
    for path in MACHINE_FILES:
        for state in Machine.read(path).states():
            if ":events:putEvents" in state.resource:
                yield from (Entry(state.name, entry) for entry in state.body["Arguments"]["Entries"])


ENTRIES = list(entries())
of_each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.state}-{entry.detail_type}")


def test_there_are_events_to_check() -> None:
    assert ENTRIES


@of_each_entry
def test_event_of_the_machine_is_one_that_leaves_us(entry: Entry) -> None:
    assert entry.body["Source"] == SOURCE
    assert entry.detail_type in PUBLISHED


@of_each_entry
def test_event_of_the_machine_has_exactly_the_fields_of_its_model(entry: Entry) -> None:
    fields = {str(field.alias) for field in PUBLISHED[entry.detail_type].model_fields.values()}
    assert set(entry.detail) == fields


@of_each_entry
def test_id_of_an_event_names_its_type(entry: Entry) -> None:
    """The same form as ``event_id`` makes."""
    assert f":{entry.detail_type}:" in str(entry.detail["id"])
