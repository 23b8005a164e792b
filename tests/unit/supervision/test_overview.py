import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from record.domain.promises import TERMS
from record.domain.record import Completeness, OpenCase, Stage
from record.domain.states import Party
from record.domain.tally import Count
from supervision.figures.customers import Now, waited_at
from supervision.process import way_names
from supervision.question import Range
from tests.unit.supervision.drawing import days, opened_by, screen, text_of
from tests.unit.supervision.memory import MemoryRecord
from tests.unit.supervision.samples import a_slice, open_case
from tests.unit.supervision.synthetic import NOW, measures, synthetic
from tests.unit.supervision.test_kit import rows_of


def test_each_figure_of_the_funnel_opens_its_cases() -> None:
    record = synthetic(200, days=1)
    opened = [each["way"] for each in opened_by(screen("overview", record)) if "way" in each]
    assert len(opened) == len(Stage)
    assert {way for ways in opened for way in ways.split("|")} <= set(way_names())
    lists = [screen("branches", record, way=way, rows="more", popup="1") for way in opened]
    found = [set(re.findall(r"key&#34;: &#34;(LIM-\w+)", html)) for html in lists]
    assert found[3] <= {each.limitation_id for each in record.kept_ended if each.outcome == "RESTORED"}
    assert found[0] > found[1] >= found[2] >= found[3] > set()


def test_funnel_has_no_share_of_more_than_all() -> None:
    """Those began on the day before: 51 restored of 1 concerned were 5100 %."""
    html = screen("overview", MemoryRecord([a_slice(ended=Count(51, {}, {"concerned": 1, "restored": 51}))]))
    assert "<title>Rétablis: 51 —" in html


@pytest.mark.parametrize(("asked", "concerned"), [("", 7), ("outcome=REFUSED", 5), ("status=FAILED", 7)])
def test_filter_takes_open_cases_where_it_asks_nothing_of_an_end(asked: str, concerned: int) -> None:
    """Open cases have no outcome; a condition that is said to be left out does not choose among them either."""
    running = [open_case(limitation_id=f"LIM-{each}", newly=frozenset({Stage.CONCERNED})) for each in range(2)]
    record = MemoryRecord([a_slice("REFUSED", ended=Count(5, {}, {"concerned": 5}))], running)
    assert f"<title>Concernés: {concerned} —" in text_of(screen("overview", record, filter=asked))


def test_hour_is_said_to_be_left_out_where_the_record_has_only_days() -> None:
    """A day has no hour and is taken whole: 24 hours were shown as the four that were asked for."""
    told = "« hour=8..11 » ne se compte pas ici"
    for ago, is_told in ((1, False), (5, True)):
        assert (told in text_of(screen("overview", MemoryRecord(), context=days(ago), filter="hour=8..11"))) is is_told


def words(*cases: OpenCase, lang: str = "fr") -> str:
    html = screen("overview", MemoryRecord(kept_open=cases), lang=lang)
    return unescape(re.sub(r"<style.*?</style>|<[^>]+>", "", html, flags=re.DOTALL))


DAY = timedelta(days=1)
DAYS_AGO = NOW - 3 * DAY
WAITS = open_case(limitation_id="LIM-1", paid_at=NOW)
HELD = open_case(limitation_id="LIM-2", status="FAILED", paid_at=DAYS_AGO, certain_at=None)
CHECK = open_case(limitation_id="LIM-3", status="FAILED", certain_at=None)
ASKED = open_case(limitation_id="LIM-4", waits_for=Party.BILLING, paid_at=NOW - timedelta(hours=2), certain_at=None)


def test_who_paid_and_is_held_before_anybody_checked_the_payment_waits_too() -> None:
    """Ten customers who had paid were held by a failure of billing: nobody was said to wait, and nobody to be late."""
    checked = replace(ASKED, paid_at=None)
    found = Now([WAITS, HELD, CHECK, ASKED, checked, replace(WAITS, stage=Stage.RESTORED)], NOW, TERMS)
    assert (found.paid, found.waiting, found.unchecked, found.stopped) == (3, [WAITS], [HELD, ASKED], [HELD, CHECK])
    assert (found.late, found.oldest) == ([HELD], DAYS_AGO)
    text = words(WAITS, HELD, ASKED, CHECK)
    assert "3 clients ont payé et sont sans puissance maintenant" in text
    assert "1 attend + 1 que la facturation n'a pas confirmés + ▲ 1 en incident avant vérification" in text
    assert "Le plus ancien attend depuis 3\N{NO-BREAK SPACE}j" in text
    assert "▲ 2 dossiers retenus par un incident." in text


