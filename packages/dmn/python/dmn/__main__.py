"""`python -m dmn`: check, eval, test, render, diff; `--help` describes each."""

import sys

from dmn.tools.commands import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
