"""The process as it was deployed before: executions go on with the definition with which they began.

Each change of ``statemachine/restoration.asl.yaml`` is kept beside the others in ``kept/``, without its comments, by
``make keep-machine NAME=what-changed``. Today's functions have to serve all of them.
"""

import argparse
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from local.asl import RESTORATION

KEPT = Path(__file__).with_name("kept")


def compact(text: str) -> str:
    """A definition (YAML text) as compact JSON, without comments."""
    return json.dumps(_without_comments(yaml.safe_load(text)), ensure_ascii=False, separators=(",", ":"))


def _without_comments(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_comments(item) for key, item in value.items() if key != "Comment"}
    return [_without_comments(item) for item in value] if isinstance(value, list) else value


def today() -> str:
    """Today's definition, compact."""
    return compact(RESTORATION.read_text(encoding="utf-8"))


def kept() -> Mapping[str, str]:
    """All kept definitions by name, oldest first."""
    return {path.stem: path.read_text(encoding="utf-8").strip() for path in sorted(KEPT.glob("*.json"))}


NEWEST: Mapping[str, Any] = json.loads(list(kept().values())[-1])


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise argparse.ArgumentTypeError(f"{text} is not lower-case words with hyphens, such as second-read")
    return text


def main() -> None:
    """Keep today's definition."""
    parser = argparse.ArgumentParser(prog="make keep-machine", description=__doc__)
    parser.add_argument("name", type=_name, help="what changed, in a word or two with hyphens: NAME=second-read")
    path = KEPT / f"{datetime.now(UTC):%Y-%m-%d}-{parser.parse_args().name}.json"
    path.write_text(f"{today()}\n", encoding="utf-8")
    print(f"{path.relative_to(KEPT.parents[2])} is kept; make test runs it against today's functions")  # noqa: T201


if __name__ == "__main__":
    main()
