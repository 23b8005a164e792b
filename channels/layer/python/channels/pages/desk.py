"""The advisors' desk: the list of work, and one case with what to say and what to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as field_of
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import htpy as h

from channels.contracts.asking import Decision, End, SettingAside
from channels.domain.of_case import Act, Seen, Whose, Work, WorkKind
from channels.domain.session import AdvisorSession
from channels.pages.customer import LEVEL_3, act_said
from channels.pages.frame import Node, choice, field, form, living, note, page, sentence, table, way_out
from channels.pages.saying import Forms, fields_of
from record.cases.timeline import Line
from record.codes import said_of
from record.formats import day_and_time
from record.words import Words
from restoration.domain.french import euro_in

INCIDENTS = "/conseil/incidents"
SAID_OPEN = ("paiement", "courant", *LEVEL_3)
"""What an advisor says for a customer while a case is open."""


@dataclass(frozen=True, slots=True)
class DeskCase:
    """What an advisor sees of a case: more than a customer; and what they ``typed`` where something was wrong."""

    seen: Seen
    restores: str
    code: str
    lines: Sequence[Line]
    typed: Mapping[str, str] = field_of(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeskPages:
    """Writes them for an advisor, in one language."""

    supplier: str
    say: Words
    advisor: AdvisorSession

    def list(self, work: Sequence[Work], now: datetime, kind: WorkKind | None, whose: Whose) -> str:
        """What waits for a person, in its order, and the way to see a part of it."""
        say = self.say
        offered = (each for each in WorkKind if self.advisor.sees_health or each is not WorkKind.PROTECTION)
        kinds = {"": say("ALL"), **{each.value: say(each.value) for each in offered}}
        filters = h.form(".row", method="get", action="/conseil")[
            h.div[choice("filter", "kind", say("what"), kinds, kind or "", required=False)],
            h.div[choice("filter", "whose", say("whose"), {each.value: say(each.value) for each in Whose}, whose)],
            h.button(".other")[say("find")],
        ]
        live = f"/conseil?{urlencode({'kind': kind or '', 'whose': whose, 'vivant': 1})}"
        body = [
            self._search(""),
            h.h2[say("list")],
            filters,
            living(say, live, self.work(work, now)),
        ]
        return self.framed(say("list"), body, refresh=True)

    def work(self, work: Sequence[Work], now: datetime) -> Node:
        if not work:
            return sentence(self.say("nothing"))
        heads = map(self.say, ("what", "case", "waits_since", "due", "whose"))
        return table((self._row(each, now) for each in work), heads)

    def _row(self, work: Work, now: datetime) -> Sequence[Node]:
        say, due = self.say, day_and_time(work.due_by, self.say.language)
        return [
            [say(work.kind.value), below(said_of(work.reason, say.language))],
            h.a(href=page_of(work.limitation_id))[work.limitation_id],
            day_and_time(work.asked_at, say.language),
            h.strong["▲ ", due] if work.due_by < now else due,
            [work.taken_name or say("NOBODY"), below(self._aside(work) if work.is_asleep(now) else "")],
        ]

    def _search(self, typed: str) -> Node:
        say = self.say
        return h.form(method="get", action="/conseil/chercher", role="search")[
            field("search", "q", say("search"), hint=say("search_hint"), value=typed, maxlength="64", required=True),
            h.button[say("find")],
        ]

    def found(self, typed: str, limitations: Sequence[str]) -> str:
        """What a search found."""
        rows = [h.li[h.a(href=page_of(each))[each]] for each in limitations]
        body = [self._search(typed), h.ul[rows] if rows else note(self.say("not_found"))]
        return self.framed(self.say("search"), body)

    def case(self, shown: DeskCase, *, told: str, wrong: str) -> str:
        """One case: the sentence, what waits, what was done, the line of time; and what became of an act."""
        say, standing = self.say, shown.seen.standing
        name, item, facts = standing.limitation_id, standing.item, standing.situation.facts
        items = [(say("code"), shown.code)]
        items += [(say(key), item[f"{key}Id"]) for key in ("customer", "contract", "point") if f"{key}Id" in item]
        items += [(say("affair"), facts["case"])] if "case" in facts else []
        body = [
            h.p[h.a(href="/conseil")["← ", say("list")]],
            note(told),
            note(wrong, broken=True),
            h.h2[name],
            living(say, f"{page_of(name)}?vivant=1", self._now(shown)),
            h.dl[([h.dt[key], h.dd[value]] for key, value in items)],
            self._for_customer(shown.seen) if self.advisor.may_decide else None,
            self._past(shown),
        ]
        return self.framed(name, body)

    def living(self, shown: DeskCase) -> Node:
        """The parts that live."""
        return [self._now(shown), self._past(shown)]

    def _act(self, act: Act, now: datetime) -> Node:
        """What somebody did, with their own words, what they decided and why, or the proof that was seen."""
        say, content = self.say, act.content
        told = [(say("paiement.proof"), content["proof"])] if "proof" in content else []
        told += [(say(content["decision"]), content["reason"])] if "decision" in content else []
        words = content.get("words", "") or " ".join(say("colon").join(each) for each in told)
        return h.li[act_said(act, say, now), h.div(".small")[words] if words else None]

    def _past(self, shown: DeskCase) -> Node:
        """What was done, and the line of time."""
        say, acts, now = self.say, shown.seen.case.acts, shown.seen.at
        lines = ((h.span(".small")[day_and_time(each.at, say.language, now)], each.said) for each in shown.lines)
        done = [h.h2[say("done")], h.ul[(self._act(each, now) for each in acts)]] if acts else None
        return h.div(data_part="past")[done, h.h2[say("line")], table(lines, numbers={0})]

    def _now(self, shown: DeskCase) -> Node:
        """The sentence, what would restore now, and what waits, with what the customer said of it."""
        say, seen = self.say, shown.seen
        acts = {each.key: h.ul[self._act(each, seen.at)] for each in seen.case.acts}
        return h.fragment[
            h.div(".small.quiet")[say("to_say")],
            sentence(f"« {seen.said} »"),
            h.p[h.strong[say("restores")], say("colon"), shown.restores] if shown.restores else None,
            h.h2[say("open_work")] if seen.case.work else None,
            (self._one(each, shown, acts.get(each.id)) for each in seen.case.work),
        ]

    def _one(self, work: Work, shown: DeskCase, act: Node) -> Node:
        say, is_asleep = self.say, work.is_asleep(shown.seen.at)
        typed = shown.typed if f"/{work.id}/" in shown.typed.get("sent", "") else {}
        head = h.h3[say(work.kind.value), f" · {said_of(work.reason, say.language)}" if work.reason else ""]
        about = h.p(".small.quiet")[
            f"{say('due')} {day_and_time(work.due_by, say.language)}",
            f" · {say('whose')} {work.taken_name or say('NOBODY')}",
            f" · {self._aside(work)}" if is_asleep else "",
        ]
        if not self.advisor.may_decide or work.taken_by not in {None, self.advisor.subject}:
            return [head, about, act]
        done_with = fields_of(say, f"t-{work.id}", "terminer", End, typed)
        until = fields_of(say, f"c-{work.id}", "cote", SettingAside, typed)
        is_question, hold = work.kind is WorkKind.QUESTION, "rendre" if work.taken_by else "prendre"
        return [
            head,
            about,
            act,
            self._decide(work, typed) if is_question else self._form(work, "terminer", "done_button", done_with),
            h.div(".row")[
                self._form(work, hold, "give_back" if work.taken_by else "take", other=True),
                self._form(work, "reprendre", "take_up", other=True)
                if is_asleep
                else self._form(work, "cote", "aside_button", until, other=True),
            ],
        ]

    def _aside(self, work: Work) -> str:
        until = work.set_aside_until
        return self.say("aside_said", until=day_and_time(until, self.say.language)) if until else ""

    def _decide(self, work: Work, typed: Mapping[str, str]) -> Node:
        """What the rules offer, with the effect of each; business writes both in French."""
        say, replies, this = self.say, work.offer.replies, f"d-{work.id}"
        if not replies:
            return note(say("NO_RULES"), broken=True)
        told = h.ul(".small", lang="fr")[(h.li[h.strong[each.label], " : ", each.effect] for each in replies)]
        offered, hidden = {it.decision.value: it.label for it in replies}, () if work.offer.proof else ("proof",)
        fields = fields_of(say, this, "decider", Decision, typed, hidden, decision=offered)
        return self._form(work, "decider", "decision", [told, fields])

    def _for_customer(self, seen: Seen) -> Node:
        forms = Forms(self.say, page_of(seen.standing.limitation_id), self.advisor.form, seen, at_desk=True)
        acts = SAID_OPEN if seen.standing.situation.is_open else ("courant",)
        return [h.h2[self.say("for_customer")], forms.of_visit(), forms.of(*acts)]

    def _form(self, work: Work, act: str, button: str, fields: Node = None, *, other: bool = False) -> Node:
        path = f"/conseil/travail/{quote(work.limitation_id)}/{quote(work.id, safe='')}/{act}"
        sends = h.button(class_="other" if other else None)[self.say(button)]
        return form(path, self.advisor.form, fields, sends, about=f"{work}{act}")

    def framed(self, title: str, body: Node, *, refresh: bool = False) -> str:
        """A page of the desk: with who signed in, and the way to the pages that they may see."""
        say, advisor = self.say, self.advisor
        places = {"/conseil": "list", INCIDENTS: "incidents"} if advisor.may_see else {INCIDENTS: "incidents"}
        links = [h.a(".small", href=path)[say(name)] for path, name in places.items()] if advisor.operates else None
        corner = [links, way_out(say, "/conseil/sortir", advisor, f"{advisor.name}, ")]
        site = say("desk_title")
        return page(say, title, body, site=site, corner=corner, footer=self.supplier, refresh=refresh)


def page_of(limitation_id: str) -> str:
    """The address of a case."""
    return f"/conseil/dossier/{quote(limitation_id)}"


def refused_page(say: Words, text: str) -> str:
    """For somebody who has left or may not come in, or about nothing that is there."""
    body = [note(say(text), broken=text != "left"), h.p[h.a(href="/conseil")["← ", say("list")]]]
    return page(say, say("desk_title"), body, site=say("desk_title"))


def below(text: str) -> Node:
    """A quiet line below a cell's text."""
    return h.div(".small.quiet")[text] if text else None


def restores_now(coverage: Mapping[str, Any], say: Words) -> str:
    """What would bring power back now, by the last decision on a debt; empty where there is none that says it."""
    asks = "PENDING" if coverage.get("outcome") == "AWAIT_CLEARING" else coverage.get("asks")
    return say(f"restores_{asks}", amount=euro_in(str(coverage.get("balance") or 0), say.language)) if asks else ""
