"""The outside world, as the use cases need it: one folder for each technology."""
