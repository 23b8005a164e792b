"""The forms by which something is said on a case: the same on the customer's page and on the desk."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

import htpy as h

from channels.contracts.asking import DECLARED_MEANS, LONGEST_PROOF, Asking
from channels.contracts.published import Protection
from channels.domain.of_case import KEPT, Seen
from channels.pages.frame import Node, choice, field, form, long_text
from channels.saying import SAID
from record.codes import said_of
from record.formats import NOTHING
from record.words import Language, Words
from restoration.domain.french import DAYS, day_in_words
from restoration.domain.point import Visit

_AMOUNT, _DAY = {"inputmode": "decimal", "maxlength": "12"}, {"type": "date"}
_TYPED: Mapping[str, Mapping[str, str]] = {
    "amount": _AMOUNT,
    "first_amount": _AMOUNT,
    "paid_on": _DAY,
    "first_on": _DAY,
    "instalments": {"type": "number", "min": "2", "max": "36"},
    "proof": {"maxlength": str(LONGEST_PROOF)},
    "until": {"type": "datetime-local"},
}
"""How the fields of forms are typed."""
_HOUR = re.compile(r"([0-9]{2}):([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of one case, with what was typed before.

    Parameters
    ----------
    path
        The address below which each has its own.
    at_desk
        Whether an advisor fills them in, who sees proofs and needs no reasons.
    """

    say: Words
    path: str
    token: str
    seen: Seen
    at_desk: bool = False

    def of(self, *acts: str) -> Node:
        drafts = self.seen.case.half_filled(self.seen.at)
        return [self._one(act, act, self._fields(act, drafts.get(act, {})), is_open=act in drafts) for act in acts]

    def of_visit(self) -> Node:
        """The form about a technician's visit: to ask for slots, or to choose one of those that were asked for."""
        say, visit, act = self.say, self.seen.case.slots(self.seen.at), "rendez-vous"
        if not self.seen.standing.situation.awaits_visit:
            return None
        if visit is None:
            agreed = self.seen.case.agreed_visit(self.seen.at)
            stands = h.p[say("visit_stands", visit=visit_said(agreed, say.language))] if agreed else None
            return self._one("creneaux", "visit", stands)
        fields = [
            h.p[say("planned", visit=visit_said(visit.planned, say.language))] if visit.planned else None,
            choice(act, "slot", say("slot"), {str(each): visit_said(each, say.language) for each in visit.slots}),
            field(act, "present", say("present"), hint=say("present_why"), required=True, maxlength="80"),
        ]
        return self._one(act, "visit", fields, is_open=True)

    def _one(self, act: str, name: str, fields: Node, *, is_open: bool = False) -> Node:
        say = self.say
        why = "" if self.at_desk else say.either(f"{name}_why", "")
        send = h.button[say.either(f"{act}_button", say("send"))]
        later = h.button(".other", name="later", value="1", formnovalidate=True)[say("later")] if act in KEPT else None
        return h.details(id=act, open=is_open)[
            h.summary[say(name)], h.p[why] if why else None, form(f"{self.path}/{act}", self.token, fields, send, later)
        ]

    def _fields(self, act: str, typed: Mapping[str, str]) -> Node:
        asks, hidden = SAID[act].asks, () if self.at_desk else ("proof",)
        return fields_of(self.say, act, act, asks, typed, hidden) if asks else None


def fields_of(
    say: Words,
    form: str,
    act: str,
    asks: type[Asking],
    typed: Mapping[str, str],
    hidden: Container[str] = (),
    **menus: Mapping[str, str],
) -> Node:
    """The fields of what an act asks for, with what was ``typed`` before; ``menus`` are the choices of more of them."""
    menus |= {
        "means": {each.value: said_of(each.value, say.language) for each in DECLARED_MEANS},
        "kind": {each.value: say(each.value) for each in Protection},
    }
    made: list[Node] = []
    for name, about in asks.model_fields.items():
        label, value, required = label_of(say, act, name), typed.get(name, ""), about.is_required()
        if name in menus:
            made.append(choice(form, name, label, menus[name], value))
        elif name in {"words", "reason"}:
            made.append(long_text(form, name, label, value, required=required))
        elif name not in hidden:
            made.append(field(form, name, label, value=value or None, required=required, **_TYPED[name]))
    return made


def label_of(say: Words, act: str, name: str) -> str:
    """What a field of an act's form is called: some have another name there."""
    return say.either(f"{act}.{name}", say.either(name, name))


def visit_said(visit: Visit, language: Language) -> str:
    """A day without its year, with its hours as people say them; hours that are none stay in Enedis' own words."""
    hours = visit.slot.replace("-", f" {NOTHING} ")
    if language is not Language.FRENCH:
        return f"{visit.on:%A} {visit.on.day} {visit.on:%B}, {hours}"
    hours = _HOUR.sub(lambda at: f"{int(at[1])} h" + (f" {at[2]}" if at[2] != "00" else ""), hours)
    return f"{DAYS[visit.on.weekday()]} {day_in_words(visit.on).rpartition(' ')[0]}, {hours}"
