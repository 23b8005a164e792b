"""What is written of the tables: a page of each, and the summary for the screens."""
