"""A text with a quote breaks what an input transformer writes, and objects of a list become texts.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

import json
from typing import Any

from moto.events.utils import EventTemplateParser


def _written(value: Any) -> str:
    """Write a value as JSON; a text without its quotes, which stand in the template."""
    return json.dumps(value)[1:-1] if isinstance(value, str) else json.dumps(value)


MENDS = ((EventTemplateParser, "_stringify", lambda _: staticmethod(_written)),)
