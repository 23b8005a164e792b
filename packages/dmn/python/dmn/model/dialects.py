"""What files of Camunda 7 have that the standard has not, and texts that are of another language than FEEL.

With `dialect="camunda"` a model is read as Camunda's own engine reads it: names that nothing declares are variables of
the process, an input has a name in its cells (`camunda:inputVariable`), an input without an expression is that
variable, and a required decision is known by its variable, its id, its name, or the names of its outputs.
"""

from __future__ import annotations

DMN, CAMUNDA = "dmn", "camunda"
DIALECTS = (DMN, CAMUNDA)
CAMUNDA_NAMESPACE = "http://camunda.org/schema/1.0/dmn"
CAMUNDA_INPUT = "camunda:inputVariable"
CAMUNDA_DEFAULT_INPUT = "cellInput"
_JUEL_LIKE_FEEL = frozenset({"juel", "http://www.jcp.org/en/jsr/detail?id=245"})


def foreign_language(text: str, language: str, dialect: str) -> str:
    """Say in which other language than FEEL a text is written; empty where it is FEEL.

    In Camunda's dialect a text that is said to be JUEL and has no `${...}` is read as FEEL: most are names and
    literals, which are the same in both, and the others cannot be parsed.
    """
    start = text.lstrip()[:2]
    if start in ("${", "#{"):
        return "this is JUEL (${...}), the language of Camunda's processes, not FEEL"
    wanted = language.strip().lower()
    if (
        not wanted
        or ("feel" in wanted and "b-feel" not in wanted)
        or (dialect == CAMUNDA and wanted in _JUEL_LIKE_FEEL)
    ):
        return ""
    return f"the expression language '{language}' is not FEEL"
