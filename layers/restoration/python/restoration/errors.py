"""The errors of the system. A class's name is its contract with the state machine (``ErrorEquals``).

Four families, never mixed: *retryable* (nothing happened, try again), *unknown outcome* (something may have
happened: look before trying again), *refused* (a business response, which the rules decide on) and *invalid*
(trying again cannot help: the text says what is wrong, where, and what to do).
"""

from datetime import datetime


class RestorationError(Exception):
    """Base of every error this system raises on purpose."""


class RetryableError(RestorationError):
    """Nothing happened; the same call may succeed later."""


class EnedisUnavailable(RetryableError):
    """Raised when Enedis could not be reached, or sent no intelligible response to a read; no order was accepted."""


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


class BillingUnavailable(RetryableError):
    """Raised when billing's API could not be reached, timed out or returned 429 or 5xx."""


class ConfigurationUnavailable(RetryableError):
    """Raised when a secret cannot be fetched just now (throttled, unreachable): nothing is wrong with it."""


class ClaimContended(RetryableError):
    """Raised when a limitation changed between reading and claiming it: only a fresh read may decide again."""


class PaymentNotShown(RetryableError):
    """Raised while billing's API does not show a payment that its event announced; later it is decided without."""


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


class InvalidResponse(RestorationError):
    """Raised when a partner system's response breaks the agreed contract (billing's JSON, Enedis' XML)."""


class InvalidConfiguration(RestorationError):
    """Raised when a parameter, secret or decision file is missing or unusable; names it and what is expected."""


class InvalidManifest(RestorationError):
    """Raised when a bulk redrive's manifest is missing, unreadable, or not the one that was confirmed."""


class DecisionFailed(RestorationError):
    """Raised when a decision cannot be evaluated: a bad input, or a model that cannot be loaded."""
