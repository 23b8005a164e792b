"""What helps before a table ships: its analysis, its text for readers."""
