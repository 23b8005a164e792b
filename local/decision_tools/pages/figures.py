"""Figures of the tables within pages that people write: each is drawn from the element that has it.

On a page, ``<!--coverage toleranceOn 2/4-->0,50<!---->`` is the second of the four numbers, or durations, of the rule
or the decision of that id; where it has more or fewer, nobody knows which is meant. With ``%`` behind the place it is a
share; ``règle`` in its place gives the number of the rule itself.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import dmn
from local.decision_tools.tables.written import logics, quantities
from ops.decisions.tables import DECISIONS, ROOT
from record.cases.failures import CaseError
from restoration.domain.french import comma

PAGES = (ROOT / "docs" / "regles-metier.md", DECISIONS / "README.md")
_FIGURE = re.compile(r"<!--(\w+) (\w+) (\d+/\d+%?|règle)-->([^<]*)<!---->")


class NoFigure(CaseError):
    """Raised when a page names a figure that no table has; says which, in French."""


def with_figures(text: str, models: Mapping[str, dmn.Model]) -> str:
    """A page's text with the figures that some models, by the names of their files, have now.

    Raises
    ------
    NoFigure
        No model has one of them.
    """
    return _FIGURE.sub(lambda it: it[0].replace(f"-->{it[4]}<", f"-->{_figure(models, *it.group(1, 2, 3))}<"), text)


def lost_figures(file: str, model: dmn.Model) -> Iterator[str]:
    """Say in French which figures that a page draws from a file a model of it has not."""
    for path in PAGES:
        for found in _FIGURE.finditer(path.read_text(encoding="utf-8")):
            if found[1] == file:
                try:
                    _figure({file: model}, *found.group(1, 2, 3))
                except NoFigure as error:
                    yield f"{path.relative_to(ROOT)} : {error}"


def _figure(models: Mapping[str, dmn.Model], file: str, element: str, place: str) -> str:
    model = models.get(file)
    rules = {rule.id: rule for table in model.tables for rule in table.rules} if model else {}
    rule = rules.get(element)
    if place == "règle" and rule:
        return f"règle {rule.number}"
    texts: Sequence[str] = (*rule.tests, *rule.outputs) if rule else _texts(model, element) if model else ()
    found = [number for text in texts for _, _, number in quantities(text)]
    at, many = map(int, place.rstrip("%").split("/")) if place != "règle" else (0, 0)
    if many != len(found) or not 0 < at <= many:
        raise NoFigure(f"« {file} {element} {place} » : {file}.dmn n'a pas ce chiffre ; corriger la page qui le nomme")
    number = found[at - 1] * (100 if place.endswith("%") else 1)
    return comma(f"{number:.0f}" if number == int(number) else f"{number:.2f}")


def _texts(model: dmn.Model, element: str) -> Sequence[str]:
    return next((it.texts for it in logics(model) if it.id == element), ())
