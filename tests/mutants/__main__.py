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
from pathlib import Path
from random import Random

from tests.mutants.faults import faults
from tests.mutants.noticing import EXIT_CODES, Planted, job_of
from tests.mutants.processes import Job, import_third_party, run_all
from tests.mutants.reached import Reached, digest, reached_by
from tests.mutants.rooms import BUILD, ROOMS, ROOT, modules, python_below, room_of, test_files

LOT = 300
LEAST_IN_A_ROOM = 0.1
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
    import_third_party()
    reached = reached_by(test_files(), {each.path for each in lot}, options.jobs, say)
    results: Results = {}
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    interrupted = False
    try:
        _judge_each(lot, reached, options.jobs, seed, results)
    except KeyboardInterrupt:
        interrupted = True
    _say_survivors(results)
    status = _judge(results)
    if interrupted:
        say(f"interrupted after {len(results)} of {len(lot)} faults; the same command goes on from here")
    return INTERRUPTED if interrupted else status


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - it is what the command says


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--seed", type=int, help="another lot than the one of HEAD")
    parser.add_argument("--lot", type=int, default=LOT, help="how many faults (%(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once (%(default)s)")
    parser.add_argument(
        "--only", metavar="FILE[:LINE]", help="all faults of a file, a line or a folder, instead of a lot"
    )
    return parser.parse_args()


def _head() -> str:
    return subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607 - git from the path


def _drawn(lot: Random, number: int) -> Iterator[Planted]:
    """So many of each room as it has lines, and some of the smallest; a line first, then one of its faults."""
    lines = {room: _by_line(modules(room)) for room in ROOMS}
    total = sum(map(len, lines.values()))
    least = round(number * LEAST_IN_A_ROOM)
    small = {room for room, each in lines.items() if number * len(each) < least * total}
    left = number - least * len(small)
    large = sum(len(each) for room, each in lines.items() if room not in small)
    for room, each in lines.items():
        share = least if room in small else round(left * len(each) / large)
        for line in lot.sample(sorted(each), min(share, len(each))):
            yield lot.choice(each[line])


def _all_below(only: str) -> Iterator[Planted]:
    path, _, line = only.partition(":")
    for each in (module for room in ROOMS for module in modules(room) if module.startswith(path)):
        yield from (planted for planted in _of_module(each) if not line or planted.fault.line == int(line))


def _by_line(paths: list[str]) -> dict[tuple[str, int], list[Planted]]:
    lines: dict[tuple[str, int], list[Planted]] = {}
    for planted in (each for path in paths for each in _of_module(path)):
        lines.setdefault((planted.path, planted.fault.line), []).append(planted)
    return lines


def _of_module(path: str) -> Iterator[Planted]:
    return (Planted(path, fault) for fault in faults((ROOT / path).read_text(encoding="utf-8")))


def _judge_each(lot: list[Planted], reached: dict[str, Reached], at_once: int, seed: int, results: Results) -> None:
    """Add the result of each fault to those that are known from an earlier run."""
    kept = BUILD / f"results-{_content()}-{seed}.jsonl"
    known: Results = dict(map(json.loads, kept.read_text(encoding="utf-8").splitlines())) if kept.is_file() else {}
    with kept.open("a", encoding="utf-8") as file:
        for job, code, seconds in run_all(_jobs(lot, reached, known, results), at_once):
            if code not in EXIT_CODES and code >= 0:
                raise RuntimeError(f"{job.name}: pytest ended with {code}; {job.output} says why")
            results[job.name] = "noticed" if code else "unnoticed"
            file.write(json.dumps([job.name, results[job.name]]) + "\n")
            file.flush()
            say(f"{len(results)}/{len(lot)} {seconds:5.1f} s {results[job.name]:9} {job.name}")


def _jobs(lot: list[Planted], reached: dict[str, Reached], known: Results, results: Results) -> Iterator[Job]:
    """The runs that are needed, one by one; what is known without one is added to the results in its turn."""
    named = tomllib.loads(EQUIVALENTS.read_text(encoding="utf-8"))["equivalent"]
    equivalents = {(each["path"], each["was"], each["now"]) for each in named}
    for each in lot:
        if (each.path, each.fault.was, each.fault.now) in equivalents:
            results[each.name] = "equivalent"
        elif each.name in known:
            results[each.name] = known[each.name]
        elif job := job_of(each, reached):
            yield job
        else:
            results[each.name] = "unreached"


def _content() -> str:
    """A hash of the product's and the tests' code."""
    files = [*(each for room in ROOMS for each in modules(room)), *python_below("tests")]
    return hashlib.sha256("".join(map(digest, files)).encode()).hexdigest()[:12]


def _say_survivors(results: Results) -> None:
    for room in ROOMS:
        left = [name for name, how in sorted(results.items()) if room_of(name) == room and how.startswith("un")]
        if left:
            say(f"\n{room}: no test notices")
            say("\n".join(f"  {name} ({results[name]})" for name in left))


def _judge(results: Results) -> int:
    """Print the table; 1 when the tests notice too little, or too much is called equivalent."""
    say("\nroom          faults  equivalent  noticed  share")
    red = False
    for room in ROOMS:
        mine = Counter(how for name, how in results.items() if room_of(name) == room)
        if mine.total():
            share = _share(mine)
            red |= share < SHARE_IN_A_ROOM
            say(f"{room:12} {mine.total():7} {mine['equivalent']:11} {mine['noticed']:8}  {share:.1%}")
    total = Counter(results.values())
    share, alike = _share(total), total["equivalent"] / total.total()
    red |= share < SHARE or alike > SHARE_OF_EQUIVALENTS
    judged = total.total() - total["equivalent"]
    bounds = f"at least {SHARE:.0%}, {SHARE_IN_A_ROOM:.0%} in each room"
    equivalents = f"{total['equivalent']} equivalent (at most {SHARE_OF_EQUIVALENTS:.0%})"
    say(f"{total['noticed']} of {judged} faults noticed: {share:.1%} ({bounds}); {equivalents}")
    return int(red)


def _share(counts: Counter[str]) -> float:
    judged = counts.total() - counts["equivalent"]
    return counts["noticed"] / judged if judged else 1.0


if __name__ == "__main__":
    sys.exit(main())
