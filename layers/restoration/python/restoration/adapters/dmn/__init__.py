"""Decision tables, read by the ``dmn`` engine."""
