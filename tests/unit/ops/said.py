"""What each command says and asks for in each test, as it was: a word or a parameter that changed is named here.

A change that is meant is kept by putting the hash that the failing test names into ``said.txt``, beside the test.
"""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from restoration.clock import utc_now

KEPT = Path(__file__).with_name("said.txt")
SAID = Path(__file__).parents[3] / "build" / "said"
_RANDOM = re.compile(r"\b[0-9a-f]{12}\b|(?<=-\d{6}-)[0-9a-f]{6}\b|/tmp/\S+")
"""Ids of the journal, and folders of a test."""


@pytest.fixture(autouse=True)
def said(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    heard: list[str] = []
    invoke = CliRunner.invoke

    def listening(self: CliRunner, app: Any, arguments: Any, obj: Any = None, **more: Any) -> Any:
        with monkeypatch.context() as patched:
            patched.setenv("COLUMNS", "80")
            ran = invoke(self, app, arguments, obj=obj, **more)
        if getattr(obj, "clock", utc_now) is not utc_now:  # else it says how long ago something was
            known = json.dumps(vars(obj.account), indent=1, default=lambda it: str(it) if hasattr(it, "year") else "?")
            heard.append(f"$ {arguments}\n{ran.output}{ran.exception!r}\n{known}\n")
        return ran

    monkeypatch.setattr(CliRunner, "invoke", listening)
    yield
    if not heard or hasattr(request.module, "PRINTED"):  # which compares the words themselves
        return
    name = f"{request.path.stem}.{request.function.__name__}"
    text = _RANDOM.sub("…", "".join(heard))
    found = sha256(text.encode()).hexdigest()[:8]
    kept = dict(line.split(": ") for line in KEPT.read_text(encoding="utf-8").splitlines())
    if found not in kept.get(name, "").split():
        SAID.mkdir(parents=True, exist_ok=True)
        file = SAID / f"{name}-{found}.txt"
        file.write_text(text, encoding="utf-8")
        pytest.fail(f"it says something else, which is in {file}. If it is meant, keep its hash in {KEPT}")
