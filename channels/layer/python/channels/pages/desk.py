"""The advisors' desk: the list of work, and one case with what to say and what to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import htpy as h

from channels.contracts.asking import LONGEST_PROOF
from channels.domain.act import Act
from channels.domain.session import AdvisorSession
from channels.domain.work import Whose, Work, WorkKind
from channels.pages.customer import act_said
from channels.pages.frame import Node, choice, field, form, living, long_text, note, page, table
from channels.pages.saying import Forms
from channels.pages.words import DESK, words
from channels.use_cases.drafts import HalfFilled
from record.cases.standing import Standing
from record.cases.timeline import Line
from record.codes import said_of
from record.domain.desk import Decided
from record.formats import NOTHING, day_and_time, lasting, number
from record.words import Language, Words
from restoration.contracts.visits import VisitReply
from restoration.domain.french import euro

INCIDENTS = "/conseil/incidents"
SAID_OPEN = ("paiement", "courant", "echeancier", "contestation", "protection")
"""What an advisor says for a customer while a case is open."""


@dataclass(frozen=True, slots=True)
class CasePage:
    """What an advisor sees of a case."""

    standing: Standing
    said: str
    restores: str
    code: str
    work: Sequence[Work]
    acts: Sequence[Act]
    visit: VisitReply | None
    drafts: HalfFilled
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class DeskPages:
    """Writes them."""

    supplier: str

    def list(
        self,
        language: Language,
        advisor: AdvisorSession,
        work: Sequence[Work],
        now: datetime,
        kind: WorkKind | None,
        whose: Whose,
    ) -> str:
        """What waits for a person, in its order, and the way to see a part of it."""
        say = words(language, DESK)
        offered = (each for each in WorkKind if advisor.sees_health or each is not WorkKind.PROTECTION)
        kinds = {"": say("ALL"), **{each.value: say(each.value) for each in offered}}
        filters = h.form(".row", method="get", action="/conseil")[
            choice("filter", "kind", say("what"), kinds, kind or "", required=False),
            choice("filter", "whose", say("whose"), {each.value: say(each.value) for each in Whose}, whose),
            h.button(".other")[say("find")],
        ]
        live = f"/conseil/vivant?{urlencode({'kind': kind or '', 'whose': whose})}"
        body = [
            self._search(say, ""),
            h.h2[say("list")],
            filters,
            living(say, live, self._work(say, work, now)),
            h.p[h.a(href="/conseil/decisions")[say("decided")]],
        ]
        return self.framed(say, advisor, say("list"), body, lives=True, refresh=True)

    def live_list(self, language: Language, work: Sequence[Work], now: datetime) -> str:
        return str(h.fragment[self._work(words(language, DESK), work, now)])

    def _work(self, say: Words, work: Sequence[Work], now: datetime) -> Node:
        if not work:
            return h.p(".big")[say("nothing")]
        rows = (
            self._row(say, each, day_and_time(each.due_by, say.language), is_late=each.due_by < now) for each in work
        )
        return table(rows, map(say, ("what", "case", "waits_since", "due", "whose")))

    def _row(self, say: Words, work: Work, due: str, *, is_late: bool) -> Sequence[Node]:
        return [
            [say(work.kind.value), h.div(".small.quiet")[said_of(work.reason, say.language)]],
            h.a(href=f"/conseil/dossier/{quote(work.limitation_id)}")[work.limitation_id],
            day_and_time(work.asked_at, say.language),
            h.strong["▲ ", due] if is_late else due,
            work.taken_name or say("NOBODY"),
        ]

    def _search(self, say: Words, typed: str) -> Node:
        return h.form(method="get", action="/conseil/chercher", role="search")[
            field("search", "q", say("search"), hint=say("search_hint"), value=typed, maxlength="64", required=True),
            h.button[say("find")],
        ]

    def decided(
        self, language: Language, advisor: AdvisorSession, months: Sequence[tuple[date, Mapping[str, Decided]]]
    ) -> str:
        """How many questions were decided in some months, by reason, and how long that took."""
        say = words(language, DESK)
        cells = (
            [f"{month:%m/%Y}", said_of(reason, language), number(each.number),
             lasting(timedelta(seconds=each.seconds / each.timed), language) if each.timed else NOTHING]
            for month, counts in months for reason, each in counts.items()
        )  # fmt: skip
        heads = map(say, ("month", "about", "replies", "took"))
        body = [
            h.p[h.a(href="/conseil")["← ", say("list")]],
            h.h2[say("decided")],
            table(cells, heads),
        ]
        return self.framed(say, advisor, say("decided"), body)

    def found(self, language: Language, advisor: AdvisorSession, typed: str, limitations: Sequence[str]) -> str:
        """What a search found."""
        say = words(language, DESK)
        rows = [h.li[h.a(href=f"/conseil/dossier/{quote(each)}")[each]] for each in limitations]
        body = [self._search(say, typed), h.ul[rows] if rows else note(say("not_found"))]
        return self.framed(say, advisor, say("search"), body)

    def case(
        self,
        language: Language,
        advisor: AdvisorSession,
        shown: CasePage,
        now: datetime,
        *,
        told: str = "",
        wrong: str = "",
    ) -> str:
        """One case: the sentence, what waits, what was done, the line of time."""
        say = words(language, DESK)
        name = shown.standing.limitation_id
        item, facts = shown.standing.item, shown.standing.situation.facts
        items = [(say("code"), shown.code)]
        items += [(say(key), item[f"{key}Id"]) for key in ("customer", "contract", "point") if f"{key}Id" in item]
        items += [(say("case"), facts["case"])] if "case" in facts else []
        body = [
            h.p[h.a(href="/conseil")["← ", say("list")]],
            note(told) if told else None,
            note(wrong, "broken") if wrong else None,
            h.h2[name],
            living(say, f"/conseil/dossier/{quote(name)}/vivant", self._now(say, advisor, shown, now)),
            h.dl[([h.dt[key], h.dd[value]] for key, value in items)],
            self._for_customer(say, advisor, shown) if advisor.may_decide else None,
            h.div(data_part="past")[self._past(say, shown)],
        ]
        return self.framed(say, advisor, name, body, lives=True)

    def _act(self, say: Words, act: Act) -> Node:
        """What somebody did, with their own words, or the proof that was seen."""
        proof = f"{say('proof_seen')} : {act.content['proof']}" if "proof" in act.content else ""
        return h.li[act_said(act, say), h.div(".small")[act.content.get("words", proof)]]

    def live_case(self, say: Words, advisor: AdvisorSession, shown: CasePage, now: datetime) -> Node:
        """The parts that live."""
        past = h.div(data_part="past")[self._past(say, shown)]
        return h.fragment[self._now(say, advisor, shown, now), past]

    def _past(self, say: Words, shown: CasePage) -> Node:
        """What was done, and the line of time."""
        lines = ((h.span(".small")[day_and_time(each.at, say.language)], each.said) for each in shown.lines)
        return [
            [h.h2[say("done")], h.ul[(self._act(say, each) for each in shown.acts)]] if shown.acts else None,
            h.h2[say("line")],
            table(lines, numbers={0}),
        ]

    def _now(self, say: Words, advisor: AdvisorSession, shown: CasePage, now: datetime) -> Node:
        """The sentence, what would restore now, and what waits, with what the customer said of it."""
        acts = {each.key: h.ul[self._act(say, each)] for each in shown.acts}
        return h.fragment[
            h.div(".small.quiet")[say("to_say")],
            h.p(".big")["« ", shown.said, " »"],
            h.p[h.strong[say("restores")], " : ", shown.restores] if shown.restores else None,
            h.h2[say("open_work")] if shown.work else None,
            (self._one(say, advisor, each, now, acts.get(each.id)) for each in shown.work),
        ]

    def _one(self, say: Words, advisor: AdvisorSession, work: Work, now: datetime, act: Node) -> Node:
        whose = work.taken_name or say("NOBODY")
        head = h.h3[say(work.kind.value), f" · {said_of(work.reason, say.language)}" if work.reason else ""]
        about = h.p(".small.quiet")[
            f"{say('due')} {day_and_time(work.due_by, say.language)} · {say('whose')} {whose}",
            f" · {say('aside_said', until=day_and_time(work.set_aside_until, say.language))}"
            if work.set_aside_until and work.is_asleep(now)
            else "",
        ]
        if not advisor.may_decide or work.taken_by not in {None, advisor.subject}:
            return [head, about, act]
        mine = work.taken_by == advisor.subject
        ending = (
            self._decide(say, advisor, work)
            if work.kind is WorkKind.QUESTION
            else self._form(
                advisor, work, "terminer", long_text(f"t-{work.id}", "words", say("done_with"), required=True),
                say("done_button"),
            )
        )  # fmt: skip
        aside = (
            self._form(advisor, work, "reprendre", None, say("take_up"), other=True)
            if work.is_asleep(now)
            else self._form(
                advisor, work, "cote",
                field(f"c-{work.id}", "until", say("aside"), type="datetime-local", required=True), say("aside_button"),
                other=True,
            )
        )  # fmt: skip
        hold = self._form(advisor, work, "rendre" if mine else "prendre", None,
                          say("give_back" if mine else "take"), other=True)  # fmt: skip
        return [head, about, act, ending, h.div(".row")[hold, aside]]

    def _decide(self, say: Words, advisor: AdvisorSession, work: Work) -> Node:
        """What the rules offer, with the effect of each; business writes both in French."""
        replies, this = work.offer.replies, f"d-{work.id}"
        if not replies:
            return note(say("NO_RULES"), "broken")
        fields = [
            h.ul(".small", lang="fr")[(h.li[h.strong[each.label], " : ", each.effect] for each in replies)],
            choice(this, "decision", say("decide"), {each.decision: each.label for each in replies}),
            long_text(this, "reason", say("reason"), required=True),
            field(this, "proof", say("proof"), maxlength=str(LONGEST_PROOF)) if work.offer.proof else None,
        ]
        return self._form(advisor, work, "decider", fields, say("decide"))

    def _for_customer(self, say: Words, advisor: AdvisorSession, shown: CasePage) -> Node:
        path = f"/conseil/dossier/{quote(shown.standing.limitation_id)}"
        forms = Forms(say, path, advisor.form, shown.standing, shown.visit, shown.drafts, at_desk=True)
        acts = SAID_OPEN if shown.standing.situation.is_open else ("courant",)
        return [h.h2[say("for_customer")], forms.of_visit(), forms.of(*acts)]

    def _form(
        self, advisor: AdvisorSession, work: Work, act: str, fields: Node, button: str, *, other: bool = False
    ) -> Node:
        path = f"/conseil/travail/{quote(work.limitation_id)}/{quote(work.id, safe='')}/{act}"
        sends = h.button(class_="other" if other else None)[button]
        return form(path, advisor.form, fields, sends, about=f"{work}{act}")

    def refused(self, language: Language, text: str) -> str:
        """Somebody who may not come in."""
        say = words(language, DESK)
        return page(say, say("desk_title"), note(say(text), "broken"), site=say("desk_title"))

    def framed(
        self, say: Words, advisor: AdvisorSession, title: str, body: Node, *, lives: bool = False, refresh: bool = False
    ) -> str:
        """A page of the desk: with who signed in, and the way to the pages that they may see."""
        places = {"/conseil": "list", INCIDENTS: "incidents"} if advisor.may_see else {INCIDENTS: "incidents"}
        links = [h.a(".small", href=path)[say(name)] for path, name in places.items()] if advisor.operates else None
        who, leave = h.span(".small.quiet")[advisor.name, " "], h.button(".other")[say("leave")]
        corner = form("/conseil/sortir", advisor.form, who, leave)
        return page(
            say,
            title,
            body,
            site=say("desk_title"),
            corner=[links, corner],
            footer=self.supplier,
            lives=lives,
            refresh=refresh,
        )


def restores_now(coverage: Mapping[str, Any], say: Words) -> str:
    """What would bring power back now, by the last decision on a debt; empty where there is none that says it."""
    asks = "PENDING" if coverage.get("outcome") == "AWAIT_CLEARING" else coverage.get("asks")
    return say(f"restores_{asks}", amount=euro(str(coverage.get("balance") or 0))) if asks else ""
