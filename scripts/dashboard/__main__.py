"""``make dashboard``: writes the dashboard into ``template.yaml``."""

import sys

from scripts.dashboard.body import body
from scripts.dashboard.stack import ROOT, TEMPLATE, Stack
from scripts.dashboard.text import drawn

TEMPLATE.write_text(drawn(TEMPLATE.read_text(encoding="utf-8"), body(Stack.read())), encoding="utf-8")
sys.stdout.write(f"{TEMPLATE.relative_to(ROOT)}\n")
