"""A folder for each run that goes on: two at once do not write over each other's report and decisions."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

LOCK = ".in-use"


@contextmanager
def own_folder(first: Path) -> Iterator[Path]:
    """Give the folder, or the next of its like (``demo-2``, ``demo-3``…) where another run writes to it now.

    Raises
    ------
    OSError
        When no folder can be made there.
    """
    for number in count(1):
        folder = first if number == 1 else first.with_name(f"{first.name}-{number}")
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOCK).open("w") as lock:
            try:
                # The lock ends with its process, however that ends.
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield folder
            return
