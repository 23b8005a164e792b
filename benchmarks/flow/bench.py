"""How long ``ingest_enedis_flow`` needs for a day of 100,000 cases, how much memory, and how many calls to AWS.

Run with ``make bench-flow``. The handler itself runs in a process of its own, as in a Lambda worker; AWS is moto in
this process, on the same processors and slower than AWS. The figure that travels is the handler's own processor time
(moto's is not in it), import included; by it a Lambda worker's time is told.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.server import ThreadedMotoServer
from rich.console import Console
from rich.table import Table

from local.partners.enedis.flows import FlowRow, crowd_contract, crowd_point, crowd_rows, write_flow
from restoration.domain.point import SupplyState

ROOT = Path(__file__).resolve().parents[2]
WORKER = Path(__file__).with_name("worker.py")
REGION = "eu-west-3"
BUCKET = "flows"
LAMBDA_MB = 1024
PROCESSORS = LAMBDA_MB / 1769
"""Lambda gives one processor for 1,769 MB, and less in proportion."""

DAY = date(2026, 5, 5)
TAKEN_AT = datetime(2026, 5, 5, 2, tzinfo=UTC)
MAX_SECONDS, MAX_MB = 60, 256
PAGE_ITEMS = 7000
"""What 1 MB holds of contracts whose ids are as long as UUIDs."""

ROLE = f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/bench"
MACHINE = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}


@dataclass(frozen=True, slots=True)
class Aws:
    """The address of the benchmark's AWS, and the names that the worker needs."""

    environment: dict[str, str]

    def client(self, service: Any) -> Any:
        return boto3.client(service, endpoint_url=self.environment["AWS_ENDPOINT_URL"], region_name=REGION)


