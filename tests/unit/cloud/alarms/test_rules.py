import pytest

from embedded_cloud.alarms.evaluation import State
from embedded_cloud.alarms.languages import read_rule
from embedded_cloud.errors import TemplateError

STATES = {"red": State.ALARM, "green": State.OK, "grey": State.INSUFFICIENT_DATA, "a-b.c": State.ALARM}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ALARM(red)", True),
        ('ALARM("green")', False),
        ("OK(green) AND INSUFFICIENT_DATA(grey)", True),
        ("ALARM(green) OR ALARM(red) AND ALARM(grey)", False),
        ("(ALARM(green) OR ALARM(red)) AND ALARM(grey)", False),
        ("ALARM(red) AND ALARM(a-b.c)", True),
        ("ALARM('arn:aws:cloudwatch:eu-west-3:123456789012:alarm:red')", True),
        ("ALARM(green) OR\n  ALARM(red)", True),
    ],
)
def test_rule_holds_as_its_words_say(text: str, *, expected: bool) -> None:
    assert read_rule(text).holds(STATES.__getitem__) is expected


def test_rule_knows_the_alarms_that_it_names() -> None:
    assert read_rule("ALARM(red) AND OK(green)").alarms == {"red", "green"}


@pytest.mark.parametrize(
    "text", ["", "ALARM(red", "ALARM(red) OK(green)", "red", "ALARM red", "ALARM(red) OR", "NOT OK(red)"]
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        read_rule(text)
