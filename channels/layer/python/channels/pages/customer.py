"""The customer's pages: the way in, the next step of a link, and the case with what one can do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import htpy as h

from channels.domain.act import Act
from channels.domain.session import CustomerSession, Level
from channels.pages.frame import Node, field, form, living, note, page, table
from channels.pages.saying import Forms, visit_said
from channels.pages.words import CUSTOMER, words
from channels.use_cases.drafts import HalfFilled
from record.cases.standing import Standing
from record.codes import said_of
from record.formats import day_and_time, day_of, decimal
from record.words import Language, Words
from restoration.clock import paris_date
from restoration.contracts.billing import BillingSituation
from restoration.contracts.visits import PowerShown, VisitReply
from restoration.domain.french import euro
from restoration.domain.point import SupplyState, Visit


@dataclass(frozen=True, slots=True)
class CustomerPages:
    """Writes them. ``supplier`` and ``telephone`` are as the messages name them.

    Parameters
    ----------
    data_protection
        Where the data protection officer is reached.
    """

    supplier: str
    telephone: str
    data_protection: str

    def enter(self, language: Language, *, problem: str = "", link: str = "") -> str:
        """The way in; ``problem`` says what went wrong, by its name, and ``link`` is kept through a try."""
        say = words(language, CUSTOMER)
        code = field(
            "enter", "code", say("code"), hint=say("code_hint"), required=True, autocomplete="off",
            autocapitalize="characters", maxlength="60",
        )  # fmt: skip
        body = [
            h.h2[say("enter")],
            note(say(problem, telephone=self.telephone), "broken") if problem else None,
            None if link else h.p[say("enter_why")],
            self._enter_form(say, h.input(type="hidden", name="code", value=link) if link else code),
        ]
        return self._page(say, say("enter"), body)

    def of_link(self, language: Language, said: str, link: str) -> str:
        """What a link alone shows: the next step and its time, no name and no amount."""
        say = words(language, CUSTOMER)
        body = [h.h2[say("where")], living(say, f"/l/{link}/vivant", h.p(".big")[said]), h.h2[say("link_more")]]
        code = h.input(type="hidden", name="code", value=link)
        return self._page(say, say("where"), [*body, self._enter_form(say, code)], lives=True)

    def _enter_form(self, say: Words, code: Node) -> Node:
        return h.form(method="post", action="/entrer")[
            code,
            field("enter", "end", say("number_end"), inputmode="numeric", pattern="[0-9]{4}", maxlength="4",
                  required=True, autocomplete="off"),
            field("enter", "postcode", say("postcode"), inputmode="numeric", pattern="[0-9]{5}", maxlength="5",
                  required=True, autocomplete="postal-code"),
            h.button[say("enter_button")],
        ]  # fmt: skip

    def live(self, said: str) -> str:
        """The part of a link's page that lives: the sentence."""
        return str(h.p(".big")[said])

    def live_case(
        self, language: Language, said: str, acts: Sequence[Act], due: Mapping[str, datetime], now: datetime
    ) -> str:
        """The parts of a case that live: the sentence, and what was done."""
        return str(h.fragment[h.p(".big")[said], self._done(words(language, CUSTOMER), acts, due, now)])

    def case(  # noqa: PLR0913 - what a case is made of, by name
        self,
        language: Language,
        session: CustomerSession,
        standing: Standing,
        said: str,
        *,
        billing: BillingSituation | None,
        acts: Sequence[Act],
        due: Mapping[str, datetime],
        now: datetime,
        visit: VisitReply | None = None,
        drafts: HalfFilled,
        told: str = "",
        wrong: str = "",
    ) -> str:
        """The case; ``due`` has by when a person sees to an act, by its key, while nobody has."""
        say = words(language, CUSTOMER)
        return self._page(
            say,
            say("where"),
            [
                note(say(told, telephone=self.telephone)) if told else None,
                note(wrong, "broken") if wrong else None,
                h.h2[say("where")],
                living(say, "/dossier/vivant", h.p(".big")[said]),
                self._money(say, standing, billing),
                self._acts(say, session, Forms(say, "/dossier", session.form, standing, visit, drafts)),
                self._done(say, acts, due, now),
            ],
            corner=form("/sortir", session.form, h.button(".other")[say("leave")]),
            lives=True,
        )

    def _money(self, say: Words, standing: Standing, billing: BillingSituation | None) -> Node:
        balance = standing.balance
        lines: list[tuple[str, str]] = []
        if billing:
            lines.append((say("owed"), euro(billing.limitation_debt)))
        if balance and standing.situation.is_open:
            lines.append((say("remains"), euro(balance)))
        paid = billing.payments if billing else ()
        return [
            h.dl[([h.dt[name], h.dd[value]] for name, value in lines)] if lines else None,
            h.p[say("how_to_pay", telephone=self.telephone)] if standing.situation.is_open else None,
            h.p(".quiet.small")[say("never_asks")],
            h.h3[say("payments")],
            table(
                [
                    [day_of(each.received_on), said_of(each.means, say.language), said_of(each.status, say.language),
                     euro(each.amount)]
                    for each in paid
                ],
                numbers={3},
            )
            if paid
            else h.p[say("no_payments")],
        ]  # fmt: skip

    def _acts(self, say: Words, session: CustomerSession, forms: Forms) -> Node:
        acts = [h.h2[say("acts")], forms.of_visit()]
        if not forms.standing.situation.is_open:
            return [*acts, forms.of("courant", "personne")]
        more = forms.of("echeancier", "contestation", "protection")
        is_contacted = session.level is Level.CONTACTED
        return [*acts, forms.of("paiement", "courant", "personne"), more if is_contacted else self._more(say, session)]

    def _more(self, say: Words, session: CustomerSession) -> Node:
        return h.details[
            h.summary[say("more")],
            h.p[say("more_why")],
            form("/dossier/code", session.form, h.button(".other")[say("send_code")]),
            form(
                "/dossier/confirmer", session.form,
                field("confirmer", "code", say("one_time"), inputmode="numeric", pattern="[0-9]{6}", maxlength="6",
                      required=True, autocomplete="one-time-code"),
                h.button[say("confirm")],
            ),
        ]  # fmt: skip

    def _done(self, say: Words, acts: Sequence[Act], due: Mapping[str, datetime], now: datetime) -> Node:
        promised = {
            key: h.div(".small")[
                say("late" if by < now else "due_by", due=day_of(paris_date(by)), telephone=self.telephone)
            ]
            for key, by in due.items()
        }
        items = [h.h2[say("done")], h.ul[(h.li[act_said(each, say), promised.get(each.key)] for each in acts)]]
        return h.div(data_part="past")[items if acts else None]

    def plain(self, language: Language, title: str, paragraphs: Sequence[str]) -> str:
        """A page of text."""
        say = words(language, CUSTOMER)
        return self._page(say, title, [h.h2[title], *(h.p[each] for each in paragraphs)])

    def _page(self, say: Words, title: str, body: Node, *, corner: Node = None, lives: bool = False) -> str:
        footer = [
            h.span[f"{self.supplier} · {self.telephone}"],
            h.a(href="/donnees")[say("notice")],
            h.a(href="/accessibilite")[say("accessibility")],
        ]
        return page(say, title, body, site=say("customer_title"), corner=corner, footer=footer, lives=lives)


