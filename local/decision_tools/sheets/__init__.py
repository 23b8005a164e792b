"""Spreadsheets of the business: cells, and the inputs of a decision."""
