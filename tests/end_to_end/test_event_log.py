"""The event log of the deployed stack, in the operations role: the paths of the histories, and a report of a bug."""

import csv
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path

from local.stage.event_log import course_of
from restoration.clock import to_text, utc_now
from tests.end_to_end.operations import Operations, Ran
from tests.end_to_end.world import World
from tests.fakes.ocel import faults_of

OF_THE_STACK = frozenset({"Scan", "GetSecretValue", "DescribeStacks", "GetItem"})
"""Calls that are made once, however many executions there are; each limitation and few executions need others."""


def export(operations: Operations, folder: Path, since: str = "1h") -> Ran:
    return operations.run("event-log", "--since", since, "--to", str(folder))


def rows_in(folder: Path) -> list[dict[str, str]]:
    with (folder / "restoration.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def paths_in(rows: Sequence[Mapping[str, str]]) -> list[list[str]]:
    paths: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["state"]:
            paths[row["case_id"]].append(row["state"])
    return sorted(paths.values())


def test_files_have_the_paths_of_the_histories_and_nothing_that_names_a_customer(
    world: World, operations: Operations, tmp_path: Path
) -> None:
    since = to_text(utc_now())
    restored, disputes, failed = (world.limited_customer() for _ in range(3))
    world.pay(restored)
    world.dispute(disputes)
    with world.failing("ReadPointFunction", failed, "InvalidConfiguration"):
        world.pay(failed)
        world.wait_for_outcomes(failed, "FAILED")
    world.redrive(failed)
    world.wait_for_outcomes(failed, "RESTORED")
    world.wait_for_outcomes(restored, "RESTORED")
    world.wait_until_it_waits(disputes, "WaitForAdvisor")
    world.wait(world.stage.watch.messages_are_out, "the customers' messages")
    executions = [each for customer in (restored, disputes, failed) for each in world.executions(customer)]
    told = sorted([visit.state for visit in course_of(each).visits] for each in executions)

    def is_whole() -> bool:
        export(operations, tmp_path, since)
        return paths_in(rows_in(tmp_path)) == told

    world.wait(is_whole, "an event log with all paths")
    operations.take_calls()
    ran = export(operations, tmp_path, since)
    assert (ran.exit_code, ran.error) == (0, None)
    calls = operations.take_calls()
    assert [name for name in set(calls) & OF_THE_STACK if calls.count(name) > 1] == []
    assert "took a path that their definition allows" in ran.text
    assert max(len(line) for line in ran.text.splitlines() if not line.startswith("→")) <= 80

    rows, document = rows_in(tmp_path), json.loads((tmp_path / "restoration.ocel.json").read_text(encoding="utf-8"))
    assert list(faults_of(document)) == []
    assert {row["conforms"] for row in rows} == {"yes"}
    assert {row["trigger"] for row in rows} == {"PaymentReceived", "AidOrProtection"}
    running = [row for row in rows if row["case_status"] == "RUNNING"]
    assert (running[-1]["state"], running[-1]["complete_timestamp"]) == ("WaitForAdvisor", "")
    assert [row["activity"] for row in rows if not row["state"]] == ["Exécution en échec", "Exécution reprise"]
    kinds = {each["type"] for each in document["objects"]}
    assert kinds == {"limitation", "execution", "payment", "order", "decision", "message"}
    qualifiers = {it["qualifier"] for each in document["objects"] for it in each.get("relationships", ())}
    ours = {"acts for", "is started by", "places", "restores", "is asked by", "is sent for", "tells about"}
    assert qualifiers >= ours

    written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.glob("restoration.*"))
    named = [value for each in (restored, disputes, failed) for value in astuple(each) if isinstance(value, str)]
    assert [each for each in ("PAY-0", *named) if each in written] == []