def act_said(act: Act, say: Words) -> str:
    """What somebody did, when, and by which channel; of missing power, what Enedis showed then, and when."""
    content = _power(PowerShown.model_validate(act.shown), say) if act.shown else _content(act.content, say)
    by = f"{say(act.role)}, {say(act.channel)}"
    return f"{day_and_time(act.at, say.language)} : {say(act.kind)} ({by}){f' · {content}' if content else ''}"


def _power(shown: PowerShown, say: Words) -> str:
    is_on, kva = (
        shown.supply in {SupplyState.SUPPLIED, SupplyState.LIMITED},
        f"{(shown.kva or Decimal()).normalize():f}",
    )
    name = "power_off" if not is_on else "power_kva" if shown.kva else "power_on"
    return say(name, kva=decimal(kva, say.language), at=day_and_time(shown.read_at, say.language))


def _content(content: Mapping[str, object], say: Words) -> str:
    told = []
    for name in ("amount", "firstAmount", "means", "kind", "paidOn", "firstOn", "visit"):
        if value := str(content.get(name) or ""):
            match name:
                case "amount" | "firstAmount":
                    told.append(euro(value))
                case "paidOn" | "firstOn":
                    told.append(day_of(date.fromisoformat(value)))
                case "visit":
                    told.append(visit_said(Visit.read(value), say.language))
                case _:
                    told.append(say.either(value, said_of(value, say.language)))
    return ", ".join(told)
