"""Handlers run on the embedded cloud as on Lambda: isolated, bounded, and failing in Lambda's words."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from embedded_cloud import LambdaError
from embedded_cloud.errors import TemplateError
from embedded_cloud.functions import sandbox
from embedded_cloud.observability.lineage import MOST_ROUNDS, mark_of, with_lineage
from embedded_cloud.observability.tracing import complete_trace_header
from tests.integration.cloud.machines import SAMPLE, over_http

if TYPE_CHECKING:
    from embedded_cloud import EmbeddedCloud


def test_worker_stays_warm_and_knows_its_request(cloud: EmbeddedCloud) -> None:
    first, second = (cloud.invoke("EchoFunction", {"n": n}) for n in (1, 2))
    assert second["calls"] == first["calls"] + 1
    assert first["request"] != second["request"]
    assert 0 < second["left"] <= 30_000
    assert second["layer"] == "plain"


@pytest.mark.parametrize("module", ["moto", "boto3", "embedded_cloud", "tests", "restoration", "supervision", "dmn"])
def test_handler_cannot_import_what_its_bundle_does_not_have(cloud: EmbeddedCloud, module: str) -> None:
    with pytest.raises(LambdaError, match=r"^ModuleNotFoundError"):
        cloud.invoke("EchoFunction", {"do": "import", "module": module})


def test_environment_is_lambdas_and_the_templates(cloud: EmbeddedCloud) -> None:
    environment = cloud.invoke("EchoFunction", {"do": "environment"})
    assert environment["MODE"] == "on"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "sample-echo"
    assert environment["_HANDLER"] == "app.handler"
    assert environment["AWS_REGION"] == "eu-west-3"
    assert environment["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert environment["AWS_ENDPOINT_URL"] == cloud.endpoint_url
    assert environment["_X_AMZN_TRACE_ID"].startswith("Root=1-")
    assert environment["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/sample-echo"
    assert cloud.invoke("SlowFunction", {"do": "environment"})["AWS_LAMBDA_LOG_GROUP_NAME"] == "slow"
    assert not {"HOME", "VIRTUAL_ENV"} & environment.keys()


def test_slow_handler_is_killed_at_its_timeout(cloud: EmbeddedCloud) -> None:
    with pytest.raises(LambdaError, match=r"^Sandbox\.Timedout: .*Task timed out after 1\.00 seconds"):
        cloud.invoke("SlowFunction", {"do": "sleep", "seconds": 60})
    assert cloud.invoke("SlowFunction", {"n": 1})["calls"] == 1


def test_worker_that_begins_too_slowly_begins_again_in_the_invocations_own_time(
    cloud: EmbeddedCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Lambda after ten seconds, of which this test does not want to wait for one."""
    monkeypatch.setattr(sandbox, "INIT_SECONDS", 0.4)
    beginnings = Path(f"/tmp/late-{cloud.endpoint_url.rpartition(':')[2]}")  # noqa: S108 - where a function may write
    beginnings.unlink(missing_ok=True)
    assert cloud.invoke("LateFunction", {}) == 2
    with pytest.raises(LambdaError, match=r"Runtime\.ExitError"):
        cloud.invoke("LateFunction", {"do": "exit"})
    with pytest.raises(LambdaError, match=r"Task timed out after 2\.00 seconds"):
        cloud.invoke("LateFunction", {})
    said = [line["message"] for line in cloud.logs("LateFunction")]
    assert said == ["INIT_REPORT Init Duration: 400.00 ms Phase: init Status: timeout"] * 2 + [
        "INIT_REPORT Init Duration: 2000.00 ms Phase: invoke Status: timeout"
    ]
    beginnings.unlink()


@pytest.mark.parametrize(
    ("path", "refusals"),
    [("/tmp/cloud-test.txt", [""] * 5), ("/var/x.txt", ["EROFS"] * 5), ("made-beside-the-code.txt", ["EROFS"] * 5)],  # noqa: S108
)
def test_nothing_is_written_but_below_tmp(cloud: EmbeddedCloud, path: str, refusals: list[str]) -> None:
    assert cloud.invoke("EchoFunction", {"do": "write", "path": path}) == refusals


