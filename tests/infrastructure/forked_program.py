"""A program that says where and with what it was called, and ends as it is asked to."""

import os
import sys
from pathlib import Path


def main() -> None:
    print(os.environ.get("WORD"), Path.cwd(), *sys.argv)  # noqa: T201 - what a program prints
    if sys.argv[1] == "text":
        sys.exit("a text")
    if sys.argv[1] != "none":
        sys.exit(int(sys.argv[1]))
