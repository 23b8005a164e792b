"""What leaves by SES and AWS End User Messaging is kept, and what does not arrive is reported as AWS reports it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.errors import TemplateError
from embedded_cloud.stack.resources.messaging import create_mail_destination
from tests.integration.cloud.machines import over_http, taken

if TYPE_CHECKING:
    from embedded_cloud import EmbeddedCloud

SENDER = "supplier@example.org"


def send_email(cloud: EmbeddedCloud, to: str, **more: str) -> None:
    cloud.client("ses").verify_email_identity(EmailAddress=SENDER)
    over_http(cloud, "sesv2").send_email(
        FromEmailAddress=SENDER,
        Destination={"ToAddresses": [to]},
        Content={"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "There"}}}},
        **more,
    )


def test_what_no_configuration_set_asks_for_is_not_reported(cloud: EmbeddedCloud) -> None:
    cloud.carriers.mail_fates |= dict.fromkeys(("gone@example.org", "asked@example.org"), "bounce")
    cloud.carriers.mail_fates |= {"late@example.org": "deliveryDelay"}
    send_email(cloud, "late@example.org", ConfigurationSetName="sample-mail")
    send_email(cloud, "gone@example.org")
    send_email(cloud, "asked@example.org", ConfigurationSetName="sample-mail")
    [report] = [json.loads(message["Body"]) for message in taken(cloud, cloud.outputs["ReportsUrl"])]
    assert (report["detail-type"], report["detail"]["mail"]["destination"]) == ("Email Bounced", ["asked@example.org"])


@pytest.mark.parametrize(("number", "body"), [("0", "Hello"), ("+33639980001", "x" * 1601)])
def test_an_sms_that_aws_would_not_take_is_refused(cloud: EmbeddedCloud, number: str, body: str) -> None:
    before = len(cloud.carriers.text_messages)
    client = cloud._clients.get("pinpoint-sms-voice-v2", validate=False)
    with pytest.raises(ClientError, match="ValidationException"):
        client.send_text_message(DestinationPhoneNumber=number, MessageBody=body)
    assert len(cloud.carriers.text_messages) == before


def test_a_destination_other_than_the_default_bus_is_refused() -> None:
    properties: Any = {"EventDestination": {"SnsDestination": {"TopicARN": "arn:aws:sns:x"}}}
    nothing: Any = None
    with pytest.raises(TemplateError, match="default event bus only"):
        create_mail_destination(nothing, nothing, properties)
