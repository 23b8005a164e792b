"""``make process``: writes what is drawn from the state machines."""

import sys

from scripts.process.files import files
from scripts.process.layout import NAMES, Names
from scripts.process.machine import MACHINE, ROOT, Machine


def unnamed(machine: Machine, names: Names) -> list[str]:
    """The sections and states that have no French name yet, which all pictures show."""
    missing = [f"sections: {section}" for section in machine.sections if section not in names.sections]
    return missing + [f"states: {state.name}" for state in machine.states if state.name not in names.states]


def main() -> int:
    """Write the files; 2 when a French name is missing."""
    if missing := unnamed(Machine.read(MACHINE), Names.read()):
        sys.stderr.write(f"{NAMES.relative_to(ROOT)} has no French name for:\n")
        sys.stderr.writelines(f"  {each}\n" for each in missing)
        sys.stderr.write("Write them there, then: make process\n")
        return 2
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
