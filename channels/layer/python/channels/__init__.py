"""The channels: what customers and advisors see of a case, and do with it."""
