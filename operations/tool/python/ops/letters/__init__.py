"""``ops letters``: dead letters, their reasons, replaying them after a mend, discarding them."""
