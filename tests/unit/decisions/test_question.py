"""Each question that the process asks has replies of its own in the table of replies."""

import re
from collections.abc import Iterator

import pytest

from tests.unit.decisions.deciding import ask, model, reached

ASKING = {"coverage": "ruling", "action": "action", "progress": "progress", "refusal": "refusal"}
"""The tables that ask an advisor, by the decisions that the process calls."""
OF_ALL_THE_REST = {"UNEXPECTED", "A_NEW_REASON"}


def reasons_asked() -> Iterator[str]:
    """The reasons in the rows that leave a case to an advisor; for a customer out of scope, each scope is one."""
    for decision, owner in ASKING.items():
        for table in model(decision).tables:
            for rule in table.rules:
                if table.owner == owner and {'"MANUAL"', '"ASK_ADVISOR"'} & set(rule.outputs):
                    yield from re.findall(r'^"([A-Z0-9_]+)"$', rule.outputs[1])
                if table.owner == owner and "scope" in rule.outputs:
                    yield from (code for code in re.findall(r'"([A-Z_]+)"', rule.tests[0]))
                if table.owner == "clarification":
                    yield from re.findall(r'^"([A-Z_]+)"$', rule.outputs[0].replace('"NONE"', ""))


@pytest.mark.parametrize("reason", sorted({*reasons_asked(), "A_NEW_REASON"}))
def test_question_has_replies_of_its_own_and_can_be_decided(reason: str) -> None:
    value = ask("question", {"reason": reason})
    assert value[{"RESTORE": "restore", "SEND_TECHNICIAN": "technician", "REFUSE": "refuse"}[value["first"]]]
    assert (reached("question", {"reason": reason}) == {"question_unexpected"}) == (reason in OF_ALL_THE_REST)
