"""E-mails to customers. The address is used and forgotten; SES's reports bear the id of the sending as a tag."""

from typing import TYPE_CHECKING

from restoration.adapters.carrier_errors import carrying
from restoration.contracts.notifications import tag_of
from restoration.domain.message import Channel, Text

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

TAG = "message"
"""The tag's name; the rule that brings SES's reports reads it."""


class Mail:
    """Sends e-mails by SES.

    Parameters
    ----------
    client
        One that tries once: an attempt whose response was lost must not be made again.
    configuration_set
        Through which SES reports bounces, complaints and the like to EventBridge.
    """

    def __init__(self, client: "SESV2Client", sender: str, configuration_set: str) -> None:
        self._client = client
        self._sender = sender
        self._configuration_set = configuration_set

    def send(self, attempt_id: str, address: str, text: Text) -> str:
        """Send one e-mail, and return SES's id of it.

        Raises
        ------
        MessageNotSent, MessageOutcomeUnknown
            See :func:`~restoration.adapters.carrier_errors.carrying`.
        """
        with carrying(attempt_id, Channel.EMAIL):
            response = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [address]},
                Content={
                    "Simple": {
                        "Subject": {"Data": text.subject, "Charset": "UTF-8"},
                        "Body": {"Text": {"Data": text.body, "Charset": "UTF-8"}},
                    }
                },
                ConfigurationSetName=self._configuration_set,
                EmailTags=[{"Name": TAG, "Value": tag_of(attempt_id)}],
            )
        return response["MessageId"]
