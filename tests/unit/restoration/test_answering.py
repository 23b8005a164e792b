"""Answers are recorded, then wake whoever waits; where nobody waits, the limitation is looked at again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from restoration.answering import Answering
from restoration.errors import InvalidEvent
from restoration.events import ANSWER_EVENTS, LIMITATION_EVENTS, parse_event
from restoration.limitation import Claim, LimitationStatus, Trigger, execution_name
from restoration.registering import register_event
from tests.unit.restoration.fakes import InMemoryExecutions, InMemoryRegister
from tests.unit.restoration.samples import NOON, body


def register_of(*limited: tuple[str, str], token: str | None = None) -> InMemoryRegister:
    register = InMemoryRegister()
    for limitation_id, contract_id in limited:
        text = body("PowerLimited", limitationId=limitation_id, contractId=contract_id)
        register_event(parse_event(text, LIMITATION_EVENTS, NOON), register, lambda _limitation, _trigger: None)
        register.claims[limitation_id] = Claim("arn:holder", 1, token)
    return register


def receive(register: InMemoryRegister, executions: InMemoryExecutions, text: str) -> dict[str, str]:
    return Answering(register, executions).receive(parse_event(text, ANSWER_EVENTS, NOON), None)


@pytest.mark.parametrize("event_type", ["PaymentCleared", "PaymentRejected"])
def test_a_payment_s_answer_wakes_the_execution_that_waits(event_type: str) -> None:
    register = register_of(("LIM-1", "CON-1"), token="token-1")
    executions = InMemoryExecutions(waiting={"token-1"})
    assert receive(register, executions, body(event_type)) == {"LIM-1": "RESUMED"}
    answer = {"type": event_type, "id": f"PAY-1:{event_type}", "at": "2026-05-04T10:00:00.000Z"}
    assert executions.answered == [("token-1", answer)]
    assert not executions.started


def test_an_advisor_s_answer_is_kept_with_who_and_why() -> None:
    register = register_of(("LIM-1", "CON-1"), token="token-1")
    executions = InMemoryExecutions(waiting={"token-1"})
    assert receive(register, executions, body("AdvisorDecided")) == {"LIM-1": "RESUMED"}
    (answer,) = register.answers["LIM-1"]
    assert (answer["decision"], answer["advisor"], answer["reason"]) == ("RESTORE", "ADV-7", "Preuve de paiement vue")
    assert executions.answered == [("token-1", answer)]


def test_an_answer_that_comes_before_the_state_waits_is_recorded_and_has_the_limitation_looked_at() -> None:
    register = register_of(("LIM-1", "CON-1"), token=None)
    executions = InMemoryExecutions()
    assert receive(register, executions, body("PaymentCleared")) == {"LIM-1": "STARTED"}
    assert len(register.answers["LIM-1"]) == 1


def test_an_answer_to_a_token_that_is_gone_has_the_limitation_looked_at() -> None:
    register = register_of(("LIM-1", "CON-1"), token="token-that-timed-out")
    executions = InMemoryExecutions(waiting=set())
    assert receive(register, executions, body("PaymentCleared")) == {"LIM-1": "STARTED"}


def test_a_repeated_answer_is_absorbed() -> None:
    register, executions = register_of(("LIM-1", "CON-1")), InMemoryExecutions()
    receive(register, executions, body("PaymentCleared"))
    assert receive(register, executions, body("PaymentCleared")) == {"LIM-1": "ABSORBED"}


def test_a_payment_of_two_limited_contracts_answers_both() -> None:
    register = register_of(("LIM-1", "CON-1"), ("LIM-2", "CON-2"))
    outcomes = receive(register, InMemoryExecutions(), body("PaymentCleared", contractIds=["CON-1", "CON-2", "CON-9"]))
    assert outcomes == {"LIM-1": "STARTED", "LIM-2": "STARTED"}


def test_a_payment_of_nobody_limited_concerns_nobody() -> None:
    register, executions = register_of(("LIM-1", "CON-1")), InMemoryExecutions()
    assert receive(register, executions, body("PaymentCleared", contractIds=["CON-2"])) == {}
    assert not register.answers


def test_an_advisor_s_answer_about_a_closed_limitation_changes_nothing() -> None:
    register, executions = register_of(("LIM-1", "CON-1")), InMemoryExecutions()
    register.change("LIM-1", status=LimitationStatus.CLOSED)
    assert receive(register, executions, body("AdvisorDecided")) == {}
    assert not executions.started


def test_an_advisor_s_answer_about_an_unknown_limitation_is_put_aside_with_the_reason() -> None:
    with pytest.raises(InvalidEvent, match="LIM-9"):
        receive(InMemoryRegister(), InMemoryExecutions(), body("AdvisorDecided", limitationId="LIM-9"))


def test_an_answer_that_repeats_a_failed_one_is_noted_on_the_incident() -> None:
    register, executions = register_of(("LIM-1", "CON-1")), InMemoryExecutions()
    trigger = Trigger("PaymentCleared", "PAY-1:PaymentCleared", NOON, "EVENT-1")
    executions.failed.add(execution_name("LIM-1", trigger))
    assert receive(register, executions, body("PaymentCleared")) == {"LIM-1": "INCIDENT"}
    assert [limitation_id for limitation_id, _ in register.incidents] == ["LIM-1"]


@dataclass
class Watched(InMemoryRegister):
    """A register that says when an answer was recorded."""

    order: list[str] = field(default_factory=list)

    def note_answer(self, limitation_id: str, answer: Mapping[str, Any]) -> Claim | None:
        self.order.append("recorded")
        return super().note_answer(limitation_id, answer)


@dataclass
class WatchedExecutions(InMemoryExecutions):
    order: list[str] = field(default_factory=list)

    def answer(self, token: str, output: Mapping[str, Any]) -> bool:
        self.order.append("woken")
        return super().answer(token, output)


def test_the_answer_is_recorded_before_anybody_is_woken() -> None:
    order: list[str] = []
    known = register_of(("LIM-1", "CON-1"), token="token-1")
    register = Watched(known.limitations, known.listed, known.claims, order=order)
    receive(register, WatchedExecutions(waiting={"token-1"}, order=order), body("PaymentCleared"))
    assert order == ["recorded", "woken"]
