"""The import path of a worker. Nothing is installed for it (-I -S): runtime, function and layers are folders.

So a function whose layer is taken away fails, as on Lambda. Nothing else of the cloud touches the path.
"""

import sys
from collections.abc import Sequence


def arrange(front: Sequence[str], back: Sequence[str] = (), inherited: int = 0) -> None:
    """Put folders before and behind the path; the first ones that were inherited go."""
    sys.path[:] = [*front, *sys.path[inherited:], *back]
