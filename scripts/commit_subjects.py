"""Finds commits whose subject is longer than 72 characters: ``make lint`` runs it.

Older commits than ``SINCE`` and merges are left out. Where there is no history (an export, a shallow clone), nothing
is checked.
"""

import subprocess
import sys

SINCE = "c075891a1936362952cdb372f9b9ec88c7b4f731"
LONGEST = 72


def main() -> int:
    """Print each subject that is too long, and what to do; 1 when there is one."""
    listed = subprocess.run(  # noqa: S603 - git, fixed words
        ["git", "log", "--no-merges", "--format=%h %s", f"{SINCE}..HEAD"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        sys.stdout.write(f"commit subjects: not checked, the history since {SINCE[:7]} is not here\n")
        return 0
    commits = [line.partition(" ") for line in listed.stdout.splitlines()]
    too_long = [(commit, subject) for commit, _, subject in commits if len(subject) > LONGEST]
    for commit, subject in too_long:
        sys.stdout.write(f"{commit}: {len(subject)} characters, {LONGEST} at most:\n  {subject}\n")
    if too_long:
        sys.stdout.write("Write them shorter: git commit --amend, git rebase -i for older ones.\n")
    return 1 if too_long else 0


if __name__ == "__main__":
    sys.exit(main())
