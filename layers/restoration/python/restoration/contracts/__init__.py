"""The contracts of the data that crosses our border."""
