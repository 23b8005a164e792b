"""Deploys core and companion on the embedded cloud with short waits, and connects them to the simulated partners."""

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from uuid import uuid4

from embedded_cloud import Application, EmbeddedCloud
from embedded_cloud.backends.throttling import Throttling
from embedded_cloud.clock import Clock
from embedded_cloud.functions.forking import Preloaded
from embedded_cloud.rights.usage import write_calls
from embedded_cloud.stack.documents import read_yaml
from local.partners.billing.simulator import BillingSimulator
from local.partners.enedis.simulator import EnedisSimulator
from local.partners.identity import IdentityProvider
from local.stage.stage import ADVISORS_ROLE, BILLING_ACCOUNT, BILLING_ROLE, OWN_BILLING_ROLE, Stage

KEPT_CALLS = "RIGHTS_CALLS"
"""The environment variable that names a folder: each cloud leaves there what was called, for make rights."""

ROOT = Path(__file__).resolve().parents[2]
BUILT = "BUILT"
"""The environment variable that names a folder with builds of both, laid out as here: they are deployed instead."""
SENDER = "ne-pas-repondre@fournisseur.example"

SUPPLIER = {
    "SenderAddress": SENDER,
    "SmsSenderId": "FOURNISSEUR",
    "SupplierName": "Fournisseur",
    "SupplierTelephone": "09 70 00 00 00",
    "PaymentLink": "https://payer.fournisseur.example",
    "ReportRecipients": "pilotage@fournisseur.example",
    "DataProtectionContact": "dpo@fournisseur.example",
}
"""What a message says of the supplier, and who there gets the reports."""

SHORT_WAITS = {
    "SwitchCacheSeconds": "0.001",
    "RecordGraceSeconds": "0.001",
    "Billing.lagSeconds": "1",
    # Orders are read again when Enedis has something new.
    "FollowFirstWaitSeconds": "14400",
    "BalanceDueDelaySeconds": "1",
    # At night nobody waits for the morning, so that the hour of the day changes nothing.
    "DeferMessages": "false",
    "Enedis.settleSeconds": "1",
    "BulkRedriveLookSeconds": "1",
    "Enedis.retrySeconds": "1",
    "Enedis.readTimeoutSeconds": "2",
    # Turns are 45 ms apart, and may be used 300 ms late: on a busy machine DynamoDB takes long, and sleep oversleeps.
    "EnedisCallsPerSecond": "30",
    "Enedis.turnToleranceSeconds": "0.3",
    # A fault at one point is not to hold up the others; who wants the breaker to open asks for it.
    "Enedis.breakerFailures": "1000",
    "Enedis.breakerRecoverySeconds": "1",
    # The simulator's certificates live for thirty days.
    "EnedisCertificateAlarmDays": "14",
}
"""Durations of both templates and of partners, hours and days in production, in seconds; and limits, wide enough.

Those are short that have to pass before something goes on. Those are left long at whose end something else happens:
who wants it to happen lets that time pass.
"""

_THIRD_PARTY = (
    "boto3.session",
    "boto3.dynamodb.conditions",
    "boto3.dynamodb.table",
    "boto3.resources.factory",
    "botocore.httpsession",
    "botocore.signers",
    "botocore.parsers",
    "botocore.retries.standard",
    "aws_lambda_powertools.logging.logger",
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.utilities.parameters.secrets",
    "aws_lambda_powertools.utilities.parser",
    "aws_lambda_powertools.utilities.typing",
    "aws_xray_sdk.core",
    "aws_xray_sdk.ext.botocore",
    "aws_xray_sdk.ext.requests",
    "encodings.idna",
    "holidays.countries.france",
    "pydantic.alias_generators",
    "simplejson",
    "sqlite3",
    "zeep",
    "zeep.helpers",
    "zeep.wsa",
    "zeep.wsdl.bindings",
    "zeep.wsdl.messages",
)
_PRODUCT = {"restoration": ROOT / "layers" / "restoration", "record": ROOT / "operations" / "record"}
_OWN = tuple(
    f"{package}.{room.replace('/', '.')}.{file.stem}"
    for package, folder in _PRODUCT.items()
    for room in ("adapters/dynamodb", "contracts", "domain", "use_cases")
    for file in sorted((folder / "python" / package / room).glob("*.py"))
)
PRELOADED = Preloaded(
    modules=(*_THIRD_PARTY, *_OWN, "dmn"),
    services=("dynamodb", "events", "lambda", "secretsmanager", "sqs", "ssm", "stepfunctions"),
    are_kept=True,
)
"""What the handlers need of their layers; none of it reads a function's own environment when it is imported."""

PACE = 0.1
"""What the template can't scale: waits before a retry are a tenth of what they are on AWS."""


