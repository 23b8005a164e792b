"""Times decision tables through this engine and its peers, side by side in one run.

    make bench
    python -m benchmarks.dmn.bench [SECONDS]

Two tables have 6 inputs and 20 rules. In the first a row fails early, at its second or third cell; in the second five
of the six cells pass in every row, so that who asks cell by cell asks nearly all of them. Each call has another input,
of a hundred; the best of some batches counts.

Then tables of two inputs grow from 20 to 10,000 rules, over numbers, texts, dates. Cold is the median over 200 inputs
that were never seen (as far as so small a table has them, and as SECONDS allow), warm over one of them again and again.

Import and compilation are timed in fresh interpreters, as a cold start has them, with bytecode already compiled. A
table of 100,000 rules is loaded in one of its own, which tells the memory it took. `peers` has the other engines; the
output says of one that it is not installed, or cannot do a table.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import pathlib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import dmn
from benchmarks.dmn.peers import NOTES, PEERS, Given, Row, Run, Took, UnableError, model_text

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parents[2]
DECISIONS = ROOT / "functions" / "evaluate_decision" / "decisions"
STARTS = 10
TARGETS = {"feelin": 10, "zen-engine": 3}  # how many times this engine's time a peer is to take at least
LONGER = 1.5  # times as long as this engine's import SpiffWorkflow's is to take at least
MOST_PARSINGS = 8  # how many times as long as ElementTree over their XML the project's files may take
SIZES = (20, 400, 10_000)
BIG_RULES, BIG_PARSINGS, MAX_BIG_MB = 100_000, 6, 200
LONGEST = 20  # seconds that a peer may take for a table and its first decision, by what the smaller one took
COLDER = 10  # times as long zen-engine is to take, at the largest of these, for numbers that were never seen

LAST = 18  # the last rule but one

INPUTS = ["status", "amount", "delay", "kind", "protected", "period"]
GIVEN = dict(zip(INPUTS, ("PAID", 185, 4, "CARD", False, 11), strict=True))
VARIED = [GIVEN | {"amount": 185 + at / 100, "delay": at % 5, "period": 11 + at % 2} for at in range(100)]
MATCHING: Row = (['"PAID"', ">= 100", "<= 5", '"CARD"', "false", "[11..12]"], '"LAST"')


def early() -> list[Row]:
    """Twenty rules that fail early; the given inputs match the last one only."""
    kinds = ("CARD", "TRANSFER", "CHEQUE", "CASH")
    return [*(_early(at, f'"{kinds[at % 4]}"' if at % 2 else "-") for at in range(19)), MATCHING]


def _early(at: int, kind: str) -> Row:
    is_last = "true" if at == LAST else "false"
    return ['"PAID"', f"[{10 * at}..{10 * at + 10})", f"> {at % 5}", kind, is_last, "[1..10]"], f'"R{at}"'


def late() -> list[Row]:
    """Twenty rules of which five of six cells pass in every row, the last cell in the last row only."""
    return [*(_late(at) for at in range(19)), MATCHING]


def _late(at: int) -> Row:
    return ['"PAID"', f"[{at}..{900 + at}]", f"< {5 + at}", '"CARD", "CASH"', "false", f"[{at % 9}..10.5)"], f'"R{at}"'


TABLES: dict[str, Callable[[], list[Row]]] = {"rows fail early": early, "five of six cells pass": late}


TYPES = dict(zip(INPUTS, ("string", "number", "number", "string", "boolean", "number"), strict=True))


def open_own(rules: list[Row], kinds: dict[str, str]) -> Iterator[Run]:
    model = dmn.loads(model_text(rules, kinds), limits=dmn.Limits(seconds=60))
    yield lambda given: model.evaluate("t", given).value


def timed(run: Run, given: Given) -> tuple[float, object]:
    """Return the seconds of a call, by the peer's own clock where it has one, and what it returned."""
    start = time.perf_counter()
    answer = run(given)
    took = time.perf_counter() - start
    return (float(answer), answer.value) if isinstance(answer, Took) else (took, answer)


def measure(run: Run, given: list[Given], seconds: float) -> float:
    """Return the microseconds of a call: the best of batches, since other work can only slow one down."""
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        took: list[float] = []
        for each in given:
            took.append(timed(run, each)[0])
            if time.perf_counter() > end and took[1:]:
                break
        best = min(best, statistics.mean(took))
    return best * 1e6


