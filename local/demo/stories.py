"""All stories of the demo: forty-three limited customers who between them take every way through the state machine."""

from local.demo import stories_of_enedis, stories_of_payment, stories_of_people
from local.demo.steps import Story

STORIES: tuple[Story, ...] = (*stories_of_payment.STORIES, *stories_of_people.STORIES, *stories_of_enedis.STORIES)
