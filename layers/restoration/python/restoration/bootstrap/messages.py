"""What carries messages to customers, the keys of their cases, and the desk that writes to social services."""

from functools import cache
from typing import TYPE_CHECKING

from restoration import settings
from restoration.bootstrap import aws, clients, partners

if TYPE_CHECKING:
    from restoration.adapters.end_user_messaging.sms import TextMessages
    from restoration.adapters.ses.mail import Mail
    from restoration.domain.case_keys import CaseKeys
    from restoration.use_cases.notify_social_services import NoticeDesk


def notice_desk() -> "NoticeDesk":
    from restoration.use_cases.notify_social_services import NoticeDesk

    return NoticeDesk(aws.claims(), aws.event_bus(), aws.switch(), partners.billing())


def case_keys() -> "CaseKeys":
    """The keys of cases, with the secret as it is now."""
    from restoration.adapters.secrets_manager.secrets import secret, secret_field
    from restoration.domain.case_keys import CaseKeys

    name = settings.text("CASE_SECRET")
    return CaseKeys(secret_field(secret(name), name, "key").encode())


@cache
def mail() -> "Mail":
    from restoration.adapters.ses.mail import Mail

    client = clients.client_that_tries_once("sesv2")
    return Mail(client, settings.text("SENDER_ADDRESS"), settings.text("MAIL_CONFIGURATION"))


@cache
def text_messages() -> "TextMessages":
    from restoration.adapters.end_user_messaging.sms import TextMessages

    client = clients.client_that_tries_once("pinpoint-sms-voice-v2")
    return TextMessages(client, settings.text("SMS_SENDER_ID"), settings.text("STACK_NAME"))
