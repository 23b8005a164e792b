"""The customer's pages: the way in, the next step of a link, and the case with what one can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import htpy as h

from channels.domain.of_case import Act, Seen
from channels.domain.session import CustomerSession
from channels.pages.frame import Node, field, form, living, note, page, sentence, table, way_out
from channels.pages.saying import Forms, visit_said
from record.codes import said_of
from record.formats import day_and_time, day_of, decimal
from record.words import Words
from restoration.clock import paris_date
from restoration.contracts.billing import BillingSituation
from restoration.contracts.visits import PowerShown
from restoration.domain.french import euro_in
from restoration.domain.point import SupplyState, Visit

LEVEL_3 = ("echeancier", "contestation", "protection")
"""What a customer says once they have confirmed by a one-time code."""
_SHOWN = ("amount", "firstAmount", "means", "kind", "paidOn", "firstOn", "visit")
"""What is shown of an act's content, in this order."""


@dataclass(frozen=True, slots=True)
class Supplier:
    """The supplier, as its messages name it; ``data_protection`` is where its officer is reached."""

    name: str
    telephone: str
    data_protection: str


@dataclass(frozen=True, slots=True)
class CustomerPages:
    """Writes them, in one language."""

    supplier: Supplier
    say: Words

    def enter(self, problem: str = "", link: str = "", typed: str = "") -> str:
        """The way in; ``problem`` says what went wrong, and ``link``, or the ``typed`` code, is kept through a try."""
        say = self.say
        code = field(
            "enter", "code", say("code"), hint=say("code_hint"), required=True, autocomplete="off",
            autocapitalize="characters", maxlength="60", value=typed or None,
        )  # fmt: skip
        why = None if link else h.p[say("enter_why")]
        form = self._enter_form(_kept(link) if link else code)
        return self._page(say("enter"), [h.h2[say("enter")], note(problem, broken=True), why, form])

    def of_link(self, said: str, link: str) -> str:
        """What a link alone shows: the next step and its time, no name and no amount."""
        say = self.say
        body = [h.h2[say("where")], living(say, f"/l/{link}?vivant=1", sentence(said)), h.h2[say("link_more")]]
        return self._page(say("where"), [*body, self._enter_form(_kept(link))])

    def _enter_form(self, code: Node) -> Node:
        say = self.say
        return h.form(method="post", action="/entrer")[
            code,
            field("enter", "end", say("number_end"), inputmode="numeric", pattern="[0-9]{4}", maxlength="4",
                  required=True, autocomplete="off"),
            field("enter", "postcode", say("postcode"), inputmode="numeric", pattern="[0-9]{5}", maxlength="5",
                  required=True, autocomplete="postal-code"),
            h.button[say("enter_button")],
        ]  # fmt: skip

    def living(self, seen: Seen) -> Node:
        """The parts of a case that live: the sentence, and what was done."""
        return [sentence(seen.said), self._done(seen)]

    def case(
        self, session: CustomerSession, seen: Seen, billing: BillingSituation | None, *, told: str, wrong: str
    ) -> str:
        """The case, with what was ``told`` of an act, or is ``wrong`` with it."""
        say = self.say
        body = [
            note(told),
            note(wrong, broken=True),
            h.h2[say("where")],
            living(say, f"/dossier?vivant=1&visite={session.mark}", sentence(seen.said)),
            self._money(seen, billing),
            self._acts(session, Forms(say, "/dossier", session.form, seen)),
            self._done(seen),
        ]
        return self._page(say("where"), body, corner=way_out(say, "/sortir", session))

    def _money(self, seen: Seen, billing: BillingSituation | None) -> Node:
        say, language, standing = self.say, self.say.language, seen.standing
        is_invited = standing.awaits_payment and not standing.situation.is_declared(seen.at)
        lines = [(say("owed"), euro_in(billing.limitation_debt, language))] if billing else []
        if standing.balance and is_invited:
            lines.append((say("remains"), euro_in(standing.balance, language)))
        paid = [
            [day_of(each.received_on, language), said_of(each.means, language), said_of(each.status, language),
             euro_in(each.amount, language)]
            for each in (billing.payments if billing else ())
        ]  # fmt: skip
        return [
            h.dl[([h.dt[name], h.dd[value]] for name, value in lines)] if lines else None,
            h.p[say("how_to_pay", telephone=self.supplier.telephone)] if is_invited else None,
            h.p(".quiet.small")[say("never_asks")],
            h.h3[say("payments")],
            table(paid, numbers={3}) if paid else h.p[say("no_payments")],
        ]

    def _acts(self, session: CustomerSession, forms: Forms) -> Node:
        acts = [h.h2[self.say("acts")], forms.of_visit()]
        if not forms.seen.standing.situation.is_open:
            return [*acts, forms.of("courant", "personne")]
        more = forms.of(*LEVEL_3)
        return [*acts, forms.of("paiement", "courant", "personne"), more if session.confirmed else self._more(session)]

    def _more(self, session: CustomerSession) -> Node:
        say = self.say
        return h.details[
            h.summary[say("more")],
            h.p[say("more_why")],
            form("/dossier/code", session.form, h.button(".other")[say("send_code")]),
            form(
                "/dossier/confirmer", session.form,
                field("confirmer", "code", say("confirmer.code"), inputmode="numeric", pattern="[0-9]{6}",
                      maxlength="6", required=True, autocomplete="one-time-code"),
                h.button[say("confirm")],
            ),
        ]  # fmt: skip

    def _done(self, seen: Seen) -> Node:
        """What was done, and by when a person sees to it."""
        due = {each.id: each.due_by for each in seen.case.work}
        say, acts, now = self.say, seen.case.acts, seen.at
        items = [h.li[act_said(each, say, now), self._promised(due.get(each.key), now)] for each in acts]
        return h.div(data_part="past")[[h.h2[self.say("done")], h.ul[items]] if items else None]

    def _promised(self, by: datetime | None, now: datetime) -> Node:
        if by is None:
            return None
        name, telephone = "late" if by < now else "due_by", self.supplier.telephone
        return h.div(".small")[self.say(name, due=day_of(paris_date(by), self.say.language), telephone=telephone)]

    def plain(self, title: str, text: str) -> str:
        """A page of text, a paragraph for each line."""
        return self._page(title, [h.h2[title], (h.p[each] for each in text.split("\n"))])

    def _page(self, title: str, body: Node, *, corner: Node = None) -> str:
        say = self.say
        footer = [
            h.span[f"{self.supplier.name} · {self.supplier.telephone}"],
            h.a(href="/donnees")[say("notice")],
            h.a(href="/accessibilite")[say("accessibility")],
        ]
        return page(say, title, body, site=say("customer_title"), corner=corner, footer=footer)


