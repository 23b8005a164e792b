"""A result is recorded, then wakes the execution that waits; where none waits, the limitation is looked at again."""

from datetime import datetime
from typing import Any

import pytest

from restoration.contracts.envelope import parse_event
from restoration.contracts.received import RESUMING_EVENTS
from restoration.domain.claim import HolderStatus
from restoration.domain.limitation import LimitationStatus
from restoration.errors import InvalidEvent
from restoration.use_cases.resume_restoration import ResumptionDesk
from tests.cases import cases
from tests.fakes.claims import LATER, Core, free, held, question, register_of, trigger
from tests.fakes.samples import NOON, body

WORD = "LIM-1:2026-05-04T12:00:00+02:00"


class Limited(Core):
    """The open limitations, each held, and the executions that may wait for a result."""

    def receive(self, text: str) -> dict[str, str]:
        desk = ResumptionDesk(self.register, self.start, self.lost_grounds)
        return desk.receive(parse_event(text, RESUMING_EVENTS, NOON))


def limited(*contracts: tuple[str, str], token: str | None = None, waits: bool = False) -> Limited:
    known = contracts or (("LIM-1", "CON-1"),)
    claims = (held(limitation_id=each, waiting_token=token) for each, _ in known)
    found = Limited.of(*claims, register=register_of(*known), holder=HolderStatus.ENDED)
    if token and waits:
        found.executions.waiting.add(token)
    return found


@pytest.mark.parametrize("event_type", ["PaymentCleared", "PaymentRejected"])
def test_a_bank_s_result_wakes_the_execution_that_waits(event_type: str) -> None:
    world = limited(token="token-1", waits=True)
    assert world.receive(body(event_type)) == {"LIM-1": "RESUMED"}
    assert world.executions.woken == [("token-1", event_type, f"PAY-1@2026-05-04T10:00:00.000Z:{event_type}")]
    assert not world.executions.started
    assert world.claim.triggers == [f"{event_type}|PAY-1@2026-05-04T10:00:00.000Z:{event_type}"]


def test_an_advisor_s_answer_is_kept_without_their_free_text_and_its_question_is_answered() -> None:
    world = limited(token="token-1", waits=True)
    world.claims.change(question=question())
    assert world.receive(body("AdvisorDecided", reason="Cliente sous assistance respiratoire")) == {"LIM-1": "RESUMED"}
    assert world.claim.word is not None
    assert (world.claim.word.id, world.claim.word.decision, world.claim.word.count) == (WORD, "RESTORE", 1)
    assert world.claim.question is None
    assert "respiratoire" not in repr(world.claim)
    assert world.executions.woken == [("token-1", "AdvisorDecided", WORD)]


def test_an_advisor_s_answer_older_than_the_one_kept_wakes_nobody() -> None:
    world = limited(token="token-1", waits=True)
    world.claims.note("LIM-1", trigger("AdvisorDecided", "LIM-1:later"), "REFUSE")
    assert world.receive(body("AdvisorDecided")) == {"LIM-1": "OUTDATED"}
    assert (world.executions.woken, world.executions.started) == ([], {})


def test_a_result_for_two_limited_contracts_wakes_both() -> None:
    world = limited(("LIM-1", "CON-1"), ("LIM-2", "CON-2"))
    outcomes = world.receive(body("PaymentCleared", contractIds=["CON-1", "CON-2", "CON-9"]))
    assert outcomes == {"LIM-1": "STARTED", "LIM-2": "STARTED"}


def test_an_advisor_s_answer_about_a_closed_limitation_changes_nothing() -> None:
    world = limited()
    world.register.change("LIM-1", status=LimitationStatus.CLOSED)
    assert world.receive(body("AdvisorDecided")) == {}
    assert not world.executions.started


def test_an_advisor_s_answer_about_an_unknown_limitation_is_put_aside_with_the_reason() -> None:
    with pytest.raises(InvalidEvent, match="LIM-9"):
        Limited.of().receive(body("AdvisorDecided", limitationId="LIM-9"))


def test_declared_payment_is_noted_for_the_sweep_and_starts_nothing() -> None:
    world = limited()
    world.claims.put(free())
    assert world.receive(body("PaymentDeclared")) == {"LIM-1": "NOTED"}
    assert (world.claim.triggers, world.executions.started) == (["PaymentDeclared|D-1"], {})


def test_declared_payment_lets_no_refusal_lapse() -> None:
    world = limited()
    world.receive(body("AdvisorDecided", decision="REFUSE"))
    world.receive(body("PaymentDeclared"))
    assert world.claim.is_refused
    world.receive(body("PaymentCleared"))
    assert not world.claim.is_refused


def test_missing_power_has_the_point_read_as_the_daily_flow_does() -> None:
    world = limited()
    world.claims.put(free())
    assert world.receive(body("PowerMissing")) == {"LIM-1": "STARTED"}
    assert world.claim.is_point_doubted_since(0)
    assert not world.claim.may_be_forbidden_since(0), "it forbids no order"


@pytest.mark.parametrize(("outcome", "heard"), [("LEFT_TO_ADVISOR", "STARTED"), ("BALANCE_DUE", "OUTDATED")])
def test_decision_on_a_question_that_ran_out_counts_while_advisors_have_the_case(outcome: str, heard: str) -> None:
    world = limited()
    world.claims.put(free(last_outcome=outcome))
    assert world.receive(body("AdvisorDecided", question=3)) == {"LIM-1": heard}


@cases(
    "number, at, known, heard",
    {
        "the open one": (1, NOON, {"question": question()}, "STARTED"),
        "one before the open one": (1, NOON, {"question": question(number=2)}, "OUTDATED"),
        "the first, not noted yet": (1, NOON, {}, "STARTED"),
        "the second, while the first is noted": (2, NOON, {"question": question()}, "STARTED"),
        "one that another advisor decided": (1, NOON, {"decided_question": question()}, "OUTDATED"),
        "the first since this claim": (1, LATER, {"decided_question": question(), "claimed_at": LATER}, "STARTED"),
        "one of an earlier claim": (1, NOON, {"claimed_at": LATER}, "OUTDATED"),
    },
)
def test_decision_counts_on_the_open_question_and_on_one_that_is_sent_and_not_noted_yet(
    number: int, at: datetime, known: dict[str, Any], heard: str
) -> None:
    """The execution may look again before it notes a question, and billing may be down: nobody would ask again."""
    world = limited()
    world.claims.put(held(**known))
    assert world.receive(body("AdvisorDecided", question=number, at=at.isoformat())) == {"LIM-1": heard}
    assert (world.claim.word is not None) == (heard == "STARTED")


def test_decision_that_comes_twice_finds_its_own_question_closed_and_is_no_other() -> None:
    world = limited()
    world.claims.put(held(question=question()))
    for _ in range(2):
        assert world.receive(body("AdvisorDecided", question=1)) != {"LIM-1": "OUTDATED"}
    assert world.claim.trigger_count == 1
