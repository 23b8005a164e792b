"""The long proofs: each one's command, the seconds that it may take, and the line of its output that counts."""

from collections.abc import Sequence
from dataclasses import dataclass

HOURS = 4
"""All budgets together, on two cores that nobody else uses."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One proof.

    Parameters
    ----------
    command
        As one types it. It proves something by its exit status 0.
    budget
        The seconds that it may take.
    figure
        A regular expression: the last match in the output is kept. A proof that ends well and says no such thing is
        red, since nobody knows what it did.
    at_most, at_least
        A bound of the number in the figure's group ``value``, where the command itself judges none.
    absent
        What the output says where the proof's material is not on this machine. Then it is neither green nor red.
    """

    name: str
    command: str
    budget: int
    figure: str
    at_most: float | None = None
    at_least: float | None = None
    absent: str | None = None


_TESTS = r"\d+ passed.*? in "
_DEMO = r"Good: .+"

PROOFS: Sequence[Proof] = (
    Proof("tck", "make tck", 120, r"level 3: cases (\d+)/\1 ", absent="There is no run_tck.py"),
    Proof("explore", "make explore", 1500, r"[\d,]+ courses .*violations?"),
    Proof("demo", "make demo", 240, _DEMO),
    Proof("demo-shadow", "make demo MODE=shadow", 240, _DEMO),
    Proof("demo-off", "make demo MODE=off", 240, _DEMO),
    Proof("demo-outage", "make demo OUTAGE=60", 300, _DEMO),
    Proof("demo-incident", "make demo INCIDENT=1", 240, _DEMO),
    Proof("campaign", "make campaign", 180, r"\d+ orders at Enedis for \d+ points, \d+ floors noted"),
    Proof("fault-matrix", "make fault-matrix", 720, r"\d+ customers, each with one fault[^;]*; \d+ findings"),
    Proof("redrive-walk", "make redrive-walk", 4500, r"\d+ customers, \d+ Task states[^;]*; \d+ worlds differ"),
    Proof("test-reversed", "make test-reversed", 720, _TESTS),
    Proof("mutants", "make mutants", 2400, r"\d+ of \d+ faults noticed: (?P<value>[\d.]+)%"),
    Proof("bench-quota", "make bench-quota", 480, r"at most \d+ in any one second.*"),
    Proof("bench", "make bench", 240, r"this engine.*|dmn +[\d.]+ +[\d.]+"),
    Proof("bench-path", "make bench-path", 300, r"An order is accepted after (?P<value>\d+)\s+times"),
    Proof("bench-demo", "make bench-demo", 180, r"whole run .*?(?P<value>[\d.]+) s"),
    Proof(
        "bench-demo-20000",
        "make bench-demo ARGS='--payments 20000'",
        300,
        r"memory of the largest process at most .*?(?P<value>\d+) MB",
        at_most=600,
    ),
)
