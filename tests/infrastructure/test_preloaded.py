"""What the fork server imports for all workers, it imports in the environment of the first function."""

import json
import re
import subprocess
import sys

from local.stage import ROOT
from local.stage.deployment import PRELOADED
from tests.infrastructure.templates import TEXTS

READS = """
import json, os, sys
from collections.abc import MutableMapping

class Recorded(MutableMapping):
    def __init__(self, real): self.real, self.read = real, set()
    def __getitem__(self, name):
        self.read.add(name)
        return self.real[name]
    def __setitem__(self, name, value): self.real[name] = value
    def __delitem__(self, name): del self.real[name]
    def __iter__(self): return iter(self.real)
    def __len__(self): return len(self.real)

os.environ = recorded = Recorded(os.environ)
for name in sys.argv[1:]: __import__(name)
print(json.dumps(sorted(recorded.read)))
"""


def names_read_by(*modules: str) -> set[str]:
    """The environment variables that a new process reads while it imports these modules."""
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", READS, *modules],
        cwd=ROOT,
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(ended.stdout))


def test_no_module_that_is_imported_for_all_reads_the_setting_of_one() -> None:
    settings = set(re.findall(r"^ +([A-Z][A-Z0-9_]+): ", "".join(TEXTS.values()), re.MULTILINE))
    own = [name for name in PRELOADED.modules if name.startswith(("restoration.", "record."))]
    assert own
    assert names_read_by(*own) & (settings | {"POWERTOOLS_LOG_LEVEL", "LOG_LEVEL"}) == set()
    assert "POWERTOOLS_SERVICE_NAME" in names_read_by("restoration.observability") & settings, "it would be found"
