"""The deployed screens, drawn with the rights of their role for those who may look; and `make supervise` as a whole."""

import re
import signal
import subprocess
import sys
import time
from itertools import takewhile

import pytest

from local.console.__main__ import FOLDER
from local.console.asking import NoScreen, asking_console
from local.stage import ROOT
from tests.end_to_end.world import PATIENCE_SECONDS
from tests.npm import need

A_RESTORED = r"Restored: [1-9]"
"""The bar of the funnel, where somebody was restored."""


def test_payments_come_by_themselves_and_ctrl_c_ends_all() -> None:
    """`make supervise` in a process group of its own, as a terminal gives it one."""
    need("dompurify")
    command = [sys.executable, "-m", "local.console", "--speed", "20", "--payments-per-minute", "120"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:  # noqa: S603 - our own module
        try:
            assert process.stdout is not None
            started = takewhile(lambda line: "Ctrl-C" not in line, process.stdout)
            (address,) = (line.split()[-1] for line in started if "Supervision is at" in line)
            ask, deadline = asking_console(address.rstrip("/")), time.monotonic() + PATIENCE_SECONDS
            while not re.search(A_RESTORED, page := ask({"screen": "overview", "lang": "en"})):
                assert time.monotonic() < deadline, page
                time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0
        finally:
            process.kill()
    assert not (FOLDER / "address").exists()
    with pytest.raises(NoScreen):
        ask({})
