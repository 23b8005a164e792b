"""Sends one-time codes: by SMS, or by e-mail where there is no mobile that the customer lets us use."""

from uuid import uuid4

from restoration.adapters.end_user_messaging.sms import TextMessages
from restoration.adapters.ses.mail import Mail
from restoration.contracts.contact import Contact
from restoration.domain.message import Text


class OneTimePost:
    """Sends a code once; a code that did not arrive is asked for again by the customer."""

    def __init__(self, mail: Mail, sms: TextMessages, supplier: str) -> None:
        self._mail = mail
        self._sms = sms
        self._supplier = supplier

    def send(self, contact: Contact, code: str) -> None:
        """Send it.

        Raises
        ------
        MessageNotSent, MessageOutcomeUnknown
        """
        if contact.language == "fr":
            text = f"{self._supplier} : votre code est {code}. Il vaut dix minutes. Ne le donnez a personne."
            subject = "Votre code"
        else:
            text = f"{self._supplier}: your code is {code}. It holds for ten minutes. Give it to nobody."
            subject = "Your code"
        attempt = f"one-time-{uuid4()}"
        if contact.accepts_sms:
            self._sms.send(attempt, str(contact.mobile), Text("", text))
        else:
            self._mail.send(attempt, str(contact.email), Text(subject, text))
