"""What every carrier's errors mean: surely not sent, or perhaps."""

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
    """Tell the errors of one call apart. The service's own words are left out: they may quote the customer's address.

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
        said = f"{attempt_id} by {channel}: {error.response['Error']['Code']}"
        if error.response["ResponseMetadata"]["HTTPStatusCode"] < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise MessageNotSent(said, channel) from None
        raise MessageOutcomeUnknown(said) from None
    except BotoCoreError as error:
        raise MessageOutcomeUnknown(f"{attempt_id} by {channel}: {type(error).__name__}") from None
