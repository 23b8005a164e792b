"""The desks that write to customers and to social services."""

from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from restoration import settings
from restoration.bootstrap import aws, clients, partners
from restoration.clock import utc_now

if TYPE_CHECKING:
    from restoration.adapters.end_user_messaging.sms import TextMessages
    from restoration.adapters.ses.mail import Mail
    from restoration.domain.case_keys import CaseKeys
    from restoration.domain.wording import CasePage
    from restoration.use_cases.notify_customer import MessageDesk
    from restoration.use_cases.notify_social_services import NoticeDesk


def notice_desk() -> "NoticeDesk":
    from restoration.use_cases.notify_social_services import NoticeDesk

    return NoticeDesk(aws.claims(), aws.event_bus(), aws.switch, partners.billing())


def case_keys() -> "CaseKeys":
    """The keys of cases, with the secret as it is now."""
    from restoration.adapters.secrets_manager.secrets import secret, secret_field
    from restoration.domain.case_keys import CaseKeys

    name = settings.text("CASE_SECRET")
    return CaseKeys(secret_field(secret(name), name, "key").encode())


def _case_page() -> "CasePage | None":
    """The customers' pages, where their stack is deployed."""
    from restoration.domain.wording import CasePage

    address = settings.optional("CASE_PAGE")
    return CasePage(address, case_keys()) if address else None


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


@cache
def message_desk(texts: Path) -> "MessageDesk":
    """The desk that writes to customers, with the texts of a folder."""
    from restoration.adapters.files.wordings import read_wording
    from restoration.domain.claim import HolderStatus
    from restoration.domain.message import Channel
    from restoration.domain.wording import Supplier, Wordings
    from restoration.use_cases.notify_customer import MessageDesk, Timing

    answer_term = timedelta(days=settings.whole_number("ANSWER_TERM_DAYS"))
    supplier = Supplier(
        settings.text("SUPPLIER_NAME"),
        settings.text("SUPPLIER_TELEPHONE"),
        settings.text("PAYMENT_LINK"),
        timedelta(days=settings.whole_number("BALANCE_TERM_DAYS")),
        answer_term,
        _case_page(),
    )
    return MessageDesk(
        claims=aws.claims(),
        contact=lambda customer_id: partners.billing().contact(customer_id),
        rules=aws.decision_function(),
        words=Wordings(cache(partial(read_wording, texts)), supplier),
        log=aws.sending_log(),
        carriers={Channel.EMAIL: mail, Channel.SMS: text_messages},
        queue=aws.notification_queue,
        dead_letters=aws.dead_letters,
        bus=aws.event_bus(),
        now=utc_now,
        new_attempt=lambda: uuid4().hex,
        is_at_work=lambda execution: aws.executions().status_of(execution) is HolderStatus.ALIVE,
        timing=Timing(
            may_defer=settings.switch("DEFER_MESSAGES"),
            balance_delay=settings.seconds("BALANCE_DUE_DELAY_SECONDS"),
            answer_term=answer_term,
        ),
    )
