"""How a function's process starts: without collecting garbage, since all that it imports and builds stays.

The collector would walk over hundreds of thousands of objects and free next to none: a tenth of a cold start (decision
0085). What was built before the first invocation is not looked at later, either.
"""

import gc

from restoration import settings


def begin() -> None:
    """Stop collecting, in a function's process: tools and tests keep their collector."""
    if settings.is_in_lambda():
        gc.disable()


def end() -> None:
    """Collect from now on what an invocation leaves behind."""
    if settings.is_in_lambda():
        gc.freeze()
        gc.enable()
