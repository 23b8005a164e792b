"""``python -m local.decision_tools``: the layers' packages are found where the repository keeps them."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "layers" / "restoration" / "python"), str(ROOT / "layers" / "dmn" / "python")]

if __name__ == "__main__":
    from local.decision_tools.main import main

    sys.exit(main())
