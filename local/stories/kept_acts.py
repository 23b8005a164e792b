"""What happened in a kept case, in sentences and in order: from what was noted, and what the rules were told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from local.customers import Put
from local.stories.kept_ends import BACK, outcome_of, rejected_while_ordered
from local.stories.model import ContractChanges
from local.stories.saying import say, sentence_of, sentence_of_event, sentence_of_point
from local.stories.values import WRITTEN
from record.cases.dossier import Dossier
from record.cases.kept_decisions import KeptDecision
from restoration.clock import from_text, moment_of
from restoration.domain.look import COVERAGE, FACTS

_USUAL_KVA = 6
_PLAN = "le client obtient un échéancier, première échéance de {montant}"
_EVENTS = {
    "PaymentCleared": "ce paiement est encaissé",
    "PaymentRejected": "la banque rejette ce paiement",
    "NightlyCheck": "la nuit, tous les dossiers ouverts sont revus",
    "EnedisFlow": "le flux quotidien d'Enedis montre un écart",
}
_OFFER = "la facturation propose un échéancier, première échéance de {montant}, jusqu'au {date}"
_POWER_BACK = "Enedis rétablit la puissance"
_SETTINGS: Mapping[str, tuple[str, Any]] = {
    "customerSegment": ("customer_segment", "PROFESSIONAL"),
    "paymentHistory": ("payment_history", "GOOD"),
    "contractStatus": ("status", "ENDED"),
    "principalResidence": ("principal_residence", False),
    "communicatingMeter": ("communicating_meter", False),
    "housingAidBefore": ("aid_before", True),
}
"""What billing says of a contract, by the rules' input: its name in the ledger, and the value that has a sentence."""
_DAYS = {
    "consumedFrom": "sa consommation impayée commence le {date}",
    "consumedTo": "sa consommation impayée finit le {date}",
    "overIndebtednessUntil": "la commission de surendettement décide le {date}",
}
_PROTECTIONS = {
    "energyVoucher": ("ENERGY_VOUCHER", "le client présente un chèque énergie, valable jusqu'au {date}"),
    "medical": ("MEDICAL", "le client est protégé pour raison médicale jusqu'au {date}"),
    "dispute": ("DISPUTE", ""),
    "overIndebtedness": ("OVER_INDEBTEDNESS", ""),
}
_BEFORE = timedelta(seconds=1)
"""What came before an execution began came before the fact that began it."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the customer: when, and all that the rules had been told by then."""

    at: datetime
    facts: Mapping[str, Any]

    @property
    def day(self) -> date:
        return date.fromisoformat(self.facts["businessDate"])


