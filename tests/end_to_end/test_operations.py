"""The operations' tool on the deployed stack, in the operations role: a case, its trace, a redrive, the event log."""

import csv
import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from local.stage.event_log import course_of
from restoration.clock import to_text, utc_now
from tests.end_to_end.operations import Operations, Ran, freeze
from tests.end_to_end.provoked import ERROR, fail
from tests.end_to_end.world import World
from tests.fakes.ocel import faults_of

ROOT = f"1-{int(time.time()) - 7200:08x}-bd862e3fe1be46a994272793"
"""A trace of billing's that has gone on for two hours."""

PARENT = "53995c3f42cd8ad8"
MOST_CALLS = 14
"""Of ``ops case``, for one limitation: each takes some 10 ms, so all of them take well under a second."""


def test_closed_case_is_whole_by_each_kind_of_key_and_takes_few_calls(world: World, operations: Operations) -> None:
    customer = world.restored_customer()
    world.cloud.wait_idle(waiting=True)
    last = world.executions(customer)[-1].arn.rpartition(":")[2]
    keys = {
        "limitation": customer.limitation_id,
        "contract": customer.contract_id,
        "point": customer.point_id,
        "customer": customer.customer_id,
        "execution": last,
    }
    for kind, key in keys.items():
        operations.take_calls()
        content = operations.run("case", key, "--json").content
        calls = operations.take_calls()
        assert len(calls) <= MOST_CALLS, calls
        assert content["kind"] == kind
        (limitation,) = content["limitations"]
        assert (limitation["status"], limitation["outcome"]) == ("CLOSED", "RESTORED")
        assert limitation["say"].startswith("Votre puissance est rétablie.")
        assert limitation["caseAtEnedis"]
        timeline = limitation["timeline"]
        assert {line["kind"] for line in timeline} == {"register", "execution", "decision", "order", "message"}
        assert [line["at"] for line in timeline] == sorted(line["at"] for line in timeline)
    lines = [line["text"] for line in timeline]
    assert any(line.startswith(f"{customer.limitation_id}/R/1 ACCEPTED") for line in lines)
    assert any(line.startswith("“POWER_RESTORED#") and line.endswith(": sent") for line in lines)
    assert any(line.startswith("coverage: ") and "Politique commerciale" in line for line in lines), "a rule says why"
    assert sum("started by" in line for line in lines) == 1


def named(spans: list[Mapping[str, Any]], name: str, text: str = "") -> Mapping[str, Any]:
    """The one span among some that has this name, and a text that contains another."""
    found = [span for span in spans if span["name"] == name and text in span["text"]]
    assert len(found) == 1, [(span["name"], span["text"]) for span in spans]
    return found[0]


def traced(operations: Operations, key: str) -> list[Mapping[str, Any]]:
    [case] = operations.run("trace", key, "--json").content
    assert case["cut"] == []
    spans: list[Mapping[str, Any]] = case["spans"]
    return spans


