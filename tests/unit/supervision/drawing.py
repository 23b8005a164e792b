"""Screens as they are drawn for made cases, and their texts as people read them."""

import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from supervision.sources import Sources
from supervision.supervise import Supervision
from tests.unit.supervision.memory import MemoryMeasures, MemoryRecord
from tests.unit.supervision.synthetic import NOW

NOTHING: Mapping[str, Any] = {}


def screen(
    name: str,
    record: MemoryRecord,
    measured: MemoryMeasures | None = None,
    *,
    context: Mapping[str, Any] = NOTHING,
    sources: Mapping[str, Any] = NOTHING,
    **asked: Any,
) -> str:
    """A screen as HTML, in French where nobody asks for another language; ``context`` is what CloudWatch says."""
    found = Sources(record, measured or MemoryMeasures(), "demo", **sources)
    event = {"screen": name, "lang": "fr", **asked, "widgetContext": context}
    return Supervision(found, lambda: NOW).result(event, "arn")


def opened_by(html: str) -> list[Mapping[str, Any]]:
    """What each action of a page asks."""
    actions = re.findall(r'<cwdb-action action="call"[^>]*>(.*?)</cwdb-action>', html)
    return [json.loads(unescape(each)) for each in actions]


def text_of(html: str) -> str:
    """HTML without marks for letters, and with plain spaces."""
    return unescape(html).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def days(since: float, until: float = 0.0) -> Mapping[str, Any]:
    """The context of a range: from so many days ago until some days ago."""
    start, end = (round((NOW.timestamp() - 86_400 * ago) * 1000) for ago in (since, until))
    return {"timeRange": {"start": start, "end": end}}
