from record.domain.waiting import Party
from supervision.figures.case import spans
from tests.unit.supervision.drawing import screen
from tests.unit.supervision.made_case import at, cases, dossier
from tests.unit.supervision.memory import MemoryRecord
from tests.unit.supervision.synthetic import NOW


def test_states_for_one_party_are_one_stretch_and_the_last_one_lasts_until_now() -> None:
    found = spans(dossier().executions[1], NOW)
    assert [(span.party, span.states) for span in found] == [
        (Party.US, ("TakeCharge",)),
        (Party.BILLING, ("CheckPayment",)),
        (Party.US, ("DecideCoverage",)),
        (Party.ENEDIS, ("ReadPoint", "OrderAtEnedis", "WaitForEnedis")),
    ]
    assert [span.runs for span in found] == [False, False, False, True]
    assert (found[1].since, found[1].until) == (at(900.5), at(901.5))
    assert found[-1].until == NOW


def test_screen_of_a_failed_case_says_what_to_do_and_escapes_what_was_said() -> None:
    html = screen("case", MemoryRecord(), sources={"cases": cases()}, lang="en", key="LIM-000002")
    assert "<b>at all</b>" not in html
    assert "ops redrive case LIM-000002" in html
