"""Moments as others write them, apart from the events: who reads a moment alone builds no validator of an event."""

import re
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from restoration.clock import FIRST_DAY, LAST_DAY, is_plausible, to_text

MAY_BE_AHEAD = timedelta(days=366)
"""How far ahead of our clock an event may be dated: a contract's end may be announced, a typo in the year must fail."""


def _read_moment(moment: object) -> object:
    """Take ISO-8601 text with a zone; a number would leave its unit to be guessed."""
    if isinstance(moment, str) and not _ISO_8601.match(moment):
        raise ValueError("a moment is ISO-8601 text with a zone, such as 2026-05-04T09:00:00Z")
    if isinstance(moment, int | float):
        raise ValueError("a moment is ISO-8601 text with a zone, not a number")  # noqa: TRY004 - pydantic's way
    return moment


def _plausible(moment: datetime, info: ValidationInfo) -> datetime:
    """Refuse an implausible moment: the newest event of a limitation outdates all that are dated before it."""
    if not is_plausible(moment.date()):
        raise ValueError(f"a moment lies between {FIRST_DAY} and {LAST_DAY}")
    now: datetime | None = (info.context or {}).get("now")
    if now is not None and moment > now + MAY_BE_AHEAD:
        raise ValueError(f"a moment lies at most {MAY_BE_AHEAD.days} days ahead of now, {to_text(now)}")
    return moment


def _or_untold(moment: object, read: ValidatorFunctionWrapHandler) -> datetime | None:
    """Take a moment on which nothing depends: one that can't be read counts as not told, and holds no payment back."""
    try:
        return None if moment is None else read(moment)
    except ValidationError:
        return None


_ISO_8601 = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]", re.ASCII)

Moment = Annotated[AwareDatetime, BeforeValidator(_read_moment), AfterValidator(_plausible)]
MomentIfTold = Annotated[Moment | None, WrapValidator(_or_untold)]
