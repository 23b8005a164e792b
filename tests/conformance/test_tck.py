"""Runs the DMN conformance kit where it is present: DMN_TCK, else ../shared/dmn-tck beside the checkout."""

from __future__ import annotations

import csv
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
KIT = pathlib.Path(os.environ.get("DMN_TCK") or ROOT.parent / "shared" / "dmn-tck")
EXTERNAL = "0076-feel-external-java"
"""Functions in Java, which nothing here can run; `docs/dmn-conformance.md` lists its cases."""

pytestmark = pytest.mark.skipif(
    not (KIT / "run_tck.py").is_file(), reason=f"the conformance kit is not at {KIT}; set DMN_TCK to its folder"
)


def run_level(level: str, report: pathlib.Path) -> list[dict[str, str]]:
    adapter = f"{pathlib.Path(__file__).with_name('tck_engine.py')}:evaluate"
    command = [sys.executable, str(KIT / "run_tck.py"), "--engine", adapter, "--level", level]
    command += ["--csv", str(report), "--quiet"]
    subprocess.run(command, check=True, timeout=250)  # noqa: S603 - our own arguments
    with report.open(newline="") as file:
        return list(csv.DictReader(file))


def failing(rows: list[dict[str, str]]) -> list[str]:
    return [f"{row['file']}/{row['case']}: {row['detail']}" for row in rows if row["status"] != "PASS"]


@pytest.mark.parametrize("level", ["2", "3"])
def test_level_passes_whole_but_for_external_functions(tmp_path: pathlib.Path, level: str) -> None:
    rows = run_level(level, tmp_path / "report.csv")
    assert rows
    assert failing([row for row in rows if row["folder"] != EXTERNAL]) == []
