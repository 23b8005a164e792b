"""The business itself: it would be the same without any computer."""
