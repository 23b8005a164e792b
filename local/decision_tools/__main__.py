"""``python -m local.decision_tools``."""

import sys

from local.decision_tools.main import main

if __name__ == "__main__":
    sys.exit(main())