def test_chain_from_the_bus_to_power(world: World, operations: Operations) -> None:
    customer = world.limited_customer()
    header = f"Root={ROOT};Parent={PARENT};Sampled=0"
    world.stage.put([{**world.payment(customer), "TraceHeader": header}])
    *_, restored = world.wait_for_outcomes(customer, "RESTORED")
    world.cloud.wait_idle(waiting=True)
    described = world.cloud.client("stepfunctions").describe_execution(executionArn=restored.arn)
    assert described["traceHeader"] == f"Root={ROOT};Parent={PARENT};Sampled=1"

    spans = traced(operations, customer.limitation_id)
    # The record's AWSTraceHeader is the event's: Lambda links the batch to it.
    intake = named(spans, "receive-payments")
    assert intake["links"] == [[ROOT, PARENT]]
    assert named(intake["children"], "dynamodb", "BatchGetItem")["traceId"] == intake["traceId"] != ROOT
    record = named(intake["children"], "record")
    assert record["annotations"].items() >= {"limitationId": customer.limitation_id, "outcome": "STARTED"}.items()
    # The execution is in the event's trace, below the call that started it.
    start = named(record["children"], "states", "StartExecution")
    execution = named(start["children"], "restoration")
    assert (execution["kind"], execution["traceId"]) == ("execution", ROOT)
    states = execution["children"]
    assert [state["name"] for state in states] == restored.path
    for state in states:
        if state["text"]:  # a function's name
            assert (state["traceId"], state["annotations"]["limitationId"]) == (ROOT, customer.limitation_id)
            assert any(call["name"] == "dynamodb" for call in state["children"]), state["name"]
    assert named(states, "TakeCharge")["annotations"]["outcome"] == "CLAIMED"
    assert named(named(states, "CheckPayment")["children"], "billing", "situation 200")["kind"] == "remote"
    assert named(named(states, "ReadPoint")["children"], "Enedis", "consulterDonneesPoint 200")["kind"] == "remote"
    # The order goes through a queue: another trace, linked to the state that waits for it.
    sent = named(named(states, "OrderAtEnedis")["children"], "SQS")
    order = named(sent["children"], "place-order")
    assert order["links"] == [[ROOT, sent["id"]]]
    assert order["traceId"] not in {ROOT, intake["traceId"]}
    assert order["waited"] is not None
    placed = named(order["children"], "record")
    assert placed["annotations"].items() >= {"limitationId": customer.limitation_id, "outcome": "ACCEPTED"}.items()
    assert named(placed["children"], "Enedis", "commanderInterventionImpaye 200")["kind"] == "remote"
    assert named(placed["children"], "states", "SendTaskSuccess")
    settled = named(states, "CloseOrLetGo")
    assert settled["annotations"]["outcome"] == "RESTORED"
    # What follows listens to the event on the bus.
    told = named(named(settled["children"], "events", "PutEvents")["children"], "notify-customer")
    assert named(told["children"], "record")["annotations"]["outcome"] == "SENT"


# ── A bulk redrive: dry run, brake, report, another run ──


def followed(operations: Operations, *arguments: str) -> dict[str, Any]:
    """A run to its end, as it is told."""
    told = operations.run("redrive", *arguments, "--follow", "--reason", "billing is mended", "--yes", "--json")
    content: dict[str, Any] = told.content
    assert sum(content["ends"].values()) == content["items"] == len(content["report"])
    return content


def test_brake_stops_it_and_after_the_mend_another_run_restores_everybody(world: World, operations: Operations) -> None:
    customers = fail(world, 7)
    redrive_id = freeze(operations, "--error", ERROR)
    with world.failing("CheckPaymentFunction", ERROR, *customers):
        stopped = followed(operations, "--confirm", redrive_id)
    assert stopped["outcome"] == "BRAKED"
    # The first step takes one, the second five, which are enough to judge by.
    assert stopped["ends"]["FAILED_AGAIN"] < len(customers)
    assert stopped["ends"]["NOT_REACHED"] > 0
    report = operations.run("redrive", "report", redrive_id).text
    assert "The brake stopped it" in report
    assert f"ops redrive resume {redrive_id}" in report
    assert max(map(len, report.splitlines())) <= 80

    resumed = followed(operations, "resume", redrive_id)
    assert resumed["outcome"] == "DONE"
    assert world.cloud.metrics["restoration", "BulkRedrivesStopped"] == 1, "the brake's alone"
    assert resumed["ends"]["FAILED_AGAIN"] == stopped["ends"]["FAILED_AGAIN"]
    last_id = freeze(operations, "--error", ERROR)
    left = followed(operations, "--confirm", last_id)
    assert left["ends"]["PASSED"] == stopped["ends"]["FAILED_AGAIN"]
    for customer in customers:
        world.wait_for_outcomes(customer, "RESTORED")
    kept = operations.run("journal", "--json").content[-1]
    assert (kept["command"], kept["reason"]) == ("redrive", "billing is mended")
    assert kept["outcome"].startswith(f"run {last_id}-run-1 ended DONE")


# ── The event log: the paths of the histories, and nobody is known by it ──


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
    with world.failing("ReadPointFunction", "InvalidConfiguration", failed):
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
