"""What is true without any computer."""
