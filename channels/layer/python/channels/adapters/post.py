"""Sends one-time codes: by SMS, or by e-mail where there is no mobile that the customer lets us use."""

from uuid import uuid4

from record.words import Language, Texts, Words
from restoration.adapters.end_user_messaging.sms import TextMessages
from restoration.adapters.ses.mail import Mail
from restoration.contracts.contact import Contact
from restoration.domain.message import Text


class OneTimePost:
    """Sends a code once; a code that did not arrive is asked for again by the customer."""

    def __init__(self, mail: Mail, sms: TextMessages, supplier: str, texts: Texts) -> None:
        self._mail = mail
        self._sms = sms
        self._supplier = supplier
        self._texts = texts

    def send(self, contact: Contact, code: str) -> None:
        """Send it.

        Raises
        ------
        MessageNotSent, MessageOutcomeUnknown
        """
        say = Words(Language.FRENCH if contact.language == "fr" else Language.ENGLISH, self._texts)
        text = say("one_time_text", supplier=self._supplier, code=code)
        attempt = f"one-time-{uuid4()}"
        if contact.accepts_sms:
            self._sms.send(attempt, str(contact.mobile), Text("", text))
        else:
            self._mail.send(attempt, str(contact.email), Text(say("one_time_subject"), text))
