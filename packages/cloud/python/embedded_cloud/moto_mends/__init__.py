"""Defects of moto, each in a file with its mend, which could go to moto as it is.

moto 5.2.5, which is pinned, has all of them: the tests (`tests/unit/cloud/test_moto_mends.py`) play each with moto
alone, and fail once it has none. What else the cloud replaces in moto stays where it belongs: hooks, by which its parts
hear and carry out what happens, mends that hang on them (callbacks, redrives, late events), and what is only faster.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pkgutil import iter_modules

from embedded_cloud.patching import replaced

NAMES = [module.name for module in iter_modules(__path__)]


@contextmanager
def mended() -> Iterator[None]:
    """Mend moto for the length of the block.

    Each module's `MENDS` name a class, what is replaced in it, and what makes the replacement of the original.
    """
    with ExitStack() as stack:
        for name in NAMES:
            for target, attribute, mend in import_module(f"{__name__}.{name}").MENDS:
                stack.enter_context(replaced(target, attribute, mend(getattr(target, attribute))))
        yield
