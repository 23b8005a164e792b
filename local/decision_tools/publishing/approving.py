"""``make rules-approve``: one command from a draft to a publication that ends green, in French from end to end."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from local.decision_tools.pages.writing import OURS, Drawn, write
from local.decision_tools.publishing.press import NotPublished, Press, Request
from local.decision_tools.publishing.signing import SIGNERS, require_signer
from local.decision_tools.publishing.trial import Draft, Finding, broken_stories, must_pass
from local.decision_tools.replays.impact import Impact
from local.decision_tools.scenarios.books import STORIES, Tables, failing
from local.decision_tools.scenarios.restating import restate_all
from ops.decisions.tables import DECISIONS, ROOT
from record.cases.failures import NothingFound
from record.cases.kept_decisions import KeptDecision
from record.formats import counted, day_of, lasting

_SHOWN = 12
"""Errors that are shown at most: one slip can break every scenario."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a publication is written; ``starts`` keeps when the work on each draft began, as far as the command saw."""

    folder: Path = DECISIONS
    stories: Path = STORIES
    signers: Path = SIGNERS
    starts: Path = ROOT / "build" / "rules" / "drafts.json"
    drawn: Drawn = OURS


class Approval:
    """Tries a draft, asks its author, and publishes it.

    Parameters
    ----------
    kept
        The kept decisions of the last days.
    play
        Plays the stories under a draft.
    """

    def __init__(
        self,
        console: Console,
        request: Request,
        today: date,
        kept: Sequence[KeptDecision] = (),
        places: Places | None = None,
        play: Callable[[Draft], Iterable[Finding]] = broken_stories,
    ) -> None:
        self._console, self._request, self._today, self._kept = console, request, today, kept
        self._places, self._play = places or Places(), play
        self._began = time.time()

    def run(self) -> bool:
        """Publish the draft; False where something has to be corrected or accepted first."""
        asked_for = self._request
        press = Press(self._places.folder, today=self._today, signers=self._places.signers)
        press.require(asked_for)
        started = _started(asked_for.draft, self._places.starts)
        draft = Draft(
            asked_for.file,
            asked_for.draft,
            asked_for.since,
            tables=Tables(self._places.folder),
            stories=self._places.stories,
            known=[it.inputs for it in self._kept if it.inputs],
        )
        findings = list(must_pass(draft, self._today))
        impact = self._impact(draft)
        self._tell_edits(draft, impact)
        if self._has_errors([it for it in findings if it.is_error]):
            return False
        require_signer(asked_for.by, asked_for.key, self._places.signers)
        questions = [it for it in findings if not it.is_error]
        refused = list(self._refused(impact, questions))
        if refused:
            self._say(
                f"\n{counted(len(refused), 'point')} à accepter. Ce qui est voulu s'accepte un à un : au terminal, ou "
                "par ACCEPT=fichier : une ligne par nom, celui entre crochets. Le reste se corrige dans le brouillon.",
                "bold red",
            )
            return False
        self._say("\nLes histoires se jouent sous le brouillon : une minute ou deux…")
        if self._has_errors(list(self._play(draft))):
            self._say("Une histoire qui change exprès se change dans stories/*.feature.", "bold red")
            return False
        publication = press.approve(asked_for, [it.says for it in questions])
        written = _follow(asked_for.file, asked_for.since, self._places)
        now = time.time()
        self._say(
            f"\n{asked_for.file}.dmn {publication.version} compte à partir du {day_of(asked_for.since)}, une fois "
            "déployée."
        )
        self._say(
            f"Tout est vert : l'analyse, la loi, {len(draft.played)} scénarios, les histoires. "
            f"Écrits : {counted(written, 'document')}."
        )
        whole, own = (lasting(timedelta(seconds=round(now - it))) for it in (started, self._began))
        self._say(f"Time to market : {whole} du brouillon au vert, dont {own} de vérification.", "bold green")
        for it in press.missing(asked_for.file):
            self._say(f"À faire : {it}", "yellow")
        self._say("Puis une fusion dans main, et le déploiement.")
        return True

    def _has_errors(self, errors: Sequence[Finding]) -> bool:
        for number, finding in enumerate(errors[:_SHOWN], 1):
            self._say(f"\nerreur {number} : {finding.says}", "red")
        if len(errors) > _SHOWN:
            self._say(f"\n… et {counted(len(errors) - _SHOWN, 'autre')}, souvent de la même cause.", "red")
        if errors:
            draft = self._request.draft
            self._say(f"\n{counted(len(errors), 'erreur')} : corriger {draft}, puis relancer.", "bold red")
        return bool(errors)

    def _impact(self, draft: Draft) -> Impact | None:
        try:
            return Impact(self._kept, draft.asked, draft.model)
        except NothingFound:
            return None

    def _tell_edits(self, draft: Draft, impact: Impact | None) -> None:
        self._say("Ce qui change", "bold")
        for edit in draft.edits.all:
            self._say(f"  {edit.says}")
        if not draft.edits.meant:
            self._say("  des textes seulement : aucune décision ne change")
        if impact is None:
            self._say("  Cas gardés : aucun à rejouer (make demo en laisse ; TABLE=… en lit d'un compte).", "yellow")
            return
        self._say(f"  Cas gardés des 30 derniers jours : {impact.total} rejoués ; issue différente : {impact.all}.")

    def _refused(self, impact: Impact | None, questions: Sequence[Finding]) -> Iterator[Finding]:
        """The questions that are not accepted."""
        accepted = _names(self._request.accept)
        for name in sorted(accepted - {it.name for it in questions}):
            self._say(f"\nACCEPT : « {name} » n'est ni un fichier ni le nom de ce qui est à accepter", "yellow")
        for number, finding in enumerate(questions, 1):
            self._say(f"\n{number}. {finding.says}")
            if impact is not None and finding.table == self._request.file:
                like = impact.like(finding.was, finding.then)
                self._say(f"   Dans les cas gardés, le même changement : {like}.")
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


def go_back(
    console: Console, press: Press, file: str, by: str, why: str, key: Path, places: Places | None = None
) -> None:
    """Return to the version before the newest one, with the expectations of the scenarios and the documents.

    Raises
    ------
    NothingFound, NotPublished, NotSigned
        As :meth:`Press.go_back`.
    """
    publication = press.go_back(file, by, why, key)
    since = publication.since or date.min
    _follow(file, since, places or Places())
    console.print(
        f"{file}.dmn {publication.version} compte à partir du {day_of(since)}, une fois déployée. Les attentes des "
        "scénarios la suivent.\nIl reste : remettre les histoires qui avaient changé avec la version retirée "
        "(stories/*.feature), une fusion dans main, puis le déploiement.",
        markup=False,
        soft_wrap=True,
    )


def _follow(file: str, since: date, places: Places) -> int:
    """Let scenarios and documents say what was published; returns how many documents were written."""
    tables = Tables(places.folder)
    restate_all(file, since, tables, places.stories)
    written = write(places.folder, places.drawn)
    if faults := failing(file, tables, places.stories):
        raise NotPublished(f"publié, mais pas vert : {faults[0]} ; tout remettre : git checkout")
    return len(written)


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
