"""What a redrive's set, its run and its outcome are called: the same by the operations' tool and at the desk."""

from record.domain.redrive import Estimate
from record.domain.redrive_run import RAMP, Progress, step_after_ramp
from record.words import Texts, Words

TEXTS: Texts = {
    "would_RESUMES": ("reprendrait là", "go on there"),
    "would_SUPERSEDED": (
        "ne ferait rien : le dossier est à une autre exécution, ou clos",
        "do nothing: the case is with another execution, or closed",
    ),
    "would_NOT_REDRIVABLE": (
        "n'y pourrait rien : le rapport dit ce qui reprend le dossier",
        "not work: the report says what takes the case over",
    ),
    "DONE": ("C'est fini.", "It is done."),
    "PAUSED": ("C'est en pause.", "It is paused."),
    "CANCELLED": ("C'est annulé.", "It was cancelled."),
    "BRAKED": ("Le frein l'a arrêtée : trop ont échoué à nouveau.", "The brake stopped it: too many failed again."),
    "STALLED": (
        "Elle s'est arrêtée : de toute une étape, aucune n'a avancé ni échoué. On ne sait pas si elle aide.",
        "It stopped: of a whole step, none went on and none failed. Nobody knows whether it helps.",
    ),
    "set": (
        "{count} exécutions sur {items} seront relancées : l'ensemble {id}.",
        "{count} executions of {items} will be redriven: the set {id}.",
    ),
    "set_one": (
        "{count} exécution sur {items} sera relancée : l'ensemble {id}.",
        "{count} execution of {items} will be redriven: the set {id}.",
    ),
    "steps": (
        "Par étapes de {ramp}, puis {after}. Chacune est regardée avant la suivante.",
        "Steps of {ramp}, then {after}. Each step is looked at before the next.",
    ),
    "left_out": (
        "{count} de plus ont été trouvées que n'en tient un ensemble. Relancez-les ensuite.",
        "{count} more were found than a set holds. Redrive them afterwards.",
    ),
    "position": (
        "étape {step}, {turn} sur {items} : reprises {passed}, échouées à nouveau {failed}",
        "step {step}, {turn} of {items} reached: {passed} went on, {failed} failed again",
    ),
}


def plan(say: Words, redrive_id: str, estimate: Estimate, rate: int) -> tuple[str, str]:
    """How much a redrive is, and in which steps it goes at a rate (redrives a second)."""
    return (
        say.counted("set", estimate.redriven, str(estimate.redriven), items=estimate.items, id=redrive_id),
        say("steps", ramp=", ".join(map(str, RAMP)), after=step_after_ramp(rate)),
    )


def position(say: Words, progress: Progress, items: int) -> str:
    """Where a run is, in one line."""
    counts = {"passed": progress.passed, "failed": progress.failed}
    return say("position", step=progress.steps, turn=progress.next_item, items=items, **counts)
