"""A command that somebody types: how it ends when they interrupt it, and when nothing can be written."""

import errno
import logging
import shutil
import signal
import sys
from collections.abc import Callable

INTERRUPTED = 128 + signal.SIGINT
_NO_PLACE = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space",
    errno.EACCES: "take a folder that you may write to",
    errno.EPERM: "take a folder that you may write to",
    errno.EROFS: "take a folder that you may write to",
}


def _interrupt(*_: object) -> None:
    """Let nothing be logged from here on: what runs in threads fails one by one while the cloud ends."""
    logging.disable(logging.CRITICAL)
    raise KeyboardInterrupt


def run_typed(main: Callable[[], int]) -> int:
    """Run a command to its exit status; the reader gets a sentence, and no traceback, for what is no fault of ours."""
    signal.signal(signal.SIGINT, _interrupt)
    try:
        return main()
    except KeyboardInterrupt:
        sys.stderr.write("\rInterrupted: what was started has ended, and no report was written.\n")
        return INTERRUPTED
    except shutil.Error as error:
        _, place, why = error.args[0][-1]
        sys.stderr.write(f"{place} can't be written: {why}. Free some space, and start it again.\n")
        return 1
    except OSError as error:
        if error.errno not in _NO_PLACE:
            raise
        place = error.filename or "A file"
        sys.stderr.write(f"{place} can't be written: {error.strerror}. {_NO_PLACE[error.errno].capitalize()}.\n")
        return 1


def say(*lines: str) -> None:
    """Print lines at once."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()
