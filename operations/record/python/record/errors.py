"""The errors of the companion's functions; :mod:`restoration.errors` has the families that they belong to."""

from restoration.errors import RestorationError


class InvalidManifest(RestorationError):
    """Raised when a bulk redrive's manifest is missing, unreadable, or not the one that was confirmed."""

    to_do = "freeze the set again, and confirm its new hash"
