"""What is left behind to look at: log lines, metrics, traces."""
