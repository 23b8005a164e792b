"""``python -m local.demo``."""

import gc
import sys

from local.demo.main import main
from local.typed import run_typed

if __name__ == "__main__":
    # Modules and AWS's models stay to the end: to look through them again and again takes a twentieth of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    sys.exit(run_typed(main))
