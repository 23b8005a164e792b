"""A new alarm is OK. On AWS nothing is known of it yet, and it begins with INSUFFICIENT_DATA.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from typing import Any

from moto.cloudwatch.models import Alarm

from embedded_cloud.patching import around


def _initialise(original: Any, alarm: Any, *args: Any, **named: Any) -> None:
    original(alarm, *args, **named)
    alarm.state_value = "INSUFFICIENT_DATA"


MENDS = ((Alarm, "__init__", around(_initialise)),)
