"""What crosses our border, and how it is written."""
