"""What a changed table would change: kept cases, made ones, a CSV."""
