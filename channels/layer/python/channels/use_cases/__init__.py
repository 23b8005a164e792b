"""What happens when somebody comes, asks or replies."""
