"""ops preflight on the embedded cloud: all rows are green, and each turns red when its cause is provoked.

Secrets, bus, topic, tables and partners are those of the embedded cloud and the simulators. What moto lacks is glue
here: quotas and settings of an account, SES' and End User Messaging's account, and a stack that is not as it should be.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest

from local.partners.billing import FaultKind
from local.partners.enedis.certificates import Authority
from ops.preflight import partners
from ops.preflight.rows import Row, State, show
from ops.preflight.stack import UNDOING
from ops.screen import Screen
from tests.end_to_end.account_in_order import BILLING_ACCOUNT, TOLD, Account, url
from tests.end_to_end.operations import Operations
from tests.end_to_end.world import World

PROTECTED = {
    "Protected": "true",
    "AdvisorsRoleArn": "arn:aws:iam::123456789012:role/desk",
    "BillingRoleArns": f"arn:aws:iam::{BILLING_ACCOUNT}:role/a,arn:aws:iam::123456789012:role/smoke",
    "PaymentsExpected": "true",
}
"""A stack on which customers depend."""

UNPAID = PROTECTED | {"PaymentsExpected": "false"}
UNBOUNDED = {"SupervisionConcurrency": "0"}


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
    found, printed = account.rows(), StringIO()
    assert [row for row in found if row.state is not State.OK] == []
    assert len(found) == len({row.what for row in found}) == 28
    show(found, Screen(file=printed))
    assert "Good: nothing is to do." in printed.getvalue()


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
        ({"refill": 1.0}, "Step Functions RedriveExecution/s", "--service-code states"),
        ({"puts": 100.0}, "EventBridge PutEvents/s", "--service-code events"),
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


def test_certificate_that_enedis_does_not_know_and_authority_that_we_do_not_know_are_red(
    world: World, account: Account, put_secret: Callable[[str, str], None]
) -> None:
    put_secret("enedis", json.dumps(world.enedis.secret(Authority("another").client())))
    assert "trust" in account.open()["Enedis' TLS"].found
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


def test_command_ends_with_1_where_something_is_to_do(world: World, account: Account) -> None:
    ran = Operations(world.stage, account.opened()).run("preflight", "dev", "--cases", "50")
    assert ran.exit_code == 1
    assert "make sam-deploy ENV=dev" in ran.text
