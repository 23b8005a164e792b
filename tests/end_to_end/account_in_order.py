"""An account in which nothing is to do: what moto lacks of it, and settings that a test may change."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from ops.account import Account as OpsAccount
from ops.environments import Environment
from ops.preflight.checks import rows
from ops.preflight.look import Look
from ops.preflight.rows import Row
from tests.end_to_end.world import World

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
        if refused := {"secretsmanager": self.secrets_refusal, "lambda": self.refusal}.get(service):
            raise error(refused, "SomeCall")
        if service == "cloudformation":
            return self._cloudformation()
        said = self._said().get(service)
        return SimpleNamespace(**said) if said else self.world.cloud.client(service)

    def _said(self) -> Mapping[str, Mapping[str, Callable[..., Any]]]:
        """What moto lacks, by service and call."""
        account = {
            "ProductionAccessEnabled": self.production,
            "SendingEnabled": self.sending,
            "EnforcementStatus": "HEALTHY" if self.sending else "SHUTDOWN",
            "SendQuota": {"Max24HourSend": self.mails},
        }
        limit = {"Name": "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT", **self.sms}
        concurrency = {"UnreservedConcurrentExecutions": self.concurrency}
        senders = [{"SenderId": name, "IsoCountryCode": "FR"} for name in self.senders]
        return {
            "lambda": {"get_account_settings": lambda: {"AccountLimit": concurrency}},
            "service-quotas": {"get_paginator": lambda _: SimpleNamespace(paginate=self._quotas)},
            "ssm": {
                "get_service_setting": lambda **_: {"ServiceSetting": {"SettingValue": self.fast_ssm}},
                "get_parameter": self.world.cloud.client("ssm").get_parameter,
            },
            "sesv2": {"get_account": lambda: account, "get_email_identity": self._identity},
            "pinpoint-sms-voice-v2": {
                "describe_account_attributes": lambda: {
                    "AccountAttributes": [{"Name": "ACCOUNT_TIER", "Value": self.tier}]
                },
                "describe_spend_limits": lambda: {"SpendLimits": [limit]},
                "describe_sender_ids": lambda: {"SenderIds": senders},
            },
        }

    def _quotas(self, *, ServiceCode: str) -> list[Any]:  # noqa: N803 - boto3's name
        refill = {f"{action} throttle token refill rate per second": self.refill for action in STATES}
        puts = {f"{it} throttle limit in transactions per second": self.puts for it in ("PutEvents", "Invocations")}
        quotas = {"states": refill, "events": puts}[ServiceCode]
        own = {"ServiceCode": ServiceCode, "QuotaCode": "L-00000000"}
        return [{"Quotas": [{"QuotaName": name, "Value": value, **own} for name, value in quotas.items()]}]

    def _identity(self, *, EmailIdentity: str) -> Any:  # noqa: N803 - boto3's name
        if EmailIdentity not in self.verified:
            raise error("NotFoundException", "GetEmailIdentity")
        return {"VerifiedForSendingStatus": True}

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
        return OpsAccount(lambda service, _: self.client(service), "eu-west-3", self.stack_name)