@cache
def _declared(template: Path) -> frozenset[str]:
    return frozenset(read_yaml(template.read_text(encoding="utf-8"))["Parameters"])


def applications(
    settings: Mapping[str, str], stack: str = "restoration"
) -> tuple[Application, Application, Application]:
    """Give core, companion and pages, each with those of the settings that its template declares.

    Raises
    ------
    ValueError
        When none declares a setting.
    """
    settings, root = _packed(settings), Path(os.environ.get(BUILT, ROOT))
    templates = [root / folder / "template.yaml" for folder in ("", "operations", "channels")]
    if unknown := set(settings).difference(*map(_declared, templates)):
        raise ValueError(f"no template has a parameter {', '.join(sorted(unknown))}")

    core, companion, pages = (
        {name: value for name, value in settings.items() if name in _declared(template)} for template in templates
    )
    return (
        Application(templates[0], stack, core),
        Application(templates[1], f"{stack}-operations", {**companion, "Core": stack}),
        Application(templates[2], f"{stack}-channels", {**pages, "Core": stack}),
    )


def _packed(settings: Mapping[str, str]) -> dict[str, str]:
    """Put the settings of a partner, such as ``Enedis.retrySeconds``, into the one parameter that has them as JSON."""
    packed = {name: value for name, value in settings.items() if "." not in name}
    for partner in {name.partition(".")[0] for name in settings if "." in name}:
        given = {name.partition(".")[2]: value for name, value in settings.items() if name.startswith(f"{partner}.")}
        packed[partner] = json.dumps(given)
    return packed


@contextmanager
def deployed_stage(  # noqa: PLR0913 - keyword settings of one stage
    *,
    mode: str = "on",
    rollout_percent: int = 100,
    parameters: Mapping[str, str] | None = None,
    pace: float = PACE,
    workers: int = 2,
    warm: bool = False,
    without: Sequence[str] = (),
    enedis_step_seconds: float | None = None,
    throttling: Throttling | None = None,
    clock: Clock | None = None,
    ticking: bool = False,
    alone: bool = False,
    channels: bool = False,
) -> Iterator[Stage]:
    """Deploy both stacks, give the core its two secrets and its sender; everything ends with the block.

    Parameters
    ----------
    parameters
        Of either template, in place of :data:`SHORT_WAITS`; a partner's by names such as ``Enedis.retrySeconds``.
    pace, workers, warm, without, throttling, clock, ticking
        As :class:`~embedded_cloud.EmbeddedCloud` has them.
    enedis_step_seconds
        How long a case at Enedis stays in each of its states; orders are then followed at the machine's own pace. By
        default cases move when they are told to, and executions read them as soon as they have.
    alone
        Deploy the core without its companion.
    channels
        Deploy the pages of customers and advisors, too.
    """
    settings = {
        "Mode": mode,
        "RolloutPercent": str(rollout_percent),
        "Architecture": "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64",
        "BillingAccountId": BILLING_ACCOUNT,
        "BillingRoleArns": f"{BILLING_ROLE},{OWN_BILLING_ROLE}",
        "AdvisorsRoleArn": ADVISORS_ROLE,
        "PaymentsExpected": "true",
        **SUPPLIER,
        **SHORT_WAITS,
        **(parameters or {}),
    }
    with (
        BillingSimulator() as billing,
        EnedisSimulator(step_seconds=enedis_step_seconds or 0) as enedis,
        IdentityProvider() if channels else nullcontext() as identity,
    ):
        settings |= {"Billing.url": billing.url, "Enedis.url": enedis.url}
        settings |= {"IdentityIssuer": identity.url} if identity else {}
        core, companion, pages = applications(settings)
        with EmbeddedCloud(
            [core, *([] if alone else [companion]), *([pages] if channels else [])],
            workdir=ROOT / "build" / "cloud",
            pace=pace,
            workers_per_function=workers,
            warm=warm,
            preloaded=PRELOADED,
            without=without,
            throttling=throttling,
            clock=clock or Clock(),
            ticking=ticking,
        ) as cloud:
            secrets = cloud.client("secretsmanager")
            for name, secret in (("Billing", {"apiKey": billing.api_key}), ("Enedis", enedis.secret())):
                secrets.put_secret_value(SecretId=cloud.outputs[f"{name}SecretArn"], SecretString=json.dumps(secret))
            cloud.client("ses").verify_email_identity(EmailAddress=SENDER)
            stage = Stage(cloud, billing, enedis)
            if identity:
                stage.open_desk(identity)
            try:
                with stage.follower if enedis_step_seconds is None else nullcontext():
                    yield stage
            finally:
                stage.open_gates()
                if KEPT_CALLS in os.environ:
                    write_calls(cloud.rights.record.calls, Path(os.environ[KEPT_CALLS]) / f"{uuid4()}.jsonl")
