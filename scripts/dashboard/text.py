"""The dashboard as it stands in ``operations/template.yaml``: between two comments, replaced as a whole."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGIN = "  # drawn: dashboard (make dashboard writes it; docs/architecture.md says how to add a widget)\n"
END = "  # end\n"
_DRAWN = re.compile(rf"(?<={re.escape(BEGIN)}).*?(?=^{END})", re.DOTALL | re.MULTILINE)
_HEAD = """  Dashboard:
    Type: AWS::CloudWatch::Dashboard
    Properties:
      # Dashboards are the account's, whatever the region.
      DashboardName: !Sub "${Core}-${AWS::Region}"
      DashboardBody: !Sub |-
"""
_INDENT = " " * 8


class NoPlaceError(ValueError):
    """Raised when a template has no place for a dashboard, or two."""


def drawn(template: str, body: dict[str, Any]) -> str:
    """Give the text of a template with a dashboard in its place.

    Raises
    ------
    NoPlaceError
        When the comments between which it stands are not there, or there twice.
    """
    if len(_DRAWN.findall(template)) != 1:
        raise NoPlaceError(f"the template needs one line {BEGIN.strip()!r}, and {END.strip()!r} some lines below it")
    lines = "\n".join(f"{_INDENT}{line}" for line in _lines(body))
    return _DRAWN.sub(lambda _: f"{_HEAD}{lines}\n", template)


def _lines(body: dict[str, Any]) -> Iterator[str]:
    """Lines of JSON: one for a widget's place, and one for each long list's member."""
    rest = {name: value for name, value in body.items() if name != "widgets"}
    yield f'{_json(rest)[:-1]}, "widgets": ['
    last = len(body["widgets"]) - 1
    for place, widget in enumerate(body["widgets"]):
        properties = dict(widget["properties"])
        lists = {name: properties.pop(name) for name in ("metrics", "alarms") if name in properties}
        head = {name: value for name, value in widget.items() if name != "properties"}
        closing = "}}" if place == last else "}},"
        opened = f'{_json(head)[:-1]}, "properties": {_json(properties)[:-1]}'
        for name, members in lists.items():
            yield f'{opened}, "{name}": ['
            yield from (
                f"  {_json(each)}{'' if number == len(members) else ','}" for number, each in enumerate(members, 1)
            )
            opened = "]"
        yield f"{opened}{closing}"
    yield "]}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
