"""What is written in a model, and the numbers and durations that a cell says."""

import re
from collections.abc import Iterator

import dmn

DURATION = re.compile(r"-?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:[\d.]+S)?)?")
_QUANTITY = re.compile(r'"(-?P[\dYMDTHS.]+)"|"[^"]*"|(?<![\w.])(\d+(?:\.\d+)?)')
_DAYS = (365, 30, 1, 1 / 24, 1 / 1440)


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
