"""The errors of the system. A class's name is its contract with the state machine (``ErrorEquals``).

Four families, never mixed: *retryable* (nothing happened, try again), *unknown outcome* (something may have
happened: look before trying again), *refused* (a business response, which the rules decide on) and *invalid*
(trying again cannot help: the text says what is wrong, where, and what to do).
"""

from datetime import datetime
from typing import ClassVar


class RestorationError(Exception):
    """Base of every error this system raises on purpose.

    Attributes
    ----------
    to_do : str
        What to do about an execution that failed with it: the end of the sentence that Step Functions shows.
    """

    to_do: ClassVar[str] = "mend what it names, then redrive the execution"


class RetryableError(RestorationError):
    """Nothing happened; the same call may succeed later."""

    to_do = "find out why it lasted for so long, then redrive the execution"


class EnedisUnavailable(RetryableError):
    """Raised when Enedis could not be reached, or sent no intelligible response to a read; no order was accepted."""

    to_do = "wait until Enedis is back, then redrive the execution"


class EnedisCircuitOpen(EnedisUnavailable):
    """Raised instead of a call while the circuit breaker is open: Enedis has been failing, nothing was sent.

    Parameters
    ----------
    message : str
        For the reader of a log or of an execution's history.
    since : datetime, optional
        Since when Enedis has been failing, as far as is known.
    """

    def __init__(self, message: str, since: datetime | None = None) -> None:
        super().__init__(message)
        self.since = since


class EnedisQuotaExhausted(EnedisUnavailable):
    """Raised instead of a call when no turn under the shared quota comes soon enough; nothing was sent."""

    to_do = "find out who uses up the quota, then redrive the execution"


class BillingUnavailable(RetryableError):
    """Raised when billing's API could not be reached, timed out or returned 429 or 5xx."""

    to_do = "wait until billing is back, then redrive the execution"


class ConfigurationUnavailable(RetryableError):
    """Raised when a secret cannot be fetched just now (throttled, unreachable): nothing is wrong with it."""

    to_do = "see why its service cannot be reached, then redrive the execution"


class ClaimContended(RetryableError):
    """Raised when a limitation changed between reading and claiming it: only a fresh read may decide again."""

    to_do = "look at the other executions of the limitation, then redrive this one"


class PaymentNotShown(RetryableError):
    """Raised while billing's API does not show a payment, or what else an event announced; later it is decided so."""


class MessageNotSent(RetryableError):
    """Raised when a message to a customer was surely not sent (refused, throttled, unreachable): it may be tried again.

    Parameters
    ----------
    channel : str
        The name of the channel that refused it.
    """

    def __init__(self, message: str, channel: str) -> None:
        super().__init__(message)
        self.channel = channel


class MessageOutcomeUnknown(RestorationError):
    """Raised when a message to a customer was perhaps sent: its claim stays, so that nobody gets it twice."""


class MessageNotDelivered(RestorationError):
    """Raised for a message that left by every channel that the customer allows, and arrived by none."""


class EnedisOutcomeUnknown(RestorationError):
    """Raised when an order was sent and no intelligible response came back: Enedis may or may not have accepted it.

    Read the point before sending again (docs/enedis.md).
    """


class EnedisRejected(RestorationError):
    """Raised when Enedis' response has a result code other than SGT200.

    Parameters
    ----------
    code : str
        Enedis' six-character result code, for example ``SGT4B8``.
    label : str
        Enedis' own wording of it.
    response : str
        The response itself, at most 4,000 characters of its XML, kept with a case that goes to an advisor.
    """

    to_do = "look up the code in the runbook, mend the point's data, then redrive the execution"

    def __init__(self, code: str, label: str, response: str = "") -> None:
        super().__init__(f"Enedis returned {code}: {label}")
        self.code = code
        self.label = label
        self.response = response


class InvalidEvent(RestorationError):
    """Raised when an event breaks its contract. It goes to the dead-letter queue with this message as the reason."""


class ConflictingEvent(InvalidEvent):
    """Raised when an event contradicts an earlier one about the same fact (a payment's id and status, say)."""


class InvalidFlow(InvalidEvent):
    """Raised when a file of Enedis' flows can't be read at all; names the file, the line and what is wrong there."""


class UnknownContract(RestorationError):
    """Raised when billing does not know a contract that a limitation names: mend the data, then redrive."""

    to_do = "mend the contract in billing, then redrive the execution"


class InvalidResponse(RestorationError):
    """Raised when a partner system's response breaks the agreed contract (billing's JSON, Enedis' XML)."""

    to_do = "tell the partner and the developers, and redrive the execution once it is mended"


class InvalidConfiguration(RestorationError):
    """Raised when a parameter, secret or decision file is missing or unusable; names it and what is expected."""

    to_do = "put it right, then redrive the execution"


class DecisionFailed(RestorationError):
    """Raised when a decision cannot be evaluated: a bad input, or a model that cannot be loaded."""

    to_do = "mend the table or its input, then redrive the execution"


def in_one_sentence(error: Exception) -> str:
    """What failed, on which value, and what to do: one line, which Step Functions shows as an execution's cause.

    Example
    -------
    >>> in_one_sentence(UnknownContract("billing does not know contract CTR-7"))
    'billing does not know contract CTR-7; mend the contract in billing, then redrive the execution'
    """
    if isinstance(error, RestorationError):
        what, to_do = _on_one_line(str(error)), error.to_do
    else:
        what, to_do = f"nobody foresaw this error, {type(error).__name__}: {_on_one_line(str(error))}", UNFORESEEN
    return what if what.endswith(to_do) else f"{what[:LONGEST]}; {to_do}"


def _on_one_line(text: str) -> str:
    return " ".join(text.split()).rstrip(".;:") or "it says no more"


LONGEST = 1_000
"""Of what failed, in characters: a screen shows no more. Step Functions takes 32,768 as a cause."""
UNFORESEEN = "find its stack trace in the function's log by requestId, mend it, then redrive the execution"