@contextmanager
def running_aws() -> Iterator[Aws]:
    """Start moto with what the function uses."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": REGION}
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        aws = Aws({"AWS_ENDPOINT_URL": f"http://{host}:{port}"})
        for table, key in (("contracts", "contractId"), ("limitations", "limitationId"), ("snapshots", "flow")):
            aws.client("dynamodb").create_table(
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
                KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            )
        aws.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        queue = aws.client("sqs").create_queue(QueueName="dead-letters")["QueueUrl"]
        machine = aws.client("stepfunctions").create_state_machine(
            name="restoration", definition=json.dumps(MACHINE), roleArn=ROLE
        )["stateMachineArn"]
        yield Aws(
            {
                **aws.environment,
                "LIMITED_CONTRACTS_TABLE": "contracts",
                "LIMITATIONS_TABLE": "limitations",
                "CLOSED_RETENTION_DAYS": "430",
                "FLOW_SNAPSHOTS_TABLE": "snapshots",
                "FLOWS_BUCKET": BUCKET,
                "DEAD_LETTERS_URL": queue,
                "STATE_MACHINE_ARN": machine,
                "POWERTOOLS_SERVICE_NAME": "restoration",
                "POWERTOOLS_METRICS_NAMESPACE": "restoration",
                "POWERTOOLS_TRACE_DISABLED": "true",
                "POWERTOOLS_LOG_LEVEL": "WARNING",
            }
        )
    finally:
        server.stop()


def fill_register(cases: int) -> None:
    """Register each case's limitation, straight into moto's memory: a hundred thousand calls would take minutes."""
    tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION]
    for number in range(cases):
        contract, limitation, point = crowd_contract(number), f"LIM-{number:06}", crowd_point(number)
        tables.put_item("contracts", {"contractId": {"S": contract}, "limitations": {"M": {limitation: {"S": point}}}})
        tables.put_item(
            "limitations",
            {
                "limitationId": {"S": limitation},
                "contractId": {"S": contract},
                "pointId": {"S": point},
                "status": {"S": "LIMITED"},
                "lastEventAt": {"S": "2026-03-01T08:00:00.000Z"},
                "registeredAt": {"S": "2026-03-01T08:00:00.000Z"},
            },
        )


def serve_pages_as_dynamodb_does() -> None:
    """Let Scan give the next items from where it stopped: moto looks through all of a table for each page."""
    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION]
    items = list(backend.get_table("contracts").all_items())
    place = {item.hash_key.value: number for number, item in enumerate(items)}

    def scan(
        _table: str, _filters: object, _limit: object, after: dict[str, Any] | None, **_: Any
    ) -> tuple[list[Any], int, dict[str, Any] | None]:
        start = place[after["contractId"]["S"]] + 1 if after else 0
        page = items[start : start + PAGE_ITEMS]
        more = start + len(page) < len(items)
        return page, len(page), {"contractId": {"S": page[-1].hash_key.value}} if more else None

    backend.scan = scan  # type: ignore[method-assign, assignment]


def changed_rows(cases: int, lifted: int, unknown: int) -> Iterator[FlowRow]:
    """The rows of the next day: some limitations are lifted, and some are new to us."""
    for number, row in enumerate(crowd_rows(cases, DAY)):
        yield replace(row, supply_state=SupplyState.SUPPLIED, effective_on=DAY) if 0 < number <= lifted else row
    for number in range(unknown):
        point, contract = f"{39_000_000_000_000 + number}", f"CTR-U{number:05}"
        yield FlowRow(f"{number:04X}ZZZZ", 1, point, contract, DAY, SupplyState.LIMITED, "1", "IMPAYE")


def ingest(aws: Aws, key: str, content: Path | None = None) -> dict[str, Any]:
    """Drop a file and let the handler work it through, in a new process; returns what the worker measured."""
    if content is not None:
        aws.client("s3").upload_file(str(content), BUCKET, key)
    finished = subprocess.run(  # noqa: S603 - our own worker
        [sys.executable, str(WORKER), BUCKET, key],
        env={**os.environ, **aws.environment},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    measured: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return measured


def main() -> None:
    """Measure and print; fail when a bound is not kept."""
    parser = argparse.ArgumentParser(description="Benchmark of ingest_enedis_flow.")
    parser.add_argument("--cases", type=int, default=100_000)
    cases = parser.parse_args().cases
    console = Console()
    table = Table(
        "file", "seconds here", "of them AWS (moto)", "processor s", f"s at {LAMBDA_MB} MB", "peak MB", "calls"
    )
    results = []
    with tempfile.TemporaryDirectory() as folder, running_aws() as aws:
        fill_register(cases)
        serve_pages_as_dynamodb_does()
        today, tomorrow = Path(folder) / "today.zip", Path(folder) / "tomorrow.zip"
        write_flow(today, crowd_rows(cases, DAY), TAKEN_AT)
        write_flow(tomorrow, changed_rows(cases, 500, 100), TAKEN_AT + timedelta(days=1))
        size = f"{cases:,} cases, {today.stat().st_size / 1e6:.1f} MB zipped"
        for title, key, content in (
            (f"{size}, nothing differs", "today.zip", today),
            ("the same file again", "today.zip", None),
            ("the next day: 500 lifted, 100 unknown", "tomorrow.zip", tomorrow),
        ):
            measured = ingest(aws, key, content)
            results.append(measured)
            measured["lambdaSeconds"] = measured["processorSeconds"] / PROCESSORS
            names = ("seconds", "awsSeconds", "processorSeconds", "lambdaSeconds", "peakMb")
            figures = (f"{measured[name]:.1f}" for name in names)
            table.add_row(title, *figures, str(sum(measured["calls"].values())))
    console.print(table)
    for measured in results:
        console.print("calls:", ", ".join(f"{count} {name}" for name, count in measured["calls"].items()))
    if any(each["lambdaSeconds"] > MAX_SECONDS or each["peakMb"] > MAX_MB for each in results):
        sys.exit(f"a file takes more than {MAX_SECONDS} s or {MAX_MB} MB")


if __name__ == "__main__":
    main()
