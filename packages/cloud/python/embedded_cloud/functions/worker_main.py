"""What a worker process runs: AWS's own runtime client, on an import path with nothing of this project's tools.

Started as `python -I -S worker_main.py <handler> <front>:<back>`: isolated, without site-packages. The folders
of `front` (the function's code, then its layers) go before the standard library, those of `back` (the runtime)
after it, as on Lambda.
"""

import os
import runpy
import sys
from pathlib import Path


def main() -> None:
    """Set the import path and hand over to awslambdaric, which never returns."""
    _, handler, front, back = sys.argv
    # The first entry is this file's folder when Python is not isolated; it is never wanted.
    # Nothing is installed for it (-I -S): the function and its layers are folders on its path, as on Lambda.
    sys.path[:] = [*front.split(os.pathsep), *sys.path, *back.split(os.pathsep)]
    runpy.run_path(str(Path(__file__).with_name("read_only.py")))["make_read_only"](str(Path.cwd()))
    sys.argv = [RUNTIME, handler]
    runpy.run_module(RUNTIME, run_name="__main__", alter_sys=True)


RUNTIME = "awslambdaric"

if __name__ == "__main__":
    main()
