"""All sentences of the stories, in French; ``docs/vocabulaire.md`` is drawn from here."""

from local.stories import acts, ends
from local.stories.themes import Phrase

PHRASES: tuple[Phrase, ...] = tuple(phrase for theme in (*acts.THEMES, *ends.THEMES) for phrase in theme.phrases)
"""By theme, and within each in the order in which they are written."""
