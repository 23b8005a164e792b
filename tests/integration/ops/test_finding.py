"""A case is found by whatever a customer names, after it was closed, too."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from ops.account import Account
from restoration.adapters.dynamodb.register import LimitationRegister
from restoration.domain.limitation import Limitation, LimitationStatus
from supervision.cases.failures import NothingFound
from supervision.cases.finding import find
from supervision.cases.register import RegisterReader
from tests.integration.ops.accounts import START, limitation


def saved(register: LimitationRegister, case: Limitation) -> Limitation:
    kept = replace(case, status=LimitationStatus(case.status), debt=Decimal(case.debt))
    register.save(kept, known=None)
    return kept


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("limitation", "LIM-000007"),
        ("contract", "CTR-000007"),
        ("point", "30000000000007"),
        ("customer", "CUS-000007"),
        ("execution", "LIM-000007-" + "0123456789abcdef" * 2),
        (
            "execution",
            "arn:aws:states:eu-west-3:123456789012:execution:restoration-restoration:LIM-000007-"
            + "0123456789abcdef" * 2,
        ),
    ],
)
def test_each_kind_of_key_finds_the_limitation(
    account: Account, register: LimitationRegister, kind: str, key: str
) -> None:
    saved(register, limitation(7))
    saved(register, limitation(8))
    found = find(account, key)
    assert (found.kind, found.limitation_ids) == (kind, ["LIM-000007"])


def test_closed_limitation_is_found_by_contract_point_and_customer(
    account: Account, register: LimitationRegister
) -> None:
    case = saved(register, limitation(7))
    closed = replace(case, status=LimitationStatus.CANCELLED, last_event_at=START + timedelta(hours=1))
    register.save(closed, known=case)
    register.take_off_contract(closed)
    assert register.open_limitations(["CTR-000007"]) == []
    for key in ("CTR-000007", "30000000000007", "CUS-000007"):
        assert find(account, key).limitation_ids == ["LIM-000007"]


def test_all_limitations_of_a_customer_are_found(account: Account, register: LimitationRegister) -> None:
    saved(register, limitation(7, customer_id="CUS-1"))
    saved(register, limitation(9, customer_id="CUS-1"))
    assert find(account, "CUS-1").limitation_ids == ["LIM-000007", "LIM-000009"]


def test_limitation_without_point_and_customer_can_be_kept(account: Account, register: LimitationRegister) -> None:
    """A cancellation may come before its limitation: DynamoDB refuses an empty text as the key of an index."""
    early = Limitation.cancelled_before_known("LIM-000007", "CTR-000007", START)
    register.save(early, known=None)
    assert register.get("LIM-000007") == early
    item = RegisterReader(account).limitation("LIM-000007")
    assert "pointId" not in item
    assert "customerId" not in item
    assert find(account, "CTR-000007").limitation_ids == ["LIM-000007"]


def test_unknown_key_says_what_that_means(account: Account) -> None:
    with pytest.raises(NothingFound, match="No limitation, contract, point or customer 30000000000099"):
        find(account, "30000000000099")
