"""A console on made cases: for tests in a browser, and for people who change a screen.

``python -m tests.integration.console.made`` serves it until Ctrl-C.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from embedded_cloud.by_hand import set_by_hand
from local.console.console import Console, Settings
from supervision.sources import Sources
from supervision.supervise import Supervision
from tests.unit.supervision.made_case import cases
from tests.unit.supervision.synthetic import NOW, measures, synthetic

FUNCTION = "arn:aws:lambda:eu-west-3:123456789012:function:demo-supervise"


class MadeScreens:
    """Draws the screens of made cases as the function does; keeps the events that it was asked with.

    The cases are of the days before :data:`~tests.unit.supervision.synthetic.NOW`. A range that ends now, as the
    console's usual one, is taken to end then.
    """

    def __init__(self, number: int = 2000) -> None:
        sources = Sources(synthetic(number), measures(), "demo", cases=cases())
        self.supervision = Supervision(sources, lambda: NOW)
        self.events: list[Mapping[str, Any]] = []

    def __call__(self, event: Mapping[str, Any]) -> str:
        self.events.append(event)
        return self.supervision.result(_as_then(event), FUNCTION)


@contextmanager
def made_console(number: int = 2000, refresh_seconds: float = 1.0) -> Iterator[tuple[Console, MadeScreens]]:
    """A console on made cases, for the length of the block, with what it asked for."""
    screens = MadeScreens(number)
    with Console(screens, Settings("Made cases", refresh_seconds)) as console:
        yield console, screens


def _as_then(event: Mapping[str, Any]) -> Mapping[str, Any]:
    context = event.get("widgetContext") or {}
    told = context.get("timeRange") or {}
    if told.get("mode") != "relative":
        return event
    ahead = int((datetime.now(UTC) - NOW).total_seconds() * 1000)

    def moved(span: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**span, **{name: span[name] - ahead for name in ("start", "end") if name in span}}

    zoom = {"zoom": moved(told["zoom"])} if told.get("zoom") else {}
    return {**event, "widgetContext": {**context, "timeRange": {**moved(told), **zoom}}}


if __name__ == "__main__":
    stop = set_by_hand()
    with made_console() as (served, _):
        sys.stdout.write(f"{served.url}\n")
        sys.stdout.flush()
        stop.wait()
