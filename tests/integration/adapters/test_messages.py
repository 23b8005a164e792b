"""Messages to customers: claimed, sent, never twice; given back when surely not sent; no address kept anywhere."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
)

from restoration.adapters.messages import MessageOutbox
from restoration.errors import MessageNotSent
from restoration.message import Channel, MessageKind, text_of
from tests.integration.adapters.recording import Front, refusal

TEXT = text_of(MessageKind.POWER_RESTORED)
MOBILE, EMAIL = "+33612345678", "anne@example.org"


@pytest.fixture
def ses(aws: None) -> Any:
    assert aws is None
    client = boto3.client("ses")
    client.verify_email_identity(EmailAddress="restauration@example.com")
    return client


@pytest.fixture
def sns(aws: None) -> Any:
    assert aws is None
    return boto3.client("sns")


def outbox(dynamodb: Any, ses: Any, sns: Any) -> MessageOutbox:
    return MessageOutbox(dynamodb, "messages", ses, sns, "restauration@example.com")


def kept(dynamodb: Any) -> dict[str, Any]:
    return dict(dynamodb.Table("messages").get_item(Key={"messageId": "LIM-1#X"}).get("Item") or {})


def test_a_message_is_claimed_once(dynamodb: Any, ses: Any, sns: Any) -> None:
    assert [outbox(dynamodb, ses, sns).claim("LIM-1#X") for _ in range(3)] == [True, False, False]


def test_a_claim_outlives_the_longest_execution_with_its_redrive(dynamodb: Any, ses: Any, sns: Any) -> None:
    outbox(dynamodb, ses, sns).claim("LIM-1#X")
    item = kept(dynamodb)
    from restoration.clock import from_text  # noqa: PLC0415

    kept_for = float(item["expiresAt"]) - from_text(item["claimedAt"]).timestamp()
    assert kept_for > (365 + 14) * 86400


def test_an_e_mail_is_sent_with_its_subject_and_text(dynamodb: Any, ses: Any, sns: Any) -> None:
    front: Any = Front(ses)
    outbox(dynamodb, front, sns).send("LIM-1#X", Channel.EMAIL, EMAIL, TEXT)
    ((_, sent),) = front.calls
    assert (sent["Source"], sent["Destination"]) == ("restauration@example.com", {"ToAddresses": [EMAIL]})
    assert sent["Message"]["Subject"]["Data"] == TEXT.subject
    assert sent["Message"]["Body"]["Text"]["Data"] == TEXT.body


def test_a_short_message_is_sent_to_the_number(dynamodb: Any, ses: Any, sns: Any) -> None:
    front: Any = Front(sns)
    outbox(dynamodb, ses, front).send("LIM-1#X", Channel.SMS, MOBILE, TEXT)
    ((_, sent),) = front.calls
    assert (sent["PhoneNumber"], sent["Message"]) == (MOBILE, TEXT.body)


def test_what_was_sent_is_kept_without_address_or_text(dynamodb: Any, ses: Any, sns: Any) -> None:
    box = outbox(dynamodb, ses, sns)
    box.claim("LIM-1#X")
    box.send("LIM-1#X", Channel.SMS, MOBILE, TEXT)
    item = kept(dynamodb)
    assert item["channel"] == "SMS"
    assert set(item) == {"messageId", "claimedAt", "expiresAt", "sentAt", "channel"}


SURELY_NOT_SENT: list[Callable[[], Exception]] = [
    lambda: refusal("Publish", "Throttling"),
    lambda: refusal("Publish", "InvalidParameter"),
    lambda: EndpointConnectionError(endpoint_url="sns"),
    lambda: ConnectTimeoutError(endpoint_url="sns"),
    lambda: ParamValidationError(report="PhoneNumber"),
]


@pytest.mark.parametrize("error", SURELY_NOT_SENT)
def test_a_message_that_surely_was_not_sent_gives_its_claim_back(
    dynamodb: Any, ses: Any, sns: Any, error: Callable[[], Exception]
) -> None:
    def fail(**_: Any) -> None:
        raise error()

    front: Any = Front(sns, publish=fail)
    box = outbox(dynamodb, ses, front)
    box.claim("LIM-1#X")
    with pytest.raises(MessageNotSent) as caught:
        box.send("LIM-1#X", Channel.SMS, MOBILE, TEXT)
    assert MOBILE not in str(caught.value)
    assert "LIM-1#X" in str(caught.value)
    assert box.claim("LIM-1#X") is True


@pytest.mark.parametrize(
    "error", [lambda: ReadTimeoutError(endpoint_url="sns"), lambda: refusal("Publish", "InternalFailure", 500)]
)
def test_a_message_that_may_have_been_sent_keeps_its_claim(
    dynamodb: Any, ses: Any, sns: Any, error: Callable[[], Exception]
) -> None:
    def fail(**_: Any) -> None:
        raise error()

    front: Any = Front(sns, publish=fail)
    box = outbox(dynamodb, ses, front)
    box.claim("LIM-1#X")
    with pytest.raises(Exception, match=r".+"):
        box.send("LIM-1#X", Channel.SMS, MOBILE, TEXT)
    assert box.claim("LIM-1#X") is False
