"""Lambda: functions, their warm workers, the layers that these import from."""
