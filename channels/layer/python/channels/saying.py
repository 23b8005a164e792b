"""What is said on a case, and done with work: the same from the pages, from the desk and by the API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from channels.contracts import asking
from channels.contracts.asking import Asking, BadForm, Form
from channels.domain.of_case import DRAFTS_KEPT_FOR, KEPT, Work, draft_of
from channels.domain.session import AdvisorSession
from channels.use_cases.speak import Speaker, SpeakingDesk, known
from channels.use_cases.work_list import WorkDesk


@dataclass(frozen=True, slots=True)
class Act[Done: Callable[..., Any]]:
    """Something that people say or do.

    Parameters
    ----------
    operation, summary
        What the API calls it.
    asks
        What has to be filled in, by a form or as JSON.
    told
        The name of the sentence that is told then, unless ``do`` gives another.
    path
        The API's address below that of the case.
    problems
        How it may end, beside what each may.
    """

    operation: str
    summary: str
    do: Done
    asks: type[Asking] | None = None
    told: str = "noted"
    path: str = ""
    problems: tuple[str, ...] = ()

    def asked(self, form: Form) -> Asking | None:
        """What a form asks for. Raises :class:`BadForm`."""
        return self.asks.of_form(form.fields, form.now) if self.asks else None


type Say = Callable[[SpeakingDesk, str, Speaker, Any], str | None]
type Do = Callable[[WorkDesk, AdvisorSession, Work, Speaker, Any], None]


def _done(do: Do, asks: type[Asking] | None = None) -> Act[Do]:
    """What is done with work: the API calls it as the method, with the first line about it."""
    return Act(do.__name__, str(do.__doc__).splitlines()[0], do, asks)


NO_VISIT = ("said_no_visit", "said_visit_later", "said_visit_often")
SAID: Mapping[str, Act[Say]] = {
    "paiement": Act(
        "declare_payment", "Say that it was paid.", SpeakingDesk.declare_payment, asking.PaymentDeclaration,
        "said_declare", "payment-declarations",
    ),
    "courant": Act(
        "report_power_missing",
        "Say that there is still no power: the meter is read, or a person looks where the case is closed.",
        SpeakingDesk.power_missing, path="power-missing-reports", problems=("said_again",),
    ),
    "echeancier": Act(
        "request_plan", "Ask for a payment plan (échéancier).", SpeakingDesk.ask, asking.PlanRequest, "said_plan",
        "plan-requests",
    ),
    "contestation": Act(
        "dispute_debt", "Dispute the debt, or a part of it.", SpeakingDesk.ask, asking.Dispute, "said_dispute",
        "disputes",
    ),
    "protection": Act(
        "claim_protection", "Claim a protection.", SpeakingDesk.ask, asking.ProtectionClaim, "said_protection",
        "protection-claims",
    ),
    "personne": Act(
        "request_review", "Have a person look at it.", SpeakingDesk.ask, asking.ReviewRequest, "said_person",
        "review-requests",
    ),
    "rendez-vous": Act(
        "agree_visit", "Agree when the technician comes, and who will be there.", SpeakingDesk.agree_visit,
        asking.VisitAgreement, "said_visit", "visit-agreements", ("said_slot_gone", "said_visit_unknown", *NO_VISIT),
    ),
    "creneaux": Act("", "For the pages alone: the API gives the slots.", SpeakingDesk.show_slots, told="said_slots"),
}  # fmt: skip
"""What is said on a case, by the last part of its form's address."""
OF_CUSTOMERS = frozenset({"personne"})
"""What customers alone say."""
DONE: Mapping[str, Act[Do]] = {
    "prendre": _done(WorkDesk.take),
    "rendre": _done(WorkDesk.give_back),
    "decider": _done(WorkDesk.decide, asking.Decision),
    "cote": _done(WorkDesk.set_aside, asking.SettingAside),
    "reprendre": _done(WorkDesk.take_up),
    "terminer": _done(WorkDesk.end, asking.End),
}
"""What advisors do with work, by the last part of its form's address."""


def say(desk: SpeakingDesk, limitation_id: str, name: str, form: Form, speaker: Speaker) -> str:
    """Say what a form says; gives the name of the sentence that is told then. Raises BadForm, NoSuchCase, NotSaid.

    A form that is to be ended later, or in which something is wrong, is kept with the case.
    """
    act = SAID[name]
    typed = {field: form.fields.get(field, "") for field in act.asks.model_fields} if act.asks and name in KEPT else {}

    def keep() -> None:
        known(desk.standings, limitation_id)
        desk.table.keep(draft_of(name), {"fields": typed}, desk.now() + DRAFTS_KEPT_FOR, limitation_id)

    is_later = bool(typed and form.text("later"))
    if is_later and any(text for field, text in typed.items() if field != "means"):  # a menu is never empty
        keep()
        return "said_later"
    try:
        told = "said_nothing" if is_later else act.do(desk, limitation_id, speaker, act.asked(form)) or act.told
    except BadForm:
        if typed:
            keep()
        raise
    if typed:
        desk.table.take(draft_of(name), desk.now(), limitation_id)
    return told
