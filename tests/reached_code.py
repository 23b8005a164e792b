"""The code that a handler reaches: what it can raise, which settings it reads and what it imports are in there."""

from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from scripts.impact.code import Code, Part

ROOT = Path(__file__).resolve().parents[1]
_APPS = (*ROOT.glob("functions/*/app.py"), *ROOT.glob("operations/functions/*/app.py"))
_LAYERS = (*ROOT.glob("layers/*/python/**/*.py"), *ROOT.glob("operations/*/python/**/*.py"))
FUNCTIONS = {app.parent.name: app.parent for app in _APPS}
"""The folder of each function, by its name: the core's and those of its companion."""


def load_app(function: str) -> ModuleType:
    """Load a function's ``app.py`` again, as a cold start does."""
    spec = spec_from_file_location(f"cold_{function}", FUNCTIONS[function] / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def code() -> Code:
    """The code of the functions and of the layers, without what only type checkers see."""
    return Code({path.relative_to(ROOT).as_posix(): path.read_bytes() for path in (*_APPS, *_LAYERS)})


def parts_of(function: str) -> list[Part]:
    """The parts of a function's own ``app.py``."""
    return [code().parts[key] for key in code().modules[_module(function)]]


def reached_code(function: str) -> list[Part]:
    """The parts that the handler in a function's ``app.py`` reaches, its own among them."""
    return [code().parts[key] for key in code().reach(_module(function))]


def _module(function: str) -> str:
    return (FUNCTIONS[function] / "app").relative_to(ROOT).as_posix()
