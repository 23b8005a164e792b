"""A bucket of tokens for each API, which refills at its own rate."""

import json
from pathlib import Path

from embedded_cloud.backends.protocol import AwsRequest
from embedded_cloud.backends.throttling import FIGURES, Bucket, Throttling


def request(action: str, service: str = "states") -> AwsRequest:
    return AwsRequest(service, "eu-west-3", "POST", "/", {"X-Amz-Target": f"AWSStepFunctions.{action}"}, b"{}")


def refused(throttling: Throttling, action: str) -> bool:
    return throttling(request(action)) is not None


def test_calls_beyond_the_bucket_are_refused_until_it_has_refilled() -> None:
    at = [0.0]
    throttling = Throttling([Bucket("states", frozenset({"StartExecution"}), 3, 2)], clock=lambda: at[0])
    assert [refused(throttling, "StartExecution") for _ in range(5)] == [False, False, False, True, True]
    at[0] = 1.0
    assert [refused(throttling, "StartExecution") for _ in range(3)] == [False, False, True]
    at[0] = 100.0
    assert [refused(throttling, "StartExecution") for _ in range(4)] == [False, False, False, True]
    assert (throttling.calls["StartExecution"], throttling.refused["StartExecution"]) == (12, 4)
    response = throttling(request("StartExecution"))
    assert response is not None
    assert (response.status, json.loads(response.body)["__type"]) == (400, "ThrottlingException")


def test_operations_of_one_entry_share_a_bucket() -> None:
    both = Bucket("ssm", frozenset({"GetParameter", "GetParameters"}), 2, 1)
    throttling = Throttling([both], clock=lambda: 0.0)
    calls = [throttling(request(action, "ssm")) for action in ("GetParameter", "GetParameters", "GetParameter")]
    assert [call is None for call in calls] == [True, True, False]


def test_figures_of_each_region_name_their_source() -> None:
    files = sorted(Path(FIGURES).glob("*.json"))
    assert [file.stem for file in files] == ["eu-west-3"]
    for file in files:
        assert all("https://" in source for source in json.loads(file.read_text("utf-8"))["source"])
        Throttling.of_region(file.stem)
