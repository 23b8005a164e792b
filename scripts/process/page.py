"""Draws ``docs/process.md``: the state machines' diagrams and tables, from their ASL files, and the process's picture.

``make process`` runs it, and a test checks that the pages are in step. A page's own words are written by hand. Each
drawn part is between two marks, ``<!-- drawn: name -->`` and ``<!-- end -->``, and is replaced as a whole. Diagrams are
Mermaid flowcharts, one for each banner section of the file, which say when each way is taken. The simple picture of the
process, in English and in French, comes from ``docs/pictures/*.mmd``.
"""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from restoration import errors
from scripts.process.machine import CAMPAIGN, MACHINE, NIGHTLY, REDRIVE, ROOT, Machine

PAGE = ROOT / "docs" / "process.md"
PICTURES = ROOT / "docs" / "pictures"

_DRAWN = re.compile(r"(?P<head><!-- drawn: (?P<name>[a-z]+) -->\n).*?(?P<tail><!-- end -->)", re.DOTALL)
_SHAPES = {"Choice": ("{{", "}}"), "Wait": ("([", "])"), "Succeed": ("[[", "]]")}
_TWO = 2


def section_diagram(machine: Machine, section: str) -> str:
    """One section's states and ways; a state of another section that it goes on to stands dashed at the rim."""
    inside = machine.of(section)
    ways = [way for state in inside for way in state.ways()]
    names = {state.name for state in inside}
    outside = list(dict.fromkeys(way.target for way in ways if way.target not in names))
    lines = ["flowchart TD"]
    for state in inside:
        opening, closing = _SHAPES.get(state.type, ("[", "]"))
        lines.append(f'    {state.name}{opening}"{state.name}"{closing}')
    lines += [f'    {name}["{name}"]:::elsewhere' for name in outside]
    for way in ways:
        label = f'|"{_text(way.label)}"|' if way.label else ""
        lines.append(f"    {way.source} {'-.->' if way.is_error else '-->'}{label} {way.target}")
    lines.append("    classDef elsewhere stroke-dasharray: 4 3")
    return _mermaid(lines)


def draw_sections(machine: Machine) -> str:
    """Every section: its diagram, and a table of its states with their comments."""
    parts = []
    for section in machine.sections:
        states = machine.of(section)
        rows = [("State", "Done by", "What it does")]
        rows += [(f"`{state.name}`", state.how, state.comment) for state in states]
        are_endings = all(state.type == "Succeed" for state in states)
        diagram = "" if are_endings else f"{section_diagram(machine, section)}\n\n"
        parts.append(f"### {section}\n\n{diagram}{_table(rows)}")
    return "\n\n".join(parts)


def draw_retries(machine: Machine) -> str:
    """Which errors are tried again, how often and for how long: one row for each set of errors and numbers."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for state in machine.states:
        for retrier in state.retriers:
            errors = ", ".join(f"`{name}`" for name in _first_spellings(retrier["ErrorEquals"]))
            key = (errors, *_patience(retrier))
            found.setdefault(key, []).append(state.name)
    tasks = sum(1 for state in machine.states if state.type == "Task")
    rows = [("Errors", "Tries again", "Gives up after, on average", "In states")]
    rows += [(*key, _states(names, tasks)) for key, names in found.items()]
    return _table(rows)


def draw_errors(machine: Machine) -> str:
    """Every class of ``errors.py``: when it is raised, and which states name it."""
    rows = [("Class", "Kind of", "Meaning", "What the state machine does")]
    for name, each in vars(errors).items():
        if inspect.isclass(each) and issubclass(each, errors.RestorationError) and each.__doc__:
            base = each.__bases__[0].__name__
            first = " ".join(each.__doc__.split("\n\n")[0].split())
            rows.append((f"`{name}`", f"`{base}`" if base != "Exception" else "", first, _treatment(machine, name)))
    return _table(rows)


PARTS: Mapping[str, Callable[[], str]] = {
    "picture": lambda: _mermaid((PICTURES / "process.en.mmd").read_text("utf-8").splitlines()),
    "image": lambda: _mermaid((PICTURES / "process.fr.mmd").read_text("utf-8").splitlines()),
    "sections": lambda: draw_sections(Machine.read(MACHINE)),
    "retries": lambda: draw_retries(Machine.read(MACHINE)),
    "errors": lambda: draw_errors(Machine.read(MACHINE)),
    "nightly": lambda: draw_sections(Machine.read(NIGHTLY)),
    "campaign": lambda: draw_sections(Machine.read(CAMPAIGN)),
    "redrive": lambda: draw_sections(Machine.read(REDRIVE)),
}


def drawn(page: str) -> str:
    """Replace the page's drawn parts by what the machines and pictures say now.

    Raises
    ------
    KeyError
        When the page asks for a part that nothing here draws.
    """

    def draw(found: re.Match[str]) -> str:
        return f"{found['head']}{PARTS[found['name']]()}\n{found['tail']}"

    return _DRAWN.sub(draw, page)


def _treatment(machine: Machine, error: str) -> str:
    named = [(it, state.name) for state in machine.states for it in state.retriers if error in it["ErrorEquals"]]
    again = [name for retrier, name in named if retrier.get("MaxAttempts", 3)]
    never = [name for retrier, name in named if not retrier.get("MaxAttempts", 3)]
    told = [f"tries again: {_states(again, 0)}"] if again else []
    told += [f"fails: {_states(never, 0)}"] if never else []
    return "; ".join(told) or "does not name it"


def _patience(retrier: Mapping[str, Any]) -> tuple[str, str]:
    """How often, and how long that takes when nothing else does: full jitter waits half of each delay on average."""
    attempts = int(retrier.get("MaxAttempts", 3))
    if attempts == 0:
        return "no", ""
    interval, rate, longest = retrier["IntervalSeconds"], retrier["BackoffRate"], retrier["MaxDelaySeconds"]
    total = sum(min(interval * rate**attempt, longest) for attempt in range(attempts)) / 2
    return f"{attempts} times, at most {longest} s apart", _duration(total)


def _duration(seconds: float) -> str:
    for unit, length in (("hours", 3600), ("minutes", 60)):
        if seconds >= _TWO * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def _states(names: list[str], tasks: int) -> str:
    if len(names) == tasks:
        return "all"
    several = list(dict.fromkeys(names))
    return ", ".join(f"`{name}`" for name in several) if len(several) <= 2 * _TWO else f"{len(several)} states"


def _first_spellings(errors: list[str]) -> list[str]:
    """DynamoDB's errors come in two spellings, after the kind of the integration: one is enough to read."""
    return list({name.lower(): name for name in reversed(errors)}.values())[::-1]


def _mermaid(lines: list[str]) -> str:
    return "\n".join(["```mermaid", *lines, "```"])


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    head, *body = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join([head, f"|{'---|' * len(rows[0])}", *body])


def _text(text: str) -> str:
    """Text within a Mermaid label's quotes."""
    return text.replace('"', "#quot;")