def test_nobody_is_never_said_while_a_case_is_held() -> None:
    for lang, said in (("fr", "Personne"), ("en", "Nobody")):
        assert said in words(lang=lang)
        for waits in (CHECK, ASKED):
            assert said not in words(waits, lang=lang)
    assert "1 dossier retenu par un incident" in words(CHECK)


@pytest.mark.parametrize(("seconds", "is_late"), [(15 * 60, False), (15 * 60 + 1, True)])
def test_record_that_is_late_for_a_quarter_of_an_hour_is_said_to_be(seconds: int, is_late: bool) -> None:  # noqa: FBT001
    record = MemoryRecord(kept_completeness=Completeness(NOW - timedelta(seconds=seconds), 0))
    told = '<div class="note person">The record is 15 min late: recent figures are missing.</div>'
    assert (told in text_of(screen("overview", record, lang="en"))) is is_late
    days_late = MemoryRecord(kept_completeness=Completeness(NOW - timedelta(days=1), 0))
    assert "Complete to 24 Nov 11:4" in text_of(screen("overview", days_late, lang="en"))


@pytest.mark.parametrize(("width", "drawn"), [(1, 248), (281, 249), (None, 1168), (2399, 2367), (9999, 2368)])
def test_picture_is_as_wide_as_its_place_within_bounds(width: int | None, drawn: int) -> None:
    assert ' width="1120" ' in screen("branches", MemoryRecord(), context={"width": 800}), "it scrolls"
    assert f' width="{drawn}" ' in screen("overview", MemoryRecord(), context={"width": width})


@pytest.mark.parametrize(("since", "is_shown"), [(400, True), (400.001, False), (0, False), (0.001, True)])
def test_range_of_no_time_or_of_more_than_400_days_is_refused(since: float, *, is_shown: bool) -> None:
    html = screen("overview", MemoryRecord(), context=days(since))
    assert ("ne peut pas être montrée" not in html) is is_shown


def test_list_of_those_who_paid_has_as_many_as_the_wall_says() -> None:
    record = synthetic(0, running=60)
    stand = Now(record.open_cases(), NOW, TERMS)
    for only, those in (("paid", [*stand.waiting, *stand.unchecked]), ("stopped", stand.stopped)):
        html = screen("running", record, only=only, rows="more")
        assert set(re.findall(r">(LIM-\w+)<", html)) == {each.limitation_id for each in those}
    held = f"▲ {len(stand.stopped)} dossiers retenus par un incident"
    assert all(held in text_of(screen(each, record)) for each in ("overview", "running"))


def test_figures_of_the_wall_open_their_lists_and_stand_in_its_csv() -> None:
    record = synthetic(700)
    html = screen("overview", record, measures(), wall="1")
    asked = [" ".join(each[name] for name in ("screen", "only", "filter") if name in each) for each in opened_by(html)]
    came_back = ["branches took>24h", "branches took>24h", "branches", "branches"]
    running = [f"running {only}" for only in ("paid", "paid", "waited", "stopped")]
    lists = [*running, *["incidents"] * 2, *came_back, *["durations"] * 8]
    assert asked == [*lists, "overview"], "the last one leaves the wall"
    own = [each for each in opened_by(html) if each.get("popup")]
    assert [each.get("range") for each in own].count(str(Range(NOW - 2 * DAY, NOW - DAY))) == len(own) - 1 == 7
    there = [case.limitation_id for case in waited_at(NOW - DAY, record.ended_cases(NOW - DAY, NOW), record.kept_open)]
    assert set(re.findall(r">(LIM-\w+)<", screen("running", record, **own[0], rows="more"))) == set(there) != set()
    before = screen("durations", record, **next(each for each in own if each["screen"] == "durations"))
    assert "Du 23/11 11:41 au 24/11 11:41" in text_of(before)
    late = rows_of(screen("branches", record, way="HowItEnded>Restored", filter="took>24h"))[1:]
    assert min(float(took) for *_, took in late) > 86_400_000
    found = dict(rows_of(html))
    assert {"Retenus par un incident, arrêtés, la veille", "Rétablis dans leur délai (%)"} < found.keys()
    assert len([*map(float, found.values())]) == 18
