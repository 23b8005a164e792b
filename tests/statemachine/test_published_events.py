"""The state machines' events keep to the contracts of published events."""

from collections.abc import Iterator, Mapping
from typing import Any

from local.asl import MACHINE_FILES, Machine
from restoration.contracts.business_event import SOURCE
from restoration.contracts.published import PUBLISHED


def entries() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each entry of each state that puts events on the bus."""
    for path in MACHINE_FILES:
        for state in Machine.read(path).states():
            if ":events:putEvents" in state.resource:
                yield from ((state.name, entry) for entry in state.body["Arguments"]["Entries"])


def findings(state: str, entry: Mapping[str, Any]) -> Iterator[str]:
    detail_type, detail = str(entry["DetailType"]), entry["Detail"]
    if entry["Source"] != SOURCE or detail_type not in PUBLISHED:
        yield f"{state}: {detail_type} of {entry['Source']} is no event that leaves us"
    elif not isinstance(detail, Mapping):
        yield f"{state}: the detail of {detail_type} is an expression, which can't be compared with the model"
    else:
        fields = {name: str(field.alias) for name, field in PUBLISHED[detail_type].model_fields.items()}
        if different := set(fields.values()) ^ set(detail):
            yield f"{state}: {detail_type} and its model differ in {sorted(different)}"
        key = [str(detail[fields[name]]).strip("{% }") for name in PUBLISHED[detail_type].keyed_by]
        if not all(each in str(detail["id"]) for each in (f":{detail_type}:", *key)):
            yield f"{state}: the id of {detail_type} does not name its type and its key, as event_id makes it"


def test_each_event_of_a_machine_is_one_that_leaves_us_with_exactly_its_fields() -> None:
    found = list(entries())
    assert found
    assert [finding for state, entry in found for finding in findings(state, entry)] == []
