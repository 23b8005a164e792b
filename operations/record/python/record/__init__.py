"""The record of executions, redrives and dead letters: what is known of what ran, and what operations do with it."""
