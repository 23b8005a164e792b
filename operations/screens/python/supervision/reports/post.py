"""Reports by mail, through SES, from the address that customers' messages come from."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from supervision.reports.mail import Letter

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


class ReportPost:
    """Sends reports.

    No configuration set is named: its reports on bounces are about messages to customers.
    """

    def __init__(self, client: "SESV2Client", sender: str, recipients: Sequence[str]) -> None:
        self._client = client
        self._sender = sender
        self.recipients = list(recipients)

    def send(self, written: Letter) -> None:
        """Send a report to all who get it, in one mail; nothing happens where nobody does."""
        if not self.recipients:
            return
        self._client.send_email(
            FromEmailAddress=self._sender,
            Destination={"ToAddresses": self.recipients},
            Content={
                "Simple": {
                    "Subject": {"Data": written.subject, "Charset": "UTF-8"},
                    "Body": {
                        "Html": {"Data": written.html, "Charset": "UTF-8"},
                        "Text": {"Data": written.text, "Charset": "UTF-8"},
                    },
                }
            },
        )
