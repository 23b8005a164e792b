"""Each screen, as it is drawn for the same made cases: one that changed in any figure, word or colour is named here.

A change that is meant is written by ``python -m tests.unit.supervision.test_drawings``.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from html import unescape
from itertools import product
from pathlib import Path
from unittest.mock import patch

import pytest

from supervision.screens import rules
from supervision.sources import Sources
from supervision.supervise import Supervision
from tests.unit.supervision.made_case import cases
from tests.unit.supervision.synthetic import NOW, OUTAGE, PUBLISHED, measures, synthetic

KEPT = Path(__file__).with_name("drawings.txt")
DRAWN = Path(__file__).parents[3] / "build" / "drawings"
SOURCES = Sources(synthetic(700), measures(), "payments", "demo", cases=cases())
EMPTY = Sources(synthetic(0, running=0), measures(0), "payments", "demo")
FEW = Sources(synthetic(40, running=1), measures(1), "payments", "demo", cases=cases())
OTHERS = {"empty": EMPTY, "few": FEW}
ASKED: Mapping[str, Mapping[str, str]] = {
    "overview": {},
    "overview failed": {"filter": "outcome=FAILED"},
    "running": {},
    "running more": {"rows": "more"},
    "running old for Enedis": {"party": "enedis", "age": "1"},
    "running filtered": {"filter": "state=WaitForAdvisor took>1h"},
    "durations": {},
    "durations certain early": {"from": "certain", "of": "early", "slowest": "more"},
    "incidents": {},
    "incidents more": {"rows": "more"},
    "branches": {},
    "branches p95 day": {"measure": "p95", "against": "day"},
    "branches errors": {"measure": "errors"},
    "branches deployed": {"against": "2026-11-25T07:00:00+00:00"},
    "branches state": {"state": "ReadPoint"},
    "branches way": {"way": "ReadPoint>DecideAction|TakeCharge>IsItOurs"},
    "branches way popup": {"way": "ReadPoint>DecideAction", "popup": "1", "rows": "more"},
    "branches popup": {"state": "WaitForEnedis", "popup": "1", "against": "day"},
    "branches section": {"section": "Order", "filter": "hour=9..11"},
    "rules": {},
    "rules used": {"rows": "used"},
    "rules one": {"rule": "coverage_dispute"},
    "rules version": {"version": next(each.version for each in PUBLISHED if each.file == "coverage")},
    "rules table": {"table": "coverage", "filter": "outcome=RESTORED"},
    "enedis": {},
    "enedis filtered": {"filter": "means=CARD|CHEQUE"},
    "value": {},
    "value month before": {"month": "2026-10"},
    "value no month": {"month": "2026-13"},
    "case": {"key": "LIM-000001"},
    "case failed": {"key": "LIM-000002"},
    "case long": {"key": "LIM-000003"},
    "case of a customer": {"key": "CUS-000001"},
    "case new": {"key": "LIM-000004"},
    "case unknown": {"key": "LIM-9"},
    "nowhere": {},
    "overview misunderstood": {"filter": "x=y=z"},
}
LOOKS = {"fr light wide": {}, "en dark narrow": {"theme": "dark", "width": 400}}
OUTAGE_MS = {"start": int(OUTAGE.since.timestamp() * 1000), "end": int(OUTAGE.until.timestamp() * 1000)}
WEEK_MS = {"start": int((NOW - timedelta(days=7)).timestamp() * 1000), "end": int(NOW.timestamp() * 1000)}
RANGES = {"zoomed": {"timeRange": {"zoom": OUTAGE_MS}}, "week": {"timeRange": {"zoom": WEEK_MS}}}


def drawn(name: str, look: str) -> str:
    sources = OTHERS.get(name.rpartition(" ")[2], SOURCES)
    context = {**LOOKS[look], **RANGES.get(name.rpartition(" ")[2], {})}
    asked = ASKED.get(name, {})
    event = {"screen": name.partition(" ")[0], "lang": look[:2], **asked, "widgetContext": context}
    with patch.object(rules, "rule_tables", lambda: PUBLISHED):
        return Supervision(sources, lambda: NOW).result(event, "arn")


SCREENS = [name for name, asked in ASKED.items() if not asked and name != "nowhere"]
NAMES = [*ASKED, *(f"{name} {how}" for how in ("empty", "few", "zoomed", "week") for name in (*SCREENS, "case"))]
DRAWINGS = [f"{name}, {look}" for name, look in product(NAMES, LOOKS)]


def described(html: str) -> str:
    """The hash of its words, which people read, and that of all else."""
    words = unescape(re.sub(r"<style.*?</style>|<[^>]+>", "|", html, flags=re.DOTALL))
    return " ".join(sha256(text.encode()).hexdigest()[:8] for text in (words, html))


@pytest.fixture(scope="module")
def kept() -> Mapping[str, str]:
    return dict(line.split(": ", 1) for line in KEPT.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_screen_is_drawn_as_it_was(drawing: str, kept: Mapping[str, str]) -> None:
    name, look = drawing.split(", ")
    html = drawn(name, look)
    if (found := described(html)) == kept.get(drawing):
        return
    DRAWN.mkdir(parents=True, exist_ok=True)
    file = DRAWN / f"{drawing.replace(', ', '-').replace(' ', '-')}.html"
    file.write_text(html, encoding="utf-8")
    known = kept.get(drawing, "")
    part = "the words changed" if known[:8] != found[:8] else "the words are the same, the look or a link changed"
    pytest.fail(f"{drawing}: {part}; it is in {file}. If it is meant: python -m tests.unit.supervision.test_drawings")


if __name__ == "__main__":
    lines = (f"{drawing}: {described(drawn(*drawing.split(', ')))}\n" for drawing in DRAWINGS)
    KEPT.write_text("".join(lines), encoding="utf-8")
