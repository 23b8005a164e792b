"""Messages to customers: claimed in the ``messages`` table, then sent by SES (e-mail) or SNS (SMS).

The claim comes before the sending and outlives the redrive window, so that a repeated or redriven execution writes
to nobody twice. It is given back only when the message was surely not sent.
"""

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
)

from restoration.clock import to_text, utc_now
from restoration.errors import MessageNotSent, MessageOutcomeUnknown
from restoration.message import Channel, Text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource
    from mypy_boto3_ses import SESClient
    from mypy_boto3_sns import SNSClient

KEPT_FOR = timedelta(days=400)
"""Longer than an execution (1 year) may run, and so than any redrive."""


class MessageOutbox:
    """Claims and sends messages. Addresses are used and forgotten: only the message's id and channel are kept."""

    def __init__(
        self, dynamodb: "DynamoDBServiceResource", table: str, ses: "SESClient", sns: "SNSClient", sender: str
    ) -> None:
        self._table = dynamodb.Table(table)
        self._conflict = dynamodb.meta.client.exceptions.ConditionalCheckFailedException
        self._ses = ses
        self._sns = sns
        self._sender = sender

    def claim(self, message_id: str) -> bool:
        """Claim a message before sending it; ``False`` when it was claimed before."""
        now = utc_now()
        try:
            self._table.put_item(
                Item={
                    "messageId": message_id,
                    "claimedAt": to_text(now),
                    "expiresAt": int((now + KEPT_FOR).timestamp()),
                },
                ConditionExpression="attribute_not_exists(messageId)",
            )
        except self._conflict:
            return False
        return True

    def send(self, message_id: str, channel: Channel, address: str, text: Text) -> None:
        """Send a claimed message.

        Raises
        ------
        MessageNotSent
            When it was surely not sent (refused, throttled, never connected); the claim is given back.
        MessageOutcomeUnknown
            When it was perhaps sent (the service failed, or its answer was lost); the claim stays.
        """
        try:
            self._send(channel, address, text)
        except (EndpointConnectionError, ConnectTimeoutError, ParamValidationError) as error:
            raise self._not_sent(message_id, channel, type(error).__name__) from None
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if error.response["ResponseMetadata"]["HTTPStatusCode"] < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise self._not_sent(message_id, channel, code) from None
            raise MessageOutcomeUnknown(f"{message_id} by {channel}: {code}") from None
        except BotoCoreError as error:
            raise MessageOutcomeUnknown(f"{message_id} by {channel}: {type(error).__name__}") from None
        self._table.update_item(
            Key={"messageId": message_id},
            UpdateExpression="SET sentAt = :at, channel = :channel",
            ExpressionAttributeValues={":at": to_text(utc_now()), ":channel": channel.value},
        )

    def _not_sent(self, message_id: str, channel: Channel, why: str) -> MessageNotSent:
        """Give the claim back. The service's own words are left out: they may quote the customer's address."""
        self._table.delete_item(Key={"messageId": message_id})
        return MessageNotSent(f"{message_id} by {channel}: {why}")

    def _send(self, channel: Channel, address: str, text: Text) -> None:
        if channel is Channel.SMS:
            self._sns.publish(PhoneNumber=address, Message=text.body)
        else:
            self._ses.send_email(
                Source=self._sender,
                Destination={"ToAddresses": [address]},
                Message={"Subject": {"Data": text.subject}, "Body": {"Text": {"Data": text.body}}},
            )
