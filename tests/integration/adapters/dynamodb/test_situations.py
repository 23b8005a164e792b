"""Facts that only the rules need are kept apart from the execution, compressed, as long as it may be redriven."""

from typing import Any

import pytest

from restoration.adapters.dynamodb.situations import SituationTable
from restoration.errors import DecisionFailed

FACTS = {"limitationDebt": 123.45, "medical": True, "payments": [{"paymentId": "PAY-é"}], "housingAidFiledOn": None}


@pytest.fixture
def situations(dynamodb: Any) -> SituationTable:
    return SituationTable(dynamodb, "situations")


def test_facts_that_come_late_from_an_invocation_that_outlived_its_task_change_nothing(
    situations: SituationTable,
) -> None:
    situations.keep("look-1", FACTS)
    situations.keep("look-1", {**FACTS, "limitationDebt": 1})
    assert situations.read("look-1") == FACTS


def test_facts_of_the_last_sixteen_looks_are_remembered(dynamodb: Any, situations: SituationTable) -> None:
    for number in range(17):
        situations.keep(f"look-{number}", {**FACTS, "limitationDebt": number})
        situations.read(f"look-{number}")
        dynamodb.Table("situations").delete_item(Key={"situationId": f"look-{number}"})
    assert [situations.read(f"look-{number}")["limitationDebt"] for number in (1, 16)] == [1, 16]
    with pytest.raises(DecisionFailed, match=r"'look-0' is not kept.*stop the execution"):
        situations.read("look-0")
