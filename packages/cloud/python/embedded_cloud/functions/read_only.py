"""A worker's file system as Lambda's: it can be read, and nothing can be written but below /tmp.

A hook of Python's own refuses what the kernel would. To mount would need root, and root may write everywhere. What a
library does in C without telling Python is not seen.
"""

import errno
import os
import sys
from typing import Any

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
PATHS_OF_CHANGES = {
    "os.mkdir": (0,),
    "os.remove": (0,),
    "os.rmdir": (0,),
    "os.rename": (0, 1),
    "os.link": (1,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.chmod": (0,),
    "os.chown": (0,),
    "os.utime": (0,),
    "sqlite3.connect": (0,),
}
"""Which arguments of an audit event name what is changed."""


def make_read_only(code: str) -> None:
    """Refuse from now on what this process would write outside /tmp, or to the function's own code."""
    # On Lambda nobody writes compiled files; here they spare the next worker the work, and no handler sees them.
    writable = [os.path.realpath("/tmp"), "/dev", *filter(None, [sys.pycache_prefix])]  # noqa: S108 - Lambda's own
    own = os.path.realpath(code)

    def refuse_writing(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            if not arguments[2] & WRITES:
                return
        elif event not in PATHS_OF_CHANGES:
            return
        for number in PATHS_OF_CHANGES.get(event, (0,)):
            named = arguments[number]
            if isinstance(named, int):
                continue  # it is open already
            path = os.path.realpath(os.fsdecode(named))
            if _is_below(path, own) or not any(_is_below(path, folder) for folder in writable):
                raise OSError(errno.EROFS, os.strerror(errno.EROFS), os.fsdecode(named))

    sys.addaudithook(refuse_writing)


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}{os.sep}")
