"""A filter as one line of text, which stands in an address or in a form, and can be sent to a colleague.

Conditions stand beside each other, and all must hold: ``outcome=RESTORED|REFUSED took>15min hour=8..18``.

- ``field=a|b``: one of them. ``field!=a|b``: none of them. A text with spaces or ``|`` stands in double quotes.
- ``field=a..b``: from a to b, both included; ``field>a`` and ``field<a``, too. Durations: ``90s``, ``15min``, ``2h``.
- Letters may be small or capital. A value may be a code or what a screen shows for it: ``outcome="Reste à payer"``.

The record counts by outcome, version, hour and day: such a filter reaches all of a range. Each other field is searched
in the latest 5,000 records, and the screen says so.
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Any
from unicodedata import combining, normalize

from record.codes import codes
from record.domain.failure import UNSUCCESSFUL
from record.domain.record import Case, EndedCase, OpenCase, Slice
from record.domain.steps import pairs_in
from record.words import Texts
from restoration import errors
from restoration.clock import PARIS
from restoration.domain.french import DAYS as FRENCH_DAYS
from restoration.domain.payment import PaymentMeans
from supervision.process import state_names, way_names
from supervision.rule_tables import rule_names
from supervision.words import OUTCOMES, NotUnderstood

COUNTED = ("outcome", "version", "hour", "day")
"""The fields by which the record counts: those of a slice."""
OPEN = ("status", "state", "error", "signature", "limitation", "way", "redrives")
"""The fields of a case that is open; it has no outcome yet."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _at(found: Any) -> datetime:
    """When a case ended, or the cases of a slice, in Paris."""
    return (found.start if isinstance(found, Slice) else found.ended_at).astimezone(PARIS)


FIELDS: Mapping[str, Callable[[Any], Sequence[str]]] = {
    "outcome": lambda found: [found.outcome],
    "version": lambda found: [found.version],
    "hour": lambda found: [str(_at(found).hour)],
    "day": lambda found: [DAYS[_at(found).weekday()]],
    "status": lambda case: [case.status],
    "state": lambda case: [case.state],
    "error": lambda case: [case.error],
    "signature": lambda case: [case.signature],
    "limitation": lambda case: [case.limitation_id],
    "way": lambda case: pairs_in(case.ways),
    "redrives": lambda case: [str(case.redrives)],
    "means": lambda case: sorted(case.means),
    "code": lambda case: sorted(case.codes),
    "rule": lambda case: sorted(case.rules),
    "took": lambda case: [str(case.took.total_seconds())],
}
"""The values of each field, of which one has to meet a condition."""
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "j": 86400}
_VALUE = r'"[^"]*"|[^|"\s]+'
_VALUES = rf"(?:{_VALUE})(?:\|(?:{_VALUE}))*"
_CONDITION = re.compile(rf"(?P<field>[A-Za-z]+)(?P<sign>!=|>=|<=|=|>|<)(?P<values>{_VALUES})(?=\s|$)")
OTHERS = ("error", "code")
"""Fields that may have values of which nobody knows the words."""
NEAREST = 24
"""As many values are named to somebody who wrote one that there is not: those that are most like it."""
type Seen = Callable[[], Iterable[str]]
"""The errors that cases failed with: beside ours there are those of AWS, and defects."""
_DURATION = re.compile(r"(\d+(?:[.,]\d+)?)(s|min|h|d|j)?")


_COMPARES = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
"""The signs that compare with a number; the others are ``=`` and ``!=``."""


class FilterError(NotUnderstood):
    """A filter that can't be understood; says which part, and what would do."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition; ``values`` are those of an OR, each perhaps a range ``a..b``."""

    field: str
    sign: str
    values: Sequence[str]

    def __str__(self) -> str:
        quoted = (f'"{each}"' if re.search(r"[\s|]|^$", each) else each for each in self.values)
        return f"{self.field}{self.sign}{'|'.join(quoted)}"

    def takes(self, have: Sequence[str]) -> bool:
        """Whether one of the values of a field meets it."""
        if self.sign in _COMPARES:
            return any(_COMPARES[self.sign](_number(each), _number(self.values[0])) for each in have)
        return any(_is(each, value) for each in have for value in self.values) is (self.sign == "=")


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that must all hold; without any, everything is taken."""

    conditions: Sequence[Condition] = ()

    @classmethod
    def parse(cls, text: str, seen: Seen | None = None) -> "Filter":
        """Read a filter.

        Parameters
        ----------
        seen
            Asked where an error is named that is none of ours; without it, any text may be one.

        Raises
        ------
        FilterError
            When a part is no condition, names a field that does not exist, or compares with what is no number.
        """
        conditions, text = [], text.strip()
        while text:
            found = _CONDITION.match(text)
            if not found:
                raise FilterError("no_condition", part=text.split()[0])
            conditions.append(_condition(found, seen))
            text = text[found.end() :].lstrip()
        return cls(tuple(conditions))

    def __str__(self) -> str:
        return " ".join(map(str, self.conditions))

    @property
    def of_ended(self) -> "Filter":
        """The conditions that an open case can't meet or fail, since it has not ended."""
        return Filter(tuple(each for each in self.conditions if each.field not in OPEN))

    def replacing(self, name: str, *values: str) -> "Filter":
        """The same, but for one field, which must have one of some values."""
        others = [each for each in self.conditions if each.field != name]
        return Filter((*others, Condition(name, "=", values)))

    def takes_slice(self, found: Slice) -> bool:
        """Whether a slice meets the conditions that counts can tell. A slice of a day has no hour: it is taken."""
        is_day = found.length >= timedelta(days=1)
        return self._takes(found, [each for each in COUNTED if each != "hour" or not is_day])

    def takes_ended(self, case: EndedCase) -> bool:
        """Whether a case that ended meets all conditions."""
        return self._takes(case, FIELDS)

    def takes_open(self, case: OpenCase) -> bool:
        """Whether a case that is open meets the conditions on what an open case has."""
        return self._takes(case, OPEN)

    def _takes(self, found: Slice | Case, known: Iterable[str]) -> bool:
        """Whether each condition holds; a field that is not known of it rules nothing out."""
        return all(each.takes(FIELDS[each.field](found)) for each in self.conditions if each.field in known)


