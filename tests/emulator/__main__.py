"""``make foreign-emulator``: deploys both stacks on MiniStack, plays a case to RESTORED there, and deletes all of it.

The templates are those that go to an account, and so are the commands: ``make sam-deploy``, the smoke test, the
deletion. Billing and Enedis are the simulated ones. The exit status is 0 when all of it went well, and nothing is left
running. What was said is kept in ``build/emulator``.
"""

import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import boto3
from pydantic.alias_generators import to_camel

from local.partners.billing.simulator import BillingSimulator
from local.partners.control import AddLimitation, BookPayment, Control
from local.partners.enedis.simulator import EnedisSimulator
from local.typed import say
from ops.account import Account
from ops.delete_stack import delete, remains
from ops.environments import read_environment
from ops.failures import OpsError
from ops.screen import Screen
from ops.smoke import Sandbox, Smoke, make_report, require

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "emulator"
DEV = read_environment("dev")
ACCOUNT = "123456789012"
START_SECONDS = 60.0
DEPLOY_SECONDS = 900.0
PATIENCE_SECONDS = 300.0
SANDBOX = Sandbox("LIM-1", "CTR-1", "30000000000001", "CUS-1", "42.00", "PAY-LIM-1")


class EmulatorError(Exception):
    """Raised when the walk can't go on; says where it stopped, and where to look."""


@contextmanager
def ministack() -> Iterator[str]:
    """Run MiniStack on a free port; give where it is. Its functions end with it."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    work = KEPT / "work"
    work.mkdir()
    own = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": DEV.region,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "S3_DATA_DIR": str(work / "s3"),
        "TMPDIR": str(work),
    }
    command = [str(ROOT / ".venv-emulator" / "bin" / "python"), str(Path(__file__).with_name("mended_ministack.py"))]
    endpoint = f"http://127.0.0.1:{port}"
    with (KEPT / "ministack.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
            command, env={**os.environ, **own}, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            _wait_for(endpoint, process)
            yield endpoint
        finally:
            # Its workers are of its group: they end with it, at once.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            shutil.rmtree(work, ignore_errors=True)


def _wait_for(endpoint: str, process: "subprocess.Popen[bytes]") -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while True:
        try:
            with urlopen(f"{endpoint}/_ministack/health", timeout=5):  # noqa: S310 - this machine
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > give_up_at:
                raise EmulatorError(f"MiniStack does not start: look into {KEPT / 'ministack.log'}") from None
            time.sleep(0.2)


def deploy(partners: Control) -> None:
    """Deploy both as to an account, with the values of the simulated partners."""
    architecture = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
    config, companion = KEPT / "samconfig.toml", KEPT / "operations" / "samconfig.toml"
    companion.parent.mkdir()
    for file, first in ((config, '"Mode='), (companion, '"Core=')):
        settings = (ROOT / file.relative_to(KEPT)).read_text(encoding="utf-8")
        for name, url in (("Billing", partners.billing.url), ("Enedis", partners.enedis.url)):
            settings = re.sub(f"""{name}='[^']*'""", f"""{name}='{{"url": "{url}"}}'""", settings)
        file.write_text(settings.replace(first, f'"Architecture={architecture}",\n    {first}'), encoding="utf-8")
    with (KEPT / "deploy.log").open("w", encoding="utf-8") as log:
        ended = subprocess.run(  # noqa: S603 - our own target
            ["make", "sam-deploy", f"ENV={DEV.name}", f"CONFIG={config}"],  # noqa: S607 - whichever make there is
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            timeout=DEPLOY_SECONDS,
            check=False,
        )
    if ended.returncode:
        raise EmulatorError(f"make sam-deploy ends with {ended.returncode}: look into {log.name}")
    boto3.client("sesv2").create_email_identity(EmailIdentity=DEV.parameters["SenderAddress"])
    secrets = boto3.client("secretsmanager")
    for name, secret in (("billing", {"apiKey": partners.billing.api_key}), ("enedis", partners.enedis.secret())):
        secrets.put_secret_value(SecretId=f"{DEV.stack_name}/{name}", SecretString=json.dumps(secret))


def play(partners: Control) -> None:
    """Play the smoke test's case to its end."""
    known = {to_camel(name): value for name, value in asdict(SANDBOX).items() if name != "payment"}
    partners.add_limitation(AddLimitation.model_validate(known))
    # MiniStack sends no SMS.
    partners.billing.contact(SANDBOX.customer_id, email="client@exemple.example", mobile=None)

    def book(_what: str) -> None:
        paid = {"paymentId": SANDBOX.payment, "contractId": SANDBOX.contract_id, "amount": SANDBOX.debt}
        partners.book_payment(BookPayment.model_validate(paid))

    account, now = dev(), datetime.now(UTC)
    require(Smoke(account, PATIENCE_SECONDS, say=say, before_payment=book).run(SANDBOX, now), "RESTORED")
    say(make_report(account, now.date()))


def wait_for_queues() -> None:
    """Wait until each record is handled, messages to the customer too; none may be put aside."""
    sqs = boto3.client("sqs")
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        held = {url.rpartition("/")[2]: _records_in(sqs, url) for url in sqs.list_queues()["QueueUrls"]}
        left = {name: count for name, count in held.items() if count}
        if not left:
            return
        if any(name.endswith("dead-letters") for name in left) or time.monotonic() > give_up_at:
            raise EmulatorError(f"records left in queues: {left}. Look for errors in {KEPT / 'ministack.log'}")
        time.sleep(1.0)


def _records_in(sqs: "SQSClient", url: str) -> int:
    asked = sqs.get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    )
    return sum(map(int, asked["Attributes"].values()))


def dev() -> Account:
    """The stack, as it is now."""
    return Account.of_profile(None, DEV.region, DEV.stack_name)


def delete_all() -> None:
    """Delete the stack and what it retains, and see that nothing is left."""
    for _ in range(2):  # the log of a function that a schedule had just started
        delete(dev(), Screen(), lambda _question: DEV.stack_name)
    if left := list(remains(dev())):
        raise EmulatorError(f"still there after the deletion: {', '.join(one.name for one in left)}")


def main() -> int:
    """Walk; gives the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir(parents=True)
    try:
        # Functions keep their connections to the partners, who end last.
        with (
            BillingSimulator() as billing,
            EnedisSimulator(step_seconds=1.0) as enedis,
            Control(billing, enedis) as partners,
            ministack() as endpoint,
        ):
            os.environ.pop("AWS_PROFILE", None)
            os.environ |= {
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_REGION": DEV.region,
                "AWS_DEFAULT_REGION": DEV.region,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
            }
            say(f"MiniStack listens on {endpoint}. Deploying {DEV.stack_name}: some two minutes…")
            deploy(partners)
            play(partners)
            wait_for_queues()
            delete_all()
    except (EmulatorError, OpsError) as error:
        sys.stderr.write(f"The walk on MiniStack failed: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted: MiniStack is ended, and its stack with it.\n")
        return 130
    say("Good: deployed, RESTORED and deleted on MiniStack.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
