"""The two little languages of alarms, metric math and rules of composite alarms, read by Python's own parser.

Their operators are written as words or signs of their own, and bind as Python's do.
"""

from __future__ import annotations

import ast
import re

from embedded_cloud.errors import TemplateError

WORDS = re.compile(r"""("[^"]*"|'[^']*')|&&|\|\||\b(?:AND|OR)\b""", re.IGNORECASE)
PYTHON = {"&&": " and ", "AND": "and", "||": " or ", "OR": "or"}


def parsed(text: str) -> ast.expr:
    """Parse a text of one of the two; what it may hold is for its reader to say.

    Raises
    ------
    TemplateError
        When it is no expression.
    """
    plain = WORDS.sub(lambda found: found[1] or PYTHON[found[0].upper()], text)
    try:
        return ast.parse(f"({plain})", mode="eval").body
    except SyntaxError as error:
        raise TemplateError(f"{text!r}: {error.msg}") from error
