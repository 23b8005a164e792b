"""Screens as they are shown, and the figures that stand in them."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from html import unescape

from local.console.__main__ import ask_of
from record.domain.tally import NEEDED, WIDTH
from restoration.clock import paris_date, utc_now
from tests.end_to_end.world import World

UNITS = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000}


@dataclass(frozen=True)
class Page:
    """A screen's HTML, its words, and its tables, charts and tiles as their CSV has them, by title."""

    html: str

    @cached_property
    def tables(self) -> Mapping[str, Sequence[Sequence[str]]]:
        found = re.findall(r'<pre class="csv" title="([^"]*)">(.*?)</pre>', self.html, re.DOTALL)
        return {unescape(title): list(csv.reader(unescape(sheet).splitlines())) for title, sheet in found}

    @cached_property
    def words(self) -> Sequence[str]:
        hidden = r"<(style|cwdb-action|select|title|summary)\b.*?</\1>|<[^>]+>"
        shown = unescape(re.sub(hidden, "\n", self.html, flags=re.DOTALL)).replace("\xa0", " ")
        return [each for each in map(str.strip, shown.split("\n")) if each]

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def row(self, name: str) -> Sequence[str]:
        return next(row for rows in self.tables.values() for row in rows if row[0] == name)

    def behind(self, name: str) -> Sequence[str]:
        """What stands behind some words."""
        return self.words[self.words.index(name) + 1 :]


def shown(world: World, screen: str, *, width: int = 1280, until: datetime | None = None, **options: str) -> Page:
    """A screen of three hours, the last of which goes on."""
    end = until or utc_now() + timedelta(minutes=1)
    since, end_at = (int((end - timedelta(hours=hours)).timestamp() * 1000) for hours in (3, 0))
    context = {"width": width, "timeRange": {"start": since, "end": end_at}}
    return Page(ask_of(world.stage)({"screen": screen, "lang": "en", "widgetContext": context, **options}))


def figure(text: str) -> float | None:
    """The first number of a text; None where it has none."""
    found = re.search(r"\d+(?:\.\d+)?", text)
    return float(found[0]) if found else None


def milliseconds(text: str) -> float:
    """A time as people say it: ``2 h 53``, ``3.5 s``."""
    number, unit, *rest = text.split()
    return float(number) * UNITS[unit] + (float(rest[0]) * 60_000 if rest else 0)


def assert_share(found: str, took: Sequence[float], share: float) -> None:
    """Whether a cell has what a share of some times does not exceed, in milliseconds, within a bucket of the counts."""
    value = figure(found)
    assert (value is None) == (len(took) < NEEDED.get(share, 1))
    if value is not None:
        right = sorted(took)[-int(-share * len(took) // 1) - 1]
        assert right / WIDTH - 1 <= value <= right * WIDTH + 1


def report(world: World, kind: str) -> Mapping[str, Mapping[str, str]]:
    """The lines of a report, which operations ask for, and then its schedule: with the rights of each."""
    today, role = paris_date(utc_now()).isoformat(), f"ReportDailyFunctionEach{kind.title()}Role"
    by_schedule = world.cloud.client("lambda", world.cloud.key_of_service(role, "scheduler.amazonaws.com"))
    name, asked = world.cloud.physical_id("ReportDailyFunction"), json.dumps({"report": kind, "on": today})
    for who in world.stage.operations("lambda"), by_schedule:
        assert "FunctionError" not in who.invoke(FunctionName=name, Payload=asked)
    key = f"reports/{kind}/{today if kind == 'day' else today[:7]}.csv"
    found = world.cloud.client("s3").get_object(Bucket=world.cloud.physical_id("RecordBucket"), Key=key)
    body = io.StringIO(found["Body"].read().decode())
    return {row["indicator"] + row["of"]: row for row in csv.DictReader(body)}
