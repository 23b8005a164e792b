"""``make rules-approve``: refused, asked, or published with its documents, and then all is green."""

import io
import json
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from local.decision_tools import publishing
from local.decision_tools.approving import Approval, Places, Request, still_green
from local.decision_tools.inputs_csv import Row, template
from local.decision_tools.standing import Standing, usual
from ops.decisions.versions import Library
from restoration.adapters.dmn.publications import read_publications
from supervision.cases.kept_decisions import KeptDecision, read_file
from tests.unit.decision_tools.samples import first_versions, write_kept

TODAY = date(2026, 12, 1)
MORE_TRUST = ("<text>500</text>", "<text>600</text>")
LESS_TOLERANCE = ("max(0.50", "max(0.45"), ("au moins 0,50", "au moins 0,45")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A project with its first versions alone, where everybody may sign."""
    monkeypatch.setattr(publishing, "sign", lambda *_: ("métier", "signed"))
    folder = first_versions(tmp_path / "decisions")
    paths = (tmp_path / name for name in ("accepted.json", "signers", "documents", "summary.json", "starts.json"))
    return Places(folder, *paths)


type Approve = Callable[..., tuple[bool, str]]


@pytest.fixture
def approve(places: Places, tmp_path: Path) -> Approve:
    """Publish a file with parts of its text replaced; returns whether it was, and what was said."""

    def run(
        file: str,
        *changes: tuple[str, str],
        accept: str = "",
        cases: Path | None = None,
        kept: Sequence[KeptDecision] = (),
    ) -> tuple[bool, str]:
        text = (places.folder / f"{file}.dmn").read_text(encoding="utf-8")
        for was, becomes in changes:
            assert was in text
            text = text.replace(was, becomes, 1)
        draft = tmp_path / "draft.dmn"
        draft.write_text(text, encoding="utf-8")
        request = Request(file, draft, date(2027, 1, 1), "anne", "essai", Path("key"), cases, accept)
        said = io.StringIO()
        done = Approval(Console(file=said, width=200), request, TODAY, kept, places).run()
        return done, said.getvalue()

    return run


def test_what_is_not_accepted_is_not_published_and_nothing_is_written(approve: Approve, places: Places) -> None:
    done, said = approve("payment", MORE_TRUST)

    assert not done
    assert "[two cheques are trusted up to 500 euro together]" in said
    assert " à accepter. Ce qui est voulu" in said
    assert len(read_publications(places.folder)["payment"]) == 1
    assert not places.accepted.exists()
    assert not places.summary.exists()


def test_what_is_accepted_by_name_is_published_with_documents_and_is_green(
    approve: Approve, places: Places, tmp_path: Path
) -> None:
    _, said = approve("payment", MORE_TRUST)
    names = [line.strip() for line in said.splitlines() if line.strip().startswith("[")]
    accept = tmp_path / "accept.txt"
    accept.write_text("\n".join(names), encoding="utf-8")

    done, said = approve("payment", MORE_TRUST, accept=str(accept))

    assert done
    assert "Time to market : " in said
    assert still_green("payment", Standing(places.folder, places.accepted)) == []
    document = (places.documents / "payment.md").read_text(encoding="utf-8")
    assert "- Du début au 31/12/2026 : version" in document
    assert "« Plafond de la confiance » : « 500 » devient « 600 »" in document
    assert '"from": "2027-01-01"' in places.summary.read_text(encoding="utf-8")
    newest = json.loads((places.folder / "manifest.json").read_text(encoding="utf-8"))["payment"][-1]
    assert newest["accepted"] == [name.strip("[]") for name in names]


def test_a_scenario_written_with_the_draft_is_kept_with_it(approve: Approve, places: Places, tmp_path: Path) -> None:
    done, said = approve("coverage", *LESS_TOLERANCE)
    assert not done
    assert "erreur 1 : " in said

    cases = tmp_path / "cas.csv"
    row = Row("48 centimes manquent", {**usual("coverage"), "limitationDebt": 10, "certainAmount": 9.52})
    lines = template("coverage", Library(places.folder).current("coverage")[1], [row]).splitlines()
    lines[1] = lines[1].replace(";;", ";BALANCE_DUE;", 1)
    assert lines[0].split(";")[lines[1].split(";").index("BALANCE_DUE")] == "attendu outcome"
    cases.write_text("\n".join(lines), encoding="utf-8")

    done, said = approve("coverage", *LESS_TOLERANCE, cases=cases)
    assert done, said
    standing = Standing(places.folder, places.accepted)
    known = {day: {it.says for it in standing.scenarios("coverage", day)} for day in standing.days("coverage")}
    assert [row.case in says for says in known.values()] == [False, True]
    assert still_green("coverage", standing) == []


def test_the_kept_cases_that_change_are_counted_in_customers_and_euro(
    approve: Approve, places: Places, tmp_path: Path
) -> None:
    model = Library(places.folder).current("coverage")[1]
    inputs = {**usual("coverage"), "limitationDebt": 1000, "certainAmount": 992}
    inputs = {name: value.isoformat() if isinstance(value, date) else value for name, value in inputs.items()}
    items = [
        {
            "limitationId": f"LIM-{number}",
            "contractId": f"CTR-{number // 2}",
            "pointId": "P",
            "decidedAt": f"2026-05-04T08:00:0{number}.000Z#coverage#run/Decide",
            "decision": "coverage",
            "askedBy": "run/Decide",
            "version": model.version,
            "matchedRules": [],
            "inputs": inputs,
            "audit": model.evaluate("coverage", inputs).to_json(),
        }
        for number in range(3)
    ]
    kept = read_file(write_kept(tmp_path / "kept.jsonl", items))

    _, said = approve("coverage", ("min(2.00", "min(15.00"), ("au plus 2 €", "au plus 15 €"), kept=kept)

    told = re.sub(r"[\u202f\u00a0]", " ", said)
    assert "3 rejoués ; issue différente : 3 cas, 2 clients, 3 000,00 € de dette" in told
    assert "Dans les cas gardés, le même changement : 3 cas, 2 clients" in told