def _condition(found: re.Match[str], seen: Seen | None) -> Condition:
    name, sign = found["field"].casefold(), found["sign"]
    if name not in FIELDS:
        raise FilterError("no_field", field=found["field"], fields=", ".join(FIELDS))
    values = tuple(_code(name, each.strip('"'), seen) for each in re.findall(_VALUE, found["values"]))
    if sign in _COMPARES:
        if len(values) > 1:
            raise FilterError("several_values", part=found[0])
        _number(values[0], found[0])
    elif name == "took" and any(".." not in each for each in values):
        raise FilterError("never_exact", part=found[0])
    for value in values:
        ends = [_number(end, found[0]) for end in value.split("..", 1)] if ".." in value else []
        if ends != sorted(ends):
            raise FilterError("ends_first", value=value, other="..".join(reversed(value.split(".."))))
        for end in value.split("..") if ends and name == "hour" else ():
            _code(name, end, seen)
    return Condition(name, sign, values)


@cache
def values_of(name: str) -> Texts:
    """The values that a field may have, with the words that screens show for them; empty where any text may be one."""
    known: Mapping[str, Callable[[], Texts]] = {
        "outcome": lambda: OUTCOMES,
        "status": lambda: {"RUNNING": ("En cours", "Running"), **{each: OUTCOMES[each] for each in UNSUCCESSFUL}},
        "state": lambda: dict(state_names()),
        "way": lambda: dict(way_names()),
        "means": lambda: {each: codes()[each] for each in PaymentMeans},
        "error": lambda: {each: words for each, words in codes().items() if hasattr(errors, each)},
        "rule": rule_names,
        "code": lambda: {each: words for each, words in codes().items() if each.startswith("SGT")},
        "hour": lambda: {str(each): (f"{each:02}", f"{each:02}") for each in range(24)},
        "day": lambda: {code: (french, code) for code, french in zip(DAYS, FRENCH_DAYS, strict=True)},
    }
    return known[name]() if name in known else {}


def _code(name: str, value: str, seen: Seen | None) -> str:
    """The code of a value that may be written as a code or in the words of a screen, capital or not."""
    known = {} if ".." in value else {**values_of(name)}
    if name in OTHERS:
        others = seen() if seen and name == "error" else [value]
        known |= {each: (each, each) for each in ("", *others) if each not in known}
    for code, shown in known.items():
        if _plain(value) in {_plain(code), *map(_plain, shown)}:
            return code
    if known:
        near = known if len(known) <= NEAREST else get_close_matches(value, known, NEAREST, cutoff=0)
        told = [(french, code) for code in near for french, _ in [known[code]] if code]
        raise FilterError("no_value", value=value, field=name, values=tuple(map(", ".join, zip(*told, strict=True))))
    return value


def _plain(text: str) -> str:
    """A text without accents and capitals, as people type it."""
    return "".join(each for each in normalize("NFD", text.casefold()) if not combining(each))


def _is(have: str, value: str) -> bool:
    if ".." in value:
        least, most = value.split("..", 1)
        return _number(least) <= _number(have) <= _number(most)
    return have.casefold() == value.casefold()


def _number(text: str, part: str = "") -> float:
    """A number, or the seconds of a duration; not a number for what is neither."""
    found = _DURATION.fullmatch(text.strip().casefold())
    if found:
        return float(found[1].replace(",", ".")) * _SECONDS[found[2] or "s"]
    if part:
        raise FilterError("no_number", text=text, part=part)
    return float("nan")
