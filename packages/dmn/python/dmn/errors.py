"""Everything this package raises, under one base."""


class DmnError(Exception):
    """Base of every error that this package lets out."""


class _ElementError(DmnError):
    def __init__(self, file: str, element_id: str, reason: str, place: str = "") -> None:
        where = f"{file}, element {element_id}" if element_id else file
        super().__init__(f"{where} ({place}): {reason}" if place else f"{where}: {reason}")
        self.file = file
        self.element_id = element_id
        self.reason = reason
        self.place = place


class ModelError(_ElementError):
    """The file cannot be loaded as a DMN model.

    Attributes
    ----------
    file : str
        Name of the file, as given to `load` or `loads`.
    element_id : str
        Id (or name, where there is no id) of the element at fault; empty where it is the file itself.
    reason : str
        What is wrong, with the text of the expression where there is one, and what to do about it where that is known.
    place : str
        Where the element is, in the words of the table: its decision, rule and column.
    """


class InputError(DmnError):
    """An input is missing, or breaks its type or its allowed values.

    Attributes
    ----------
    input : str
        Name of the input.
    value : object
        What was given (None where nothing was).
    expectation : str
        The type or the allowed values, as the model states them.
    model : str
        Name of the model's file.
    """

    def __init__(
        self, name: str, value: object, expectation: str, model: str, *, missing: bool = False, advice: str = ""
    ) -> None:
        given = "is missing" if missing else f"is {_show(value)}"
        unknown = " (null where it is not known)" if missing else ""
        text = f"{model}: input '{name}' {given}; expected {expectation}{unknown}"
        super().__init__(f"{text}; {advice}" if advice else text)
        self.input = name
        self.value = value
        self.expectation = expectation
        self.model = model
        self.missing = missing


def _show(value: object) -> str:
    """Write a caller's value, which may be anything: a number of a million digits, a list that holds itself."""
    if isinstance(value, str):
        return f'"{value:.200}"'
    try:
        if isinstance(value, (list, tuple, dict)):
            import reprlib  # noqa: PLC0415 - loaded only for an error

            return reprlib.repr(value)[:200]
        return str(value)[:200]
    except Exception:  # noqa: BLE001 - whatever a caller's class does, the error is about the input
        return f"a {type(value).__name__} that cannot be shown"


class UnsupportedError(_ElementError):
    """An evaluation reached what the model leaves open or what is in another language, and so cannot go on.

    A file in Camunda's dialect loads with an expression in JUEL, without an expression, or with a decision that has no
    logic, as it does there; and a decision service loads without an output decision. They are refused when they are
    to be evaluated.

    Attributes
    ----------
    file : str
        Name of the model's file.
    element_id : str
        Id (or name) of the element.
    reason : str
        What cannot be evaluated, and what to do about it.
    """


class UnknownDecisionError(DmnError):
    """The model has no decision, decision service or business knowledge model of this name or id."""


class LimitError(DmnError):
    """A bound on depth, size or time was reached, so that a model cannot hold its caller up."""


class FeelSyntaxError(DmnError):
    """A FEEL text that cannot be parsed; `load` turns it into a `ModelError` that names the element.

    Attributes
    ----------
    position : int
        Offset of the first character that could not be understood.
    advice : str
        What to do about it; empty where nothing is known.
    """

    def __init__(self, reason: str, position: int = 0, advice: str = "") -> None:
        super().__init__(f"{reason}; {advice}" if advice else reason)
        self.reason = reason
        self.position = position
        self.advice = advice


class FeelMeaningError(FeelSyntaxError):
    """A text that is FEEL, and names or calls what is not there, or calls it in a way that it has not."""


class InvalidError(DmnError):
    """An operation that FEEL defines as null; the evaluation turns it into null and a warning, so that it stays inside.

    `kind` tells warnings apart: `type`, `argument`, `arithmetic`, `unknown-name`, `no-match`...
    """

    def __init__(self, message: str, kind: str = "type") -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
