"""Enedis: orders and reads over SOAP, and the daily flows."""
