"""Defects of moto, each in a file with its mend, which could go to moto as it is.

moto 5.2.5, which is pinned, has all of them: the tests (`tests/unit/cloud/test_moto_mends.py`) play each with moto
alone, and fail once it has none. What else the cloud replaces in moto stays where it belongs: hooks, by which its parts
hear and carry out what happens, mends that hang on them (callbacks, redrives, late events), and what is only faster.
"""

from contextlib import AbstractContextManager
from importlib import import_module
from pkgutil import iter_modules

from embedded_cloud.patching import mending

NAMES = [module.name for module in iter_modules(__path__)]


def mended() -> AbstractContextManager[None]:
    """Mend moto for the length of a block, by each module's `MENDS`."""
    return mending(*(mend for name in NAMES for mend in import_module(f"{__name__}.{name}").MENDS))
