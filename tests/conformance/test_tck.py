"""Runs the DMN conformance kit where it is present: DMN_TCK, else ../shared/dmn-tck beside the checkout."""

from __future__ import annotations

import importlib.util
import os
import pathlib
import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.tck_engine import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[2]
KIT = pathlib.Path(os.environ.get("DMN_TCK") or ROOT.parent / "shared" / "dmn-tck")
RUNNER = KIT / "run_tck.py"
EXTERNAL = "0076-feel-external-java"
"""Functions in Java, which nothing here can run; `docs/dmn-conformance.md` lists its cases."""
FOLDERS = [path for path in sorted(KIT.glob("TestCases/*/*")) if path.name != EXTERNAL]
SECONDS_FOR_A_CASE = 5

pytestmark = pytest.mark.skipif(not RUNNER.is_file(), reason=f"the conformance kit is not at {KIT}; set DMN_TCK to it")


@pytest.fixture(scope="module")
def runner() -> Iterator[Any]:
    """The kit's own runner, which interrupts a case that takes too long."""
    spec = importlib.util.spec_from_file_location("run_tck", RUNNER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    before = signal.signal(signal.SIGALRM, module._alarm)
    yield module
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_cases_pass(runner: Any, folder: pathlib.Path) -> None:
    ran = [
        (file.stem, case, *runner.run_case(evaluate, model, *asked, SECONDS_FOR_A_CASE))
        for file in sorted(folder.glob("*-test-*.xml"))
        for model, case, *asked in runner.load_cases(file)
    ]
    assert ran
    assert [each for each in ran if each[2] != "PASS"] == []
