"""``make explore``: a hundred thousand courses in shards, two at a time; or one course again, step by step."""

import argparse
import gc
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

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


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def explore(number: int, courses: int) -> Shard:
    """Search one shard; hypothesis begins with its number."""
    gc.freeze()  # everything loaded by now stays
    gc.set_threshold(50_000, 20, 100)
    began, cpu = time.monotonic(), time.process_time()
    search = Search(courses, number)
    broken: str | None = None
    try:
        search.run()
    except PromiseBroken as found:
        broken = str(found)
    return Shard(number, search.played, time.monotonic() - began, time.process_time() - cpu, broken)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make explore", description=__doc__)
    parser.add_argument("--courses", type=int, default=COURSES, help="how many in all (100,000)")
    parser.add_argument("--seed", type=int, help="only the shard of this seed")
    parser.add_argument("--course", help="only this course, with all its steps")
    asked = parser.parse_args()
    if asked.course:
        return _repeat([int(number) for number in asked.course.split(",")])
    size = -(-asked.courses // SHARDS)
    numbers = range(1, SHARDS + 1) if asked.seed is None else [asked.seed]
    began = time.monotonic()
    shards: list[Shard] = []
    with ProcessPoolExecutor(PROCESSES) as pool:
        for done in as_completed([pool.submit(explore, number, size) for number in numbers]):
            shards.append(shard := done.result())
            took = f"{shard.seconds:4.0f} s, {shard.cpu_seconds:.0f} of CPU"
            say(f"seed {shard.number:2}: {shard.played:6} courses in {took}")
            if shard.broken:
                say(f"\n{shard.broken}\n")
    played, broken = sum(shard.played for shard in shards), [shard.number for shard in shards if shard.broken]
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    say(f"\n{played:,} courses in {minutes} min {seconds:02} s, {len(broken)} violations.")
    say(f"Repeat a shard: make explore SEED={broken[0] if broken else 1}")
    return 1 if broken else 0


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
