"""The product's Python by room, and the tests that may notice a fault in it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "mutants"
ROOMS = {
    "functions": "functions",
    "restoration": "layers/restoration/python",
    "engine": "packages/dmn/python",
    "record": "operations/record/python",
    "supervision": "operations/screens/python",
    "operations": "operations/tool/python/ops",
}
TESTS = ("tests/unit", "tests/conformance", "tests/statemachine", "tests/integration")
"""Where tests import the product and take seconds. The embedded cloud runs it in workers, which no fault reaches."""
_END_TO_END = ("operations/tool/python/ops/smoke.py", "operations/tool/python/ops/preflight/")
"""What is tested on the embedded cloud alone, and so has no test among those."""
_OF_THE_CLOUD = ("tests/unit/cloud/", "tests/integration/cloud/")


def modules(room: str) -> list[str]:
    return [each for each in python_below(ROOMS[room]) if not each.startswith(_END_TO_END)]


def test_files() -> list[str]:
    found = (path for folder in TESTS for path in python_below(folder, "test_*.py"))
    return [path for path in found if not path.startswith(_OF_THE_CLOUD)]


def python_below(folder: str, pattern: str = "*.py") -> list[str]:
    """The paths of modules below a folder."""
    return sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob(pattern))
