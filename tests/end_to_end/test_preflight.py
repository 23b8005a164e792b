"""ops preflight on the embedded cloud: all rows are green, and each turns red when its cause is provoked.

Secrets, bus, topic, tables and partners are those of the embedded cloud and the simulators. What moto lacks is glue
here: quotas and settings of an account, SES' and End User Messaging's account, and a stack that is not as it should be.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest

from local.partners.billing import FaultKind
from local.partners.enedis.certificates import Authority
from ops.preflight import partners
from ops.preflight.rows import State, show
from ops.preflight.stack import UNDOING
from ops.screen import Screen
from tests.end_to_end.account_in_order import BILLING_ACCOUNT, TOLD, Account, url
from tests.end_to_end.operations import Operations
from tests.end_to_end.provoked import secret
from tests.end_to_end.world import World
from tests.unit.ops.printing import are_as_kept

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
    NEW | {"concurrency": 132},
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
    {"refusal": "AccessDeniedException"},
    {"secrets_refusal": "AccessDeniedException"},
    {"refusal": "InternalFailure"},
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
    rows, printed = account.rows(), StringIO()
    if cause in {"{}", str(NEW)}:
        show(rows, Screen(file=printed))
    else:
        for row in rows:
            if row.state is State.TO_DO:
                printed.write("\n  ".join((f"{row.what}: {row.found}", *row.to_do, "")).rstrip() + "\n")
    return f"$ ops preflight dev, {cause}\n{OWN.sub(lambda found: f'{found[found.lastindex]}…', printed.getvalue())}\n"


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
    own, authority = world.enedis.secret(), Authority("another")
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
