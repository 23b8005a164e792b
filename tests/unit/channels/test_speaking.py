"""What somebody says is noted once, and put on the core's bus as a fact."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from channels.contracts.asking import PaymentDeclaration, ReviewRequest
from channels.pages.customer import act_said
from channels.pages.words import CUSTOMER, words
from channels.use_cases.speak import NotSaid
from record.words import Language
from restoration.contracts.received_details import PaymentDeclaredDetail
from restoration.contracts.visits import PowerShown
from restoration.domain.payment import PaymentMeans
from restoration.domain.point import SupplyState
from tests.fakes.channels import BO, LIMITATION, Channels, advisor, customer, item

TODAY = date(2026, 11, 24)


def declare(world: Channels, key: str = "k-1", amount: str = "70.00") -> None:
    asked = PaymentDeclaration(means=PaymentMeans.CARD, amount=Decimal(amount), paid_on=TODAY)
    world.speaking.declare_payment(LIMITATION, customer(key), asked)


@pytest.mark.parametrize("rules_are_down", [False, True])
def test_declared_payment_is_a_fact_of_the_core_and_pauses_reminders_once_whatever_the_rules_say(
    world: Channels, *, rules_are_down: bool
) -> None:
    world.rules_are_down = rules_are_down
    for key in ("k-1", "k-2", "k-1"):  # the first form, sent twice
        declare(world, key)
    first, second, again = world.heard("PaymentDeclared")
    assert (again, len(world.acts)) == (first, 2)
    world.change(settlement={"balance": "7000.00"})
    declare(world)  # the rules say another thing of it now
    detail = PaymentDeclaredDetail.model_validate(first)
    assert (detail.declaration_id, detail.amount) == ("k-1", Decimal("70.00"))
    assert (detail.reminders_paused_until, "remindersPausedUntil" in second) == (TODAY + timedelta(days=3), False)


def test_declaration_of_a_small_part_of_what_remains_pauses_nothing_and_leaves_the_pause(world: Channels) -> None:
    world.change(settlement={"balance": "701.00"})
    declare(world, amount="7")
    assert world.decided == [("declaredPayment", LIMITATION, "declaration/k-1")], "one call"
    declare(world, "k-2", amount="701")
    token, whole = world.heard("PaymentDeclared")
    assert ("remindersPausedUntil" in token, "remindersPausedUntil" in whole) == (False, True)


def test_missing_power_has_what_enedis_showed_and_when(world: Channels) -> None:
    world.power = None
    world.speaking.power_missing(LIMITATION, customer())  # Enedis does not reply
    world.power = PowerShown(supply=SupplyState.LIMITED, kva=Decimal("1.5"), read_at=world.at)
    for _ in range(2):
        world.speaking.power_missing(LIMITATION, customer())
    [act], say = world.acts, words(Language.FRENCH, CUSTOMER)
    assert act_said(act, say).endswith("(client, page) · Enedis montre : alimenté à 1,5 kVA, lu le 24/11 10:00")
    assert len(world.met) == 2, "the form that was sent again found it"


def test_customer_says_ten_things_an_hour_on_a_case_and_an_advisor_still_speaks(world: Channels) -> None:
    for number in range(10):
        world.speaking.ask(LIMITATION, customer(f"k-{number}"), ReviewRequest())
        world.pass_time(timedelta(minutes=1))
    with pytest.raises(NotSaid) as often:
        declare(world, "k-10")
    assert (often.value.told, often.value.wait) == ("said_enough", timedelta(minutes=50))
    world.speaking.ask(LIMITATION, customer("k-9"), ReviewRequest())  # it was noted: it is said again
    world.speaking.ask(LIMITATION, advisor("a"), ReviewRequest())
    world.pass_time(timedelta(minutes=50))
    declare(world, "k-10")
    assert [act.key for act in world.acts][-2:] == ["a", "k-10"]


def test_advisor_says_sixty_things_an_hour_on_all_cases_together(world: Channels) -> None:
    names = [f"LIM-{number}" for number in range(61)]
    world.items |= {name: item(limitationId=name) for name in names}
    for name in names[:60] * 2:  # what was noted is said again
        world.speaking.ask(name, advisor(f"k-{name}"), ReviewRequest())
    world.pass_time(timedelta(minutes=20))
    with pytest.raises(NotSaid) as often:
        world.speaking.power_missing(names[60], advisor("more"))
    assert (often.value.told, often.value.wait) == ("said_enough", timedelta(minutes=40))
    world.speaking.power_missing(names[60], advisor("of-bo", BO))
    world.pass_time(timedelta(minutes=40))
    world.speaking.power_missing(names[59], advisor("later"))
    assert [detail["by"] for detail in world.heard("PowerMissing")] == ["A-bo", "A-alix"]
