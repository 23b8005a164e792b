"""The product's Python by room, and what counts as noticed there."""

from collections.abc import Iterator
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
    return sorted(each for each in _relative((ROOT / ROOMS[room]).rglob("*.py")) if not each.startswith(_END_TO_END))


def room_of(path: str) -> str:
    return next(room for room, folder in ROOMS.items() if path.startswith(f"{folder}/"))


def test_files() -> list[str]:
    found = (path for folder in TESTS for path in sorted(_relative((ROOT / folder).rglob("test_*.py"))))
    return [path for path in found if not path.startswith(_OF_THE_CLOUD)]


def _relative(paths: Iterator[Path]) -> Iterator[str]:
    for path in paths:
        yield path.relative_to(ROOT).as_posix()
