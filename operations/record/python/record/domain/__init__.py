"""What is true of executions without any computer."""
