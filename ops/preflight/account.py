"""Checks of the account: its quotas beside what the parameters need, and its two carriers' sandboxes."""

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

from botocore.exceptions import ClientError

from ops.environments import trouble_with_name
from ops.preflight.look import EVENTS_PER_SECOND, TRANSITIONS_OF_A_CASE, Look
from ops.preflight.rows import Row, ok, to_do

PLAIN_SSM_READS = 40
FAST_SSM = "/ssm/parameter-store/high-throughput-enabled"
SPEND_LIMIT = "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT"


def place(look: Look) -> Iterator[Row]:
    """The account, the region, the stack's name and the values that are still examples."""
    yield ok("Account and region", f"{look.account.id}, {look.region}")
    trouble = trouble_with_name(look.stack_name)
    yield (
        to_do("Stack's name", trouble, "Change stack_name in samconfig.toml")
        if trouble
        else ok("Stack's name", look.stack_name)
    )
    examples = sorted(name for name, value in look.environment.parameters.items() if value.endswith(".example"))
    yield (
        to_do("Parameters", f"still examples: {', '.join(examples)}", "Put your own values into samconfig.toml")
        if examples
        else ok("Parameters", f"those of {look.environment.name} in samconfig.toml")
    )


def lambda_concurrency(look: Look) -> Iterator[Row]:
    """A new account has 10, which a burst takes alone: Lambda then throttles, and orders wait."""
    found = look.account.client("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    yield _quota(look, "Lambda concurrency", found, look.concurrency, "lambda", "L-B99A9384", 1000)


def step_functions(look: Look) -> Iterator[Row]:
    """New accounts have fewer transitions; AWS raises them with use."""
    quotas = _quotas(look, "states")
    needed = {
        "StateTransition": look.starts_per_second * TRANSITIONS_OF_A_CASE,
        "StartExecution": look.starts_per_second,
        "DescribeExecution": look.starts_per_second / 2,
        "RedriveExecution": look.starts_per_second / 10,
    }
    for action, rate in needed.items():
        yield _named_quota(look, f"Step Functions {action}/s", quotas, f"{action} throttle token refill rate", rate)


def event_bridge(look: Look) -> Iterator[Row]:
    """Direct debits come in batches of millions."""
    quotas = _quotas(look, "events")
    for action in ("PutEvents", "Invocations"):
        yield _named_quota(
            look, f"EventBridge {action}/s", quotas, f"{action} throttle limit in transactions", EVENTS_PER_SECOND
        )


def parameter_store(look: Look) -> Iterator[Row]:
    """The switch is read from there. An account may read it 40 times a second, unless it pays for more."""
    what, needed = "Parameter Store reads/s", look.switch_reads_per_second
    identity = f"arn:aws:ssm:{look.region}:{look.account.id}:servicesetting{FAST_SSM}"
    fast = (
        look.account.client("ssm").get_service_setting(SettingId=identity)["ServiceSetting"]["SettingValue"] == "true"
    )
    found = "high throughput" if fast else f"{PLAIN_SSM_READS}"
    if fast or needed <= PLAIN_SSM_READS:
        yield ok(what, f"{found}; a burst needs {ceil(needed)}")
    else:
        yield to_do(
            what,
            f"{found}; a burst needs {ceil(needed)}",
            f"aws ssm update-service-setting --region {look.region} --setting-id {identity} --setting-value true",
            "Or choose a longer SwitchCacheSeconds",
        )


def mail(look: Look) -> Iterator[Row]:
    """SES: out of its sandbox, enough mails a day, the sender verified."""
    account = look.account.client("sesv2").get_account()
    a_day, needed = account["SendQuota"]["Max24HourSend"], look.messages_a_day
    out_of_sandbox = (
        f"aws sesv2 put-account-details --region {look.region} --production-access-enabled --mail-type TRANSACTIONAL"
        " --website-url https://YOUR.SITE --contact-language EN"
    )
    if not account["ProductionAccessEnabled"]:
        yield to_do("E-mail (SES)", "in its sandbox: only verified addresses get mail", out_of_sandbox)
    elif not account["SendingEnabled"] or account["EnforcementStatus"] == "SHUTDOWN":
        status = account["EnforcementStatus"]
        yield to_do("E-mail (SES)", f"sending is stopped ({status})", "Ask AWS Support: the SES console shows the case")
    elif a_day != -1 and a_day < needed:
        yield to_do(
            "E-mail (SES)",
            f"{a_day:,.0f} mails a day; {needed:,} are needed",
            _increase(look, "ses", "L-804C8AE8", needed),
        )
    else:
        yield ok("E-mail (SES)", f"{a_day:,.0f} mails a day; {needed:,} are needed")
    yield _sender(look)


def _sender(look: Look) -> Row:
    address = look.parameter("SenderAddress")
    ses = look.account.client("sesv2")
    for identity in (address, address.rpartition("@")[2]):
        try:
            if ses.get_email_identity(EmailIdentity=identity)["VerifiedForSendingStatus"]:
                return ok("Sender of e-mails", f"{identity} is verified")
        except ClientError as error:
            if error.response["Error"]["Code"] != "NotFoundException":
                raise
    return to_do(
        "Sender of e-mails",
        f"{address} is not verified in {look.region}",
        f"aws sesv2 create-email-identity --region {look.region} --email-identity {address.rpartition('@')[2]}",
        "Then put the DKIM records that it returns into the domain's DNS",
    )


def text_messages(look: Look) -> Iterator[Row]:
    """End User Messaging: out of its sandbox, and a monthly spending limit that is not one dollar."""
    sms = look.account.client("pinpoint-sms-voice-v2")
    attributes = {one["Name"]: one["Value"] for one in sms.describe_account_attributes()["AccountAttributes"]}
    if attributes.get("ACCOUNT_TIER") == "PRODUCTION":
        yield ok("SMS", "out of the sandbox")
    else:
        yield to_do(
            "SMS",
            "in its sandbox: only verified numbers get SMS",
            "Console: AWS End User Messaging, Overview, Account tier: Request production access",
        )
    (limit,) = (one for one in sms.describe_spend_limits()["SpendLimits"] if one["Name"] == SPEND_LIMIT)
    needed = ceil(look.sms_dollars_a_month)
    found = f"{limit['EnforcedLimit']} $ a month; {needed:,} $ are needed (assumed: half of the messages, 0.075 $ each)"
    if limit["EnforcedLimit"] >= needed:
        yield ok("SMS spending limit", found)
    elif limit["MaxLimit"] >= needed:
        yield to_do(
            "SMS spending limit",
            found,
            f"aws pinpoint-sms-voice-v2 set-text-message-spend-limit-override --region {look.region}"
            f" --monthly-limit {needed}",
        )
    else:
        yield to_do(
            "SMS spending limit",
            found,
            "Console: Support, Create case, Service limit increase, End User Messaging SMS, General Limits,"
            f" Account Spend Threshold Increase, {needed} $. Then run this again",
        )
    yield _sms_sender(look, sms)


def _sms_sender(look: Look, sms: Any) -> Row:
    """The stack creates its sender; one that another stack of the account has can't be created again."""
    name = look.parameter("SmsSenderId")
    is_there = any(
        one["SenderId"] == name and one["IsoCountryCode"] == "FR" for one in sms.describe_sender_ids()["SenderIds"]
    )
    if is_there and not look.is_deployed:
        return to_do(
            "Sender of SMS",
            f"{name} is there already, and the stack could not create it",
            "Take another SmsSenderId in samconfig.toml, or release it:",
            f"aws pinpoint-sms-voice-v2 release-sender-id --region {look.region} --sender-id {name}"
            " --iso-country-code FR",
        )
    return ok("Sender of SMS", f"{name} is the stack's" if is_there else f"{name} is free")


def _quotas(look: Look, service: str) -> Mapping[str, Mapping[str, Any]]:
    pages = look.account.client("service-quotas").get_paginator("list_service_quotas").paginate(ServiceCode=service)
    return {quota["QuotaName"]: quota for page in pages for quota in page["Quotas"]}


def _named_quota(look: Look, what: str, quotas: Mapping[str, Mapping[str, Any]], name: str, needed: float) -> Row:
    """A quota by the beginning of its name: codes are Service Quotas' own, and it tells them."""
    quota = next((one for full, one in quotas.items() if full.startswith(name)), None)
    if quota is None:
        return to_do(
            what,
            f"Service Quotas does not list it; {ceil(needed)} are needed",
            f"Console: Service Quotas, search {name!r}",
        )
    desired = 2 * ceil(needed)
    return _quota(look, what, quota["Value"], needed, quota["ServiceCode"], quota["QuotaCode"], desired)


def _quota(look: Look, what: str, found: float, needed: float, service: str, code: str, desired: int) -> Row:
    said = f"{found:,.0f}; a burst needs {ceil(needed):,}"
    if found >= needed:
        return ok(what, said)
    return to_do(what, said, _increase(look, service, code, desired))


def _increase(look: Look, service: str, code: str, desired: int) -> str:
    return (
        f"aws service-quotas request-service-quota-increase --region {look.region} --service-code {service}"
        f" --quota-code {code} --desired-value {desired}"
    )
