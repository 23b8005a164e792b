"""Checks of the stacks: their status, the core's two secrets, its bus, and who gets its alarms."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from ops.delete_stack import remains
from ops.preflight.look import Look, Row, State, judged, to_do
from restoration.adapters.enedis.soap.certificate import expiry_of
from restoration.adapters.enedis.soap.credentials import EnedisCredentials
from restoration.adapters.secrets_manager.secrets import secret_field
from restoration.errors import InvalidConfiguration

NOT_YET = "the stack is not deployed yet"
UNDOING = tuple(
    f"{function}Errors"
    for function in ("ClaimLimitation", "EvaluateDecision", "PrepareOrder", "PlaceOrder", "SettleLimitation")
)
"""Alarms on functions that no partner lets fail: what goes off there while a stack is deployed, the deployment broke.
CloudFormation takes five."""


def status(look: Look) -> Iterator[Row]:
    """The stacks themselves, or what earlier ones left."""
    again = (f"make sam-delete ENV={look.environment.name}", f"make sam-deploy ENV={look.environment.name}")
    if look.account.description is None:
        left = list(remains(look.account))
        if left:
            found = f"not there, but {len(left)} of its names are taken, such as {left[0].name}"
            yield to_do("Stack", found, *again)
        else:
            yield to_do("Stack", "not deployed yet", again[1])
        return
    yield _status(look, "Stack", look.account.stack, look.account.description["StackStatus"], again)
    name, companion = look.account.companion, look.account.companion_description
    if companion is None:
        yield to_do("Companion", f"{name} is not there: nobody sees a case", again[1])
    else:
        yield _status(look, "Companion", name, companion["StackStatus"], again)


def _status(look: Look, what: str, name: str, state: str, again: Sequence[str]) -> Row:
    if state == "REVIEW_IN_PROGRESS":
        return to_do(what, f"{state}: its changes were declined, nothing is there", again[1])
    if state == "ROLLBACK_COMPLETE":
        return to_do(what, f"{state}: its creation failed, it can only be deleted", *again)
    if state.endswith("_FAILED"):
        return to_do(
            what,
            state,
            f"aws cloudformation describe-stack-events --region {look.region} --stack-name {name}"
            " --query \"StackEvents[?contains(ResourceStatus, 'FAILED')]\"",
        )
    return Row(what, State.OK, state)


def protection(look: Look) -> Iterator[Row]:
    """What a stack on which customers depend needs more than others: who may report what, and what undoes it."""
    if look.parameter("Protected") != "true":
        yield Row("Protection", State.OK, f"none: Protected is not true in {look.environment.name}")
        return
    again = f"then make sam-deploy ENV={look.environment.name}"
    named = {name: bool(look.parameter(name)) for name in ("AdvisorsRoleArn", "BillingRoleArns")}
    lacking = " and ".join(name for name, is_given in named.items() if not is_given)
    yield judged(
        "Who may report",
        f"{lacking} is empty: others may report a payment, or a decision" if lacking else "named roles alone",
        f"Put {lacking} into samconfig.toml, {again}",
        is_right=not lacking,
    )
    if not look.is_deployed or look.account.description is None:
        for what in ("Silence of billing", "Protection of the stack", "Rollback by alarms"):
            yield Row(what, State.LATER, NOT_YET)
        return
    is_expected = look.parameter("PaymentsExpected") == "true"
    yield judged(
        "Silence of billing",
        "an alarm" if is_expected else "no alarm: PaymentsExpected is false",
        f"Once billing's payments come: put PaymentsExpected=true into samconfig.toml, {again}",
        is_right=is_expected,
    )
    stack = look.account.description
    where = f"--region {look.region} --stack-name {look.account.stack}"
    is_right = stack.get("EnableTerminationProtection", False)
    yield judged(
        "Protection of the stack",
        "nobody deletes it by one call" if is_right else "one call deletes it",
        f"aws cloudformation update-termination-protection {where} --enable-termination-protection",
        is_right=is_right,
    )
    triggers = stack.get("RollbackConfiguration", {}).get("RollbackTriggers", [])
    yield _rollback(look, {trigger["Arn"] for trigger in triggers}, where)


def _rollback(look: Look, triggers: Collection[str], where: str) -> Row:
    """CloudFormation keeps the triggers of a stack for each later deployment; the SAM CLI can't give them."""
    arns = [look.account.arn("cloudwatch", f"alarm:{look.account.name(alarm)}") for alarm in UNDOING]
    is_right = set(arns) == set(triggers)
    query = "Stacks[0].Parameters[].join('', ['ParameterKey=', ParameterKey, ',UsePreviousValue=true'])"
    kept = f'$(aws cloudformation describe-stacks {where} --output text --query "{query}")'
    wanted = ",".join(f"{{Arn={arn},Type=AWS::CloudWatch::Alarm}}" for arn in arns)
    return judged(
        "Rollback by alarms",
        "errors of our own functions undo a deployment" if is_right else "not those that a deployment alone sets off",
        f"aws cloudformation update-stack {where} --use-previous-template --parameters {kept}"
        " --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND --rollback-configuration"
        f" 'MonitoringTimeInMinutes=10,RollbackTriggers=[{wanted}]'",
        is_right=is_right,
    )