def _kept(link: str) -> Node:
    return h.input(type="hidden", name="code", value=link)


def act_said(act: Act, say: Words, now: datetime) -> str:
    """What somebody did, when, and by which channel; of missing power, what Enedis showed then, and when."""
    content = _power(PowerShown.model_validate(act.shown), say) if act.shown else _content(act.content, say)
    at, by = day_and_time(act.at, say.language, now), f"{say(act.role)}, {say(act.channel)}"
    return f"{at}{say('colon')}{say(act.kind)} ({by}){f' · {content}' if content else ''}"


def _power(shown: PowerShown, say: Words) -> str:
    is_on, kva = shown.supply in {SupplyState.SUPPLIED, SupplyState.LIMITED}, shown.kva or Decimal()
    name = "power_off" if not is_on else "power_kva" if kva else "power_on"
    at = day_and_time(shown.read_at, say.language)
    return say(name, kva=decimal(f"{kva.normalize():f}", say.language), at=at)


def _content(content: Mapping[str, Any], say: Words) -> str:
    return ", ".join(_in_words(name, str(content[name]), say) for name in _SHOWN if content.get(name))


def _in_words(name: str, value: str, say: Words) -> str:
    match name:
        case "amount" | "firstAmount":
            return euro_in(value, say.language)
        case "means" | "kind":
            return say.either(value, said_of(value, say.language))
        case "visit":
            return visit_said(Visit.read(value), say.language)
    return day_of(date.fromisoformat(value), say.language)
