"""E-mail and SMS as the outside world takes them: what left, and what AWS reports of what does not arrive.

moto takes e-mails and keeps them, and reports nothing; AWS End User Messaging it does not know at all.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, error_response, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded_cloud.backends.protocol import Operation
    from embedded_cloud.messaging.event_rules import Delivery

E164 = re.compile(r"\+?[1-9][0-9]{1,18}")
LONGEST_SMS = 1600
MAIL_ACCOUNT = {
    "DedicatedIpAutoWarmupEnabled": False,
    "EnforcementStatus": "HEALTHY",
    "ProductionAccessEnabled": True,
    "SendQuota": {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0},
    "SendingEnabled": True,
}
"""No mail leaves this machine, so that the account's reputation stays as it is."""
MAIL_REPORTS = {
    "bounce": ("Email Bounced", "Bounce", {"bounceType": "Permanent", "bounceSubType": "General"}),
    "complaint": ("Email Complaint Received", "Complaint", {"complaintFeedbackType": "abuse"}),
    "reject": ("Email Rejected", "Reject", {"reason": "Bad content"}),
    "deliveryDelay": ("Email Delivery Delayed", "DeliveryDelay", {"delayType": "MailboxFull"}),
}
"""What SES tells, by the event type that its destination asks for: detail type, event type, and the event's own part.

https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html
"""


@dataclass(frozen=True)
class SentEmail:
    """An e-mail that SES took."""

    to: str
    subject: str
    body: str
    tags: dict[str, str]


@dataclass(frozen=True)
class SentSms:
    """An SMS that End User Messaging took."""

    to: str
    sender: str
    body: str
    context: dict[str, str]


@dataclass
class Carriers:
    """What left, and to whom nothing arrives.

    Attributes
    ----------
    mail_fates : dict[str, str]
        By address: `bounce`, `complaint`, `reject` or `deliveryDelay`; reported if a configuration set asks for it.
    sms_fates : dict[str, str]
        By number: a final status such as `INVALID` or `UNREACHABLE`; others are `DELIVERED`.
    """

    _delivery: Delivery
    _ask_moto: Callable[[AwsRequest], AwsResponse]
    emails: list[SentEmail] = field(default_factory=list)
    text_messages: list[SentSms] = field(default_factory=list)
    mail_fates: dict[str, str] = field(default_factory=dict)
    sms_fates: dict[str, str] = field(default_factory=dict)
    _destinations: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def set_destination(self, configuration_set: str, name: str, event_types: list[str]) -> None:
        """Let a destination of a configuration set report these types of events to EventBridge, and no others."""
        self._destinations.setdefault(configuration_set, {})[name] = event_types

    @property
    def operations(self) -> dict[str, Operation]:
        """What is sent, and the account that sends it."""
        return {
            "ses:SendEmail": self._take_mail,
            "ses:GetAccount": lambda _: MAIL_ACCOUNT,
            "sms-voice:SendTextMessage": self._take_sms,
        }

    def _take_mail(self, request: AwsRequest) -> AwsResponse:
        response = self._ask_moto(request)
        if response.status != 200:  # noqa: PLR2004 - HTTP OK
            return response
        asked = request.parameters
        simple = asked.get("Content", {}).get("Simple", {})
        tags = {tag["Name"]: tag["Value"] for tag in asked.get("EmailTags", [])}
        configuration_set = asked.get("ConfigurationSetName", "")
        for address in asked["Destination"].get("ToAddresses", []):
            sent = SentEmail(
                address,
                simple.get("Subject", {}).get("Data", ""),
                simple.get("Body", {}).get("Text", {}).get("Data", ""),
                tags,
            )
            with self._lock:
                self.emails.append(sent)
            fate = self.mail_fates.get(address, "")
            if any(fate in types for types in self._destinations.get(configuration_set, {}).values()):
                message_id = str(json.loads(response.body)["MessageId"])
                detail_type, detail = _mail_report(fate, sent, configuration_set, message_id)
                self._delivery.tell("aws.ses", detail_type, detail, request.region)
        return response

    def _take_sms(self, request: AwsRequest) -> AwsResponse:
        asked = request.parameters
        number, body = str(asked.get("DestinationPhoneNumber", "")), str(asked.get("MessageBody", ""))
        if not E164.fullmatch(number) or not 0 < len(body) <= LONGEST_SMS:
            return error_response(400, "ValidationException", "DestinationPhoneNumber or MessageBody is not valid")
        sent = SentSms(number, str(asked.get("OriginationIdentity", "")), body, dict(asked.get("Context") or {}))
        with self._lock:
            self.text_messages.append(sent)
        message_id = str(uuid4())
        status = self.sms_fates.get(number, "DELIVERED")
        detail = {
            "eventType": f"TEXT_{status}",
            "eventVersion": "1.0",
            "isFinal": True,
            "originationPhoneNumber": sent.sender,
            "destinationPhoneNumber": number,
            "messageId": message_id,
            "messageStatus": status,
            "context": sent.context,
        }
        self._delivery.tell("aws.sms-voice", "Text Message Delivery Status Updated", detail, request.region)
        return json_response({"MessageId": message_id})


def _mail_report(fate: str, sent: SentEmail, configuration_set: str, message_id: str) -> tuple[str, dict[str, Any]]:
    detail_type, event_type, own = MAIL_REPORTS[fate]
    tags = {name: [value] for name, value in {"ses:configuration-set": configuration_set, **sent.tags}.items()}
    mail = {"messageId": message_id, "destination": [sent.to], "tags": tags}
    return detail_type, {"eventType": event_type, "mail": mail, fate: own}
