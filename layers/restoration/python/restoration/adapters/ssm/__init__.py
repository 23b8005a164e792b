"""What is kept in Parameter Store."""
