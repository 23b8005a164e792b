"""Incidents: commands that ops takes, what to mend as the runbook has it, and the screen."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import typer

from ops.app import app
from record.domain.incidents import Incident, check_of, redrive_of, too_old
from record.domain.record import EndedCase, OpenCase, Signature, Stage
from record.domain.redrive_choice import Choice, Described
from record.domain.remedies import PAGES, REMEDIES, TOO_OLD, UNNAMED, remedy_of
from record.domain.states import Party
from record.words import Language
from supervision.screens.reading import slices_of
from tests.infrastructure.templates import ROOT
from tests.unit.supervision import drawing
from tests.unit.supervision.drawing import text_of
from tests.unit.supervision.memory import MemoryRecord
from tests.unit.supervision.samples import SIGNATURE, ended_case, open_case
from tests.unit.supervision.synthetic import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
STOPPED = {"status": "FAILED", "state": "CheckPayment", "error": "UnknownContract", "signature": "aaaa"}
UNPAID: Mapping[str, Any] = {"waits_for": Party.US, "stage": Stage.CONCERNED, "certain_at": None}
HELD = open_case(since=NOW - 2 * HOUR, started_at=NOW - 5 * HOUR, **UNPAID, **STOPPED)
OTHER = {"execution": "arn:execution:LIM-2-a", "limitation_id": "LIM-2", "outcome": "FAILED"}
FAILED = ended_case(started_at=NOW - 4 * HOUR, ended_at=NOW - 3 * HOUR, **OTHER, **STOPPED)


def incident(held: Sequence[OpenCase] = (HELD,), signature: Signature = SIGNATURE) -> Incident:
    return Incident(signature, held)


def record_of(
    held: Sequence[OpenCase] = (), ended: Sequence[EndedCase] = (), signatures: Sequence[Signature] = (SIGNATURE,)
) -> MemoryRecord:
    return MemoryRecord(slices_of(ended), held, ended, {each.id: each for each in signatures})


screen = partial(drawing.screen, "incidents")


# ── Commands ──


def parsed(command: str | None) -> Mapping[str, Any]:
    """The parameters that ``ops`` itself reads in a command line."""
    assert command is not None
    program, *words = shlex.split(command)
    assert program == "ops"
    found: Any = typer.main.get_command(app)
    context: Any = found.make_context(program, [], resilient_parsing=True)
    while words and words[0] in getattr(found, "commands", {}):
        found = found.commands[words.pop(0)]
        names = words[:1] if words and words[0] in getattr(found, "commands", {}) else words
        context = found.make_context(found.name, list(names), parent=context)
    return dict(context.params)


BOTH = [HELD, replace(HELD, execution="arn:b", limitation_id="LIM-2")]
ABORTED = replace(SIGNATURE, error="ABORTED", words="")
ELSEWHERE = replace(SIGNATURE, id="bbbb", state="ReadPoint"), replace(SIGNATURE, id="cccc", error="InvalidResponse")


@pytest.mark.parametrize(
    ("held", "mine", "command", "read"),
    [
        ([HELD], SIGNATURE, "ops redrive case LIM-1", {"case": "LIM-1"}),
        (
            BOTH,
            SIGNATURE,
            "ops redrive --error UnknownContract --state CheckPayment --dry-run",
            {"error": "UnknownContract", "state": "CheckPayment", "dry_run": True},
        ),
        (
            [replace(each, status="ABORTED", error="ABORTED") for each in BOTH],
            ABORTED,
            "ops redrive --state CheckPayment --aborted --dry-run",
            {"error": "", "aborted": True},
        ),
    ],
    ids=["one by its limitation", "many are frozen as a set first", "what somebody stopped by its status"],
)
def test_those_who_are_held_are_redriven_by_a_command_that_ops_takes(
    held: Sequence[OpenCase], mine: Signature, command: str, read: Mapping[str, Any]
) -> None:
    assert redrive_of(incident(held, mine), [SIGNATURE, *ELSEWHERE], NOW) == command
    assert read.items() <= parsed(command).items()


def test_words_of_the_cause_tell_two_signatures_apart_and_ops_takes_them() -> None:
    other = replace(SIGNATURE, id="bbbb", words="it's another … thing")
    command = redrive_of(incident(BOTH), [SIGNATURE, other], NOW)
    said = parsed(command)
    assert said["cause"] == "billing does not know limitation"
    choice = Choice(str(said["error"]), str(said["state"]), str(said["cause"]))
    cause = "billing does not know limitation LIM-000007 of contract CTR-000007"
    failure = Described("arn", "LIM-7", "FAILED", NOW, 0, "CheckPayment", "UnknownContract", cause)
    assert choice.takes(failure)
    assert not choice.takes(replace(failure, cause="it's another 12 thing"))
    assert parsed(redrive_of(incident(BOTH, other), [SIGNATURE, other], NOW))["cause"] == "thing"


def test_words_that_another_cause_has_too_are_not_enough() -> None:
    others = [
        replace(SIGNATURE, id="bbbb", words="Billing does not know limitation … of customer …"),
        replace(SIGNATURE, id="cccc", words="billing does not know limitation … of contract … any more"),
    ]
    assert parsed(redrive_of(incident(BOTH), [SIGNATURE, *others[:1]], NOW))["cause"] == "of contract"
    assert parsed(redrive_of(incident(BOTH), [SIGNATURE, *others], NOW))["cause"] == SIGNATURE.words
    quoted = replace(SIGNATURE, words="billing's long response … is broken")
    assert parsed(redrive_of(incident(BOTH, quoted), [quoted, *others], NOW))["cause"] == "is broken"


def test_what_aws_does_not_redrive_any_more_is_checked() -> None:
    old = replace(HELD, since=NOW - timedelta(days=14))
    assert redrive_of(incident([old]), [], NOW) is None
    assert too_old(incident([old, HELD]), NOW) == [old]
    assert check_of([old]) == "ops check LIM-1"
    assert parsed(check_of([old]))["cases"] == ["LIM-1"]


@pytest.mark.parametrize(("number", "said"), [(20, False), (21, True)])
def test_command_names_no_more_cases_than_a_line_holds_and_says_so(number: int, *, said: bool) -> None:
    many = [replace(HELD, limitation_id=f"LIM-{place}", since=NOW - 20 * DAY) for place in range(number)]
    assert check_of(many).count("LIM-") == 20
    assert ("Les 20 premiers seulement" in text_of(screen(record_of(many)))) is said


# ── The screen ──


def test_runbook_is_a_link_where_the_stack_has_its_address() -> None:
    html = screen(record_of([HELD]), sources={"runbook": "https://wiki.example/runbook"})
    assert 'href="https://wiki.example/runbook#a-restoration-failed"' in html


def test_odd_text_is_escaped() -> None:
    odd = replace(SIGNATURE, error="<b>Error", words="<script>alert(1)</script>", state="<i>State")
    held = [replace(HELD, limitation_id="<u>'LIM"), replace(HELD, execution="arn:b", limitation_id="LIM-2")]
    html = screen(record_of(held, [FAILED], [odd]))
    for said in ("<script>", "<b>Error", "<i>State", "<u>"):
        assert said not in html
    assert "&lt;script&gt;" in html
    assert shlex.split(str(redrive_of(incident(held, odd), [odd], NOW)))[3] == "<b>Error"


# ── What to mend: the runbook has each error and each page that the screen names ──


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
