"""``make rules-approve``: one command from a draft to a publication that ends green, in French from end to end."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from local.decision_tools.documents import DOCUMENTS, write_documents
from local.decision_tools.impact import Impact
from local.decision_tools.inputs_csv import BrokenInputs, read_rows
from local.decision_tools.publishing import NotPublished, Press
from local.decision_tools.rule_tables import SUMMARY, write_summary
from local.decision_tools.signing import SIGNERS
from local.decision_tools.standing import ACCEPTED, Accepted, Scenario, Standing, asked, books_of, run, usual
from local.decision_tools.trial import Draft, Finding, must_pass
from ops.decisions.tables import DECISIONS, ROOT
from supervision.cases.failures import NothingFound
from supervision.cases.kept_decisions import KeptDecision
from supervision.formats import counted, lasting


@dataclass(frozen=True, slots=True)
class Places:
    """Where a publication is written; ``starts`` keeps when the work on each draft began, as far as the command saw."""

    folder: Path = DECISIONS
    accepted: Path = ACCEPTED
    signers: Path = SIGNERS
    documents: Path = DOCUMENTS
    summary: Path = SUMMARY
    starts: Path = ROOT / "build" / "rules" / "drafts.json"


@dataclass(frozen=True, slots=True)
class Request:
    """What a business owner asks for: see the command's own help."""

    file: str
    draft: Path
    since: date
    by: str
    why: str
    key: Path
    cases: Path | None
    accept: str


