"""The oracle: what came of each story, in facts that know neither states nor times.

It is recorded once (``make oracle``) and compared with later runs, so that a change of the process which is to change
nothing for anybody shows that it does not.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import TypedDict

type Value = str | int | bool


class Varying(TypedDict):
    """A fact that races decide: the values that are all right, and in one line why there is more than one."""

    oneOf: list[Value]
    why: str


type Recorded = Mapping[str, Sequence[Mapping[str, Value]]]
"""By story: the facts of each of its limited customers. A message or event that is not named did not come."""
type Oracle = Mapping[str, Sequence[Mapping[str, Value | Varying]]]


def compare(recorded: Recorded, oracle: Oracle) -> list[str]:
    """What differs, in words: which story, what was expected, what came."""
    differences = [f"story {name} is not in the oracle" for name in recorded if name not in oracle]
    for name, expected in oracle.items():
        found = recorded.get(name, ())
        if len(found) != len(expected):
            differences.append(f"story {name}: expected {len(expected)} limited customers, found {len(found)}")
            continue
        for number, (facts, wanted) in enumerate(zip(found, expected, strict=True), start=1):
            who = f"story {name}" if len(expected) == 1 else f"story {name}, customer {number}"
            differences += [f"{who}: {difference}" for difference in _differences(facts, wanted)]
    return differences


def _differences(facts: Mapping[str, Value], expected: Mapping[str, Value | Varying]) -> list[str]:
    names = [*expected, *(name for name in facts if name not in expected)]
    return [
        f"{name}: expected {' or '.join(map(_said, allowed))}, found {_said(value)}"
        for name in names
        if (value := facts.get(name, 0)) not in (allowed := _allowed(expected.get(name, 0)))
    ]


def _allowed(expected: Value | Varying) -> Sequence[Value]:
    return expected["oneOf"] if isinstance(expected, dict) else [expected]


def _said(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "nothing"


def renewed(recorded: Recorded, oracle: Oracle) -> Oracle:
    """An oracle of what was recorded. A fact that the known oracle lets vary goes on varying, if its value fits."""
    return {
        name: [
            _renewed(facts, known) for facts, known in zip(cases, chain(oracle.get(name, ()), repeat({})), strict=False)
        ]
        for name, cases in recorded.items()
    }


def _renewed(facts: Mapping[str, Value], known: Mapping[str, Value | Varying]) -> dict[str, Value | Varying]:
    varying = {name: it for name, it in known.items() if isinstance(it, dict) and facts.get(name, 0) in it["oneOf"]}
    return {**facts, **varying}


def read_oracle(path: Path) -> Oracle:
    """Read an oracle; an empty one where no file is yet."""
    oracle: Oracle = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return oracle


def write_oracle(path: Path, recorded: Recorded) -> None:
    """Write what was recorded, one fact a line; what is known to vary is taken over from the file that is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(renewed(recorded, read_oracle(path)), indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
