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
    here = Path(__file__)
    runpy.run_path(str(here.with_name("import_path.py")))["arrange"](front.split(os.pathsep), back.split(os.pathsep))
    runpy.run_path(str(here.with_name("read_only.py")))["make_read_only"](str(Path.cwd()))
    sys.argv = [RUNTIME, handler]
    runpy.run_module(RUNTIME, run_name="__main__", alter_sys=True)


RUNTIME = "awslambdaric"

if __name__ == "__main__":
    main()
