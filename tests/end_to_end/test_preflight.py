"""ops preflight on the embedded cloud: all rows are green, and each turns red when its cause is provoked.

Secrets, bus, topic, tables and partners are those of the embedded cloud and the simulators. What moto lacks is glue
here: quotas and settings of an account, SES' and End User Messaging's account, and a stack that is not as it should be.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.partners.billing import FaultKind
from local.partners.enedis.certificates import Authority
from ops.account import Account as OpsAccount
from ops.environments import Environment
from ops.preflight import partners
from ops.preflight.checks import rows
from ops.preflight.look import Look, Row, State, show
from ops.preflight.stack import UNDOING
from ops.screen import Screen
from tests.end_to_end.operations import Operations
from tests.end_to_end.provoked import secret
from tests.end_to_end.world import World
from tests.unit.ops.printing import are_as_kept

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
    later: timedelta = timedelta()
    refused: dict[str, str] = field(default_factory=dict)
    guarded: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        if service in self.refused:
            raise error(self.refused[service], "SomeCall")
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
            return {"Stacks": [{"StackStatus": status, **self.guarded}]}

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
        return list(rows(Look(environment, self.opened(), now=lambda: datetime.now(UTC) + self.later)))

    def opened(self) -> OpsAccount:
        """The account as the tool has it."""
        return OpsAccount(lambda service, _: self.client(service), "eu-west-3", self.stack_name)


PROTECTED = {
    "Protected": "true",
    "AdvisorsRoleArn": "arn:aws:iam::123456789012:role/desk",
    "BillingRoleArns": f"arn:aws:iam::{BILLING_ACCOUNT}:role/a,arn:aws:iam::123456789012:role/smoke",
    "PaymentsExpected": "true",
}
"""A stack on which customers depend."""

UNPAID = PROTECTED | {"PaymentsExpected": "false"}
UNBOUNDED = {"SupervisionConcurrency": "0"}
ALARMS = [
    f"arn:aws:cloudwatch:eu-west-3:123456789012:alarm:restoration-{one}" for one in (*UNDOING, "CustomersAffected")
]
NEW: Mapping[str, Any] = {"stack_status": None, "stack_name": "brand-new", "senders": (), "parameters": UNPAID}
"""Before the deployment."""


def guarded(*alarms: str) -> Mapping[str, Any]:
    """A stack that one call can't delete, and of which some alarms undo a deployment."""
    triggers = [{"Arn": one, "Type": "AWS::CloudWatch::Alarm"} for one in alarms]
    return {"EnableTerminationProtection": True, "RollbackConfiguration": {"RollbackTriggers": triggers}}


CHANGES: tuple[Mapping[str, Any], ...] = (
    {},
    NEW,
    {"parameters": PROTECTED},
    {"parameters": PROTECTED, "guarded": guarded(*ALARMS[:-1])},
    # An outage of Enedis would undo a sound deployment, and keep operations from going back to one.
    {"parameters": PROTECTED, "guarded": guarded(*ALARMS)},
    {"stack_name": "Restoration"},
    {"parameters": {"PaymentLink": "https://payer.fournisseur.example"}},
    {"concurrency": 10},
    # 50 of the machines, 33 of the queues' readers, 5 of the list of work, and half a second of 50 pages a second.
    {"concurrency": 112},
    {"concurrency": 122, "parameters": UNBOUNDED},
    {**NEW, "concurrency": 132},
    {"parameters": UNBOUNDED},
    {"parameters": PROTECTED | {"AdvisorsRoleArn": ""}},
    {"parameters": PROTECTED | {"BillingRoleArns": ""}},
    {"parameters": UNPAID},
    {"refill": 10.0},
    {"refill": 1.0},
    {"puts": 100.0},
    {"parameters": {"SwitchCacheSeconds": "1"}},
    {"production": False},
    {"sending": False},
    {"mails": 200.0},
    {"verified": frozenset()},
    {"tier": "SANDBOX"},
    {"sms": {"EnforcedLimit": 1, "MaxLimit": 50_000}},
    {"sms": {"EnforcedLimit": 1, "MaxLimit": 1}},
    {"stack_status": "ROLLBACK_COMPLETE"},
    {"stack_status": "REVIEW_IN_PROGRESS"},
    {"stack_status": "UPDATE_ROLLBACK_FAILED"},
    {"stack_status": None},
    {"companion_status": None},
    {"companion_status": "UPDATE_ROLLBACK_FAILED"},
    {"later": timedelta(days=20)},
    {"later": timedelta(days=40)},
    {"parameters": {"Billing": url("https://billing.invalid")}},
    {"parameters": {"Billing": url("http://127.0.0.1:9")}},
    {"parameters": {"Enedis": url("https://127.0.0.1:9")}},
    {"parameters": {"Billing": '{"url": "no"}'}},
    {"parameters": {"BillingAccountId": "111111111111"}},
    {"parameters": PROTECTED | {"BillingAccountId": ""}},
    {"parameters": {"IdentityIssuer": "https://127.0.0.1:9"}},
    {"parameters": {"AlarmEmail": "nobody@fournisseur.example.net"}},
    {"refused": {"lambda": "AccessDeniedException"}},
    {"refused": {"secretsmanager": "AccessDeniedException"}},
    {"refused": {"lambda": "InternalFailure"}},
)
SECRETS = (
    ("billing", "{}"),
    ("billing", "nothing"),
    ("billing", '{"apiKey": "somebody else\'s"}'),
    ("enedis", '{"certificate": "", "privateKey": ""}'),
    ("enedis", "[]"),
)
ISSUER = "https://identite.fournisseur.example.net"
OWN = re.compile(
    r"(127\.0\.0\.1:)\d{2,}|()\d{4}-\d\d-\d\d, in \d+ days|(ended on )[\d-]+|(there, but )\d+"
    r"|(no address: |onnection: |be read: ).*"
)
"""What is another in each run, or on another machine."""


