"""What the machine says, and what operations ask for."""
