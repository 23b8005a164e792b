"""Numbers, durations and moments as people write them, at the bounds of each form."""

from datetime import UTC, date, datetime
from decimal import Decimal

from record.formats import NOTHING, THIN, clock_time, counted, day_and_time, day_of, duration, number, share
from record.words import Language
from restoration.domain.french import DAYS, day_in_words, euro

SAID = {
    None: "\N{EN DASH}",
    0: "0 ms",
    999.4: "999 ms",
    1000: "1,0 s",
    9949: "9,9 s",
    9950: "10 s",
    99_499: "99 s",
    99_500: "2 min",
    5_969_999: "99 min",
    5_970_001: "1 h 40",
    7_199_000: "2 h",
    7_500_000: "2 h 05",
    172_799_999: "48 h",
    172_800_000: "2 j",
    216_000_001: "3 j",
}
SHARES = {(1, 0): NOTHING, (0, 5): "0 %", (1, 1000): "0,1 %", (9.94, 100): "9,9 %", (10, 100): "10 %", (3, 3): "100 %"}
YEAR = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"


def test_figures_are_written_in_their_forms() -> None:
    plain = {value: duration(value).replace("\N{NO-BREAK SPACE}", " ") for value in SAID}
    assert plain == SAID
    english = [duration(value, Language.ENGLISH).replace("\N{NO-BREAK SPACE}", " ") for value in (1000, 172_800_000)]
    assert english == ["1.0 s", "2 d"]
    assert {each: share(*each).replace("\N{NO-BREAK SPACE}", " ") for each in SHARES} == SHARES
    assert (number(12345.678, 1), euro(Decimal("1234.5"))) == (f"12{THIN}345.7", "1\N{NO-BREAK SPACE}234,50\xa0€")
    assert [counted(count, "décision") for count in (0, 1, 2)] == ["0 décision", "1 décision", "2 décisions"]


def test_days_and_moments_are_those_of_paris() -> None:
    assert [day_in_words(date(2026, month, 2)) for month in range(1, 13)] == [f"2 {each} 2026" for each in YEAR.split()]
    assert (day_in_words(date(2026, 1, 1)), " ".join(DAYS)) == (
        "1er janvier 2026",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
    )
    late = datetime(2026, 5, 3, 22, 30, 5, tzinfo=UTC)
    assert (clock_time(late), day_of(late), day_and_time(late)) == ("00:30:05", "03/05/2026", "04/05 00:30")
    assert day_and_time(late, Language.ENGLISH) == "04 May 00:30"
    told = [day_and_time(late, each, datetime(year, 5, 5, tzinfo=UTC)) for each in Language for year in (2026, 2027)]
    assert told == ["04/05 00:30", "04/05/2026 00:30", "04 May 00:30", "04 May 2026 00:30"]