def billing_secret(look: Look) -> Row:
    """The key that the stack generated is nobody's."""
    name = f"{look.account.stack}/billing"
    if not look.is_deployed:
        return Row("Billing's secret", State.LATER, NOT_YET)
    put = f"aws secretsmanager put-secret-value --region {look.region} --secret-id {name} --secret-string file://billing.json"
    try:
        secret_field(content_of(look, name), name, "apiKey")
    except (InvalidConfiguration, ValueError) as error:
        return to_do("Billing's secret", str(error), put)
    listed = look.account.client("secretsmanager").list_secret_version_ids(SecretId=name, IncludeDeprecated=True)
    is_right = len(listed["Versions"]) > 1
    found = "has a key that somebody put there" if is_right else "has the key that the stack generated"
    return judged("Billing's secret", found, put, is_right=is_right)


def enedis_secret(look: Look) -> Iterator[Row]:
    """Certificate, key and login, and how long the certificate is valid."""
    name = f"{look.account.stack}/enedis"
    if not look.is_deployed:
        yield Row("Enedis' secret", State.LATER, NOT_YET)
        yield Row("Certificate's end", State.LATER, NOT_YET)
        return
    put = f"aws secretsmanager put-secret-value --region {look.region} --secret-id {name} --secret-string file://enedis.json"
    try:
        credentials = EnedisCredentials.from_secret(content_of(look, name))
        ends = expiry_of(credentials.certificate)
    except (InvalidConfiguration, ValueError) as error:
        yield to_do("Enedis' secret", str(error), put)
        yield Row("Certificate's end", State.LATER, "there is no certificate to read")
        return
    yield Row("Enedis' secret", State.OK, f"certificate, key and login of {credentials.login}")
    days = (ends - look.now()) // timedelta(days=1)
    found = f"{ends:%Y-%m-%d}, in {days} days" if days >= 0 else f"it ended on {ends:%Y-%m-%d}"
    is_right = days >= int(look.parameter("EnedisCertificateAlarmDays"))
    yield judged("Certificate's end", found, "Have Enedis renew it (docs/runbook.md), then", put, is_right=is_right)


def bus(look: Look) -> Row:
    """Whether billing's account may put events, and that of each role in which billing does."""
    billing = look.parameter("BillingAccountId")
    homes = {home for arn in look.parameter("BillingRoleArns").split(",") for home in arn.split(":")[4:5]}
    if strange := sorted(homes - {billing, look.account.id}):
        found = f"a role of BillingRoleArns is of account {strange[0]}, which nothing admits"
        return to_do("Billing on the bus", found, f"Put BillingAccountId={strange[0]} into samconfig.toml")
    if not billing:
        return Row("Billing on the bus", State.OK, "billing is in this account: BillingAccountId is empty")
    if not look.is_deployed:
        return Row("Billing on the bus", State.LATER, NOT_YET)
    policy = json.loads(look.account.client("events").describe_event_bus(Name=look.account.stack).get("Policy") or "{}")
    is_right = any(
        one["Effect"] == "Allow" and "events:PutEvents" in one["Action"] and billing in json.dumps(one["Principal"])
        for one in policy.get("Statement", [])
    )
    return judged(
        "Billing on the bus",
        f"account {billing} may {'' if is_right else 'not '}put events",
        f"Put BillingAccountId={billing} into samconfig.toml, then make sam-deploy ENV={look.environment.name}",
        is_right=is_right,
    )


def alarms(look: Look) -> Row:
    """Whether somebody gets tickets and pages: an address has to be confirmed for each."""
    tickets = look.parameter("AlarmEmail")
    told = {"tickets": tickets, "pages": look.parameter("PageEmail") or tickets}
    wanted = {kind: address for kind, address in told.items() if address}
    if not wanted:
        return Row("Alarms", State.OK, "nobody is to get them: AlarmEmail is empty")
    if not look.is_deployed:
        return Row("Alarms", State.LATER, NOT_YET)
    for kind, address in wanted.items():
        topic = look.account.arn("sns", look.account.name(kind))
        found = look.account.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        if address not in {one["Endpoint"] for one in found if one["SubscriptionArn"].startswith("arn:")}:
            return to_do(
                "Alarms",
                f"{address} has not confirmed that it gets {kind}",
                "Its owner follows the link in AWS's e-mail. To send it again:",
                f"aws sns subscribe --region {look.region} --topic-arn {topic} --protocol email"
                f" --notification-endpoint {address}",
            )
    return Row("Alarms", State.OK, " and ".join(f"{address} gets {kind}" for kind, address in wanted.items()))


def content_of(look: Look, name: str) -> Mapping[str, Any]:
    """A secret's content.

    Raises
    ------
    ValueError
        When it is missing or no JSON object. Its content is never quoted.
    ClientError
        When it may not be read.
    """
    try:
        text = look.account.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
        content = json.loads(text)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        raise ValueError(f"there is no secret {name}") from error
    except ValueError as error:
        raise ValueError(f"{name} is not JSON") from error
    if not isinstance(content, dict):
        raise ValueError(f"{name} is not a JSON object")  # noqa: TRY004 - for the caller it is one kind
    return content
