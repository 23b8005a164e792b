from record.domain.waiting import Party
from supervision.figures.case import spans
from tests.unit.supervision.made_case import at, dossier
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
