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
    at_most
        A bound of the number in the figure's group ``value``, where the command itself judges none.
    absent
        What the output says where the proof's material is not on this machine. Then it is neither green nor red.
    """

    name: str
    command: str
    budget: int
    figure: str
    at_most: float | None = None
    absent: str | None = None


_TESTS = r"\d+ passed.*? in "
_GOOD = r"Good: .+"
_PLAYED = "make bench-demo ARGS='--payments 20000'"

PROOFS: Sequence[Proof] = (
    Proof("tck", "make tck", 60, r"level 3: cases (\d+)/\1 ", absent="There is no run_tck.py"),
    Proof("explore", "make explore", 900, r"[\d,]+ courses .*violations?"),
    Proof("explore-guards", "make explore GUARDS=1", 300, r"\d+ of \d+ guards found.*"),
    Proof("demo", "make demo", 90, _GOOD),
    Proof("demo-shadow", "make demo MODE=shadow", 90, _GOOD),
    Proof("demo-outage", "make demo OUTAGE=60", 180, _GOOD),
    Proof("demo-incident", "make demo INCIDENT=1", 90, _GOOD),
    Proof("campaign", "make campaign", 120, r"\d+ orders at Enedis for \d+ points, \d+ floors noted"),
    Proof("fault-matrix", "make fault-matrix", 480, r"\d+ customers, each with one fault[^;]*; \d+ findings"),
    Proof("redrive-walk", "make redrive-walk", 2400, r"\d+ customers, \d+ Task states[^;]*; \d+ worlds differ"),
    Proof("urgent-first", "make urgent-first", 420, _TESTS),
    Proof("mutants", "make mutants", 1620, r"\d+ of \d+ faults noticed.*"),
    Proof("machine-mutants", "make machine-mutants ARGS='--minutes 24'", 1680, r"\d+ slips, of .* stories and races"),
    Proof("commands", "make prove-commands", 1800, _TESTS),
    Proof("rights", "make prove-rights", 600, r"\d+ rights .*excused, 0 unused.*"),
    Proof("deployed", "make prove-deployed", 720, _TESTS),
    Proof("foreign-emulator", "make foreign-emulator", 600, _GOOD),
    Proof("test-reversed", "make test-reversed", 840, _TESTS),
    Proof("bench", "make bench", 180, r"zen-engine takes at least .*"),
    Proof("bench-path", "make bench-path", 240, r"An order is accepted\s+after \d+\s+times"),
    Proof("bench-pages", "make bench-pages", 240, r"95 % of pages .* within (?P<value>\d+) ms.*", at_most=300),
    Proof("bench-quota", "make bench-quota", 360, r"at most (?P<value>\d+) in any one second.*", at_most=5),
    Proof(
        "bench-cold-start", "make bench-cold-start", 150, r"at most (?P<value>\d+) ms over the libraries.*", at_most=110
    ),
    Proof("bench-demo", _PLAYED, 240, r"memory of the largest process at most .*?(?P<value>\d+) MB", at_most=600),
)
