"""A new alarm is OK. On AWS nothing is known of it yet, and it begins with INSUFFICIENT_DATA.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from typing import Any

from moto.cloudwatch.models import Alarm


def _beginning_without_data(original: Any) -> Any:
    def initialise(alarm: Any, *args: Any, **named: Any) -> None:
        original(alarm, *args, **named)
        alarm.state_value = "INSUFFICIENT_DATA"

    return initialise


MENDS = ((Alarm, "__init__", _beginning_without_data),)
