"""SMS to customers. The number is used and forgotten; the status events bear the id of the sending in their context.

AWS End User Messaging instead of SNS: its status events reach EventBridge, those of SNS a log only.
"""

from typing import TYPE_CHECKING

from restoration.adapters.carrier_errors import carrying
from restoration.contracts.notifications import tag_of
from restoration.domain.message import Channel, Text

if TYPE_CHECKING:
    from mypy_boto3_pinpoint_sms_voice_v2 import PinpointSMSVoiceV2Client

MESSAGE = "message"
STACK = "stack"
"""The context's keys. The rule that brings the status events reads the first, and takes those of its own stack only."""


class TextMessages:
    """Sends SMS.

    Parameters
    ----------
    client
        One that tries once: an attempt whose response was lost must not be made again.
    sender_id
        The sender that customers see.
    stack
        The stack that sends. Status events of all stacks of an account meet on one bus.
    """

    def __init__(self, client: "PinpointSMSVoiceV2Client", sender_id: str, stack: str) -> None:
        self._client = client
        self._sender_id = sender_id
        self._stack = stack

    def send(self, attempt_id: str, address: str, text: Text) -> str:
        """Send one SMS, and return the service's id of it.

        Raises
        ------
        MessageNotSent, MessageOutcomeUnknown
            See :func:`~restoration.adapters.carrier_errors.carrying`.
        """
        with carrying(attempt_id, Channel.SMS):
            response = self._client.send_text_message(
                DestinationPhoneNumber=address,
                OriginationIdentity=self._sender_id,
                MessageBody=text.body,
                MessageType="TRANSACTIONAL",
                Context={MESSAGE: tag_of(attempt_id), STACK: self._stack},
            )
        return response["MessageId"]
