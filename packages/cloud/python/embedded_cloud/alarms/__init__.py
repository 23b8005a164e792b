"""CloudWatch's alarms: evaluated on the metrics that came, on a clock that can be moved."""
