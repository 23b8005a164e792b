"""The meaning of each carrier's errors: the message was surely not sent, or perhaps sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
)

from restoration.domain.message import Channel
from restoration.errors import MessageNotSent, MessageOutcomeUnknown


@contextmanager
def carrying(attempt_id: str, channel: Channel) -> Iterator[None]:
    """Sort the errors of one call. The service's own words are left out: they may quote the customer's address.

    Raises
    ------
    MessageNotSent
        When it was surely not sent: refused, throttled, never connected.
    MessageOutcomeUnknown
        When it was perhaps sent: the service failed, or its response was lost.
    """
    try:
        yield
    except (EndpointConnectionError, ConnectTimeoutError, ParamValidationError) as error:
        raise MessageNotSent(f"{attempt_id} by {channel}: {type(error).__name__}", channel) from None
    except ClientError as error:
        reason = f"{attempt_id} by {channel}: {error.response['Error']['Code']}"
        if error.response["ResponseMetadata"]["HTTPStatusCode"] < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise MessageNotSent(reason, channel) from None
        raise MessageOutcomeUnknown(reason) from None
    except BotoCoreError as error:
        raise MessageOutcomeUnknown(f"{attempt_id} by {channel}: {type(error).__name__}") from None
