"""Incidents at the desk: what holds customers, a dry run of its redrive, and how far the redrive is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import htpy as h

from channels.pages.desk import INCIDENTS, DeskPages
from channels.pages.frame import Node, field, form, living, long_text, note, table
from channels.use_cases.redrive import RATE, DryRun
from record.codes import said_of
from record.domain import redrive_words
from record.domain.incidents import Incident, too_old
from record.domain.redrive import ID_LENGTH, Effect, Manifest
from record.domain.remedies import PAGES, remedy_of
from record.formats import day_and_time, number
from record.words import Words

SHOWN = 50
"""Rows of a table; the set in the operations' bucket has all."""


@dataclass(frozen=True, slots=True)
class IncidentPages:
    """Writes them. ``runbook`` is its address, or its path in the repository."""

    desk: DeskPages
    runbook: str

    @property
    def say(self) -> Words:
        return self.desk.say

    def list(self, found: Sequence[Incident], now: datetime, wrong: str) -> str:
        """What holds customers now, worst first."""
        incidents = [self._incident(each, now) for each in found] or h.p(".big")[self.say("nobody_held")]
        title = self.say("incidents")
        return self.desk.framed(title, [note(wrong, broken=True), h.h2[title], incidents])

    def _incident(self, found: Incident, now: datetime) -> Node:
        say, mine, remedy = self.say, found.signature, remedy_of(found.signature)
        error, page = said_of(mine.error or mine.id, say.language), f"{self.runbook}#{remedy.page}"
        since, title = day_and_time(found.held[0].since, say.language), Words(say.language, PAGES)(remedy.page)
        items: Sequence[tuple[str, Node]] = [
            (say("held"), h.strong[say.counted("held_by", found.holds, number(found.holds), since=since)]),
            (say("cause"), h.span(lang="en")[f"{mine.state}: {mine.error}: {mine.words}"]),
            (say("mend"), remedy.text(say.language)),
            (say("runbook"), h.a(href=page)[title] if "://" in page else h.code[page]),
        ]
        meant = h.input(type="hidden", name="signature", value=mine.id)
        freeze = form(INCIDENTS, self.desk.advisor.form, meant, h.button[say("dry_run")])
        helps = remedy.helps and len(too_old(found, now)) < len(found.held)
        return h.section[
            h.h3[f"{error[:1].upper()}{error[1:]}"],
            h.dl[([h.dt[name], h.dd[value]] for name, value in items)],
            freeze if helps else note(say("no_redrive")),
        ]

    def one(self, shown: DryRun, wrong: str) -> str:
        """A dry run: the set, the form that begins its redrive, then how far that is."""
        title, living_part = self.say("dry_run"), self.living(shown)
        lives = living(self.say, f"{INCIDENTS}/{shown.name}?vivant=1", living_part)
        types = shown.manifest is not None and not shown.is_begun
        return self.desk.framed(title, [note(wrong, broken=True), h.h2[title], lives], refresh=not types)

    def living(self, shown: DryRun) -> Node:
        if shown.manifest is not None and shown.is_begun:
            return [self._redrive(shown, shown.manifest), self._set(shown.manifest)]
        if shown.manifest is not None:
            return [self._set(shown.manifest), self._form(shown.name, shown.manifest)]
        if shown.freezing.is_running:
            return h.p(".big")[self.say("searching")]
        has_failed = shown.freezing.status != "SUCCEEDED"
        return note(
            self.say("dry_run_failed", why=shown.freezing.why) if has_failed else self.say("no_set"), broken=True
        )

    def _set(self, manifest: Manifest) -> Node:
        """What is meant: how much, by cause, and what a redrive would do with each, and why."""
        say, told = self.say, Words(self.say.language, redrive_words.TEXTS)
        causes = [
            (each["items"], f"{each['state']}: {each['error']} {each['signature']}", told(f"would_{each['effect']}"))
            for each in manifest.groups()
        ]
        # What is left out comes first: there is something to read about it.
        ordered = sorted(manifest.items, key=lambda each: each.effect is Effect.RESUMES)
        items: Sequence[Sequence[Node]] = [
            (each.limitation_id, [told(f"would_{each.effect}"), h.div(".small.quiet", lang="en")[each.why]])
            for each in ordered
        ]
        hidden = len(items) - SHOWN
        return [
            h.p[" ".join(redrive_words.plan(told, manifest.redrive_id, manifest.estimate(RATE, 1), RATE))],
            note(told("left_out", count=number(manifest.left_out)) if manifest.left_out else ""),
            table(causes[:SHOWN], map(say, ("items", "stopped_by", "would"))),
            table(items[:SHOWN], map(say, ("case", "would"))),
            h.p(".small.quiet")[say.counted("others", hidden, number(hidden))] if hidden > 0 else None,
            h.p[say("hash"), " ", h.code[manifest.hash]],
        ]

    def _form(self, name: str, manifest: Manifest) -> Node:
        say = self.say
        if all(each.effect is not Effect.RESUMES for each in manifest.items):
            return note(say("no_set"))
        hint, least = say("type_hash_why"), str(ID_LENGTH)
        return form(
            f"{INCIDENTS}/{name}",
            self.desk.advisor.form,
            long_text("redrive", "reason", say("reason"), required=True),
            field("redrive", "hash", say("type_hash", count=ID_LENGTH), hint=hint, required=True, minlength=least),
            h.button[say("redrive")],
            about=name,
        )

    def _redrive(self, shown: DryRun, manifest: Manifest) -> Node:
        """How far a redrive is, or how it ended."""
        say, told = self.say, Words(self.say.language, redrive_words.TEXTS)
        run, progress = shown.run, shown.progress
        runs = run is not None and run.is_running
        has_failed = run is not None and run.status not in {"RUNNING", "SUCCEEDED"}
        outcome = told(progress.outcome) if progress and progress.outcome and not runs else ""
        return [
            note(say("run_failed", why=run.why), broken=True) if run and has_failed else None,
            h.p(".big")[say("redriving") if runs else outcome],
            h.p[redrive_words.position(told, progress, len(manifest.items))] if progress else None,
            h.p(".small.quiet")[say("go_on"), " ", h.code[f"ops redrive report {manifest.redrive_id}"]],
        ]

    def told(self, text: str) -> str:
        """Why there is nothing to show."""
        return self.desk.framed(self.say("incidents"), note(self.say(text), broken=True))
