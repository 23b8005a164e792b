"""What somebody asks of supervision: a screen, a range of time, a filter, a language and a theme.

A question comes as CloudWatch's custom widgets send it. The local console sends the same.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_create.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from record.words import Language, Words
from restoration.clock import from_text, moment_of
from supervision.filters import Filter, FilterError, Seen
from supervision.process import state_names
from supervision.words import OUTCOMES, NotUnderstood, texts_of

LONGEST_RANGE, BY_HOUR = timedelta(days=400), timedelta(days=2)
PICK = "pick_"
"""How the menus of a filter are named: what is chosen there is written into its line."""
WIDEST, NARROW, NARROWEST, WIDTH, MARGIN = 2400, 600, 280, 1200, 32


class Theme(StrEnum):
    """The themes, as CloudWatch names them."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Range:
    """A range of time; it includes its beginning and not its end."""

    since: datetime
    until: datetime

    def __str__(self) -> str:
        """As an address has it: ``2026-11-24T10:41:20Z..2026-11-25T10:41:20Z``."""
        return "..".join(f"{each.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for each in (self.since, self.until))

    @property
    def length(self) -> timedelta:
        return self.until - self.since

    @property
    def is_by_hour(self) -> bool:
        """Whether the record has it by the hour; of a longer one, it may have days alone."""
        return self.length <= BY_HOUR

    @property
    def step(self) -> timedelta:
        """By what it is shown: an hour, or a day."""
        return timedelta(hours=1) if self.is_by_hour else timedelta(days=1)

    @property
    def before(self) -> "Range":
        """The range a day earlier; for one longer than a day, the range that precedes it."""
        back = max(self.length, timedelta(days=1))
        return Range(self.since - back, self.until - back)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Parameters
    ----------
    screen
        Its name (``overview``).
    range
        From when to when; a zoom of the dashboard comes first.
    options
        What the screen itself understands, such as ``measure=p95``; all text. A popup or a form sends them, too. An
        action may ask for another range than the dashboard's (``range``).
    endpoint
        The function's ARN, which an action calls; empty where nobody said it.
    width
        Of the widget, in pixels.
    wrong
        A filter that could not be understood, and why; the question is then asked without one.
    """

    screen: str
    range: Range
    filter: Filter = field(default_factory=Filter)
    language: Language = Language.FRENCH
    theme: Theme = Theme.LIGHT
    options: Mapping[str, str] = field(default_factory=dict)
    endpoint: str = ""
    width: int = WIDTH
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    wrong: tuple[str, str] | None = None

    def option(self, name: str) -> str:
        """What the screen is told by name; empty where it is told nothing."""
        return self.options.get(name, "")

    @property
    def is_narrow(self) -> bool:
        """Whether there is no room for what few need."""
        return self.width < NARROW

    @property
    def room(self) -> int:
        """How wide a chart may be, in pixels: the page has a margin."""
        return self.width - MARGIN

    @property
    def say(self) -> Words:
        """The words of its screen."""
        return Words(self.language, texts_of(self.screen))

    def outcome(self, code: str) -> str:
        """The words of an outcome."""
        return Words(self.language, OUTCOMES).either(code, code)

    def state(self, name: str) -> str:
        """A state's name as people read it."""
        return Words(self.language, state_names()).either(name, name)

    @property
    def asks(self) -> Mapping[str, str]:
        """What an action sends to ask the same again; the range comes with the dashboard."""
        asked = {"screen": self.screen, "lang": self.language.value, **self.options}
        if text := str(self.filter):
            asked["filter"] = text
        return asked


def question_of(event: Mapping[str, Any], endpoint: str, now: datetime, seen: Seen | None = None) -> Question:
    """The question in an invocation; ``seen`` says which errors there were (:meth:`Filter.parse`).

    An action's own parameters come before those of the widget. CloudWatch sends the fields of forms with every action:
    they count, before both, where the action says ``form``.

    Raises
    ------
    NotUnderstood
        When a range is none.
    """
    context = event.get("widgetContext") or {}
    forms = (context.get("forms") or {}).get("all") or {}
    own = dict(event)
    if not own.pop("form", ""):
        forms = {}
    said = {
        name: str(value).strip()
        for name, value in {**(context.get("params") or {}), **own, **forms}.items()
        if isinstance(value, str | int | float)
    }
    language = said.pop("lang", "") or str(context.get("locale") or "fr")
    spoken = Language.ENGLISH if language.casefold().startswith("en") else Language.FRENCH
    chosen = {name: value for name in list(said) if name.startswith(PICK) and (value := said.pop(name))}
    text, wrong = said.pop("filter", ""), None
    try:
        filtered = Filter.parse(text, seen)
    except FilterError as error:
        filtered, wrong = Filter(), (text, error.said(spoken))
    for name, value in chosen.items() if wrong is None else ():
        filtered = filtered.replacing(name.removeprefix(PICK), value)
    return Question(
        screen=said.pop("screen", "") or "overview",
        range=_range_of(context.get("timeRange") or {}, said.get("range", ""), now),
        filter=filtered,
        language=spoken,
        theme=Theme.DARK if context.get("theme") == "dark" else Theme.LIGHT,
        options=said,
        endpoint=endpoint,
        width=min(WIDEST, max(NARROWEST, int(context.get("width") or WIDTH))),
        now=now,
        wrong=wrong,
    )


def _range_of(told: Mapping[str, Any], own: str, now: datetime) -> Range:
    """The range that an action asks for, as that of the figures of the day before; else the dashboard's."""
    chosen = told.get("zoom") or told
    if own:
        since, until = _read(own)
    elif "start" not in chosen or "end" not in chosen:
        return Range(now - timedelta(days=1), now)
    else:
        since, until = moment_of(int(chosen["start"])), moment_of(int(chosen["end"]))
    if since >= until or until - since > LONGEST_RANGE:
        raise NotUnderstood("range_too_long", since=since, until=until, days=LONGEST_RANGE.days)
    return Range(since, until)


def _read(text: str) -> tuple[datetime, datetime]:
    try:
        since, until = map(from_text, text.split(".."))
        return since.astimezone(UTC), until.astimezone(UTC)
    except ValueError as error:
        raise NotUnderstood("no_range", text=text) from error
