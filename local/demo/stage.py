"""The stage: the embedded cloud with the deployable artefacts, and billing and Enedis beside it."""

import json
import platform
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.billing import BillingSimulator
from local.cloud import EmbeddedCloud
from local.decision_tools.keeping import keep_decisions
from local.demo.customers import Entry
from local.enedis import EnedisSimulator

ROOT = Path(__file__).resolve().parents[2]
SENDER = "ne-pas-repondre@fournisseur.example"
MACHINE = "RestorationStateMachine"
ENTRIES_PER_PUT = 10  # EventBridge takes no more

WAITS = {
    "SwitchCacheSeconds": "0.001",
    "BillingLagSeconds": "5",
    "FollowFirstWaitSeconds": "1",
    "FollowMaxWaitSeconds": "1",
    "ClearingTimeoutSeconds": "6",
    "BalanceDueDelaySeconds": "2",
    "AdvisorTimeoutSeconds": "8",
    "RemoteSlaSeconds": "3",
    "EnedisSettleSeconds": "1",
    "EnedisRetrySeconds": "1",
    "EnedisReadTimeoutSeconds": "3",
    "EnedisCallsPerSecond": "200",
    # A story's fault at one point is not to hold up the other stories.
    "EnedisBreakerFailures": "1000",
    "EnedisBreakerRecoverySeconds": "1",
}
"""The template's durations, hours and days in production, short enough for a demo; and its limits, wide enough."""

ENEDIS_STEP_SECONDS = 0.25
PACE = 0.1
"""What the template can't scale: waits before a retry are a tenth of what they are on AWS."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one entry: its event id and when it was put; or why the bus refused it."""

    event_id: str | None
    at: datetime
    refusal: str = ""


@dataclass
class Gate:
    """Invocations that wait until they are let go."""

    function: str
    fits: Callable[[Mapping[str, Any]], bool]
    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)


class Stage:
    """What the player acts on."""

    def __init__(self, cloud: EmbeddedCloud, billing: BillingSimulator, enedis: EnedisSimulator) -> None:
        self.cloud = cloud
        self.billing = billing
        self.enedis = enedis
        self.bus = cloud.outputs["EventBusName"]
        self._gates: list[Gate] = []
        self._gated: set[str] = set()

    def put(self, entries: list[Entry]) -> list[Sent]:
        """Let billing book what it tells, and put it on the bus. The moment is taken before anybody can react."""
        sent: list[Sent] = []
        for start in range(0, len(entries), ENTRIES_PER_PUT):
            batch = entries[start : start + ENTRIES_PER_PUT]
            for item in batch:
                self.billing.record(item)
            at = datetime.now(UTC)
            answer = self.cloud.client("events").put_events(
                Entries=[{**item, "EventBusName": self.bus} for item in batch]
            )
            for result in answer["Entries"]:
                refusal = "" if "EventId" in result else f"{result['ErrorCode']}: {result.get('ErrorMessage', '')}"
                sent.append(Sent(result.get("EventId"), at, refusal))
        return sent

    def items(self, table: str, having: str | None = None) -> Iterator[dict[str, Any]]:
        """All items of a table (logical id), or those that have an attribute; the attributes as plain values."""
        pages = self.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=self.cloud.physical_id(table))
        for page in pages:
            for item in page["Items"]:
                if having is None or having in item:
                    yield {name: next(iter(value.values())) for name, value in item.items()}

    def switch(self, mode: str) -> None:
        """Turn the switch in Parameter Store, as operations do."""
        name = self.cloud.outputs["ModeParameterName"]
        self.cloud.client("ssm").put_parameter(Name=name, Value=mode, Type="String", Overwrite=True)

    def hold(self, function: str, fits: Callable[[Mapping[str, Any]], bool]) -> Gate:
        """Hold the invocations of a function whose payload fits, until the gate is opened."""
        gate = Gate(function, fits)
        self._gates.append(gate)
        if function not in self._gated:
            self._gated.add(function)
            self._guard(function)
        return gate

    def keep_decisions(self, path: Path) -> int:
        """Write what the rules decided to a file that outlives the cloud, for make explain and make replay."""
        return keep_decisions(self.cloud.client("dynamodb"), self.cloud.physical_id("DecisionsTable"), path)

    def open_all(self) -> None:
        """Let everything go that is still held."""
        for gate in self._gates:
            gate.opened.set()

    def _guard(self, function: str) -> None:
        found = self.cloud.functions.find(function)
        if found is None:
            raise ValueError(f"the template has no function {function}")
        invoke = found.invoke

        def guarded(payload: bytes, *rest: Any, **named: Any) -> bytes:
            request = json.loads(payload)
            for gate in self._gates:
                if gate.function == function and not gate.opened.is_set() and gate.fits(request):
                    gate.reached.set()
                    gate.opened.wait(timeout=40)  # below the state's TimeoutSeconds
            return invoke(payload, *rest, **named)

        found.invoke = guarded  # type: ignore[method-assign]


@contextmanager
def set_stage(
    mode: str,
    rollout_percent: int,
    overrides: Mapping[str, str] | None = None,
    *,
    step_seconds: float = ENEDIS_STEP_SECONDS,
) -> Iterator[Stage]:
    """Deploy template.yaml with short waits and connect it to the simulators; all ends with the block."""
    parameters = {
        "Mode": mode,
        "RolloutPercent": str(rollout_percent),
        "SenderAddress": SENDER,
        "SmsSenderId": "FOURNISSEUR",
        "SupplierName": "Fournisseur",
        "SupplierTelephone": "09 70 00 00 00",
        "PaymentLink": "https://payer.fournisseur.example",
        "Architecture": "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64",
        **WAITS,
        **(overrides or {}),
    }
    with (
        BillingSimulator() as billing,
        EnedisSimulator(step_seconds=step_seconds) as enedis,
    ):
        parameters |= {"BillingUrl": billing.url, "EnedisUrl": enedis.url}
        with EmbeddedCloud(
            template=ROOT / "template.yaml",
            parameters=parameters,
            workdir=ROOT / "build" / "cloud",
            pace=PACE,
            warm=True,
        ) as cloud:
            secrets = cloud.client("secretsmanager")
            for name, secret in (("Billing", {"apiKey": billing.api_key}), ("Enedis", enedis.secret())):
                secrets.put_secret_value(SecretId=cloud.outputs[f"{name}SecretName"], SecretString=json.dumps(secret))
            cloud.client("ses").verify_email_identity(EmailAddress=SENDER)
            stage = Stage(cloud, billing, enedis)
            try:
                yield stage
            finally:
                stage.open_all()
