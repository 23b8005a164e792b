"""``make explore``: a hundred thousand courses in shards, two at a time; or one course again, step by step.

With ``GUARDS=1`` each guard of the claim is taken out, and has to be found (:mod:`tests.explore.hunting`).
"""

import argparse
import gc
import signal
import sys
import time
from collections import Counter
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from zlib import crc32

from tests.explore.hunting import hunt_all
from tests.explore.machine import machine
from tests.explore.search import PromiseBroken, Search, play

COURSES = 100_000
SHARDS = 20
PROCESSES = 2


@dataclass(frozen=True)
class Shard:
    """The outcome of a shard."""

    number: int
    played: int
    seconds: float
    cpu_seconds: float
    broken: str | None
    met: Counter[tuple[str, str]]


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def explore(number: int, courses: int) -> Shard:
    """Search one shard; hypothesis begins with its number."""
    began, cpu = time.monotonic(), time.process_time()
    search = Search(courses, number)
    broken: str | None = None
    try:
        search.run()
    except PromiseBroken as found:
        broken = str(found)
    return Shard(number, search.played, time.monotonic() - began, time.process_time() - cpu, broken, search.met)


def _begin() -> None:
    """End at once with Ctrl-C, and leave alone what a process has loaded, and what a course needs anyway."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make explore", description=__doc__)
    parser.add_argument("--courses", type=_at_least_one, default=COURSES, help="how many in all (100,000)")
    parser.add_argument("--lot", default="", help="a commit's hash, for example: other seeds than those of every run")
    parser.add_argument("--seed", type=int, help="only the shard of this seed")
    parser.add_argument("--course", type=_course, help="only this course, with all its steps")
    parser.add_argument("--guards", action="store_true", help="take each guard out, and look for what it is for")
    asked = parser.parse_args()
    if asked.course:
        return _repeat(asked.course)
    try:
        with ProcessPoolExecutor(PROCESSES, initializer=_begin) as pool:
            return min(hunt_all(pool, asked.lot, say), 1) if asked.guards else _explore(pool, asked)
    except KeyboardInterrupt:
        say("\nInterrupted.")
        return 128 + signal.SIGINT


def _explore(pool: Executor, asked: argparse.Namespace) -> int:
    size = -(-asked.courses // SHARDS)
    first = 1 + crc32(asked.lot.encode())
    numbers = range(first, first + SHARDS) if asked.seed is None else [asked.seed]
    began = time.monotonic()
    shards: list[Shard] = []
    for done in as_completed([pool.submit(explore, number, size) for number in numbers]):
        shards.append(shard := done.result())
        took = f"{shard.seconds:4.0f} s, {shard.cpu_seconds:.0f} of CPU"
        say(f"seed {shard.number}: {shard.played} courses in {took}")
        if shard.broken:
            say(f"\n{shard.broken}\n")
    played, broken = sum(shard.played for shard in shards), [shard.number for shard in shards if shard.broken]
    say("\nBy how many courses each was met:")
    met = sum((shard.met for shard in shards), Counter())
    for kind in sorted({kind for kind, _ in met}):
        say(
            f"{kind}: {', '.join(f'{name} {courses:,}' for (each, name), courses in met.most_common() if each == kind)}"
        )
    if never := sorted(machine().states.keys() - {name for _, name in met}):
        say(f"States that no course met: {', '.join(never)}")
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    say(f"\n{played:,} courses in {minutes} min {seconds:02} s, {len(broken)} violations.")
    say(f"Repeat a shard: make explore COURSES={asked.courses} SEED={broken[0] if broken else first}")
    return 1 if broken else 0


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of courses, such as 20000")
    return int(text)


def _course(text: str) -> list[int]:
    if not all(number.isdecimal() for number in text.split(",")):
        raise argparse.ArgumentTypeError(f"{text!r} is no course, such as 2,0,65536: copy one that a search printed")
    return [int(number) for number in text.split(",")]


def _repeat(numbers: list[int]) -> int:
    try:
        world = play(numbers)
    except PromiseBroken as broken:
        say(str(broken))
        return 1
    say("\n".join(world.log))
    say("\n1 course, 0 violations.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
