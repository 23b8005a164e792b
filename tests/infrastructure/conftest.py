import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sam: runs the SAM CLI from its own virtual environment (make test sets it up)")
