"""A stack on an emulator talks to partners that run alone, as README and docs/deploying.md say."""

import json
import platform
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from embedded_cloud import EmbeddedCloud
from local.stage.deployment import PACE, PRELOADED, ROOT, SENDER, SHORT_WAITS, SUPPLIER, applications
from ops.smoke import Sandbox, Smoke, require
from tests.end_to_end.operations import administrators
from tests.end_to_end.started import started

KNOWN = Sandbox("LIM-1", "CTR-1", "30000000000001", "CUS-1", "42.00")


@contextmanager
def partners_in_a_process_of_their_own(folder: Path) -> Iterator[dict[str, str]]:
    """Start the command; gives the addresses that it says."""
    ports = ["--billing-port", "0", "--enedis-port", "0", "--control-port", "0", "--identity-port", "0"]
    with started("local.partners", *ports, "--folder", str(folder), "--step-seconds", "0.2") as (_, said):
        yield dict(re.findall(r'(Billing|Enedis|Control)(?:=.*"url": "|: )([^\s"]+)', said))


def ask(url: str, method: str, path: str, body: object = None) -> Any:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=10)
    headers = {"Content-Type": "application/json"}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    content = json.loads(connection.getresponse().read())
    connection.close()
    return content


def test_smoke_restores_power_with_partners_in_another_process(tmp_path: Path) -> None:
    with partners_in_a_process_of_their_own(tmp_path) as there:
        parameters = {
            **SUPPLIER,
            **SHORT_WAITS,
            "Mode": "on",
            "FollowFirstWaitSeconds": "1",
            "Architecture": "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64",
            "Billing.url": there["Billing"],
            "Enedis.url": there["Enedis"],
        }
        core, *_ = applications(parameters, "restoration-dev")
        with EmbeddedCloud(
            template=core.template,
            parameters=core.parameters,
            workdir=ROOT / "build" / "cloud",
            stack_name=core.stack_name,
            pace=PACE,
            preloaded=PRELOADED,
        ) as cloud:
            for name in ("billing", "enedis"):
                cloud.client("secretsmanager").put_secret_value(
                    SecretId=f"restoration-dev/{name}",
                    SecretString=(tmp_path / f"{name}.json").read_text(encoding="utf-8"),
                )
            cloud.client("ses").verify_email_identity(EmailAddress=SENDER)
            limited = {
                "limitationId": KNOWN.limitation_id,
                "contractId": KNOWN.contract_id,
                "pointId": KNOWN.point_id,
                "customerId": KNOWN.customer_id,
                "debt": KNOWN.debt,
                "businessDate": "2026-05-04",
            }
            paid = {"paymentId": KNOWN.payment, "contractId": KNOWN.contract_id, "amount": KNOWN.debt}
            ask(there["Control"], "POST", "/limitations", limited)
            smoke = Smoke(
                administrators(cloud, "restoration-dev"),
                patience=60.0,
                look=3.0,
                say=lambda _line: None,
                before_payment=lambda _what: ask(there["Control"], "POST", "/payments", paid),
                pause=lambda _seconds: time.sleep(0.2),
            )
            require(smoke.run(KNOWN, datetime.now(UTC)), "RESTORED")
            assert [order["pointId"] for order in ask(there["Control"], "GET", "/journal")["enedis"]["orders"]] == [
                KNOWN.point_id
            ]
