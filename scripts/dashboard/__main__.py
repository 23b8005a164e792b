"""``make dashboard``: writes the dashboard into ``operations/template.yaml``."""

import sys

from scripts.dashboard.body import body
from scripts.dashboard.stack import COMPANION, ROOT, Stack
from scripts.dashboard.text import drawn

COMPANION.write_text(drawn(COMPANION.read_text(encoding="utf-8"), body(Stack.read())), encoding="utf-8")
sys.stdout.write(f"{COMPANION.relative_to(ROOT)}\n")
