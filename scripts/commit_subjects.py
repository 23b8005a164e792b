"""Finds commits whose subject is no sentence, or is longer than 72 characters: ``make lint`` runs it.

Older commits than ``SINCE`` and merges are left out. Where there is no history (an export, a shallow clone), nothing
is checked.
"""

import subprocess
import sys

SINCE = "bba970e4ff284ddefda5fd53ceb01ca82ed4c21e"
LONGEST = 72
FEWEST_WORDS = 3


def main() -> int:
    """Print what is wrong with each subject, and what to do; 1 when something is."""
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
    wrong = [(commit, subject, fault) for commit, _, subject in commits if (fault := fault_of(subject))]
    for commit, subject, fault in wrong:
        sys.stdout.write(f"{commit}: {fault}:\n  {subject}\n")
    if wrong:
        sys.stdout.write("Write them again: git commit --amend, git rebase -i for older ones.\n")
    return 1 if wrong else 0


def fault_of(subject: str) -> str:
    """What is wrong with a subject; empty when nothing is."""
    if len(subject) > LONGEST:
        return f"{len(subject)} characters, {LONGEST} at most"
    if len(subject.split()) < FEWEST_WORDS or not subject[0].isupper():
        return "no sentence that says what changed"
    return "a full stop at the end" if subject.endswith(".") else ""


if __name__ == "__main__":
    sys.exit(main())
