"""An account in which nothing is to do: what moto lacks of it, and settings that a test may change."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from ops.environments import Environment
from ops.preflight.checks import rows
from ops.preflight.look import Look
from ops.preflight.rows import Row, State
from tests.end_to_end.world import World
from tests.integration.ops.accounts import OpsAccount

BILLING_ACCOUNT = "210987654321"
SENDER = "ne-pas-repondre@fournisseur.example.net"
TOLD = "exploitation@fournisseur.example.net"
STATES = ("StateTransition", "StartExecution", "DescribeExecution", "RedriveExecution")


def url(of_partner: str) -> str:
    """The settings of a partner, as JSON."""
    return json.dumps({"url": of_partner})


def error(code: str, operation: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@dataclass
class Account:
    """What moto lacks of an account, as it is when nothing is to do. A test changes one thing."""

    world: World
    concurrency: int = 1000
    refill: float = 800.0
    puts: float = 1200.0
    fast_ssm: str = "false"
    production: bool = True
    sending: bool = True
    mails: float = 50_000.0
    verified: frozenset[str] = frozenset({SENDER})
    tier: str = "PRODUCTION"
    sms: dict[str, float] = field(default_factory=lambda: {"EnforcedLimit": 50_000, "MaxLimit": 50_000})
    senders: tuple[str, ...] = ("FOURNISSEUR",)
    stack_status: str | None = "CREATE_COMPLETE"
    companion_status: str | None = "CREATE_COMPLETE"
    parameters: dict[str, str] = field(default_factory=dict)
    stack_name: str = "restoration"
    cases: int = 10_000
    later: timedelta = timedelta()
    refusal: str = ""
    secrets_refusal: str = ""
    guarded: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        glue: dict[str, Callable[[], Any]] = {
            "lambda": self._lambda,
            "service-quotas": self._quotas,
            "ssm": self._ssm,
            "sesv2": self._ses,
            "pinpoint-sms-voice-v2": self._sms,
            "cloudformation": self._cloudformation,
        }
        if service == "secretsmanager" and self.secrets_refusal:
            raise error(self.secrets_refusal, "GetSecretValue")
        return glue[service]() if service in glue else self.world.cloud.client(service)

    def _lambda(self) -> Any:
        if self.refusal:
            raise error(self.refusal, "GetAccountSettings")
        limit = {"UnreservedConcurrentExecutions": self.concurrency}
        return SimpleNamespace(get_account_settings=lambda: {"AccountLimit": limit})

    def _quotas(self) -> Any:
        named = {f"{action} throttle token refill rate per second": self.refill for action in STATES}
        puts = {
            f"{action} throttle limit in transactions per second": self.puts for action in ("PutEvents", "Invocations")
        }

        def paginate(*, ServiceCode: str) -> list[Any]:  # noqa: N803 - boto3's name
            quotas = {"states": named, "events": puts}[ServiceCode]
            listed = [
                {"QuotaName": name, "Value": value, "ServiceCode": ServiceCode, "QuotaCode": "L-00000000"}
                for name, value in quotas.items()
            ]
            return [{"Quotas": listed}]

        return SimpleNamespace(get_paginator=lambda _name: SimpleNamespace(paginate=paginate))

    def _ssm(self) -> Any:
        setting = {"ServiceSetting": {"SettingValue": self.fast_ssm}}
        plain = self.world.cloud.client("ssm")
        return SimpleNamespace(get_service_setting=lambda **_: setting, get_parameter=plain.get_parameter)

    def _ses(self) -> Any:
        account = {
            "ProductionAccessEnabled": self.production,
            "SendingEnabled": self.sending,
            "EnforcementStatus": "HEALTHY" if self.sending else "SHUTDOWN",
            "SendQuota": {"Max24HourSend": self.mails},
        }

        def identity(*, EmailIdentity: str) -> Any:  # noqa: N803 - boto3's name
            if EmailIdentity not in self.verified:
                raise error("NotFoundException", "GetEmailIdentity")
            return {"VerifiedForSendingStatus": True}

        return SimpleNamespace(get_account=lambda: account, get_email_identity=identity)

    def _sms(self) -> Any:
        limit = {"Name": "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT", **self.sms}
        return SimpleNamespace(
            describe_account_attributes=lambda: {"AccountAttributes": [{"Name": "ACCOUNT_TIER", "Value": self.tier}]},
            describe_spend_limits=lambda: {"SpendLimits": [limit]},
            describe_sender_ids=lambda: {
                "SenderIds": [{"SenderId": name, "IsoCountryCode": "FR"} for name in self.senders]
            },
        )

    def _cloudformation(self) -> Any:
        def describe_stacks(StackName: str) -> Any:  # noqa: N803 - boto3's name
            status = self.companion_status if StackName.endswith("-operations") else self.stack_status
            if status is None or self.stack_status is None:
                raise error("ValidationError", "DescribeStacks", f"Stack with id {StackName} does not exist")
            return {"Stacks": [{"StackStatus": status}]}

        states = self.stack_status, self.companion_status
        if (self.stack_name, *states) == ("restoration", "CREATE_COMPLETE", "CREATE_COMPLETE"):
            plain = self.world.cloud.client("cloudformation")
            if not self.guarded:
                return plain
            guarded = [one | self.guarded for one in plain.describe_stacks(StackName="restoration")["Stacks"]]
            return SimpleNamespace(describe_stacks=lambda **_: {"Stacks": guarded})
        return SimpleNamespace(describe_stacks=describe_stacks)

    def rows(self) -> list[Row]:
        values = {
            "Billing": url(self.world.billing.url),
            "Enedis": url(self.world.enedis.url),
            "SenderAddress": SENDER,
            "SmsSenderId": "FOURNISSEUR",
            "BillingAccountId": BILLING_ACCOUNT,
            "AlarmEmail": TOLD,
            "EnedisCertificateAlarmDays": "14",
            "SupervisionConcurrency": "10",
            **self.parameters,
        }
        environment = Environment("dev", self.stack_name, "eu-west-3", values)
        look = Look(environment, self.opened(), self.cases, now=lambda: datetime.now(UTC) + self.later)
        return list(rows(look))

    def opened(self) -> OpsAccount:
        """The account as the tool has it."""
        session: Any = SimpleNamespace(client=lambda service, **_: self.client(service), region_name="eu-west-3")
        return OpsAccount(session, self.stack_name)

    def open(self) -> dict[str, Row]:
        return {row.what: row for row in self.rows() if row.state is State.TO_DO}
