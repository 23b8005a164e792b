"""``make rules-approve``: refused, asked, or published with its documents, and then all is green."""

import io
import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from local.decision_tools.pages.writing import Drawn
from local.decision_tools.publishing import press as publishing
from local.decision_tools.publishing.approving import Approval, Places, go_back
from local.decision_tools.publishing.press import Press, Request
from local.decision_tools.publishing.signing import NotSigned
from local.decision_tools.publishing.trial import Finding
from local.decision_tools.scenarios.books import Tables, failing, read_book
from local.decision_tools.scenarios.scenarios_csv import Scenario
from ops.decisions.versions import Library
from record.cases.kept_decisions import KeptDecision
from tests.unit.decision_tools.samples import decisions, first_scenarios, first_versions, kept_of, write_draft
from tests.unit.decisions.deciding import book

pytestmark = pytest.mark.explored
TODAY, NEW_YEAR = date(2026, 12, 1), date(2027, 1, 1)
MORE_TRUST = ("<text>500</text>", "<text>600</text>")
TRUSTED = "Deux chèques sont accordés de confiance jusqu'à 500 € ensemble"


def places_in(folder: Path) -> Places:
    """A project with its first versions alone."""
    decisions, stories = first_versions(folder / "decisions"), first_scenarios(folder / "stories")
    (folder / "key").touch()
    (folder / "signers").write_text("anne namespaces=…", encoding="utf-8")
    drawn = Drawn(folder / "documents", folder / "summary", ())
    return Places(decisions, stories, folder / "signers", folder / "starts", drawn)


def approval(
    places: Places,
    file: str,
    *changes: tuple[str, str],
    accept: str = "",
    by: str = "anne",
    kept: Sequence[KeptDecision] = (),
    stories: Sequence[Finding] = (),
) -> tuple[bool, str]:
    """Publish a file with parts of its text replaced; returns whether it was, and what was said."""
    draft = write_draft(places.folder.parent, places.folder / f"{file}.dmn", *changes)
    request = Request(file, draft, NEW_YEAR, by, "essai", places.folder.parent / "key", accept)
    said = io.StringIO()
    done = Approval(Console(file=said, width=200), request, TODAY, kept, places, lambda _: stories).run()
    return done, said.getvalue()


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A project with its first versions alone, where everybody may sign."""
    monkeypatch.setattr(publishing, "sign", lambda *_: ("métier", "signed"))
    return places_in(tmp_path)


@pytest.fixture(scope="module")
def accept(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file of all that more trust changes on purpose."""
    folder = tmp_path_factory.mktemp("accept")
    _, said = approval(places_in(folder), "payment", MORE_TRUST)
    names = [line.strip() for line in said.splitlines() if line.strip().startswith("[")]
    path = folder / "accept.txt"
    path.write_text("\n".join(names), encoding="utf-8")
    return str(path)


def test_who_may_not_sign_is_told_before_anything_is_asked(places: Places) -> None:
    with pytest.raises(NotSigned, match="« zoé » ne peut pas signer avec key"):
        approval(places, "payment", MORE_TRUST, by="zoé")
    _, said = approval(places, "coverage", ("min(0.10 * amount", "min(0,10 * amount"), by="zoé")
    assert "« 0,10 » est deux nombres" in said, "a draft is tried without a key"


def of_the_name(places: Places, name: str) -> list[Scenario]:
    payment = read_book("payment", Tables(places.folder), folder=places.stories)
    return [it for it in payment.scenarios if it.name == name]


def written(places: Places) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (*places.folder.iterdir(), *places.stories.iterdir())}


def test_what_is_not_accepted_is_not_published_and_nothing_is_written(places: Places) -> None:
    before = written(places)
    done, said = approval(places, "payment", MORE_TRUST)

    assert not done
    assert f"[{TRUSTED}]" in said
    assert " à accepter. Ce qui est voulu" in said
    assert written(places) == before
    assert not places.drawn.summary.exists()


def test_a_story_that_ends_otherwise_is_refused_when_all_else_is_accepted(places: Places, accept: str) -> None:
    before = written(places)
    broken = [Finding("histoire @deux-paiements : attendu 1 ordre, obtenu 0")]
    done, said = approval(places, "payment", MORE_TRUST, accept=accept, stories=broken)

    assert not done
    assert "erreur 1 : histoire @deux-paiements : attendu 1 ordre, obtenu 0" in said
    assert "se change dans stories/*.feature" in said
    assert written(places) == before


def test_what_is_accepted_stands_in_the_scenarios_from_its_date_on_and_all_is_green(
    places: Places, accept: str
) -> None:
    done, said = approval(places, "payment", MORE_TRUST, accept=accept)

    assert done, said
    assert "Time to market : " in said
    assert failing("payment", Tables(places.folder), places.stories) == []
    before, after = of_the_name(places, TRUSTED)
    assert (before.until, before.expected["goodwillAmount"]) == (date(2026, 12, 31), 500)
    assert (after.since, after.expected["goodwillAmount"]) == (NEW_YEAR, 600)
    document = (places.drawn.documents / "payment.md").read_text(encoding="utf-8")
    assert "- Du début au 31/12/2026 : version" in document
    assert "« Plafond de la confiance » : « 500 » devient « 600 »" in document
    assert '"from": "2027-01-01"' in places.drawn.summary.read_text(encoding="utf-8")
    newest = json.loads((places.folder / "manifest.json").read_text(encoding="utf-8"))["payment"][-1]
    (signed,) = [it for it in newest["accepted"] if TRUSTED in it]
    assert "avant Accordé de confiance (€) = 500" in signed
    assert "après Accordé de confiance (€) = 600" in signed


@pytest.mark.parametrize("day", [TODAY, NEW_YEAR, date(2027, 2, 1)], ids=["before it began", "that day", "later"])
def test_going_back_restates_the_scenarios_so_that_all_is_green(places: Places, accept: str, day: date) -> None:
    approval(places, "payment", MORE_TRUST, accept=accept)
    go_back(Console(file=io.StringIO()), Press(places.folder, today=day), "payment", "anne", "erreur", Path(), places)

    assert failing("payment", Tables(places.folder), places.stories) == []
    assert of_the_name(places, TRUSTED)[-1].expected["goodwillAmount"] == 500
    assert len(of_the_name(places, TRUSTED)) == (3 if day > NEW_YEAR else 1)
    assert (date(2027, 2, 1) == day) == any(it.expected["goodwillAmount"] == 600 for it in of_the_name(places, TRUSTED))


def test_the_kept_cases_that_change_are_counted_in_customers_and_euro(places: Places) -> None:
    model = Library(places.folder).current("coverage")[1]
    inputs = {**book("coverage").usual, "limitationDebt": 1000, "certainAmount": 992}
    items = [
        kept_of(model, "coverage", f"LIM-{number}", inputs) | {"contractId": f"CTR-{number // 2}"}
        for number in range(3)
    ]
    changes = ("min(2.00", "min(15.00"), ("au plus 2 €", "au plus 15 €")
    _, said = approval(places, "coverage", *changes, kept=decisions(items))

    told = re.sub(r"[\u202f\u00a0]", " ", said)
    assert "3 rejoués ; issue différente : 3 cas, 2 clients, 3 000,00 € de dette" in told
    assert "Dans les cas gardés, le même changement : 3 cas, 2 clients" in told
