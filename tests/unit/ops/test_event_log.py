"""The event log for process mining: two files that say the same, valid and without an id that anybody knows."""

import csv
import json
import re
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ops.event_log import names
from ops.event_log.case import orders_of
from ops.event_log.export import Exported, export
from ops.event_log.objects import OBJECT_TYPES
from ops.event_log.pseudonyms import Pseudonyms
from ops.event_log.reading import text_of
from ops.event_log.table import COLUMNS
from record.domain.course import Course
from restoration.contracts import received
from tests.fakes.event_log import BEGAN, RESTORED, MemorySource, facts_of, restored_course
from tests.fakes.ocel import faults_of
from tests.statemachine.kept_machines import NEWEST

KEY = "a-key-of-some-thirty-two-letters-or-more"
OTHER_KEY = "another-key-of-some-thirty-two-letters"
Rows = list[dict[str, str]]


def exported(folder: Path, source: MemorySource, key: str = KEY) -> tuple[Exported, Rows, dict[str, Any]]:
    """Export what began on the day, and read both files."""
    found = export(source, Pseudonyms(key), BEGAN - timedelta(hours=1), BEGAN + timedelta(hours=1), folder)
    with found.table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    document = json.loads(found.ocel.read_text(encoding="utf-8"))
    assert list(faults_of(document)) == []
    assert (len(rows), len(document["events"]), len(document["objects"])) == (found.rows, found.events, found.objects)
    return found, rows, document


def one(course: Course) -> MemorySource:
    return MemorySource({"LIM-1": facts_of(course)}, [course])


# ── The table ──


@pytest.mark.parametrize(("after", "name"), [(2, "1"), (-1000, "1"), (-1001, "")])
def test_order_that_was_asked_for_in_another_stay_is_another_row_s(after: int, name: str) -> None:
    course = restored_course(path=[*RESTORED[:18], *RESTORED[1:]])
    first, second = (each for each in course.visits if each.state == "OrderAtEnedis")
    orders = [
        {"reference": "1", "tokenEnteredAt": text_of(first.entered_at + after)},
        {"reference": "2", "tokenEnteredAt": text_of(second.entered_at + 2)},
    ]
    of_it = orders_of(course.visits, orders)
    assert [of_it[place] for place, each in enumerate(course.visits) if each.state == "WaitForEnedis"] == [name, "2"]
    assert {of_it[place] for place, each in enumerate(course.visits) if each.state == "DecideCoverage"} == {""}


# ── Nobody is known by it ──


def test_no_id_amount_name_or_protection_is_in_either_file(tmp_path: Path) -> None:
    course = restored_course()
    facts = facts_of(course)
    first = facts.decisions[-1]
    two = replace(first, grounds=[*first.grounds, {"decision": "action", "rule": "another"}])
    known = {"LIM-1": replace(facts, decisions=[*facts.decisions[:-1], two])}
    found, _, _ = exported(tmp_path, MemorySource(known, [course]))
    written = found.table.read_text(encoding="utf-8") + found.ocel.read_text(encoding="utf-8")
    name = course.execution.rpartition(":")[2]
    secrets = (name, name[-32:], "LIM-1", "PAY-7", "CUS-1", "CTR-1", "30000000000001", "A0000007", "120.55", KEY)
    lives = "MEDICAL", "PROTECTED", "medical", "coverage_rule", '"RESTORE"', "URGENT"
    assert [secret for secret in (*secrets, *lives) if secret in written] == []
    assert '"action#action_rule action#another"' in written, "rules that look at nothing but Enedis are there"