def told(account: Account, cause: str) -> str:
    """What is to do; the whole table where nothing is provoked."""
    found, printed = account.rows(), StringIO()
    if cause in {"{}", str(NEW)}:
        show(found, Screen(file=printed))
    else:
        for row in found:
            if row.state is State.TO_DO:
                printed.write("\n  ".join((f"{row.what}: {row.found}", *row.to_do, "")).rstrip() + "\n")
    said = OWN.sub(lambda own: f"{own[own.lastindex or 0]}…", printed.getvalue())
    return f"$ ops preflight dev, {cause}\n{said}\n"


def test_rows_are_red_when_their_cause_is_provoked_with_what_to_do(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it, operations did what they do after the deployment: the bus admits billing, somebody gets the alarms."""
    world.cloud.client("events").put_permission(
        EventBusName="restoration", Action="events:PutEvents", Principal=BILLING_ACCOUNT, StatementId="billing"
    )
    for topic in ("TicketsTopicArn", "PagesTopicArn"):
        world.cloud.client("sns").subscribe(TopicArn=world.cloud.outputs[topic], Protocol="email", Endpoint=TOLD)
    account = Account(world)
    said = [told(replace(account, **changes), str(changes)) for changes in CHANGES]
    own, authority = world.enedis.secret(), Authority()
    unknown = world.enedis.secret(authority.client()), own | {"caBundle": authority.certificate}
    for name, text in (*SECRETS, *(("enedis", json.dumps(each)) for each in unknown)):
        with secret(world, name, text):
            said.append(told(account, f"with another secret of {name}"))
    world.cloud.client("secretsmanager").create_secret(Name="untouched/billing", SecretString='{"apiKey": "generated"}')
    said.append(told(replace(account, stack_name="untouched"), "with the key that the stack generated"))
    world.billing.inject(FaultKind.UNAVAILABLE)
    said.append(told(account, "with billing down"))
    for issuer, names in ((ISSUER, ISSUER), (f"{ISSUER}/", ISSUER), (ISSUER[:4] + ISSUER[5:], ISSUER[:4] + ISSUER[5:])):
        # API Gateway reads it while it creates the API, and fails the whole stack.
        says = json.dumps({"issuer": names, "jwks_uri": f"{issuer}/keys"})
        monkeypatch.setattr(partners, "urlopen", lambda *_, says=says, **__: BytesIO(says.encode()))
        said.append(told(replace(account, parameters={"IdentityIssuer": issuer}), issuer))
    assert "somebody else" not in "".join(said), "a secret is never shown"
    are_as_kept("preflight.txt", said)


def test_command_ends_with_1_where_something_is_to_do(world: World) -> None:
    ran = Operations(world.stage, Account(world).opened()).run("preflight", "dev", "--cases", "50")
    assert ran.exit_code == 1
    assert "make sam-deploy ENV=dev" in ran.text
