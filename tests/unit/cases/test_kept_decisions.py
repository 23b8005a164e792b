"""What evaluate_decision keeps in the table is read back whole, and survives the table as a file."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

import dmn
from local.kept_file import keep_decisions, read_file
from record.cases.failures import BrokenRecord
from record.cases.kept_decisions import read_table
from restoration.adapters.dmn.rule_book import RuleBook
from restoration.adapters.dynamodb.decision_log import WHOLE, DecisionLog
from restoration.domain.decision import DecisionRequest
from tests.fakes.tables import put_tables, use_testing_account
from tests.unit.decision_tools.samples import INPUTS, write_model


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    use_testing_account(monkeypatch)
    with mock_aws():
        put_tables("decisions")
        yield boto3.resource("dynamodb")


def decide(dynamodb: Any, folder: Path, case: str, run: str = "run", **inputs: object) -> None:
    request = DecisionRequest("grant", case, f"{case}-{run}/Decide", INPUTS | inputs)
    DecisionLog(dynamodb, "decisions").keep(request, RuleBook(folder).evaluate(request))


def test_the_file_says_what_the_table_says_in_the_order_of_cases_and_time(dynamodb: Any, tmp_path: Path) -> None:
    version = dmn.load(write_model(tmp_path)).version
    for case, run, income in (("LIM-2", "run", 900), ("LIM-1", "run", 899.99), ("LIM-2", "run-again", 901)):
        decide(dynamodb, tmp_path, case, run, income=income)
    client = boto3.client("dynamodb")

    assert keep_decisions(client, "decisions", tmp_path / "demo" / "kept.jsonl") == 3

    from_file = read_file(tmp_path / "demo" / "kept.jsonl")
    assert from_file == read_table(client, "decisions")
    assert from_file[:1] == read_table(client, "decisions", "LIM-1")
    assert [it.limitation_id for it in from_file] == ["LIM-1", "LIM-2", "LIM-2"]
    assert from_file[1].order < from_file[2].order
    kept = from_file[0]
    assert (kept.decision, kept.asked_by, kept.version) == ("grant", "LIM-1-run/Decide", version)
    assert (kept.inputs or {})["income"] == Decimal("899.99")
    assert [each["outputs"] for each in kept.steps] == ["LOW", kept.value]


def forget(dynamodb: Any) -> None:
    """Delete what DynamoDB deletes after 90 days."""
    table = dynamodb.Table("decisions")
    for item in table.scan()["Items"]:
        if item["decidedAt"].startswith(WHOLE):
            table.delete_item(Key={name: item[name] for name in ("limitationId", "decidedAt")})


def test_a_decision_whose_inputs_are_forgotten_still_has_its_rules_what_they_tested_and_its_value(
    dynamodb: Any, tmp_path: Path
) -> None:
    write_model(tmp_path)
    decide(dynamodb, tmp_path, "LIM-1", income=899.99)
    forget(dynamodb)

    (kept,) = read_table(boto3.client("dynamodb"), "decisions", "LIM-1")

    assert (kept.inputs, kept.audit, kept.steps) == (None, None, [])
    assert (kept.contract_id, kept.point_id) == ("", ""), "the table does not say them"
    assert kept.value == {"amount": 100, "reason": "ALONE"}
    assert kept.grounds == [
        {"decision": "band", "rule": "band_low", "tested": {"income": Decimal("899.99")}},
        {"decision": "grant", "rule": "grant_alone", "tested": {"band": "LOW", "alone": True}},
    ]
    assert keep_decisions(boto3.client("dynamodb"), "decisions", tmp_path / "kept.jsonl") == 1
    assert read_file(tmp_path / "kept.jsonl") == [kept]


def test_an_item_that_is_not_packed_is_named(dynamodb: Any) -> None:
    item = {"limitationId": "LIM-1", "decidedAt": "2026-05-04T08:00:00.000Z#grant#run/Decide", "inputs": "{}"}
    dynamodb.Table("decisions").put_item(Item=item)

    with pytest.raises(BrokenRecord, match=r"table decisions, LIM-1 2026-05-04.* : ce n'est pas"):
        read_table(boto3.client("dynamodb"), "decisions", "LIM-1")
