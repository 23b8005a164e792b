"""Returns the screens: what a CloudWatch custom widget, or the local console, asks for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from record.words import Words
from supervision.kit.page import page, trouble
from supervision.question import question_of
from supervision.sources import Sources
from supervision.words import COMMON, NotUnderstood

SCREENS = ("overview", "branches", "running", "durations", "incidents", "rules", "enedis", "value", "case")
"""The screens, in the order of tabs; a dashboard's widget names one in its parameters. Each is a module."""
DESCRIPTION = """## Supervision of restorations

Returns one screen as HTML. It reads and changes nothing.

| parameter | what it does | example |
|---|---|---|
| `screen` | `overview`, `branches`, `running`, `durations`, `incidents`, `rules`, `enedis`, `value`, `case` | `value` |
| `lang` | `fr` or `en`; without it, the language of your browser | `fr` |
| `filter` | Conditions that must all hold | `outcome=RESTORED\\|REFUSED hour=8..18` |
| `month` | For `value`; without it, the month in which the range ends | `2026-11` |
| `key` | For `case`: a limitation, contract, point, customer or execution | `LIM-000123` |

The range is the dashboard's; a zoom comes first.

```yaml
screen: overview
lang: fr
```
"""
"""What CloudWatch shows to somebody who makes a widget: which parameters it takes."""


def _screen(name: str) -> Any:
    """The module of a screen, imported when somebody asks for it: a first call would wait for all nine."""
    if name not in SCREENS:
        raise NotUnderstood("no_screen", screen=name, names=", ".join(SCREENS))
    return import_module(f"supervision.screens.{name}")


@dataclass(frozen=True, slots=True)
class Supervision:
    """Draws screens from sources, at the moment that a clock gives."""

    sources: Sources
    clock: Callable[[], datetime]

    def result(self, event: Mapping[str, Any], endpoint: str) -> str:
        """The HTML for an invocation, or Markdown where it asks for a description.

        A question that can't be understood gets a page that says so, since a dashboard shows no error of a function.

        Parameters
        ----------
        endpoint
            The function's ARN, which actions call.
        """
        if event.get("describe"):
            return DESCRIPTION
        try:
            question = question_of(event, endpoint, self.clock(), self._seen)
            screen = _screen(question.screen)
            if question.screen == "value":
                question = screen.whole_month(question)
        except NotUnderstood as error:
            return self._trouble(event, endpoint, "not_understood", error)
        body = screen.draw(question, self.sources)
        return page(question, self.sources.record.completeness(), body)

    def _seen(self) -> Iterable[str]:
        return {each.error for each in self.sources.record.signatures().values()}

    def unreadable(self, event: Mapping[str, Any], endpoint: str) -> str:
        """The page for a question that was understood, when its figures can't be read."""
        return self._trouble(event, endpoint, "failed", NotUnderstood("try_again"))

    def _trouble(self, event: Mapping[str, Any], endpoint: str, name: str, error: NotUnderstood) -> str:
        """A page for the question without what may be wrong in it: only its language and theme."""
        context = event.get("widgetContext") or {}
        lang = event.get("lang") or (context.get("params") or {}).get("lang")
        kept = {name: context[name] for name in ("locale", "theme") if name in context}
        question = question_of({"lang": lang, "widgetContext": kept}, endpoint, self.clock())
        return trouble(question, Words(question.language, COMMON)(name), error.said(question.language))