def test_environment_over_4_kb_is_not_deployed(cloud: EmbeddedCloud) -> None:
    """EchoFunction has nothing but the two variables of all, StartFunction one more."""
    room = 4096 - len('{"MODE":"on","FILLER":""}')
    with pytest.raises(TemplateError, match=r"EchoFunction .*4097 bytes"):
        cloud.deploy(SAMPLE.beside("fuller", {"Filler": "x" * (room + 1)}))
    with pytest.raises(TemplateError, match=r"StartFunction .*4KB"):
        cloud.deploy(SAMPLE.beside("full", {"Filler": "x" * room}))


def test_record_that_a_function_sends_itself_comes_to_the_dead_letters_after_16_rounds(cloud: EmbeddedCloud) -> None:
    before = len(cloud.logs("LoopFunction"))
    for queue in ("LoopQueue", "AllowedLoopQueue"):
        cloud.client("sqs").send_message(QueueUrl=cloud.physical_id(queue), MessageBody="1")
    cloud.wait_until(lambda: "17" in cloud.queued("LoopLetters"))
    # Two workers write their lines in whatever order.
    assert sorted(line["round"] for line in cloud.logs("LoopFunction")[before:]) == list(range(1, 17))
    cloud.wait_until(lambda: len(cloud.logs("AllowedLoopFunction")) == 20)


def test_record_that_has_gone_round_is_left_out_of_its_batch(cloud: EmbeddedCloud) -> None:
    sqs, [poller] = cloud.client("sqs"), cloud.pollers_of("LoopQueue")
    poller.enabled = False
    header = with_lineage(complete_trace_header(), {mark_of(cloud.arn("LoopFunction")): MOST_ROUNDS})
    trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": header}}
    before = len(cloud.logs("LoopFunction"))
    for body, system in (("99", trace), ("20", {})):
        sqs.send_message(QueueUrl=cloud.physical_id("LoopQueue"), MessageBody=body, MessageSystemAttributes=system)
    poller.enabled = True
    cloud.wait_until(lambda: "99" in cloud.queued("LoopLetters"))
    assert [line["round"] for line in cloud.logs("LoopFunction")[before:]] == [20]


def test_answer_over_six_megabytes_is_refused(cloud: EmbeddedCloud) -> None:
    with pytest.raises(LambdaError, match=r"^Function\.ResponseSizeTooLarge"):
        cloud.invoke("EchoFunction", {"do": "big", "size": 6 * 1024 * 1024 + 1})


def test_event_over_six_megabytes_is_given_up_and_nothing_waits_for_it(cloud: EmbeddedCloud) -> None:
    cloud.functions.later.invoke("EchoFunction", b"x" * (6 * 1024 * 1024 + 1), None)
    cloud.wait_until(lambda: not cloud.functions.busy(), 20)


def test_invoke_api_over_http_gives_answers_and_errors(cloud: EmbeddedCloud) -> None:
    client = over_http(cloud, "lambda")
    answer = client.invoke(FunctionName=cloud.arn("EchoFunction"), Payload=b'{"n": 1}')
    assert json.load(answer["Payload"])["echo"] == {"n": 1}
    failed = client.invoke(FunctionName="sample-echo", Payload=b'{"do": "raise"}')
    assert failed["FunctionError"] == "Unhandled"
    assert json.load(failed["Payload"])["errorType"] == "EnedisUnavailable"
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName="nobody")
    assert client.get_function(FunctionName="sample-echo")["Configuration"]["Timeout"] == 30


def test_reserved_concurrency_refuses_a_second_call_meanwhile(cloud: EmbeddedCloud, tmp_path: Path) -> None:
    client, let_go = over_http(cloud, "lambda"), tmp_path / "let-go"
    function = cloud.functions.named("SingleFunction")
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(cloud.invoke, "SingleFunction", {"do": "wait", "file": str(let_go)})
        try:
            cloud.wait_until(lambda: function.in_flight)
            with pytest.raises(client.exceptions.TooManyRequestsException):
                client.invoke(FunctionName=function.configuration.name, Payload=b"{}")
        finally:
            let_go.touch()
        assert busy.result()["echo"]["do"] == "wait"


def test_no_more_workers_than_allowed_run_at_once(cloud: EmbeddedCloud) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: cloud.invoke("EchoFunction", {"n": n}), range(40)))
    assert sorted(answer["echo"]["n"] for answer in answers) == list(range(40))
    assert len(cloud.functions.named("EchoFunction").worker_pids()) <= 2
