"""The import path of a worker. Nothing is installed for it (-I -S): runtime, function and layers are folders.

So a function whose layer is taken away fails, as on Lambda. Nothing else of the cloud touches the path.
"""

import os
import sys
from collections.abc import Sequence


def surround(front: str, back: str) -> None:
    """Put folders before the standard library, and others after it; each text has them as ``PATH`` would."""
    sys.path[:] = [*front.split(os.pathsep), *sys.path, *back.split(os.pathsep)]


def replace_front(front: Sequence[str], inherited: int) -> None:
    """Let folders take the place of the first ones that were inherited."""
    sys.path[:] = [*front, *sys.path[inherited:]]
