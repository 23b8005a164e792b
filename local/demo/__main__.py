"""``python -m local.demo``: the layers' packages are found where the repository keeps them."""

import gc
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "layers" / layer / "python") for layer in ("restoration", "supervision", "dmn")]

if __name__ == "__main__":
    from local.demo.main import main

    # Modules and AWS's models stay to the end: to look through them again and again takes a twentieth of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    sys.exit(main())
