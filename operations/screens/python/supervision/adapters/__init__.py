"""What screens read from AWS, besides the record."""
