"""Checks of the account: its quotas beside what the parameters need, and its two carriers' sandboxes."""

import re
from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

from botocore.exceptions import ClientError

from ops.environments import trouble_with_name
from ops.preflight.look import CALLS_OF_THE_MACHINES, RECORDS_AT_ONCE, Look, Row, State, judged, to_do

BURST_SECONDS = 600
"""A dunning run reports a day's limitations in ten minutes."""
TRANSITIONS_OF_A_CASE = 24
LEFT_BY_AWS = 100
"""What nobody may reserve of an account's concurrency."""
EVENTS_PER_SECOND = 300
"""Three million direct debits in three hours."""
EXAMPLE = re.compile(r"\.example(?![\w.-])")
PLAIN_SSM_READS = 40
FAST_SSM = "/ssm/parameter-store/high-throughput-enabled"
SMS_SHARE = 0.5
SMS_DOLLARS = 0.075
"""An SMS to France; assumed, look at AWS End User Messaging's prices."""
SPEND_LIMIT = "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT"


def place(look: Look) -> Iterator[Row]:
    """The account, the region, the stack's name and the values that are still examples."""
    yield Row("Account and region", State.OK, f"{look.account.id}, {look.region}")
    trouble = trouble_with_name(look.account.stack)
    steps = ("Change stack_name in samconfig.toml",)
    yield judged("Stack's name", trouble or look.account.stack, *steps, is_right=not trouble)
    examples = sorted(name for name, value in look.environment.parameters.items() if EXAMPLE.search(value))
    found = f"still examples: {', '.join(examples)}" if examples else "none is an example"
    yield judged("Parameters", found, "Put your own values into samconfig.toml", is_right=not examples)