def median(run: Run, given: list[Given], seconds: float) -> float:
    end = time.perf_counter() + seconds
    took = [timed(run, given[0])[0]]
    took += (timed(run, each)[0] for each in given[1:] if time.perf_counter() < end)
    return statistics.median(took) * 1e6


def check_size(rules: int, share: float) -> None:
    if share * rules > LONGEST:
        raise UnableError(f"{rules:,} rules would take over {LONGEST} s")


def check(run: Run, given: Given, wanted: object) -> None:
    found = timed(run, given)[1]
    if found != wanted:
        raise UnableError(f"{found!r:.40} where {wanted!r} is right")


# --- tables that grow


def number_rows(count: int) -> list[Row]:
    return [([f"[{3 * at}..{3 * at + 3})", f"< {3 * count - at}"], str(at)) for at in range(count)]


def text_rows(count: int) -> list[Row]:
    return [([f'"k{at}", "l{at}"', f"< {3 * count - at}"], str(at)) for at in range(count)]


def date_rows(count: int) -> list[Row]:
    days = [dt.date(2000, 1, 1) + dt.timedelta(days=3 * at) for at in range(count)]
    return [
        ([f'[@"{day}"..@"{day + dt.timedelta(days=2)}"]', f"< {3 * count - at}"], str(at))
        for at, day in enumerate(days)
    ]


GROWING: dict[str, tuple[str, Callable[[int], list[Row]], Callable[[float], object]]] = {
    "numbers": ("number", number_rows, lambda at: 3 * at),
    "texts": ("string", text_rows, lambda at: f"k{int(at)}"),
    "dates": ("date", date_rows, lambda at: dt.date(2000, 1, 1) + dt.timedelta(days=int(3 * at))),
}
"""By what the rules are over: the first input's type, so many rules, and an input that one of them is for."""


def bench_growing(seconds: float) -> list[str]:
    """Return the lines on tables that grow, by the kind of their first input."""
    peers = {name: opened for name, opened in PEERS.items() if name != "zen-engine, a graph without a table"}
    columns = ["load ms", "cold µs", "warm µs", *(name.split(",")[0] for name in peers)]
    lines = ["", f"{'2 inputs, rules over':20s} {'rules':>7s}" + "".join(f"{column:>14s}" for column in columns)]
    notes: dict[str, None] = {}
    verdict = ""
    for title, (kind, rows_of, given_of) in GROWING.items():
        shares: dict[str, float] = {}  # seconds that a rule took each peer, to be ready and to decide once
        for size in SIZES:
            rules, kinds = rows_of(size), {"a": kind, "b": "number"}
            unseen: list[Given] = [{"a": given_of(size * at / 201), "b": at % 7} for at in range(1, 201)]
            start = time.process_time()
            with contextlib.contextmanager(open_own)(rules, kinds) as run:
                figures = [(time.process_time() - start) * 1e3]
                for _ in range(8):
                    run({"a": None, "b": None})
                figures += [median(run, unseen, seconds), median(run, unseen[:1] * 200, seconds)]
                wanted = run(unseen[-1])
            cells = [f"{figure:14,.1f}" for figure in figures]
            for name, opened in peers.items():
                try:
                    check_size(size, shares.get(name, 0))
                    start = time.perf_counter()
                    with contextlib.contextmanager(opened)(rules, kinds) as run:
                        check(run, unseen[-1], wanted)
                        shares[name] = (time.perf_counter() - start) / size
                        took = median(run, unseen, seconds)
                except (ImportError, UnableError) as error:
                    notes[f"{name}: {'not installed' if isinstance(error, ImportError) else f'{title}: {error}'}"] = (
                        None
                    )
                    cells.append(f"{'none':>14s}")
                    continue
                cells.append(f"{took:14,.1f}")
                if (name, title, size) == ("zen-engine", "numbers", max(SIZES)):
                    told = "met" if took >= COLDER * figures[1] else "MISSED"
                    verdict = f"target: zen-engine takes at least {COLDER} times as long for numbers, {told}"
            lines.append(f"{title:20s} {size:7,d}" + "".join(cells))
    return [*lines, *(f"  {line}" for line in (verdict, *notes) if line)]


def best_start(code: str) -> float:
    """Return the milliseconds of processor time that the best of some fresh interpreters prints last.

    Processor time, as the waiting for other processes' work is not the engine's.
    """
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", code]
    answers = [
        subprocess.run(command, check=True, env=environment, capture_output=True, text=True).stdout  # noqa: S603
        for _ in range(STARTS)
    ]
    return min(map(float, answers)) * 1000


