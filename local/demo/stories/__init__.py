"""All stories of the demo: fifty-four limited customers who between them take every way through the state machine."""

from local.demo.stories import of_enedis, of_law, of_payment, of_people
from local.demo.stories.steps import Story

STORIES: tuple[Story, ...] = (*of_payment.STORIES, *of_people.STORIES, *of_law.STORIES, *of_enedis.STORIES)
