"""Plants small faults in the product by lot, and counts those that a test notices: ``make mutants``.

No file is changed: a fault is compiled into its module in a process of its own. A run that was interrupted goes on
where it ended, as long as the product and its tests stay as they were.
"""

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path
from random import Random

from tests.mutants.faults import Fault, faults
from tests.mutants.noticing import Reached, files_for, in_a_process, reached_by_files
from tests.mutants.rooms import BUILD, ROOMS, ROOT, modules, python_below

LOT = 300
LEAST_IN_A_ROOM = 0.12
"""Before the others' share is taken off: a tenth of the lot is left."""
SHARE, SHARE_IN_A_ROOM, SHARE_OF_EQUIVALENTS = 0.92, 0.85, 0.03
INTERRUPTED = 130
EQUIVALENTS = Path(__file__).with_name("equivalents.toml")

type Results = dict[str, str]
"""Each fault with ``noticed``, ``unnoticed``, ``unreached`` or ``equivalent``."""


def main() -> int:
    options = _options()
    seed = options.seed or int(_head()[:8], 16)
    dice = Random(seed)  # noqa: S311 - a lot
    lot = list(_all_below(options.only) if options.only else _drawn(dice, options.lot))
    # In any order, so that a part of a lot is a smaller lot.
    dice.shuffle(lot)
    if not lot:
        sys.exit(f"nothing to change in {options.only}: name a file or a folder of {', '.join(ROOMS.values())}")
    say(f"{len(lot)} faults, " + (f"all in {options.only}" if options.only else f"seed {seed}"))
    BUILD.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    results: Results = {}
    interrupted = 0
    try:
        reached = reached_by_files({each.path for each in lot}, options.jobs, say)
        _judge_each(lot, reached, options.jobs, BUILD / f"results-{_content()}-{seed}.jsonl", results)
    except KeyboardInterrupt:
        say(f"interrupted after {len(results)} of {len(lot)} faults; the same command goes on from here")
        interrupted = INTERRUPTED
    return max(interrupted, _judge(results))


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - it is what the command says


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--seed", type=int, help="another lot than the one of HEAD")
    parser.add_argument("--lot", type=int, default=LOT, help="about how many faults (%(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once (%(default)s)")
    parser.add_argument(
        "--only", metavar="FILE[:LINE]", help="all faults of a file, a line or a folder, instead of a lot"
    )
    return parser.parse_args()


def _head() -> str:
    return subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607 - git from the path


def _drawn(dice: Random, number: int) -> Iterator[Fault]:
    """So many of each room as it has lines, and some of the smallest; a line first, then one of its faults."""
    lines = {room: [each for path in modules(room) for each in _lines(path)] for room in ROOMS}
    least = LEAST_IN_A_ROOM * sum(map(len, lines.values()))
    weights = {room: max(least, len(each)) for room, each in lines.items()}
    for room, each in lines.items():
        dice.shuffle(each)
        of_lines = ([fault for fault in faults(path) if fault.line == line] for path, line in each)
        share = round(number * weights[room] / sum(weights.values()))
        yield from map(dice.choice, islice(filter(None, of_lines), share))


def _lines(path: str) -> list[tuple[str, int]]:
    return [(path, number) for number, _ in enumerate((ROOT / path).read_bytes().splitlines(), 1)]


def _all_below(only: str) -> Iterator[Fault]:
    path, _, line = only.partition(":")
    below = (each for room in ROOMS for each in modules(room) if each.startswith(path))
    return (fault for each in below for fault in faults(each) if not line or fault.line == int(line))


def _judge_each(lot: list[Fault], reached: dict[str, Reached], at_once: int, kept: Path, results: Results) -> None:
    """Add the result of each fault to those that are known from an earlier run."""
    equivalents = tomllib.loads(EQUIVALENTS.read_text(encoding="utf-8"))["equivalent"]
    alike = dict.fromkeys([(each["path"], each["was"], each["now"]) for each in equivalents], "equivalent")
    known: Results = dict(map(json.loads, kept.read_text(encoding="utf-8").splitlines())) if kept.is_file() else {}

    def result(fault: Fault) -> str:
        return alike.get((fault.path, *fault.change)) or known.get(fault.name) or _tried(fault, reached)

    with kept.open("a", encoding="utf-8") as file, ThreadPoolExecutor(at_once) as pool:
        for fault, how in zip(lot, pool.map(result, lot), strict=True):
            results[fault.name] = how
            say(f"{len(results)}/{len(lot)} {how:10} {fault.name}")
            if how != "equivalent":
                print(json.dumps([fault.name, how]), file=file, flush=True)


def _tried(fault: Fault, reached: dict[str, Reached]) -> str:
    files = files_for(fault.path, fault.around, reached)
    if not files:
        return "unreached"
    changed = BUILD / f"{fault.path.replace('/', '+')}.{fault.number}.py"
    changed.write_text(fault.source, encoding="utf-8")
    code = in_a_process(changed.stem, "try", str(changed), fault.path, *files)
    return "noticed" if code else "unnoticed"


def _content() -> str:
    """A hash of the product's and the tests' code."""
    files = [*chain.from_iterable(map(modules, ROOMS)), *python_below("tests")]
    return hashlib.sha256(b"".join((ROOT / each).read_bytes() for each in files)).hexdigest()[:12]


def _judge(results: Results) -> int:
    """Print the survivors and the table; 1 when the tests notice too little, or too much is called equivalent."""
    left = [f"  {name} ({how})" for name, how in sorted(results.items()) if how.startswith("un")]
    say("\n".join(["\nno test notices", *left] if left else []))
    say("room          faults  equivalent  noticed  share")
    red = False
    for room, folder in [*ROOMS.items(), ("all", "")]:
        counts = Counter(how for name, how in results.items() if name.startswith(folder))
        faults, alike, noticed = counts.total(), counts["equivalent"], counts["noticed"]
        share = noticed / (faults - alike) if faults > alike else 1.0
        red |= share < (SHARE_IN_A_ROOM if folder else SHARE)
        if folder and faults:
            say(f"{room:12} {faults:7} {alike:11} {noticed:8}  {share:.1%}")
    bounds = f"at least {SHARE:.0%}, {SHARE_IN_A_ROOM:.0%} in each room"
    equivalents = f"{alike} equivalent (at most {SHARE_OF_EQUIVALENTS:.0%})"
    say(f"{noticed} of {faults - alike} faults noticed: {share:.1%} ({bounds}); {equivalents}")
    return int(red or alike > SHARE_OF_EQUIVALENTS * faults)


if __name__ == "__main__":
    sys.exit(main())