def test_pseudonyms_are_the_same_with_one_key_and_others_with_another(tmp_path: Path) -> None:
    source = one(restored_course())
    (_, first, _), (_, again, _), (_, other, _) = (
        exported(tmp_path / name, source, key) for name, key in (("a", KEY), ("b", KEY), ("c", OTHER_KEY))
    )
    assert first == again
    assert {row["limitation_id"] for row in first}.isdisjoint({row["limitation_id"] for row in other})
    assert Pseudonyms(KEY).key_id != Pseudonyms(OTHER_KEY).key_id
    assert Pseudonyms(KEY).of("order", "X") != Pseudonyms(KEY).of("limitation", "X")


def test_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 letters"):
        Pseudonyms("short")


# ── What is found on the way ──


def test_files_of_before_stay_when_an_export_fails(tmp_path: Path) -> None:
    exported(tmp_path, one(restored_course()))
    before = sorted((path.name, path.read_bytes()) for path in tmp_path.iterdir())
    broken = MemorySource(held=(None for _ in range(1)))  # type: ignore[misc]
    with pytest.raises(AttributeError):
        exported(tmp_path, broken)
    assert sorted((path.name, path.read_bytes()) for path in tmp_path.iterdir()) == before


# ── Names ──


MODELS: list[Any] = [each for each in vars(received).values() if hasattr(each, "trigger_id")]
TYPES = {"LimitationRegistered", "NightlyCheck", "EnedisFlow", "PointRestored", "ProtectionCampaign"} | {
    kind
    for model in MODELS
    if "detail_type" in model.model_fields and model is not received.ContractTrigger
    for kind in model.model_fields["detail_type"].annotation.__args__
}
"""Of each event that starts an execution."""


def test_names_are_one_for_each_activity() -> None:
    assert {"PaymentReceived", "HousingAidGranted", "AdvisorDecided", *names.PAYMENT_TRIGGERS} <= TYPES
    states = [names.activity_of(state) for state in NEWEST["States"]]
    others = [*{*map(names.trigger_name, TYPES)}, names.OTHER_TRIGGER, names.REDRIVEN, *names.ENDED.values()]
    others += [*names.MESSAGES.values(), *(name for name, _ in names.REGISTER.values())]
    assert len({*states, *others}) == len(states) + len(others)
    assert set(states).isdisjoint(NEWEST["States"]), "each state has a French name"
    assert names.activity_of("OfAnOlderMachine") == "OfAnOlderMachine"
    assert names.trigger_name("SomethingNew") == "Déclencheur : autre"


# ── How much it holds ──


def peak_of(number: int, folder: Path) -> int:
    """The most bytes that an export of some executions holds at once."""
    way = ("Begin", "TakeCharge", "IsItOurs", "NothingToDo")
    triggers = ((f"LIM-{each}", f"PaymentReceived|PAY-{each}:CAPTURED") for each in range(number))
    source = MemorySource(held=(restored_course(*each, path=way) for each in triggers))
    begin, end = BEGAN - timedelta(hours=1), BEGAN + timedelta(hours=1)
    tracemalloc.start()
    try:
        found = export(source, Pseudonyms(KEY), begin, end, folder)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        assert found.executions == number


@pytest.mark.explored
def test_of_each_execution_hardly_more_than_pseudonyms_is_held(tmp_path: Path) -> None:
    peak_of(50, tmp_path)  # what is made once
    few, many = peak_of(200, tmp_path), peak_of(1000, tmp_path)
    assert (many - few) / 800 < 1200, "a course alone takes some 2,200 bytes"


# ── The page ──


def listed(heading: str) -> list[list[str]]:
    """The cells of a table of the page, row by row, without its head."""
    page = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
    section = page.partition(f"### {heading}\n")[2].partition("\n### ")[0]
    rows = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in rows]


def test_page_explains_each_column() -> None:
    assert [row[0].strip("`") for row in listed("The table")] == list(COLUMNS)


def test_page_explains_each_object_and_attribute() -> None:
    described = {row[0].strip("`"): re.findall(r"`(\w+)`", row[1]) for row in listed("The objects")}
    assert described == {kind: list(attributes) for kind, attributes in OBJECT_TYPES.items()}
