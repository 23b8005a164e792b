"""What people say and ask, decided without AWS."""
