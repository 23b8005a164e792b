"""One invocation of ``ingest_enedis_flow`` in this process; prints what it took as one line of JSON."""

import json
import runpy
import sys
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import botocore.client

ROOT = Path(__file__).resolve().parents[2]


def peak_mb() -> float:
    """The most memory this process held (the kernel's ``VmHWM``; getrusage's figure holds the parent's, too)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main(bucket: str, key: str) -> None:
    """Import the function and invoke it once with S3's event about an object."""
    calls: Counter[str] = Counter()
    waited = 0.0
    make_call = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]  # noqa: SLF001

    def counted(self: Any, operation: str, arguments: Any) -> Any:
        nonlocal waited
        calls[operation] += 1
        called = time.perf_counter()
        try:
            return make_call(self, operation, arguments)
        finally:
            waited += time.perf_counter() - called

    botocore.client.BaseClient._make_api_call = counted  # type: ignore[attr-defined]  # noqa: SLF001
    began = time.perf_counter()
    handler = runpy.run_path(str(ROOT / "functions" / "ingest_enedis_flow" / "app.py"))["handler"]
    body = {
        "id": "bench",
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {"bucket": {"name": bucket}, "object": {"key": key, "size": 0}},
    }
    record = {"messageId": "1", "eventSource": "aws:sqs", "body": json.dumps(body), "attributes": {}}
    context = SimpleNamespace(
        function_name="ingest_enedis_flow",
        memory_limit_in_mb=256,
        invoked_function_arn="arn:aws:lambda:eu-west-3:123456789012:function:ingest_enedis_flow",
        aws_request_id="bench",
    )
    answer = handler({"Records": [record]}, context)
    if answer["batchItemFailures"]:
        sys.exit("the file was not worked through")
    measured = {
        "seconds": time.perf_counter() - began,
        "awsSeconds": waited,
        "processorSeconds": time.process_time(),
        "peakMb": peak_mb(),
        "calls": dict(calls),
    }
    sys.stdout.write(json.dumps(measured) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