BARE = "import time; print(time.process_time())"
IMPORT = "import dmn, time; print(time.process_time())"
COMPILE = """
import pathlib, sys, time
import dmn
files = sorted(pathlib.Path({folder!r}).glob('*.dmn'))
start = time.process_time()
for file in files:
    dmn.load(file)
print(time.process_time() - start)
"""


BIG = """
import pathlib, resource, sys, time
import dmn
text = sys.stdin.buffer.read()
before = int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024
start = time.process_time()
dmn.loads(text, limits=dmn.Limits(seconds=60, file_bytes=10**9, elements=10**7, cells=10**7))
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def parsing(code: str) -> str:
    """Give the same measure of ElementTree, over the same XML."""
    loading = "dmn.loads(text, limits=dmn.Limits(seconds=60, file_bytes=10**9, elements=10**7, cells=10**7))"
    code = code.replace("import dmn\n", "import xml.etree.ElementTree as tree\n")
    return code.replace(loading, "tree.fromstring(text)").replace("dmn.load(file)", "tree.parse(file)")


def bench_big() -> list[str]:
    """Return the lines on a table of 100,000 rules: the best of three."""
    lines = []
    for title, (kind, rows_of, _) in GROWING.items():
        text = model_text(rows_of(BIG_RULES), {"a": kind, "b": "number"}).encode()
        (took, memory), (parsed, _) = (_big(code, text) for code in (BIG, parsing(BIG)))
        line = f"{f'{BIG_RULES:,} rules of two inputs over {title}':44s} {took:8.2f} s  {memory:8.0f} MB"
        told = _verdict(took <= BIG_PARSINGS * parsed and memory < MAX_BIG_MB)
        lines.append(
            f"{line}   {took / parsed:.1f} times ElementTree; at most {BIG_PARSINGS} times, {MAX_BIG_MB} MB, {told}"
        )
    return lines


def _big(code: str, text: bytes) -> tuple[float, float]:
    command = [sys.executable, "-c", code]
    answers = [subprocess.run(command, check=True, input=text, capture_output=True).stdout.split() for _ in range(3)]  # noqa: S603
    return min(float(answer[0]) for answer in answers), max(int(answer[1]) / 1024 for answer in answers)


def bench_start() -> list[str]:
    """Return the lines on the import, and on the compilation of the project's tables."""
    bare = best_start(BARE)
    imported = best_start(IMPORT) - bare
    peer = best_start(f"import SpiffWorkflow.dmn.parser.DMNParser\n{BARE}") - bare
    files, code = len(list(DECISIONS.glob("*.dmn"))), COMPILE.format(folder=str(DECISIONS))
    compiled, parsed = best_start(code), best_start(parsing(code))
    told = f"SpiffWorkflow's takes {peer / imported:.1f} times; at least {LONGER}, "
    told += _verdict(peer >= LONGER * imported)
    most = f"{compiled / parsed:.1f} times ElementTree; at most {MOST_PARSINGS}"
    return [
        f"{'import over the bare interpreter':44s} {imported:8.1f} ms   {told}",
        f"{f'{files} decision files of the project':44s} {compiled:8.1f} ms   {most}, "
        + _verdict(compiled <= MOST_PARSINGS * parsed),
    ]


def _verdict(holds: bool) -> str:  # noqa: FBT001 - the value is the argument
    return "met" if holds else "MISSED"


def bench_peers(seconds: float) -> list[str]:
    """Return the lines on the two tables of 20 rules."""
    lines: list[str] = []
    for title, rules in TABLES.items():
        lines += ["", f"{f'6 inputs, 20 rules, {title}':44s} {'µs':>10s} {'times ours':>12s}   target"]
        own = 0.0
        for name, opened in {"this engine": open_own, **PEERS}.items():
            try:
                with contextlib.contextmanager(opened)(rules(), TYPES) as run:
                    check(run, VARIED[-1], "LAST")
                    took = measure(run, VARIED, seconds)
            except (ImportError, UnableError) as error:
                lines.append(f"{name:44s} {'not installed' if isinstance(error, ImportError) else error!s:>23s}")
                continue
            own = own or took
            wanted = TARGETS.get(name)
            target = f"at least {wanted} times, {'met' if took >= wanted * own else 'MISSED'}" if wanted else ""
            told = "; ".join(filter(None, [target, NOTES.get(name, "")]))
            lines.append(f"{name:44s} {took:10.1f} {took / own:12.1f}   {told}".rstrip())
    return lines


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    lines = [*bench_start(), *bench_big(), *bench_peers(seconds), *bench_growing(seconds)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if any("MISSED" in line for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