@dataclass
class Teller:
    """Tells what happened: ``acts`` are sentences in order, ``remarks`` what no sentence says."""

    dossier: Dossier
    acts: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        item = self.dossier.item
        self._looks = list(_looks(self.dossier))
        self._known: dict[str, Any] = {}
        self._paid: list[str] = []
        self._is_off, self._waited = False, timedelta(0)
        self._day = self._looks[0].day if self._looks else from_text(item["registeredAt"]).date()
        self._marks = {mark: from_text(it["at"]) for mark, it in item.get("noted", {}).items()}
        for execution in self.dossier.executions:
            self._marks.setdefault(execution.origin, moment_of(execution.started_at))
        if not any(mark.startswith("LimitationRegistered|") for mark in self._marks):
            self._marks["LimitationRegistered|"] = min(self._marks.values(), default=from_text(item["registeredAt"]))

    def say(self, expression: str | None, *values: Any) -> None:
        """Add a sentence; a remark where the vocabulary has none."""
        if expression is None:
            self.remarks.append(f"une chose que rien ne dit : {', '.join(map(str, values))}")
        else:
            self.acts.append(say(expression, *values))

    def tell(self) -> None:
        """Say what happened, in order."""
        self._begin()
        things: list[tuple[datetime, str | Look]] = [(it.at, it) for it in self._looks]
        things += [*((at, mark) for mark, at in self._marks.items()), *self._done_at_enedis()]
        for at, thing in sorted(things, key=lambda it: it[0]):
            match thing:
                case Look():
                    self._pass_to(thing)
                    self._known.update(thing.facts)
                case _ if thing not in self._marks:
                    self.acts.append(thing)
                case _:
                    look = next((it for it in self._looks if it.at >= at), None)
                    self._pass_to(look)
                    self._switch(thing)
                    self._act(*thing.partition("|")[::2], look)

    # ── How it begins ──

    def _begin(self) -> None:
        self.say("un client qui doit {montant}", self._debt)
        if (subscribed := self.dossier.item.get("subscribedPowerKva", _USUAL_KVA)) != _USUAL_KVA:
            self.say("le client a souscrit {puissance}", subscribed)
        self.say("nous sommes le {date}", self._day)
        if self.dossier.item.get("claimMode") == "shadow":
            self.say("le client est hors du déploiement progressif")
        self._enedis()
        for payment in self._looks[0].facts["payments"] if self._looks else ():
            if not any(f"|{payment['paymentId']}:" in mark for mark in self._marks):
                self._pay(payment, payment["status"])

    def _enedis(self) -> None:
        """What Enedis and others do not do, or do badly."""
        if any("does not know the contact" in it.get("error", "") for it in self.dossier.messages):
            self.say("la facturation n'a pas d'adresse pour le client")
        if any(it.end.error == "EnedisRejected" and it.state == "ReadPoint" for it in self.dossier.executions):
            self.say("Enedis ne connaît pas le point")
        if (action := self._decided("action")) is not None:
            self._point(action.inputs or {})
        reasons = [it.value.get("reason", "") for it in self.dossier.decisions if it.decision == "progress"]
        crossed = rejected_while_ordered(self.dossier)
        if (undone := sum("NOT_DONE" in it for it in reasons)) and not crossed:
            self.say("Enedis ne réalise pas {nombre} ordre(s)", undone)
        if "INADMISSIBLE" in reasons:
            self.say("Enedis juge l'ordre non recevable")
        states = {visit.state for it in self.dossier.executions for visit in it.visits}
        if crossed or states & {"AnnounceVisit", "AnnounceDelay"} or self._followed:
            self.say("Enedis n'exécute pas l'ordre avant longtemps")

    def _point(self, read: Mapping[str, Any]) -> None:
        """How Enedis showed the point when it was first read."""
        if not read.get("remotelyOperable"):
            self.say(sentence_of_point({"remotely_operable": False}))
        if (state := read["supplyState"]) in {"COUP", "NRAC"}:
            reason = read.get("cutReason")
            cut = {"cut_reason": reason} if reason not in {None, "UNPAID"} else {}
            if state == "NRAC" or cut or self._first_limit:
                expression = sentence_of_point({"supply_state": state, "limited_power_kva": None, **cut})
                self.say(expression, *(() if expression else (state, reason)))
        elif (shown := read.get("limitedPowerKva")) and shown != self._first_limit:
            self.say("Enedis montre déjà {puissance}", shown)

    @property
    def _debt(self) -> Any:
        return self._looks[0].facts["limitationDebt"] if self._looks else self.dossier.item.get("debt", 0)

    @property
    def _first_limit(self) -> Any:
        told = (it.facts["limitedPowerKva"] for it in self._looks if it.facts.get("limitedPowerKva") is not None)
        return next(told, self.dossier.item.get("limitedPowerKva", 1))

    def _decided(self, decision: str, given: str = "") -> KeptDecision | None:
        """The first decision of that name whose inputs are kept, and have something."""
        decided = (it for it in self.dossier.decisions if it.decision == decision and it.inputs)
        return next((it for it in decided if not given or (it.inputs or {}).get(given)), None)

    @property
    def _followed(self) -> KeptDecision | None:
        """The decision to follow a restoration that was not ours: none of ours had been accepted before."""
        visits = (visit for it in self.dossier.executions for visit in it.visits)
        accepted = [moment_of(visit.entered_at) for visit in visits if visit.state == "AnnounceOrder"]
        met = self._decided("action", "restorationRunning")
        return met if met and met.decided_at < min(accepted, default=datetime.max.replace(tzinfo=UTC)) else None

    # ── What happens ──

    def _pass_to(self, look: Look | None) -> None:
        if look is None or look.day <= self._day:
            return
        time, self._day = look.day - self._day, look.day
        if look.facts.get("advisorDecision") != "NO_ANSWER":
            self.say("{durée} passe(nt)", time)
            return
        expression = "aucun conseiller ne répond en {durée}"
        if self._waited and self.acts[-1] == say(expression, self._waited):
            self.acts.pop()
            time += self._waited
        self._waited = time
        self.say(expression, time)

    def _switch(self, mark: str) -> None:
        """Operations stop the service before what it does nothing for, and start it before what comes next."""
        about = next((it for it in self.dossier.executions if it.origin == mark), None)
        if (is_off := about is not None and outcome_of(about) == "OFF") is not self._is_off:
            self._is_off = is_off
            self.say(
                "les opérations arrêtent le service" if is_off else "les opérations remettent le service en marche"
            )

    def _act(self, kind: str, name: str, look: Look | None) -> None:  # noqa: C901 - one for each event with values
        facts = look.facts if look else self._known
        if kind != "LimitationRegistered":
            self._contract(facts)
        match kind:
            case "LimitationRegistered":
                # What the look at the new limitation saw was there before; else it may have come since.
                told = self._looks[0].facts if self._looks else {}
                if any(it.origin.startswith("LimitationRegistered") for it in self.dossier.executions):
                    self._contract(told)
                self._limited()
                self._contract(told)
            case "PaymentReceived":
                payment, _, status = name.rpartition(":")
                found = (it for it in facts.get("payments", ()) if it["paymentId"] == payment)
                self._pay(next(found, {"paymentId": payment}), status)
            case "PaymentCleared" | "PaymentRejected" if name.partition("@")[0] not in self._paid[-1:]:
                self.say(None, kind, "d'un paiement qui n'est pas le dernier")
            case "PaymentPlanAgreed" if due := facts.get("firstInstalmentDueOn"):
                self.say(f"{_PLAN} le {{date}}", facts.get("firstInstalment") or 0, date.fromisoformat(due))
            case "PaymentPlanAgreed":
                self.say(_PLAN, facts.get("firstInstalment") or 0)
            case "HousingAidGranted":
                self.say("le FSL accorde {montant}", facts.get("housingAidAmount") or 0)
            case "ProtectionGranted":
                self._protected(facts)
            case "AdvisorDecided":
                last = self.dossier.item.get("advisorWord", {}).get("decision")
                self.say("un conseiller décide {décision}", facts.get("advisorDecision") if look else last)
            case _:
                expression = _EVENTS.get(kind) or sentence_of_event(kind)
                self.say(expression, *(() if expression else (kind,)))

    def _limited(self) -> None:
        if self._decided("action", "limitationPending"):
            # When Enedis would have carried it out is not kept. It had not when it was read.
            self.say("sa limitation est demandée, et Enedis l'exécutera dans {durée}", timedelta(hours=1))
        elif self._first_limit:
            self.say("sa puissance est limitée à {puissance}", self._first_limit)
        else:
            self.say("son alimentation est coupée")
        codes = [it["code"] for it in self.dossier.orders if it.get("status") == "REFUSED"]
        for code in dict.fromkeys(codes):
            self.say("Enedis refuse {nombre} ordre(s) avec le code {code}", codes.count(code), code)

    def _contract(self, facts: Mapping[str, Any]) -> None:
        """What billing has changed without an event."""
        announced = any(mark.startswith("ContractEnded") for mark in self._marks)
        for name, (ledger, value) in _SETTINGS.items():
            if self._is_new(facts, name) and facts[name] == value and not (name == "contractStatus" and announced):
                self.say(sentence_of(ContractChanges({ledger: value})), name, value)
        if facts.get("disputedAmount") and self._is_new(facts, "disputedAmount"):
            self.say("le client conteste {montant} de sa dette", facts["disputedAmount"])
            self._known["dispute"] = True
        for name, expression in _DAYS.items():
            if facts.get(name) and self._is_new(facts, name):
                self.say(expression, date.fromisoformat(facts[name]))
        if facts.get("planState") == "PROPOSED" and facts.get("planOfferUntil") and self._is_new(facts, "planState"):
            until = date.fromisoformat(facts["planOfferUntil"])
            self.say(_OFFER, facts.get("firstInstalment") or 0, until)
        broken = sum(mark.startswith("PaymentPlanBroken") for mark in self._marks)
        if (facts.get("brokenPlans12m") or 0) > broken and self._is_new(facts, "brokenPlans12m"):
            self.say("le client a rompu {nombre} échéancier(s) dans l'année", facts["brokenPlans12m"])

    def _is_new(self, facts: Mapping[str, Any], name: str) -> bool:
        """Whether a fact is told for the first time, or differs from what was told."""
        is_new = name in facts and self._known.get(name) != facts[name]
        self._known[name] = facts.get(name)
        return is_new

    def _pay(self, payment: Mapping[str, Any], status: str) -> None:
        relative = payment.get("payer") == "OTHER" and payment.get("means") == "THIRD_PARTY"
        value = (payment.get("thirdPartyMeans" if relative else "means"), status)
        if payment["paymentId"] in self._paid:
            return
        whole = payment.get("amount") == self._debt
        if not WRITTEN["moyen"](value) or (relative and not whole):
            self.say(None, "un paiement", *value)
            return
        self._paid.append(payment["paymentId"])
        if whole:
            who = "un proche paie toute la dette" if relative else "le client paie toute sa dette"
            self.say(f"{who} {{moyen}}", value)
        else:
            self.say("le client paie {montant} {moyen}", payment["amount"], value)

    def _protected(self, facts: Mapping[str, Any]) -> None:
        for name, (kind, with_end) in _PROTECTIONS.items():
            if facts.get(name) and self._is_new(facts, name):
                until = facts.get(f"{name}Until")
                if until and with_end:
                    self.say(with_end, date.fromisoformat(until))
                else:
                    self.say(sentence_of(Put("ProtectionGranted", {"kind": kind})), kind)

    def _done_at_enedis(self) -> Iterator[tuple[datetime, str]]:
        """What somebody did at the point or with the order under way, as far as it can be seen, and when."""
        restored = self.dossier.item.get("settlement", {}).get("outcome") in BACK
        followed = self._followed
        for execution in self.dossier.executions:
            before = moment_of(execution.started_at) - _BEFORE
            left = {visit.state: moment_of(visit.entered_at) for visit in execution.visits}
            if restored and "AnnounceVisit" in left:
                came = sum(visit.state == "AnnounceVisit" for visit in execution.visits)
                told = ["Enedis reporte la visite du technicien", "le technicien revient et rétablit la puissance"]
                for expression in told if came > 1 else ["le technicien rétablit la puissance"]:
                    yield left["AnnounceVisit"], say(expression)
            if "AnnounceDelay" in left:
                yield before, say("Enedis tarde des jours à répondre à l'ordre")
                yield left["AnnounceDelay"], say("{durée} passe(nt)", timedelta(days=1))
                if restored:
                    yield left["AnnounceDelay"], say(_POWER_BACK)
            if "AnnounceOrder" in left and rejected_while_ordered(self.dossier):
                ends = moment_of(execution.ended_at or execution.since)
                yield ends, say(_POWER_BACK if restored else "Enedis ne réalise pas l'ordre en cours")
            if execution.end.reason == "LIFTED_BY_ENEDIS":
                yield before, say(_POWER_BACK)
            if followed and followed.asked_by.startswith(execution.name):
                yield before, say("un autre rétablissement est en cours sur le point")
                if restored:
                    yield followed.decided_at, say(_POWER_BACK)


def _looks(dossier: Dossier) -> Iterator[Look]:
    known: dict[str, Any] = {}
    for it in sorted(dossier.decisions, key=lambda it: it.decided_at):
        if it.decision in FACTS and it.inputs is not None:
            known |= it.inputs
            if it.decision == COVERAGE and {"payments", "limitationDebt", "businessDate"} <= known.keys():
                yield Look(it.decided_at, dict(known))
