"""Sends one-time codes: by SMS, or by e-mail where there is no mobile that the customer lets us use."""

from dataclasses import dataclass
from uuid import uuid4

from record.words import Language, Texts, Words
from restoration.adapters.end_user_messaging.sms import TextMessages
from restoration.adapters.ses.mail import Mail
from restoration.contracts.contact import Contact
from restoration.domain.message import Text


@dataclass(frozen=True, slots=True)
class OneTimePost:
    """Sends a code once; a code that did not arrive is asked for again by the customer."""

    mail: Mail
    sms: TextMessages
    supplier: str
    texts: Texts

    def send(self, contact: Contact, code: str) -> None:
        """Send it. Raises MessageNotSent, MessageOutcomeUnknown."""
        say = Words(Language.FRENCH if contact.language == "fr" else Language.ENGLISH, self.texts)
        text = say("one_time_text", supplier=self.supplier, code=code)
        attempt = f"one-time-{uuid4()}"
        if contact.accepts_sms:
            self.sms.send(attempt, str(contact.mobile), Text("", text))
        else:
            self.mail.send(attempt, str(contact.email), Text(say("one_time_subject"), text))
