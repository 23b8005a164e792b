"""E-mails and SMS leave at most once; a carrier's error has a meaning, and shows no address."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
)
from moto.core.botocore_stubber import MockRawResponse

from restoration.adapters.end_user_messaging.sms import TextMessages
from restoration.adapters.ses.mail import Mail
from restoration.bootstrap import clients
from restoration.contracts.notifications import tag_of
from restoration.domain.message import Channel, Text
from restoration.errors import MessageNotSent, MessageOutcomeUnknown
from tests.integration.adapters.recording import Front, refusal

ID = "LIM-1#ORDER_PLACED#LIM-1/R/1"
TEXT = Text("Votre paiement", "Bonjour, votre paiement est reçu.")
MOBILE, EMAIL = "+33612345678", "anne@example.org"


def mail(client: Any) -> Mail:
    return Mail(client, "restauration@example.com", "restoration-messages")


def sms(client: Any) -> TextMessages:
    return TextMessages(client, "FOURNISSEUR", "restoration-dev")


def test_an_e_mail_leaves_with_its_subject_and_text_and_the_id_as_a_tag() -> None:
    client = boto3.client("sesv2")
    client.create_email_identity(EmailIdentity="restauration@example.com")
    front: Any = Front(client)
    assert mail(front).send(ID, EMAIL, TEXT)
    ((_, sent),) = front.calls
    subject, body = ({"Data": text, "Charset": "UTF-8"} for text in (TEXT.subject, TEXT.body))
    assert sent == {
        "FromEmailAddress": "restauration@example.com",
        "Destination": {"ToAddresses": [EMAIL]},
        "Content": {"Simple": {"Subject": subject, "Body": {"Text": body}}},
        "ConfigurationSetName": "restoration-messages",
        "EmailTags": [{"Name": "message", "Value": tag_of(ID)}],
    }


def test_an_sms_leaves_to_the_number_with_the_id_in_its_context() -> None:
    sent: list[dict[str, Any]] = []

    def take(**arguments: Any) -> dict[str, str]:
        sent.append(arguments)
        return {"MessageId": "sms-1"}

    assert sms(Front(None, send_text_message=take)).send(ID, MOBILE, TEXT) == "sms-1"
    (arguments,) = sent
    assert arguments == {
        "DestinationPhoneNumber": MOBILE,
        "OriginationIdentity": "FOURNISSEUR",
        "MessageBody": TEXT.body,
        "MessageType": "TRANSACTIONAL",
        "Context": {"message": tag_of(ID), "stack": "restoration-dev"},
    }


def failing(channel: Channel, error: Callable[[], Exception]) -> Callable[[], str]:
    def fail(**_: Any) -> None:
        raise error()

    if channel is Channel.SMS:
        return lambda: sms(Front(None, send_text_message=fail)).send(ID, MOBILE, TEXT)
    return lambda: mail(Front(None, send_email=fail)).send(ID, EMAIL, TEXT)


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
@pytest.mark.parametrize(("error", "raised"), [
    (lambda: refusal("Send", "ThrottlingException"), MessageNotSent),
    (lambda: refusal("Send", "MessageRejected"), MessageNotSent),
    (lambda: EndpointConnectionError(endpoint_url="there"), MessageNotSent),
    (lambda: ConnectTimeoutError(endpoint_url="there"), MessageNotSent),
    (lambda: ParamValidationError(report=MOBILE), MessageNotSent),
    (lambda: refusal("Send", "InternalFailure", 500), MessageOutcomeUnknown),
    (lambda: ReadTimeoutError(endpoint_url="there"), MessageOutcomeUnknown),
])  # fmt: skip
def test_a_call_surely_sent_nothing_when_it_was_refused_or_never_connected_and_else_may_have(
    channel: Channel, error: Callable[[], Exception], raised: type[Exception]
) -> None:
    with pytest.raises(raised) as caught:
        failing(channel, error)()
    assert getattr(caught.value, "channel", channel) is channel
    assert ID in str(caught.value)
    assert MOBILE not in str(caught.value)


@pytest.mark.parametrize(("service", "carrier"), [("pinpoint-sms-voice-v2", sms), ("sesv2", mail)])
def test_a_carrier_that_responds_with_500_gets_exactly_one_request(
    service: Any, carrier: Callable[[Any], TextMessages | Mail]
) -> None:
    """boto3's own retries would send a message again that may have been sent."""
    requests: list[str] = []

    def fail(request: Any, **_: object) -> AWSResponse:
        requests.append(request.url)
        return AWSResponse(request.url, 500, HTTPHeaders(), MockRawResponse(b"{}"))

    clients.client_that_tries_once.cache_clear()
    client = clients.client_that_tries_once(service)
    client.meta.events.register_first("before-send", fail)
    with pytest.raises(MessageOutcomeUnknown):
        carrier(client).send(ID, MOBILE, TEXT)
    clients.client_that_tries_once.cache_clear()
    assert len(requests) == 1
