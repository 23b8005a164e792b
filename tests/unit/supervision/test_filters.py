"""The filter: read and written the same, its signs, ORs and ranges, and a sentence where it can't be understood."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.domain.record import Slice, Stage
from record.domain.tally import Tally
from supervision.filters import FIELDS, Condition, Filter, FilterError, values_of
from tests.unit.supervision.drawing import screen
from tests.unit.supervision.memory import MemoryRecord
from tests.unit.supervision.samples import SIGNATURE, ended_case, open_case

ENDED_AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
"""A Wednesday, half past ten in Paris."""
ENDED = ended_case(
    limitation_id="LIM-000143",
    started_at=ENDED_AT - timedelta(minutes=20),
    ended_at=ENDED_AT,
    redrives=1,
    means=frozenset({"CARD", "CHEQUE"}),
    codes=frozenset({"SGT200"}),
    rules=frozenset({"ruling#coverage_dispute"}),
)
OPEN = open_case(
    limitation_id="LIM-000144",
    status="FAILED",
    state="ReadPoint",
    redrives=2,
    stage=Stage.CERTAIN,
    error="InvalidResponse",
    signature="abcd",
)

texts = st.from_regex(r"[A-Za-zé#<&'][A-Za-z0-9_#.=>'-]{0,8}([ |][a-z=]{1,4})?", fullmatch=True).filter(
    lambda text: ".." not in text
)
conditions = st.builds(
    Condition,
    st.sampled_from([each for each in FIELDS if not values_of(each) and each != "took"]),
    st.sampled_from(["=", "!="]),
    st.lists(texts | st.just(""), min_size=1, max_size=3).map(tuple),
)


@given(st.lists(conditions, max_size=4).map(tuple))
def test_filter_is_read_as_it_was_written(found: tuple[Condition, ...]) -> None:
    assert Filter.parse(str(Filter(found))) == Filter(found)


TAKEN = (
    "outcome=RESTORED; outcome=restored; outcome=REFUSED|RESTORED; outcome=Rétabli; outcome=retabli; "
    "outcome=Restored; means=carte; day=mercredi; outcome!=REFUSED; took>15min; took>=20min; took<0.5h; "
    "took=15min..25min; hour=8..10; day=tue|wed; means=CHEQUE; code=SGT200 rule=ruling#coverage_dispute; "
    'hour=22..23|0..10; limitation="LIM-000143"; redrives>=1'
)
LEFT_OUT = (
    'outcome=REFUSED; outcome="Reste à payer"; outcome!=REFUSED|RESTORED; took>20min; took<=1199s; hour=9; '
    "day=sat; means!=CHEQUE; code=SGT200 rule=ruling#coverage_no_debt; redrives>1"
)


@pytest.mark.parametrize("text", ["", *TAKEN.split("; "), *LEFT_OUT.split("; ")])
def test_all_conditions_must_hold_of_a_case_that_ended(text: str) -> None:
    assert Filter.parse(text).takes_ended(ENDED) is (text not in LEFT_OUT.split("; "))


@pytest.mark.parametrize(
    ("text", "takes"),
    [
        ("state=ReadPoint", True),
        ("state=CheckPayment", False),
        ('state="Lire le point"', True),
        ("status=FAILED error=invalidresponse", True),
        ('error="réponse invalide d\'un partenaire"', True),
        ('error="invalid response of a partner"', True),
        ('error="contrat inconnu de la facturation"', False),
        ("signature=abcd redrives=2", True),
        ("outcome=RESTORED", True),
        ("took>3d", True),
    ],
)
def test_open_case_is_not_asked_what_only_an_ended_one_has(text: str, takes: bool) -> None:  # noqa: FBT001
    assert Filter.parse(text).takes_open(OPEN) is takes


def test_slices_know_what_is_counted_and_those_of_a_day_no_hour() -> None:
    start = ENDED_AT.replace(minute=0)
    found = Slice(start, timedelta(hours=1), "RESTORED", "v1", Tally())
    assert Filter.parse("outcome=RESTORED version=v1 hour=10 day=wed").takes_slice(found)
    assert not Filter.parse("hour=11").takes_slice(found)
    assert Filter.parse("hour=09").takes_slice(replace(found, start=start - timedelta(hours=1)))
    assert Filter.parse("hour=11").takes_slice(replace(found, start=start.replace(hour=0), length=timedelta(days=1)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("RESTORED", "“RESTORED” is no condition"),
        ("colour=blue", "There is no field “colour”"),
        ("took>long", "“long” in “took>long” is no number and no duration"),
        ("took=1h..soon", "“soon” in “took=1h..soon” is no number"),
        ("took=1..2..3", "“2..3” in “took=1..2..3” is no number"),
        ("hour=22..6", "“22..6” takes nothing: it ends before it begins. Write 6..22,"),
        ("took>1h|2h", "2h” compares with several values"),
        ("outcome=FOO", "“FOO” is no value of outcome"),
        ("hour=8..24", "“24” is no value of hour."),
        ("hour=24", "“24” is no value of hour. Take one of 0, 1, 2, 3,"),
        ("rule=coverage_disputes", "Take one of ruling#coverage_dispute,"),
        ("took=15min", "“took=15min” takes nothing"),
        ("error=A||B", "no condition"),
        ('error="A B', "no condition"),
    ],
)
def test_filter_that_can_t_be_understood_says_which_part(text: str, said: str) -> None:
    with pytest.raises(FilterError, match=said):
        Filter.parse(f"outcome=RESTORED {text}")


def asked(lang: str = "fr", **forms: str) -> str:
    context = {"forms": {"all": forms}}
    record = MemoryRecord(kept_open=[OPEN], kept_signatures={"aaaa": replace(SIGNATURE, error="KeyError")})
    return unescape(screen("running", record, context=context, lang=lang, form="1"))


@pytest.mark.parametrize(
    ("field", "known"), [("outcome", "Rétabli, "), ("error", ".*KeyError"), ("rule", "Plancher de puissance en hiver ")]
)
def test_wrong_filter_leaves_its_field_and_the_screen_and_says_why_beneath(field: str, known: str) -> None:
    """It took the screen and the field away, and said so in English; an error or a rule gave an empty screen."""
    html = asked(filter=f"{field}=FOO")
    assert f'value="{field}=FOO"' in html
    assert re.search(f"« FOO » n'est pas une valeur de {field}. Prenez l'une de : {known}", html)
    assert "LIM-000144" in html


def test_error_that_cases_failed_with_is_known_and_a_wrong_filter_is_told_in_the_reader_s_language() -> None:
    assert "n'est pas une valeur" not in asked(filter='error!=KeyError|""')
    assert "“FOO” is no value of outcome" in asked("en", filter="outcome=FOO")
    assert "LIM-000144" in asked(filter="outcome=FOO", pick_state="CheckPayment"), "it is shown without a filter"


def test_menu_writes_the_line() -> None:
    html = asked(filter="redrives=2", pick_state="ReadPoint", pick_outcome="")
    assert 'value="redrives=2 state=ReadPoint"' in html
    assert '<option value="ReadPoint">Lire le point</option>' in html
