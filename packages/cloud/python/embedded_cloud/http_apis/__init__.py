"""API Gateway's HTTP APIs: requests of plain HTTP reach functions."""
