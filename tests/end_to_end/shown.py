"""The figures of the screens, read from the HTML that the function returns."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lxml import html

from supervision.formats import duration
from supervision.question import Language

BUCKET = 1.02
_UNITS = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000, "j": 86_400_000}
_SPACES = re.compile(r"[\N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}]")

type Ask = Callable[[Mapping[str, object]], str]


class Page:
    """A screen as it was returned."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._root = html.fromstring(text)

    @property
    def words(self) -> str:
        """All that it says, without what its actions send."""
        return plain(self._root)

    def tiles(self) -> Mapping[str, str]:
        """The numbers that stand on tiles, by what they count."""
        found = {}
        for each in self._root.xpath('//div[contains(@class, "cards")]/div'):
            value, label = each.xpath("./div")
            found[plain(label)] = plain(value)
        return found

    def bars(self) -> Mapping[str, str]:
        """The numbers of bars and columns, by name."""
        told = (each.text_content().partition(" — ")[0] for each in self._root.xpath("//svg//g/title"))
        return dict(each.partition(": ")[::2] for each in told)

    def table(self, caption: str) -> Sequence[Sequence[str]]:
        """The rows of a table; nothing where there is none of that name."""
        rows = self._root.xpath("//div[@aria-label = $name]//tbody/tr", name=caption)
        return [[plain(cell) for cell in row.xpath("./td")] for row in rows]

    def big(self) -> str:
        """The largest number."""
        return plain(self._root.xpath('//*[contains(@class, "big")]')[0])

    def sections(self, kind: str) -> Sequence["Page"]:
        """Its parts of a kind."""
        return [
            Page(html.tostring(each, encoding="unicode"))
            for each in self._root.xpath("//section[contains(@class, $kind)]", kind=kind)
        ]

    def heading(self) -> str:
        return plain(self._root.xpath("//h3")[0])

    def rows(self) -> Sequence[tuple[Mapping[str, Any], Sequence[str]]]:
        """The rows of all tables: what the action of their first link asks for, and their cells."""
        found = []
        for row in self._root.xpath("//tbody/tr"):
            actions = row.xpath(".//cwdb-action")
            asked = json.loads(actions[0].text_content()) if actions else {}
            found.append((asked, [plain(cell) for cell in row.xpath("./td")]))
        return found


def plain(element: Any) -> str:
    """The text of an element, without what its actions send, with spaces that break."""
    texts = element.xpath(".//text()[not(ancestor::cwdb-action) and not(ancestor::style)]")
    return " ".join(_SPACES.sub(" ", "".join(texts)).split())


def whole(text: str) -> int:
    """The number that a text begins with."""
    found = re.match(r"\d[\d ]*", text)
    assert found, text
    return int(found[0].replace(" ", ""))


def is_near(text: str, exact: float, language: Language, at_most: float | None = None) -> bool:
    """Whether a duration as the screens write it is within one bucket of the exact one (milliseconds).

    Parameters
    ----------
    at_most
        Where the exact one is not known: it is between both.
    """
    bounds = exact / BUCKET, (exact if at_most is None else at_most) * BUCKET
    least, most = (milliseconds(duration(each, language)) for each in bounds)
    return least <= milliseconds(text) <= most


def milliseconds(text: str) -> float:
    """A duration as the screens write it: 781 ms, 3,2 s, 2 h 05."""
    parts = _SPACES.sub(" ", text).replace(",", ".").split()
    found = float(parts[0]) * _UNITS[parts[1]]
    return found + float(parts[2]) * _UNITS["min"] if len(parts) > 2 else found
