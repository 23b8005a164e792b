"""What is kept in Secrets Manager."""
