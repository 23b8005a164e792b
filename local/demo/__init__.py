"""The demo: a day of payments played on the embedded cloud, and what became of each limited customer."""
