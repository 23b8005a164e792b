"""Secrets in Secrets Manager."""
