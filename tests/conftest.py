"""How hypothesis looks for counterexamples: the same examples in every run, so that a red test stays red until mended.

`pytest --hypothesis-profile=search <file>` looks elsewhere, and longer; what it finds becomes an `@example`.

AWS's service models are read once for a test run. Each `mock_aws` begins with a new session of boto3, which would read
them again: that took a third of the time of the tests that call handlers.
"""

import gc
from functools import cache
from itertools import groupby

import botocore.loaders
import pytest
from hypothesis import settings

gc.disable()  # until all tests are collected: nothing of them goes again
botocore.loaders.create_loader = cache(botocore.loaders.create_loader)

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.register_profile("search", max_examples=2000, deadline=None, database=None, print_blob=True)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--reversed", action="store_true", help="run the tests of each file from the last to the first")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that needs what an earlier one of its file did fails with `--reversed`."""
    if config.getoption("--reversed"):
        files = groupby(list(items), key=lambda item: item.path)
        backwards = (list(tests)[::-1] for _, tests in files)
        items[:] = [item for tests in backwards for item in sorted(tests, key=lambda it: "looks_back" in it.keywords)]


def pytest_collection_finish() -> None:
    """Keep the garbage collector from what stays to the end: modules, AWS's models and the tests themselves.

    Looking through them again and again took a sixth of the time of the tests that call handlers.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Keep the garbage collector from all that is left: pytest calls it five times before the process ends."""
    gc.collect()
    gc.freeze()
