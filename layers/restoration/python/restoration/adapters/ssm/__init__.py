"""Parameters in Parameter Store."""
