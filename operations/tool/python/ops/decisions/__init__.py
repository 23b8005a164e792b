"""Kept decisions, and why a case went as it did: for ``ops explain``, ``ops case`` and the business's commands."""