def lambda_concurrency(look: Look) -> Iterator[Row]:
    """A new account has 10, which a burst takes alone: Lambda then throttles, and orders wait."""
    found = look.account.client("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    yield _quota(look, "Lambda concurrency", found, look.concurrency, "lambda", "L-B99A9384", 1000)
    is_free = found >= max(look.concurrency, LEFT_BY_AWS) + 2 * RECORDS_AT_ONCE
    said = "the account has room" if is_free else "the account has no room to reserve any yet"
    yield judged(
        "Record and screens",
        f"bounded by {look.supervision} copies each" if look.supervision else f"not bounded; {said}",
        f"Put SupervisionConcurrency={RECORDS_AT_ONCE} into operations/samconfig.toml, then make sam-deploy"
        f" ENV={look.environment.name}",
        is_right=look.supervision or not is_free,
    )


def step_functions(look: Look) -> Iterator[Row]:
    """New accounts have fewer transitions; AWS raises them with use."""
    starts = look.cases_a_day / BURST_SECONDS
    needed = {
        "StateTransition": starts * TRANSITIONS_OF_A_CASE,
        "StartExecution": starts,
        "DescribeExecution": starts / 2,
        "RedriveExecution": starts / 10,
    }
    yield from _named_quotas(look, "Step Functions", "states", "throttle token refill rate", needed)


def event_bridge(look: Look) -> Iterator[Row]:
    """Direct debits come in batches of millions."""
    needed = dict.fromkeys(("PutEvents", "Invocations"), float(EVENTS_PER_SECOND))
    yield from _named_quotas(look, "EventBridge", "events", "throttle limit in transactions", needed)


def parameter_store(look: Look) -> Iterator[Row]:
    """The switch is read from there. An account may read it 40 times a second, unless it pays for more."""
    needed = CALLS_OF_THE_MACHINES / float(look.parameter("SwitchCacheSeconds"))
    identity = f"arn:aws:ssm:{look.region}:{look.account.id}:servicesetting{FAST_SSM}"
    fast = (
        look.account.client("ssm").get_service_setting(SettingId=identity)["ServiceSetting"]["SettingValue"] == "true"
    )
    yield judged(
        "Parameter Store reads/s",
        f"{'high throughput' if fast else PLAIN_SSM_READS}; a burst needs {ceil(needed)}",
        f"aws ssm update-service-setting --region {look.region} --setting-id {identity} --setting-value true",
        "Or choose a longer SwitchCacheSeconds",
        is_right=fast or needed <= PLAIN_SSM_READS,
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
    else:
        found, steps = f"{a_day:,.0f} mails a day; {needed:,} are needed", _increase(look, "ses", "L-804C8AE8", needed)
        yield judged("E-mail (SES)", found, steps, is_right=a_day == -1 or a_day >= needed)
    yield _sender(look)


def _sender(look: Look) -> Row:
    address = look.parameter("SenderAddress")
    ses = look.account.client("sesv2")
    for identity in (address, address.rpartition("@")[2]):
        try:
            if ses.get_email_identity(EmailIdentity=identity)["VerifiedForSendingStatus"]:
                return Row("Sender of e-mails", State.OK, f"{identity} is verified")
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
    is_out = attributes.get("ACCOUNT_TIER") == "PRODUCTION"
    yield judged(
        "SMS",
        "out of the sandbox" if is_out else "in its sandbox: only verified numbers get SMS",
        "Console: AWS End User Messaging, Overview, Account tier: Request production access",
        is_right=is_out,
    )
    (limit,) = (one for one in sms.describe_spend_limits()["SpendLimits"] if one["Name"] == SPEND_LIMIT)
    needed = ceil(look.messages_a_day * 30 * SMS_SHARE * SMS_DOLLARS)
    found = f"{limit['EnforcedLimit']} $ a month; {needed:,} $ are needed (assumed: half of the messages, 0.075 $ each)"
    raise_it = (
        f"aws pinpoint-sms-voice-v2 set-text-message-spend-limit-override --region {look.region}"
        f" --monthly-limit {needed}"
        if limit["MaxLimit"] >= needed
        else "Console: Support, Create case, Service limit increase, End User Messaging SMS, General Limits,"
        f" Account Spend Threshold Increase, {needed} $. Then run this again"
    )
    yield judged("SMS spending limit", found, raise_it, is_right=limit["EnforcedLimit"] >= needed)
    yield _sms_sender(look, sms)


def _sms_sender(look: Look, sms: Any) -> Row:
    """The stack creates its sender; one that another stack of the account has can't be created again."""
    name = look.parameter("SmsSenderId")
    is_there = any(
        one["SenderId"] == name and one["IsoCountryCode"] == "FR" for one in sms.describe_sender_ids()["SenderIds"]
    )
    found = "is free" if not is_there else "is the stack's" if look.is_deployed else "is there, and not the stack's"
    return judged(
        "Sender of SMS",
        f"{name} {found}",
        "Take another SmsSenderId in samconfig.toml, or release it:",
        f"aws pinpoint-sms-voice-v2 release-sender-id --region {look.region} --sender-id {name} --iso-country-code FR",
        is_right=look.is_deployed or not is_there,
    )


def _named_quotas(look: Look, of: str, service: str, kind: str, needed: Mapping[str, float]) -> Iterator[Row]:
    """Quotas by the beginning of their names: codes are Service Quotas' own, and it tells them."""
    pages = look.account.client("service-quotas").get_paginator("list_service_quotas").paginate(ServiceCode=service)
    quotas = [quota for page in pages for quota in page["Quotas"]]
    for action, rate in needed.items():
        what, name = f"{of} {action}/s", f"{action} {kind}"
        found = next((one for one in quotas if one["QuotaName"].startswith(name)), None)
        if found:
            yield _quota(look, what, found["Value"], rate, service, found["QuotaCode"], 2 * ceil(rate))
        else:
            said = f"Service Quotas does not list it; {ceil(rate)} are needed"
            yield to_do(what, said, f"Console: Service Quotas, search {name!r}")


def _quota(look: Look, what: str, found: float, needed: float, service: str, code: str, desired: int) -> Row:
    said = f"{found:,.0f}; a burst needs {ceil(needed):,}"
    return judged(what, said, _increase(look, service, code, desired), is_right=found >= needed)


def _increase(look: Look, service: str, code: str, desired: int) -> str:
    return (
        f"aws service-quotas request-service-quota-increase --region {look.region} --service-code {service}"
        f" --quota-code {code} --desired-value {desired}"
    )
