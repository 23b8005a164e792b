"""ops preflight on the embedded cloud: all rows are green, and each turns red when its cause is provoked.

Secrets, bus, topic, tables and partners are those of the embedded cloud and the simulators. What moto lacks is glue
here: quotas and settings of an account, SES' and End User Messaging's account, and a stack that is not as it should be.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.partners.billing import FaultKind
from local.partners.enedis.certificates import Authority
from ops.environments import Environment
from ops.preflight import partners
from ops.preflight.checks import rows
from ops.preflight.look import Look
from ops.preflight.rows import Row, State, show
from ops.preflight.stack import UNDOING
from ops.screen import Screen
from tests.end_to_end.operations import Operations
from tests.end_to_end.world import World
from tests.integration.ops.accounts import OpsAccount

BILLING_ACCOUNT = "210987654321"
SENDER = "ne-pas-repondre@fournisseur.example.net"
TOLD = "exploitation@fournisseur.example.net"
STATES = ("StateTransition", "StartExecution", "DescribeExecution", "RedriveExecution")

PROTECTED = {
    "Protected": "true",
    "AdvisorsRoleArn": "arn:aws:iam::123456789012:role/desk",
    "BillingRoleArns": f"arn:aws:iam::{BILLING_ACCOUNT}:role/a,arn:aws:iam::123456789012:role/smoke",
    "PaymentsExpected": "true",
}
"""A stack on which customers depend."""

UNPAID = PROTECTED | {"PaymentsExpected": "false"}
UNBOUNDED = {"SupervisionConcurrency": "0"}

OWN_CLOUD: dict[str, str] = {}
"""A cloud for this file alone: secrets and partners are changed here."""


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


@pytest.fixture(scope="module", autouse=True)
def ready(world: World) -> None:
    """What operations do after the deployment: the bus admits billing, somebody gets the alarms."""
    world.cloud.client("events").put_permission(
        EventBusName="restoration", Action="events:PutEvents", Principal=BILLING_ACCOUNT, StatementId="billing"
    )
    for topic in ("TicketsTopicArn", "PagesTopicArn"):
        world.cloud.client("sns").subscribe(TopicArn=world.cloud.outputs[topic], Protocol="email", Endpoint=TOLD)


@pytest.fixture
def account(world: World) -> Account:
    return Account(world)


@pytest.fixture
def put_secret(world: World) -> Iterator[Callable[[str, str], None]]:
    """Put another value into a secret; the right one is back afterwards."""
    client: Any = world.cloud.client("secretsmanager")
    before: dict[str, str] = {}

    def put(name: str, text: str) -> None:
        secret = f"restoration/{name}"
        before.setdefault(secret, client.get_secret_value(SecretId=secret)["SecretString"])
        client.put_secret_value(SecretId=secret, SecretString=text)

    yield put
    for secret, text in before.items():
        client.put_secret_value(SecretId=secret, SecretString=text)


def test_nothing_is_to_do_where_all_is_there(account: Account) -> None:
    found = account.rows()
    assert [row for row in found if row.state is not State.OK] == []
    assert len(found) == len({row.what for row in found}) == 28


def test_a_protected_stack_is_red_until_one_call_can_t_delete_it_and_its_alarm_undoes_a_deployment(
    account: Account,
) -> None:
    found = replace(account, parameters=PROTECTED).open()
    assert list(found) == ["Protection of the stack", "Rollback by alarms"]
    assert "--enable-termination-protection" in found["Protection of the stack"].to_do[0]
    prefix = "arn:aws:cloudwatch:eu-west-3:123456789012:alarm:restoration-"
    alarms = [f"{prefix}{one}" for one in UNDOING]
    assert all(f"{{Arn={one},Type=AWS::CloudWatch::Alarm}}" in found["Rollback by alarms"].to_do[0] for one in alarms)
    guarded = {"EnableTerminationProtection": True, "RollbackConfiguration": triggers(*alarms)}
    assert replace(account, parameters=PROTECTED, guarded=guarded).open() == {}
    # An outage of Enedis would undo a sound deployment, and keep operations from going back to one.
    guarded["RollbackConfiguration"] = triggers(*alarms, f"{prefix}CustomersAffected")
    assert list(replace(account, parameters=PROTECTED, guarded=guarded).open()) == ["Rollback by alarms"]


def triggers(*alarms: str) -> dict[str, Any]:
    return {"RollbackTriggers": [{"Arn": one, "Type": "AWS::CloudWatch::Alarm"} for one in alarms]}


def test_identity_provider_is_right_where_its_discovery_names_the_issuer_and_keys(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """API Gateway reads it while it creates the API, and fails the whole stack."""
    issuer = "https://identite.fournisseur.example.net"
    says = {"issuer": issuer, "jwks_uri": f"{issuer}/keys"}
    monkeypatch.setattr(partners, "urlopen", lambda *_, **__: BytesIO(json.dumps(says).encode()))

    def row(of: str) -> Row | None:
        return replace(account, parameters={"IdentityIssuer": of}).open().get("Identity provider")

    assert row(issuer) is None
    for strange in (f"{issuer}/", issuer.replace("https", "http")):
        says["issuer"] = strange.rstrip("/")
        assert row(strange) is not None, strange


@pytest.mark.parametrize(
    ("changes", "what", "command"),
    [
        ({"stack_name": "Restoration"}, "Stack's name", "Change stack_name"),
        ({"parameters": {"PaymentLink": "https://payer.fournisseur.example"}}, "Parameters", "your own values"),
        (
            {"concurrency": 10},
            "Lambda concurrency",
            "--service-code lambda --quota-code L-B99A9384 --desired-value 1000",
        ),
        # 50 of the machines, 33 of the queues' readers, 5 of the list of work, and half a second of 50 pages a second.
        ({"concurrency": 112}, "Lambda concurrency", "--desired-value 1000"),
        ({"concurrency": 122, "parameters": UNBOUNDED}, "Lambda concurrency", "--desired-value 1000"),
        (
            {"stack_status": None, "stack_name": "brand-new", "concurrency": 132},
            "Lambda concurrency",
            "--desired-value 1000",
        ),
        ({"parameters": UNBOUNDED}, "Record and screens", "SupervisionConcurrency=10 into operations/"),
        ({"parameters": PROTECTED | {"AdvisorsRoleArn": ""}}, "Who may report", "Put AdvisorsRoleArn into"),
        ({"parameters": PROTECTED | {"BillingRoleArns": ""}}, "Who may report", "Put BillingRoleArns into"),
        ({"parameters": UNPAID}, "Silence of billing", "PaymentsExpected=true"),
        ({"refill": 10.0}, "Step Functions StateTransition/s", "--service-code states --quota-code L-00000000"),
        ({"refill": 10.0}, "Step Functions StartExecution/s", "--desired-value 34"),
        ({"refill": 5.0}, "Step Functions DescribeExecution/s", "--service-code states"),
        ({"refill": 1.0}, "Step Functions RedriveExecution/s", "--service-code states"),
        ({"puts": 100.0}, "EventBridge PutEvents/s", "--service-code events"),
        ({"puts": 100.0}, "EventBridge Invocations/s", "--service-code events"),
        ({"parameters": {"SwitchCacheSeconds": "1"}}, "Parameter Store reads/s", "aws ssm update-service-setting"),
        ({"production": False}, "E-mail (SES)", "aws sesv2 put-account-details"),
        ({"sending": False}, "E-mail (SES)", "Ask AWS Support"),
        ({"mails": 200.0}, "E-mail (SES)", "--service-code ses --quota-code L-804C8AE8 --desired-value 30000"),
        ({"verified": frozenset()}, "Sender of e-mails", "aws sesv2 create-email-identity"),
        ({"tier": "SANDBOX"}, "SMS", "Request production access"),
        ({"sms": {"EnforcedLimit": 1, "MaxLimit": 50_000}}, "SMS spending limit", "--monthly-limit 33750"),
        ({"sms": {"EnforcedLimit": 1, "MaxLimit": 1}}, "SMS spending limit", "Create case"),
        ({"stack_status": "ROLLBACK_COMPLETE"}, "Sender of SMS", "aws pinpoint-sms-voice-v2 release-sender-id"),
        ({"stack_status": "ROLLBACK_COMPLETE"}, "Stack", "make sam-delete ENV=dev"),
        ({"stack_status": "REVIEW_IN_PROGRESS"}, "Stack", "make sam-deploy ENV=dev"),
        ({"stack_status": "UPDATE_ROLLBACK_FAILED"}, "Stack", "aws cloudformation describe-stack-events"),
        ({"stack_status": None}, "Stack", "make sam-delete ENV=dev"),
        ({"companion_status": None}, "Companion", "make sam-deploy ENV=dev"),
        ({"companion_status": "UPDATE_ROLLBACK_FAILED"}, "Companion", "--stack-name restoration-operations"),
        ({"later": timedelta(days=20)}, "Certificate's end", "aws secretsmanager put-secret-value"),
        ({"later": timedelta(days=40)}, "Certificate's end", "Have Enedis renew it"),
        ({"parameters": {"Billing": url("https://billing.invalid")}}, "Billing's address", "samconfig.toml"),
        ({"parameters": {"Billing": url("http://127.0.0.1:9")}}, "Billing's API", "curl -v http://127.0.0.1:9"),
        (
            {"stack_status": "ROLLBACK_COMPLETE", "parameters": {"Enedis": url("https://127.0.0.1:9")}},
            "Enedis' TLS",
            "curl -v https://127.0.0.1:9",
        ),
        ({"parameters": {"Enedis": url("https://enedis.invalid")}}, "Enedis' address", "samconfig.toml"),
        ({"parameters": {"Enedis": url("https://127.0.0.1:9")}}, "Enedis' TLS", "curl -v https://127.0.0.1:9"),
        ({"parameters": {"Billing": '{"url": "no"}'}}, "Billing's API", "Put it right in samconfig.toml"),
        ({"parameters": {"BillingAccountId": "111111111111"}}, "Billing on the bus", "make sam-deploy ENV=dev"),
        (
            {"parameters": PROTECTED | {"BillingAccountId": ""}},
            "Billing on the bus",
            f"Put BillingAccountId={BILLING_ACCOUNT} into",
        ),
        (
            {"parameters": {"IdentityIssuer": "https://127.0.0.1:9"}},
            "Identity provider",
            "curl -v https://127.0.0.1:9/.",
        ),
        ({"parameters": {"AlarmEmail": "nobody@fournisseur.example.net"}}, "Alarms", "aws sns subscribe"),
        ({"refusal": "AccessDeniedException"}, "Lambda concurrency", "ReadOnlyAccess"),
        ({"secrets_refusal": "AccessDeniedException"}, "Enedis' secret", "secretsmanager:GetSecretValue"),
        ({"secrets_refusal": "AccessDeniedException"}, "Enedis' TLS", "secretsmanager:GetSecretValue"),
        ({"refusal": "InternalFailure"}, "Lambda concurrency", "Run it again"),
    ],
)
def test_row_is_red_when_its_cause_is_provoked(account: Account, changes: Any, what: str, command: str) -> None:
    found = replace(account, **changes).open()
    assert what in found
    assert command in "\n".join(found[what].to_do)


@pytest.mark.parametrize(
    ("secret", "text", "what", "found"),
    [
        ("billing", "{}", "Billing's secret", "lacks the text field 'apiKey'"),
        ("billing", "nothing", "Billing's secret", "is not JSON"),
        ("billing", '{"apiKey": "somebody else\'s"}', "Billing's API", "refuse"),
        ("enedis", '{"certificate": "", "privateKey": ""}', "Enedis' secret", "'certificate' is missing, empty"),
        ("enedis", "[]", "Enedis' secret", "is not a JSON object"),
    ],
)
def test_secret_that_is_not_right_is_red(
    account: Account, put_secret: Callable[[str, str], None], secret: str, text: str, what: str, found: str
) -> None:
    put_secret(secret, text)
    row = account.open()[what]
    assert found in row.found
    assert "somebody" not in "".join((row.found, *row.to_do)), "a secret is never shown"


def test_key_that_the_stack_generated_is_red(world: World, account: Account) -> None:
    secrets = world.cloud.client("secretsmanager")
    secrets.create_secret(Name="untouched/billing", SecretString='{"apiKey": "generated"}')
    row = replace(account, stack_name="untouched").open()["Billing's secret"]
    assert row.found == "has the key that the stack generated"


def test_certificate_that_enedis_does_not_know_is_red(
    world: World, account: Account, put_secret: Callable[[str, str], None]
) -> None:
    put_secret("enedis", json.dumps(world.enedis.secret(Authority("another").client())))
    assert "trust" in account.open()["Enedis' TLS"].found


def test_authority_that_we_do_not_know_is_red(
    world: World, account: Account, put_secret: Callable[[str, str], None]
) -> None:
    put_secret("enedis", json.dumps(world.enedis.secret() | {"caBundle": Authority("another").certificate}))
    assert "caBundle" in "".join(account.open()["Enedis' TLS"].to_do)


def test_billing_that_is_down_is_red(world: World, account: Account) -> None:
    world.billing.inject(FaultKind.UNAVAILABLE)
    assert "Billing's API" in account.open()


def test_before_the_deployment_what_needs_the_stack_waits(account: Account) -> None:
    fresh = replace(account, stack_status=None, stack_name="brand-new", senders=(), parameters=UNPAID)
    found = {row.what: row for row in fresh.rows()}
    assert [row.what for row in found.values() if row.state is State.TO_DO] == ["Stack"]
    assert found["Stack"].to_do == ("make sam-deploy ENV=dev",)
    waiting = {row.what for row in found.values() if row.state is State.LATER}
    assert waiting == {
        "Silence of billing",
        "Protection of the stack",
        "Rollback by alarms",
        "Billing's secret",
        "Enedis' secret",
        "Certificate's end",
        "Billing's API",
        "Enedis' TLS",
        "Billing on the bus",
        "Alarms",
    }


def test_table_fits_a_screen_and_commands_can_be_copied(account: Account) -> None:
    printed = StringIO()
    show(replace(account, concurrency=10).rows(), Screen(file=printed))
    table, _, rest = printed.getvalue().partition("To do, in this order:")
    assert max(map(len, table.splitlines())) <= 80
    command = "aws service-quotas request-service-quota-increase --region eu-west-3 --service-code lambda"
    assert f"   {command} --quota-code L-B99A9384 --desired-value 1000\n" in rest


def test_nothing_to_do_is_said(account: Account) -> None:
    printed = StringIO()
    show(account.rows(), Screen(file=printed))
    assert "Good: nothing is to do." in printed.getvalue()


def test_command_ends_with_1_where_something_is_to_do(world: World, account: Account) -> None:
    ran = Operations(world.stage, account.opened()).run("preflight", "dev", "--cases", "50")
    assert ran.exit_code == 1
    assert "make sam-deploy ENV=dev" in ran.text
