"""What is written in a model: the numbers and durations of a cell, and the source that each row's annotation names."""

import re
from collections.abc import Iterator

import dmn

DURATION = re.compile(r"-?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:[\d.]+S)?)?")
_QUANTITY = re.compile(r'"(-?P[\dYMDTHS.]+)"|"[^"]*"|(?<![\w.])(\d+(?:\.\d+)?)')
_DAYS = (365, 30, 1, 1 / 24, 1 / 1440)
_TEXTS = r"([Dd]écret|[Ll]oi) \d{4}-\d+( du [^,:;]+)?,? art\. |(CASF|RGPD|Code [^:;]+),? art\. |Service-public A\d+"
_LAW = re.compile(_TEXTS)
_ANY = re.compile(f"(Politique commerciale|Engagement commercial)|{_TEXTS}|EPC|SEPA|Enedis|SGE, ")


def quantities(text: str) -> list[tuple[float, str, float]]:
    """The numbers and durations of a cell: size (a duration's in days), kind, and the number as it is written."""
    found: list[tuple[float, str, float]] = []
    for duration, number in _QUANTITY.findall(text):
        if number:
            found.append((float(number), "nombre", float(number)))
        elif duration and (parts := DURATION.fullmatch(duration)):
            given = [float(it or 0) for it in parts.groups()]
            size = sum(many * days for many, days in zip(given, _DAYS, strict=True))
            found.append((size, re.sub(r"[\d.]", "", duration), max(given)))
    return found


def logics(model: dmn.Model) -> list[dmn.DecisionInfo | dmn.FunctionInfo]:
    """The decisions and the functions of a model."""
    return [*model.decisions.values(), *model.functions.values()]


def texts(model: dmn.Model) -> Iterator[str]:
    """What the decisions and functions of a model say, and each cell of its tables."""
    yield from (text for logic in logics(model) for text in logic.texts)
    yield from (cell for table in model.tables for rule in table.rules for cell in (*rule.tests, *rule.outputs))


def names_a_source(text: str) -> bool:
    """Whether an annotation names a text with its article, a document of banks or of Enedis, or our own choice."""
    return _ANY.search(text) is not None


def is_legal(text: str) -> bool:
    """Whether the law stands behind it; a choice of ours that mentions a text is none."""
    return _LAW.search(text) is not None and not text.startswith(("Politique commerciale", "Engagement commercial"))
