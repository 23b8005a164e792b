"""What a form says on a case: the same from the customer's page, and from the desk for a customer on the telephone."""

from datetime import timedelta
from typing import Protocol

from channels.contracts.forms import LONGEST_PROOF, MONTH, BadForm, Form, printable
from channels.contracts.published import Protection
from channels.use_cases.agree_visit import VisitDesk
from channels.use_cases.drafts import KEPT, Drafts
from channels.use_cases.speak import Speaker, SpeakingDesk
from restoration.contracts.received_details import Role

TOLD = {
    "paiement": "said_declare",
    "courant": "said_no_power_closed",
    "echeancier": "said_plan",
    "contestation": "said_dispute",
    "protection": "said_protection",
    "personne": "said_person",
    "creneaux": "said_slots",
    "rendez-vous": "said_visit",
}
"""The forms, by the last part of their address, with the sentence that is told then."""


class Site(Protocol):
    """A site, with what notes and passes on."""

    @property
    def speaking(self) -> SpeakingDesk: ...
    @property
    def visits(self) -> VisitDesk: ...
    @property
    def drafts(self) -> Drafts: ...


def say(site: Site, limitation_id: str, speaker: Speaker, act: str, form: Form) -> str:
    """Say what a form says; gives the name of the sentence that is told then.

    A form that is to be ended later, or in which something is wrong, is kept with the case.

    Raises
    ------
    BadForm, NoSuchCase, NotSaid
    """
    typed = {name: printable(form.fields.get(name, "")) for name in KEPT.get(act, ())}
    if typed and form.text("later"):
        site.drafts.keep(limitation_id, act, typed)
        return "said_later"
    try:
        told = _say(site.speaking, site.visits, limitation_id, speaker, act, form)
    except BadForm:
        if typed:
            site.drafts.keep(limitation_id, act, typed)
        raise
    if typed:
        site.drafts.end(limitation_id, act)
    return told


def _say(desk: SpeakingDesk, visits: VisitDesk, limitation_id: str, speaker: Speaker, act: str, form: Form) -> str:
    match act:
        case "paiement":
            proof = form.text("proof", most=LONGEST_PROOF) if speaker.role is Role.ADVISOR else ""
            desk.declare_payment(limitation_id, speaker, *form.payment(), proof)
        case "courant":
            return desk.power_missing(limitation_id, speaker)
        case "echeancier":
            instalments, first = form.number("instalments", 2, 36), form.euros("first")
            on = form.day("first_on", ahead=MONTH, back=timedelta())
            desk.ask_plan(limitation_id, speaker, instalments, first, on)
        case "contestation":
            amount, why = form.euros_if_any("amount"), form.text("words", required=True)
            desk.dispute(limitation_id, speaker, amount, why)
        case "protection":
            desk.claim_protection(limitation_id, speaker, form.one_of("kind", Protection))
        case "personne":
            desk.ask_person(limitation_id, speaker, form.text("words"))
        case "creneaux":
            visits.look(limitation_id)
        case "rendez-vous":
            visits.agree(limitation_id, speaker, form.slot("slot"), form.text("present", required=True, most=80))
    return TOLD[act]
