"""Flows in S3, the snapshots that were worked through, and the register read as a whole."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest

from local.partners.enedis.flows import FlowRow, zipped_flow
from restoration.adapters.dynamodb.flow_snapshots import FlowSnapshots
from restoration.adapters.dynamodb.register import LimitationRegister
from restoration.adapters.dynamodb.whole_register import WholeRegisterReader
from restoration.adapters.enedis.flows.bucket import FlowBucket, parse_dropped_file
from restoration.domain.flow import FlowCode, Snapshot
from restoration.domain.limitation import LimitationStatus, LimitedPoint
from restoration.errors import InvalidEvent, InvalidFlow
from tests.fakes.limitations import limitation
from tests.fakes.samples import POINT, dropped
from tests.fakes.tables import put_bucket, put_tables
from tests.integration.adapters.recording import Front
from tests.unit.functions.queue_events import change

BUCKET = "flows"
TAKEN_AT = datetime(2026, 5, 5, 2, tzinfo=UTC)
ROWS = [FlowRow("A1B2", number, POINT, "CTR-1", date(2026, 5, 1)) for number in range(1, 4)]


@pytest.fixture
def s3() -> Any:
    client = put_bucket(BUCKET)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return client


@pytest.fixture
def snapshots(dynamodb: Any) -> FlowSnapshots:
    put_tables(snapshots="flow-snapshots")
    return FlowSnapshots(dynamodb, "snapshots")


# ── Files ──


def test_the_version_that_the_event_names_is_read_and_not_the_one_that_came_after(s3: Any) -> None:
    first = s3.put_object(Bucket=BUCKET, Key="x12/a b+é.zip", Body=zipped_flow(ROWS, TAKEN_AT))["VersionId"]
    s3.put_object(Bucket=BUCKET, Key="x12/a b+é.zip", Body=b"something else")
    with FlowBucket(s3, BUCKET).opened(parse_dropped_file(dropped("x12/a b+é.zip", version=first))) as content:
        found = list(content)
    assert found[0] == Snapshot(FlowCode.X12, TAKEN_AT, 1)
    assert len(found) == 4


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (dropped("gone.zip"), "gone.zip: is not in the bucket any more"),
        (dropped("gone.zip", bucket="other"), "gone.zip: is in bucket other, flows are taken from flows"),
    ],
)
def test_a_file_that_cannot_be_fetched_is_refused(s3: Any, body: str, reason: str) -> None:
    with pytest.raises(InvalidFlow, match=reason), FlowBucket(s3, BUCKET).opened(parse_dropped_file(body)):
        pass


def test_a_file_that_is_too_large_is_refused_before_it_is_read(s3: Any) -> None:
    def too_large(**_: Any) -> dict[str, Any]:
        return {"ContentLength": 10**9, "Body": None}

    with (
        pytest.raises(InvalidFlow, match="has 1000000000 bytes"),
        FlowBucket(Front(s3, get_object=too_large), BUCKET).opened(parse_dropped_file(dropped("a.zip"))),  # type: ignore[arg-type]
    ):
        pass


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ("", "event"),
        ("{}", "id"),
        (dropped("a").replace("aws.s3", "billing"), "source"),
        (dropped(""), "detail.object.key"),
    ],
)
def test_a_body_that_is_not_s3_s_event_of_a_new_object_is_an_invalid_event(body: str, where: str) -> None:
    with pytest.raises(InvalidEvent, match=f"not S3's event of a new object: {where}: "):
        parse_dropped_file(body)


# ── Snapshots ──


def test_the_newest_snapshot_of_each_flow_is_remembered(snapshots: FlowSnapshots) -> None:
    assert snapshots.newest("X12") is None
    newer, older = Snapshot(FlowCode.X12, TAKEN_AT, 2), Snapshot(FlowCode.X12, TAKEN_AT, 1)
    snapshots.done(newer, "newer.zip")
    snapshots.done(older, "older.zip")
    snapshots.done(newer, "newer-again.zip")
    assert snapshots.newest("X12") == newer.order
    assert snapshots.newest("C15") is None


def test_orders_sort_as_snapshots_follow() -> None:
    moments = [TAKEN_AT + timedelta(milliseconds=n * 999) for n in range(50)]
    orders = [Snapshot(FlowCode.X12, moment, n).order for moment in moments for n in (1, 9, 10, 999)]
    assert orders == sorted(orders)


# ── The register as a whole ──


def test_all_open_limitations_are_read_with_their_points_and_late_closings(register: LimitationRegister) -> None:
    for each in (limitation(1), limitation(2), limitation(3, contract="CON-1")):
        register.save(each, known=None)
    register.save(limitation(4), known=None)
    register.save(limitation(4, LimitationStatus.CANCELLED), known=limitation(4))
    register.take_off_contract(limitation(4, LimitationStatus.CANCELLED))
    for contract, at in (("CON-5", "2026-05-03T10:00:00.000Z"), ("CON-6", "2026-04-03T10:00:00.000Z")):
        change("contracts", {"contractId": contract}, lastClosedAt=at, limitations={})
    found = WholeRegisterReader(boto3.client("dynamodb"), "contracts").open_limitations(
        datetime(2026, 5, 2, tzinfo=UTC)
    )
    assert found.ids == {"LIM-1", "LIM-2", "LIM-3"}
    contracts = {each.limitation_id: each.contract_id for each in found.by_point[POINT]}
    assert contracts == {"LIM-1": "CON-1", "LIM-2": "CON-2", "LIM-3": "CON-1"}
    assert found.at(POINT, "CON-2") == (LimitedPoint("LIM-2", POINT, "CON-2"),)
    assert found.closed_at == {"CON-5": datetime(2026, 5, 3, 10, tzinfo=UTC)}
