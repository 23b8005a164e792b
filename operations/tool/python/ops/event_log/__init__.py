"""The event log for process mining: what executions did, as a table and as objects, with pseudonyms."""
