"""Tries to publish each slip of ``slips.yaml`` and says what stops it: ``make decision-slips``."""

import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

import dmn
from local.decision_tools.finding_words import fault_in_words
from local.decision_tools.publishing import Press
from supervision.cases.failures import CaseError
from tests.unit.decisions.deciding import DECISIONS
from tests.unit.decisions.slips import Slip, slips

TODAY = date(2026, 12, 1)


def stopped_by(slip: Slip) -> str:
    """Say what publishing answers to a slip, in its own words; empty where it is published."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(shutil.copytree(DECISIONS, Path(made) / "decisions"))
        try:
            Press(folder, today=TODAY).approve(slip.file, slip.draft(Path(made)), slip.since or TODAY, "Anne", "essai")
        except CaseError as error:
            return str(error)
        except dmn.DmnError as error:
            return fault_in_words(error)
    return ""


def main() -> int:
    """Print each slip with what stops it; 0 when at least 38 are stopped."""
    stopped = {slip.says: stopped_by(slip) for slip in slips()}
    for says, answer in stopped.items():
        sys.stdout.write(f"{says}\n    {answer or 'PUBLIÉ'}\n")
    caught = sum(map(bool, stopped.values()))
    sys.stdout.write(f"{caught} of {len(stopped)} are stopped\n")
    return 0 if caught >= 38 else 1  # noqa: PLR2004 - the issue's bound


if __name__ == "__main__":
    sys.exit(main())
