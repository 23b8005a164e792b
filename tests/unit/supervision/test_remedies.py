"""What to mend after a failure: the runbook has each error and each page that the screen of incidents names."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from record.domain.remedies import PAGES, REMEDIES, TOO_OLD, UNNAMED, remedy_of
from record.words import Language
from tests.infrastructure.templates import ROOT
from tests.unit.supervision.samples import SIGNATURE

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")


def rows_of_the_runbook() -> Sequence[tuple[set[str], set[str]]]:
    """Errors and states of each row of the table under "A restoration failed"."""
    table = RUNBOOK.split("| Error | Usual state |")[1].split("\n\n")[0]
    rows = (line.split("|") for line in table.splitlines()[2:])
    error, state = re.compile(r"`([A-Z][A-Za-z.]+)…?`"), re.compile(r"`([A-Z]\w+)`")
    return [(set(error.findall(row[1])), set(state.findall(row[2]))) for row in rows]


def test_each_page_that_a_remedy_names_is_in_the_runbook_under_its_title() -> None:
    titles = re.findall(r"^## (.+)$", RUNBOOK, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-"): title for title in titles}
    assert {page: anchors.get(page) for page in PAGES} == {page: english for page, (_, english) in PAGES.items()}
    assert {remedy.page for remedy in (*REMEDIES, UNNAMED)} == set(PAGES) - {TOO_OLD}


def test_each_error_of_the_runbook_has_a_remedy_and_the_other_way_round() -> None:
    errors = {error for row in rows_of_the_runbook() for error in row[0]}
    assert len(errors) > 20
    assert {each.error for each in REMEDIES} == errors | {"ABORTED"}


def test_error_in_its_usual_state_has_the_remedy_of_its_row() -> None:
    for errors, states in rows_of_the_runbook():
        for error in errors:
            for state in states or {"CheckPayment"}:
                name = f"{error}SomethingException" if error.endswith(".") else error
                assert remedy_of(replace(SIGNATURE, error=name, state=state, words="")).error == error


@pytest.mark.parametrize(
    ("error", "state", "words", "page", "helps"),
    [
        ("DecisionFailed", "", "no rule of coverage matches", "a-restoration-failed", True),
        ("DecisionFailed", "", "situation … is not kept", "check-one-limitation-now", False),
        ("InvalidConfiguration", "", "/restoration/mode is on!", "turning-the-switch", True),
        ("States.Runtime", "", "", "check-one-limitation-now", False),
        ("States.Timeout", "OrderAtEnedis", "", "a-queue-is-too-old", True),
        ("States.Timeout", "ReadPoint", "", "a-restoration-failed", True),
        ("NeverHeardOf", "", "", "a-restoration-failed", True),
    ],
)
def test_remedy_goes_by_error_state_and_words(error: str, state: str, words: str, page: str, *, helps: bool) -> None:
    found = remedy_of(replace(SIGNATURE, error=error, state=state, words=words))
    assert (found.page, found.helps) == (page, helps)
    assert found.text(Language.FRENCH) != found.text(Language.ENGLISH)
