"""The words of the screens, in French and in English: ``words.csv``, by the screen that says them; empty for all.

A screen's own word comes before the same one of all screens. The definitions of figures are ``defined_<word>``.
"""

from pathlib import Path

from record.codes import codes
from record.words import Said, Texts, texts_in

_OUTCOMES = (
    "RESTORED ALREADY_RESTORED LIMITATION_CANCELLED FLOOR_RAISED BALANCE_DUE REFUSED CONTRACT_ENDED NO_ORDER"
    " CANCELLED_BY_BILLING LEFT_TO_ADVISOR SHADOW JOINED SUPERSEDED NOT_LIMITED OFF FAILED TIMED_OUT ABORTED"
)
OUTCOMES: Texts = {
    code: (f"{french[0].upper()}{french[1:]}", f"{english[0].upper()}{english[1:]}")
    for code in _OUTCOMES.split()
    for french, english in [codes()[code]]
}
"""The outcomes of an execution, and the statuses of one that failed."""


def texts_of(screen: str) -> Texts:
    """The words that a screen has; an empty name has those of all screens alone."""
    return texts_in(Path(__file__).with_suffix(".csv"), screen)


COMMON = texts_of("")
"""What every screen says."""


class NotUnderstood(Said):
    """What was asked can't be understood: a text of all screens says what, and what to do.

    Parameters
    ----------
    told
        The text's fields; a pair has a French value and an English one.
    """

    def __init__(self, name: str, **told: object) -> None:
        french, english = (
            text.format(**{key: value[place] if isinstance(value, tuple) else value for key, value in told.items()})
            for place, text in enumerate(COMMON[name])
        )
        super().__init__(english, french)