class Approval:
    """Tries a draft, asks its author, and publishes it.

    Parameters
    ----------
    kept
        The kept decisions of the last days.
    """

    def __init__(
        self,
        console: Console,
        request: Request,
        today: date,
        kept: Sequence[KeptDecision] = (),
        places: Places | None = None,
    ) -> None:
        self._console, self._request, self._today, self._kept = console, request, today, kept
        self._places = places or Places()
        self._began = time.time()

    def run(self) -> bool:
        """Publish the draft; False where something has to be corrected or accepted first."""
        asked_for = self._request
        press = Press(self._places.folder, today=self._today, signers=self._places.signers)
        newest = press.require(asked_for.file, asked_for.draft, asked_for.since, asked_for.by, asked_for.why)
        started = _started(asked_for.draft, self._places.starts)
        draft = Draft(
            asked_for.file,
            asked_for.draft,
            asked_for.since,
            standing=self._standing(),
            written=self._written(),
            known=[it.inputs for it in self._kept if it.inputs],
        )
        findings = list(must_pass(draft, self._today))
        impact = self._impact(draft)
        self._tell_edits(draft, impact)
        errors = [it for it in findings if it.is_error]
        questions = [it for it in findings if not it.is_error]
        for number, finding in enumerate(errors, 1):
            self._say(f"\nerreur {number} : {finding.says}", "red")
        if errors:
            self._say(f"\n{counted(len(errors), 'erreur')} : corriger {asked_for.draft}, puis relancer.", "bold red")
            return False
        refused = list(self._refused(impact, questions))
        if refused:
            self._say(
                f"\n{counted(len(refused), 'point')} à accepter. Ce qui est voulu s'accepte un à un : au terminal, ou "
                "par ACCEPT=fichier : une ligne par nom, celui entre crochets. Le reste se corrige dans le brouillon.",
                "bold red",
            )
            return False
        publication = press.approve(
            asked_for.file,
            asked_for.draft,
            asked_for.since,
            asked_for.by,
            asked_for.why,
            asked_for.key,
            [*(it.name for it in questions), *(f"scénario ajouté : {it.says}" for it in draft.written)],
        )
        draft.standing.keep(
            asked_for.file, publication.version, newest.version, _accepted(asked_for.file, questions, draft.written)
        )
        self._end(publication.version, started, len(draft.scenarios), press.missing(asked_for.file))
        return True

    def _end(self, version: str, started: float, scenarios: int, missing: Sequence[str]) -> None:
        asked_for = self._request
        folder, places = self._places.folder, self._places
        written = [*write_documents(folder, places.documents), *write_summary(folder, places.summary)]
        if faults := still_green(asked_for.file, self._standing()):
            raise NotPublished(f"publié, mais pas vert : {faults[0]} ; revenir : git checkout")
        now = time.time()
        self._say(f"\n{asked_for.file}.dmn {version} compte à partir du {asked_for.since:%d/%m/%Y}, une fois déployée.")
        self._say(
            f"Tout est vert : l'analyse, la loi, {scenarios} scénarios. Écrits : {counted(len(written), 'document')}."
        )
        whole, own = (lasting(timedelta(seconds=round(now - it))) for it in (started, self._began))
        self._say(f"Time to market : {whole} du brouillon au vert, dont {own} de vérification.", "bold green")
        for it in missing:
            self._say(f"À faire : {it}", "yellow")
        self._say("Puis une fusion dans main, et le déploiement.")

    def _standing(self) -> Standing:
        return Standing(self._places.folder, self._places.accepted)

    def _written(self) -> list[Scenario]:
        """The author's own scenarios."""
        path = self._request.cases
        if path is None:
            return []
        model = self._standing().models(self._request.since)[self._request.file]
        rows = read_rows(path, asked(model), model, usual=usual(self._request.file))
        if silent := [row.case for row in rows if not row.expected]:
            raise BrokenInputs(f"{path}, « {silent[0]} » : rien n'est attendu ; remplir une colonne « attendu … »")
        return [Scenario(row.case, row.inputs, row.expected) for row in rows]

    def _impact(self, draft: Draft) -> Impact | None:
        try:
            return Impact(self._kept, asked(draft.model), draft.model)
        except NothingFound:
            return None

    def _tell_edits(self, draft: Draft, impact: Impact | None) -> None:
        edits = draft.edits.all
        self._say("Ce qui change", "bold")
        for edit in edits:
            self._say(f"  {edit.says}")
        if all(it.what == "text" for it in edits):
            self._say("  des textes seulement : aucune décision ne change")
        if impact is None:
            self._say("  Cas gardés : aucun à rejouer (make demo en laisse ; TABLE=… en lit d'un compte).", "yellow")
            return
        self._say(
            f"  Cas gardés des 30 derniers jours : {impact.total} rejoués ; issue différente : {impact.all.says}."
        )

    def _refused(self, impact: Impact | None, questions: Sequence[Finding]) -> Iterator[Finding]:
        """The questions that are not accepted."""
        accepted = _names(self._request.accept)
        for name in sorted(accepted - {it.name for it in questions}):
            self._say(f"\nACCEPT : « {name} » n'est ni un fichier ni le nom de ce qui est à accepter", "yellow")
        for number, finding in enumerate(questions, 1):
            self._say(f"\n{number}. {finding.says}")
            if impact is not None and finding.scenario is not None and finding.book == self._request.file:
                was = {name: finding.scenario.then[name] for name in finding.then}
                self._say(f"   Dans les cas gardés, le même changement : {impact.like(was, finding.then).says}.")
            if finding.name in accepted:
                self._say(f"   [{finding.name}] accepté", "green")
            elif not self._yes(finding):
                yield finding

    def _yes(self, finding: Finding) -> bool:
        if not self._console.is_terminal:
            self._say(f"   [{finding.name}]", "yellow")
            return False
        return self._console.input("   C'est voulu ? (o/n) ").strip().lower() in {"o", "oui"}

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style=style), soft_wrap=True)


def still_green(file: str, standing: Standing) -> list[str]:
    """Say which scenarios of a published file don't hold, on each of its dates of effect; none, when all is well."""
    return [
        f"« {scenario.says} », à partir du {day or 'début'}"
        for book in books_of(file)
        for day in standing.days(book)
        for models in [standing.models(day)]
        for scenario in standing.scenarios(book, day)
        if not scenario.holds(run(models, book, scenario.inputs))
    ]


def _accepted(file: str, questions: Sequence[Finding], written: Sequence[Scenario]) -> Mapping[str, Accepted]:
    books = {file: Accepted(added=written)}
    for finding in questions:
        if finding.scenario is not None:
            known = books.get(finding.book, Accepted())
            changed = {**known.changed, finding.scenario.says: finding.then}
            books[finding.book] = Accepted(changed, known.added)
    return books


def _names(accept: str) -> set[str]:
    """The names that were accepted: one, or a file with one a line."""
    path = Path(accept)
    lines = path.read_text(encoding="utf-8").splitlines() if accept and path.is_file() else [accept]
    return {line.strip().strip("[]").strip() for line in lines if line.strip()}


def _started(draft: Path, kept: Path) -> float:
    """When the work on a draft began, as far as the command saw it."""
    starts = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    started = float(starts.setdefault(str(draft.resolve()), draft.stat().st_mtime))
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(starts), encoding="utf-8")
    return started
