"""``make process``: writes what is drawn from the state machines."""

import sys

from scripts.process.files import files
from scripts.process.machine import ROOT

for path, text in files().items():
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path.relative_to(ROOT)}\n")
