"""The stories of ``make demo OUTAGE=…``."""

from local.demo.stories.in_outage import CUSTOMERS, through_outage
from local.demo.stories.steps import Outage


def test_enedis_goes_down_once_and_everybody_is_to_be_restored_by_one_order() -> None:
    stories = through_outage(60)
    assert len(stories) == CUSTOMERS
    assert [step for story in stories for step in story.steps if isinstance(step, Outage)] == [Outage(60)]
    assert {limited.outcomes[-1] for story in stories for limited in story.limited} == {"RESTORED"}
    assert {limited.orders for story in stories for limited in story.limited} == {("R/1",)}
