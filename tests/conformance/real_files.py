"""Loads every `.dmn` file below a folder, strictly, leniently and in Camunda's dialect, and counts refusals by reason.

    make dmn-real FILES=<folder>
    python tests/conformance/real_files.py FOLDER [--readable FILE] [--files]

`--readable` names a file that `scripts/read_dmn.mjs` has written: then only the files count that dmn-moddle, the reader
of Camunda Modeler, reads without a warning. Files that are the same byte for byte count once.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import pathlib
import re
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

import dmn

if TYPE_CHECKING:
    from collections.abc import Iterable

WAYS = {"strict": (True, "dmn"), "camunda": (True, "camunda"), "lenient": (False, "dmn")}
"""By name: whether a file is read strictly, and in which dialect."""


class Loaded(NamedTuple):
    """What came of one file: by the way of loading, the reason of its refusal, or None."""

    file: str
    refusals: dict[str, str | None]
    seconds: float


def load_all(files: Iterable[pathlib.Path], root: pathlib.Path) -> list[Loaded]:
    known: set[str] = set()
    outcomes: list[Loaded] = []
    for path in files:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest in known:
            continue
        known.add(digest)
        start = time.process_time()
        refusals = {way: _refusal(path, strict=strict, dialect=dialect) for way, (strict, dialect) in WAYS.items()}
        outcomes.append(Loaded(str(path.relative_to(root)), refusals, time.process_time() - start))
    return outcomes


def _refusal(path: pathlib.Path, *, strict: bool, dialect: str) -> str | None:
    try:
        dmn.load(path, strict=strict, dialect=dialect)
    except dmn.ModelError as error:
        return error.reason
    return None


def kind_of(reason: str) -> str:
    """Return a reason without what is particular to its file, so that alike ones are counted together."""
    plain = re.sub(r", at character \d+ of '.*", "", reason, flags=re.DOTALL)
    plain = re.sub(r"'[^']*'", "'…'", plain)
    return re.sub(r"\d+", "N", plain.partition(";")[0])[:76]


def tell(outcomes: list[Loaded], *, with_files: bool) -> str:
    count = len(outcomes)
    lines = [f"{count} files, each once"]
    read = [one for one in outcomes if None in (one.refusals["strict"], one.refusals["camunda"])]
    for way in WAYS:
        loaded = sum(one.refusals[way] is None for one in outcomes)
        lines.append(f"  {way:20s} {loaded:5d} load ({loaded / max(count, 1):.1%})")
    lines.append(f"  {'strict or camunda':20s} {len(read):5d} load ({len(read) / max(count, 1):.1%})")
    for way in WAYS:
        reasons = collections.Counter(kind_of(reason) for one in outcomes if (reason := one.refusals[way]) is not None)
        lines += ["", f"refused, {way}:"] + [f"  {number:5d}  {reason}" for reason, number in reasons.most_common(25)]
    if with_files:
        lines += ["", "refused, strict and camunda:"]
        lines += [f"  {one.file}: {one.refusals['camunda']}" for one in outcomes if one not in read]
    slowest = max(outcomes, key=lambda one: one.seconds, default=None)
    if slowest is not None:
        lines += ["", f"slowest: {slowest.seconds:.2f} s for its {len(WAYS)} ways: {slowest.file}"]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--readable", type=pathlib.Path, help="what scripts/read_dmn.mjs wrote")
    parser.add_argument("--files", action="store_true", help="name each file that is refused both ways")
    options = parser.parse_args()
    files = sorted(path for path in options.folder.rglob("*.dmn") if path.is_file())
    if options.readable is not None:
        told = json.loads(options.readable.read_text())
        clean = {pathlib.Path(name).resolve() for name, report in told.items() if not report["warnings"]}
        files = [path for path in files if path.resolve() in clean]
    outcomes = load_all(files, options.folder)
    sys.stdout.write(tell(outcomes, with_files=options.files) + "\n")
    return 0 if outcomes else 1


if __name__ == "__main__":
    sys.exit(main())
