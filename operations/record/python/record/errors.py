"""The errors of the companion's functions; :mod:`restoration.errors` has the families that they belong to."""

from restoration.errors import RestorationError, RetryableError


class CountersContended(RetryableError):
    """Raised when others counted in the same hour at each attempt; the reconciler counts the execution later."""


class InvalidManifest(RestorationError):
    """Raised when a bulk redrive's manifest is missing, unreadable, or not the one that was confirmed."""

    to_do = "freeze the set again, and confirm its new hash"
