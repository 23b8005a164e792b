"""What happens in a story: the sentences after « Étant donné » and « Quand ».

A sentence says what people see. None waits: whatever is done is done once nothing else goes on.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from local.customers import Put
from local.partners.billing import FaultKind as BillingFaultKind
from local.partners.enedis import Ending, Fault, FaultKind, Operation, PendingLimitation
from local.stories.draft import Draft, StoryError
from local.stories.model import (
    Billing,
    ContractChanges,
    Do,
    Ended,
    Entered,
    Outage,
    Passed,
    PointChanges,
    Switch,
    Until,
    advised,
)
from local.stories.themes import Part, Theme
from restoration.domain.point import CutReason, SupplyState

# ── Le client, sa dette, le calendrier ──

CUSTOMER = Theme("Le client, sa dette, le calendrier")
REGISTERED = (Until.RECEIVED, Do.SWEEP)


@CUSTOMER.phrase("un client qui doit {montant}")
def _debt(draft: Draft, amount: Decimal) -> None:
    draft.debt = amount


@CUSTOMER.phrase("sa puissance est limitée à {puissance}")
@CUSTOMER.phrase("la facturation annonce que sa puissance est limitée à {puissance}")
def _limited(draft: Draft, power: float) -> None:
    if power > draft.subscribed_kva:
        raise StoryError(
            f"la puissance souscrite est de {draft.subscribed_kva:g} kVA : une limitation n'est pas au-dessus"
        )
    draft.limited = replace(draft.limited, power_kva=power)
    point = draft.limited.point
    if power not in {0, 1} and point is not None and "limited_power_kva" not in point and not draft.has_begun:
        draft.set_point(limited_power_kva=power)
    draft.do(Put("PowerLimited", {"limitedPowerKva": power, "subscribedPowerKva": draft.subscribed_kva}), *REGISTERED)


@CUSTOMER.phrase("le client a souscrit {puissance}")
def _subscribed(draft: Draft, power: float) -> None:
    if draft.has_begun:
        raise StoryError("la puissance souscrite se dit au début, avant le premier événement")
    draft.subscribed_kva = power
    draft.set_point(subscribed_power_kva=power)


@CUSTOMER.phrase("sa limitation est demandée, et Enedis l'exécutera dans {durée}")
def _requested(draft: Draft, after: timedelta) -> None:
    pending = PendingLimitation("L0000001", executes_after=after)
    draft.set_point(supply_state=SupplyState.SUPPLIED, limited_power_kva=None, pending_limitation=pending)
    draft.do(Put("PowerLimitationRequested"), *REGISTERED)


CUSTOMER.phrase("nous sommes le {date}")(Draft.come_to)
CUSTOMER.phrase("le {date} arrive")(Draft.come_to)


@CUSTOMER.phrase("{durée} passe(nt)")
@CUSTOMER.phrase("aucun conseiller ne répond en {durée}")
def _pass(draft: Draft, time: timedelta) -> None:
    draft.steps.append(Passed(time))


@CUSTOMER.phrase("le client est hors du déploiement progressif", Part.STORY_ACT)
def _in_shadow(draft: Draft) -> None:
    draft.in_shadow = True


CUSTOMER.acts(
    {
        "la facturation demande la limitation de sa puissance": (Put("PowerLimitationRequested"), *REGISTERED),
        "sa consommation impayée commence le {date}": lambda day: ContractChanges({"consumed_from": day}),
        "sa consommation impayée finit le {date}": lambda day: ContractChanges({"consumed_to": day}),
        "le client est un professionnel": ContractChanges({"customer_segment": "PROFESSIONAL"}),
        "le logement est une résidence secondaire": ContractChanges({"principal_residence": False}),
        "pour la facturation, le compteur n'est pas communicant": ContractChanges({"communicating_meter": False}),
        "le client a toujours payé": ContractChanges({"payment_history": "GOOD"}),
        "la facturation a clos le contrat sans l'annoncer": ContractChanges({"status": "ENDED"}),
        "la facturation n'a pas d'adresse pour le client": Billing(
            BillingFaultKind.NOT_FOUND, contact=True, times=1000
        ),
    },
)


# ── L'argent ──

MONEY = Theme("L'argent")


def _pays(draft: Draft, amount: Decimal | None, means: tuple[str, str], *, relative: bool = False) -> None:
    fields = {"means": means[0], "status": means[1]}
    if relative:
        fields |= {"means": "THIRD_PARTY", "payer": "OTHER", "thirdPartyMeans": means[0]}
    key = draft.payment_key(is_new=True)
    draft.do(Put("PaymentReceived", fields, key=key, amount=None if amount is None else float(amount)))


MONEY.phrase("le client paie {montant} {moyen}")(_pays)
MONEY.phrase("le client paie toute sa dette {moyen}")(lambda draft, means: _pays(draft, None, means))
MONEY.phrase("un proche paie toute la dette {moyen}")(lambda draft, means: _pays(draft, None, means, relative=True))


@MONEY.phrase("la facturation annonce ce paiement une seconde fois")
def _twice(draft: Draft) -> None:
    payment = next(
        (it for it in reversed(draft.steps) if isinstance(it, Put) and it.detail_type == "PaymentReceived"), None
    )
    if payment is None:
        raise StoryError("aucun paiement n'a été fait avant cette phrase")
    draft.do(replace(payment, repeats=True))


for _expression, _put in {
    "ce paiement est encaissé": Put("PaymentCleared"),
    "la banque rejette ce paiement": Put("PaymentRejected", {"reason": "AM04, provision insuffisante"}),
}.items():
    MONEY.phrase(_expression)(lambda draft, put=_put: draft.do(replace(put, key=draft.payment_key(is_new=False))))


@MONEY.phrase("la facturation propose un échéancier, première échéance de {montant}, jusqu'au {date}")
def _plan_offered(draft: Draft, instalment: Decimal, until: date) -> None:
    offer = {"plan_state": "PROPOSED", "first_instalment": instalment, "plan_offer_until": until}
    draft.do(ContractChanges(offer | {"plan_proposed_on": draft.today}))


def _plan(instalment: Decimal, day: date | None = None) -> Put:
    due = {"firstInstalmentDueOn": day.isoformat()} if day else {}
    return Put("PaymentPlanAgreed", {"firstInstalment": float(instalment), **due})


MONEY.acts(
    {
        "le client obtient un échéancier, première échéance de {montant}": _plan,
        "le client obtient un échéancier, première échéance de {montant} le {date}": _plan,
        "le client ne respecte pas son échéancier": Put("PaymentPlanBroken"),
        "le client a rompu {nombre} échéancier(s) dans l'année": lambda count: ContractChanges(
            {"broken_plans_12m": count}
        ),
        "le client demande une aide du FSL": Put("HousingAidFiled"),
        "le FSL a déjà aidé le client chez ce fournisseur": ContractChanges({"aid_before": True}),
        "le FSL accorde {montant}": lambda amount: Put("HousingAidGranted", {"amount": float(amount)}),
        "le FSL refuse son aide": Put("HousingAidRefused"),
        "le client conteste {montant} de sa dette": lambda amount: ContractChanges(
            {"dispute": True, "disputed_amount": amount}
        ),
    },
)


# ── Les protections, les conseillers, le contrat ──

PROTECTIONS = Theme("Les protections, les conseillers, le contrat")


def _protected(draft: Draft, kind: str, until: date | None = None) -> None:
    draft.protections += 1
    fields = {"kind": kind} | ({"until": until.isoformat()} if until else {})
    draft.do(Put("ProtectionGranted", fields, key="" if draft.protections == 1 else f"-{draft.protections}"))


for _expression, _kind in {
    "le client présente un chèque énergie": "ENERGY_VOUCHER",
    "le client présente un chèque énergie, valable jusqu'au {date}": "ENERGY_VOUCHER",
    "le client est protégé pour raison médicale": "MEDICAL",
    "le client est protégé pour raison médicale jusqu'au {date}": "MEDICAL",
    "le client est en surendettement": "OVER_INDEBTEDNESS",
    "le client conteste sa dette": "DISPUTE",
}.items():
    PROTECTIONS.phrase(_expression)(lambda draft, *until, kind=_kind: _protected(draft, kind, *until))


PROTECTIONS.acts(
    {
        "la commission de surendettement décide le {date}": lambda day: ContractChanges(
            {"over_indebtedness_until": day}
        ),
        "le client s'oppose à ce que les services sociaux soient prévenus": ContractChanges(
            {"opposes_social_notice": True}
        ),
        "un conseiller décide {décision}": advised,
        "la nuit, tous les dossiers ouverts sont revus": Do.NIGHT,
        "la facturation annule la limitation": Put("PowerLimitationCancelled", {"reason": "Erreur de facturation"}),
        "le contrat prend fin": Put("ContractEnded", {"reason": "Déménagement"}),
        "la facturation ne répond pas à deux questions": Billing(BillingFaultKind.UNAVAILABLE, times=2),
        "les opérations remettent le service en marche": Switch("on"),
    },
)


@PROTECTIONS.phrase("les opérations arrêtent le service")
def _off(draft: Draft) -> None:
    draft.alone = True
    draft.do(Switch("off"))


@PROTECTIONS.phrase("les opérations relancent le dossier")
def _redriven(draft: Draft) -> None:
    outcomes = list(draft.limited.outcomes)
    try:
        outcomes.remove("FAILED")  # it goes on where it stopped, and ends otherwise
    except ValueError as none:
        raise StoryError("aucun dossier n'a échoué avant cette phrase") from none
    draft.limited = replace(draft.limited, outcomes=tuple(outcomes))
    draft.do(Ended("FAILED"), Do.REDRIVE)


# ── Enedis et le point ──

ENEDIS = Theme("Enedis et le point", Part.STORY_ACT)
_VISIT = "AnnounceVisit"
"""The state in which a visit is told. The next thing happens to one that the customer knows of."""
_ERROR = "Erreur fonctionnelle"
_NO_LIMIT = {"supply_state": SupplyState.SUPPLIED, "limited_power_kva": None}
_CUT = {"supply_state": SupplyState.CUT, "limited_power_kva": None}

ENEDIS.points(
    {
        "le compteur ne se commande pas à distance": {"remotely_operable": False},
        "le point est coupé": _CUT,
        "le point est coupé pour raison de sécurité": _CUT | {"cut_reason": CutReason.SAFETY},
        "le point n'est plus raccordé": {"supply_state": SupplyState.NOT_CONNECTED, "limited_power_kva": None},
        "Enedis montre déjà {puissance}": lambda power: {"limited_power_kva": power},
        "Enedis n'exécute pas l'ordre avant longtemps": {"endings": (Ending.NEVER,)},
        "Enedis juge l'ordre non recevable": {"endings": (Ending.INADMISSIBLE,)},
        "Enedis ne réalise pas {nombre} ordre(s)": lambda count: {"endings": (Ending.NOT_DONE,) * count},
    },
)


@ENEDIS.phrase("son alimentation est coupée", Part.ACT)
def _cut(draft: Draft) -> None:
    draft.set_point(**_CUT)
    _limited(draft, 0)


@ENEDIS.phrase("Enedis ne connaît pas le point")
def _unknown_point(draft: Draft) -> None:
    draft.limited = replace(draft.limited, point=None)


def _rejects(count: int, code: str, operation: Operation = Operation.READ) -> Fault:
    return Fault(FaultKind.RESULT_CODE, operation, count=count, code=code, label=_ERROR)


@ENEDIS.phrase("Enedis refuse {nombre} ordre(s) avec le code {code}")
def _refuses(draft: Draft, count: int, code: str) -> None:
    draft.refused += count
    draft.do(_rejects(count, code, Operation.ORDER))


ENEDIS.acts(
    {
        "Enedis ne répond pas à {nombre} lecture(s) du point": lambda count: Fault(
            FaultKind.HTTP_503, Operation.READ, count=count
        ),
        "Enedis rejette {nombre} lecture(s) avec le code {code}": _rejects,
        "la réponse d'Enedis à l'ordre se perd": Fault(FaultKind.TIMEOUT_AFTER, Operation.ORDER),
        "l'ordre se perd avant d'arriver chez Enedis": Fault(FaultKind.TIMEOUT_BEFORE, Operation.ORDER),
        "chaque étape échoue une fois chez AWS": Do.HICCUPS,
        "Enedis est injoignable": Outage(),
        "Enedis est de nouveau joignable": Do.OUTAGE_ENDS,
        "Enedis tarde des jours à répondre à l'ordre": Do.LONG_AFTER,
        "le point est au contrat d'un autre": PointChanges({"contract_id": "CTR-OF-ANOTHER"}),
        "un autre rétablissement est en cours sur le point": Do.SOMEBODY_ELSES_ORDER,
        "Enedis rétablit la puissance": PointChanges(_NO_LIMIT),
        "Enedis laisse {puissance} au point": lambda power: PointChanges(
            {"supply_state": SupplyState.LIMITED, "limited_power_kva": power}
        ),
        "Enedis ne réalise pas l'ordre en cours": Ending.NOT_DONE,
        "Enedis reporte la visite du technicien": (Entered(_VISIT), Ending.POSTPONED),
        "le technicien rétablit la puissance": (Entered(_VISIT), Ending.DONE),
        "le technicien revient et rétablit la puissance": (Entered(_VISIT, times=2), Ending.REPLANNED),
        "le flux quotidien d'Enedis montre un écart": Do.FLOW_DIFFERS,
    },
)


THEMES = (CUSTOMER, MONEY, PROTECTIONS, ENEDIS)
