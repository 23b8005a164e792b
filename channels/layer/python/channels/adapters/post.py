"""Sends one-time codes: by SMS, or by e-mail where there is no mobile that the customer lets us use."""

from uuid import uuid4

from record.words import Language, Texts, Words
from restoration.adapters.end_user_messaging.sms import TextMessages
from restoration.adapters.ses.mail import Mail
from restoration.contracts.contact import Contact
from restoration.domain.message import Text


def post_one_time(mail: Mail, sms: TextMessages, supplier: str, texts: Texts, contact: Contact, code: str) -> None:
    """Send a code, once: the customer asks again. Raises MessageNotSent, MessageOutcomeUnknown."""
    say = Words(Language.FRENCH if contact.language == "fr" else Language.ENGLISH, texts)
    text, attempt = say("one_time_text", supplier=supplier, code=code), f"one-time-{uuid4()}"
    if contact.accepts_sms:
        sms.send(attempt, str(contact.mobile), Text("", text))
    else:
        mail.send(attempt, str(contact.email), Text(say("one_time_subject"), text))
