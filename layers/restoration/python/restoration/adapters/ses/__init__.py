"""E-mail by SES."""
