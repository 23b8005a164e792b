"""Looks, without changing anything, whether an account and a stack have what a deployment needs."""
