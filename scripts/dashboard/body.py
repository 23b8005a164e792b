"""What is on the dashboard, in its order: screens, alarms, objectives, the process, queues, functions, Enedis, logs."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from record.domain.service_level import CaseKind
from scripts.dashboard.widgets import (
    COLUMNS,
    REGION,
    STACK,
    Grid,
    alarms,
    computed,
    graph,
    numbers,
    of_function,
    of_machine,
    of_queue,
    own,
    query,
    screen,
    text,
)
from supervision.supervise import SCREENS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scripts.dashboard.stack import Alarm, Stack
    from scripts.dashboard.widgets import Line, Widget

SUPERVISE = "SuperviseFunction"
MACHINE = f"arn:${{AWS::Partition}}:states:{REGION}:${{AWS::AccountId}}:stateMachine:{STACK}-restoration"
TITLES: Mapping[str, tuple[str, int]] = {
    "overview": ("Suivi global", 14),
    "branches": ("Parcours", 20),
    "running": ("En cours", 14),
    "durations": ("Durées", 14),
    "incidents": ("Incidents", 12),
    "rules": ("Règles", 14),
    "enedis": ("Enedis", 12),
    "case": ("Dossier", 14),
}
"""Each screen's French title, and its height in rows of the grid."""
KINDS: Mapping[CaseKind, str] = {
    CaseKind.EARLY: "sans ordre",
    CaseKind.REMOTE: "à distance",
    CaseKind.TECHNICIAN: "avec un technicien",
}
TILE_COLUMNS = 3
"""About so wide is the tile of an alarm."""
CONSOLE = f"https://{REGION}.console.aws.amazon.com"
CLOUDWATCH = f"{CONSOLE}/cloudwatch/home?region={REGION}"


def body(stack: Stack) -> dict[str, Any]:
    """The whole dashboard."""
    grid = Grid()
    grid.row(3, text(_HEAD))
    for place in (_screens, _alarms, _objectives, _process, _queues, _enedis, _messages, _functions, _logs):
        place(grid, stack)
    return grid.body


LINKS: Mapping[str, str] = {
    "Carte des traces (X-Ray)": f"{CLOUDWATCH}#xray:service-map/map",
    "Traces d'un dossier": f"{CLOUDWATCH}#xray:traces/query",
    "Logs Insights": f"{CLOUDWATCH}#logsV2:logs-insights",
    "Alarmes": f"{CLOUDWATCH}#alarmsV2:",
    "Machine": f"{CONSOLE}/states/home?region={REGION}#/statemachines/view/{MACHINE}",
}
_HEAD = f"""# Rétablissement automatique : {STACK}
Chaque écran dit jusqu'à quand ses chiffres sont complets. La description d'une alarme nomme sa page du runbook.

{" · ".join(f"[{word}]({link})" for word, link in LINKS.items())}

`make dashboard` écrit ce tableau ; ce qui est changé ici à la main est perdu au prochain déploiement."""


def _screens(grid: Grid, stack: Stack) -> None:
    """The screens that the function draws, once the stack has it."""
    if SUPERVISE in {function.logical_id for function in stack.functions}:
        for name in (name for name in TITLES if name in SCREENS):
            title, height = TITLES[name]
            grid.row(height, screen(title, name, f"${{{SUPERVISE}.Arn}}"))


def _alarms(grid: Grid, stack: Stack) -> None:
    """Every alarm, once; those that page come first."""
    grid.title(
        "## Alarmes\nAstreinte : à traiter tout de suite. Les autres ouvrent un ticket, ou sont une partie d'une autre."
    )
    found: dict[str, list[Alarm]] = {title: [] for title in _FAMILIES}
    for alarm in stack.alarms:
        found[next(title for title, belongs in _FAMILIES.items() if belongs(alarm))].append(alarm)
    for titles in (
        ("Astreinte", "Délais", "Processus"),
        ("Enedis, messages, flux", "Files"),
        ("Fonctions",),
        ("Parties",),
    ):
        in_a_row = COLUMNS // len(titles) // TILE_COLUMNS
        height = 2 + max(ceil(len(found[title]) / in_a_row) for title in titles)
        grid.row(height, *(alarms(title, found[title]) for title in titles))


def _is_of_time(alarm: Alarm) -> bool:
    return any(alarm.name.startswith(kind) for kind in CaseKind)


def _looks_at(*namespaces: str) -> Callable[[Alarm], bool]:
    return lambda alarm: any(namespace in namespaces for namespace, _ in alarm.metrics)


_FAMILIES: Mapping[str, Callable[[Alarm], bool]] = {
    "Astreinte": lambda alarm: alarm.is_page,
    "Délais": lambda alarm: _is_of_time(alarm) and alarm.is_composite,
    "Parties": _is_of_time,
    "Fonctions": _looks_at("AWS/Lambda"),
    "Files": _looks_at("AWS/SQS"),
    "Processus": lambda alarm: _looks_at("AWS/States")(alarm) or "Execution" in alarm.name or "Redrive" in alarm.name,
    "Enedis, messages, flux": lambda _: True,
}
"""Where an alarm stands: in the first family to which it belongs."""


# ── The time to power ──


def _objectives(grid: Grid, stack: Stack) -> None:
    speeds = stack.table("Speeds")
    lines = [{"label": f"x {each['Burn']}", "value": float(each["Burn"])} for each in speeds.values()]
    grid.title(
        "## Objectifs : le temps jusqu'à la puissance\n"
        "L'horloge s'arrête pendant l'attente de la banque ou d'un conseiller. "
        "Le budget est la part des retards que l'objectif laisse ; à une vitesse de 1, il dure un mois."
    )
    grid.row(4, *(_share(kind, word) for kind, word in KINDS.items()))
    burns = [line for kind, word in KINDS.items() for line in _burn(kind, word)]
    grid.row(
        6,
        graph("Vitesse à laquelle le budget est consommé", burns, period=3600, annotations={"horizontal": lines}),
        graph("Fins", [own(f"{kind}Ended", f"{word}") for kind, word in KINDS.items()], period=3600, stacked=True),
        graph("En cours au-delà du délai", [own(f"{kind}Overdue", word) for kind, word in KINDS.items()], "Maximum"),
    )


def _counted(kind: CaseKind) -> list[Line]:
    name = kind.lower()
    hidden = {"visible": False}
    return [
        own(f"{kind}Ended", "fins", id=f"{name}ended", **hidden),
        own(f"{kind}InTime", "à l'heure", id=f"{name}intime", **hidden),
    ]


def _share(kind: CaseKind, word: str) -> Widget:
    name = kind.lower()
    objective = f"${{{kind}SloPercent}}"
    late = f"({name}ended - {name}intime) / {name}ended"
    lines = [
        *_counted(kind),
        computed(f"100 * {name}intime / {name}ended", "à l'heure (%)", id=f"{name}share"),
        computed(f"100 - 10000 * {late} / (100 - {objective})", "budget qui reste (%)", id=f"{name}budget"),
        computed(f"{name}ended - {name}intime", "en retard", id=f"{name}late"),
    ]
    return numbers(f"{word.capitalize()} : objectif {objective} %", lines)


def _burn(kind: CaseKind, word: str) -> list[Line]:
    name = kind.lower()
    rate = f"100 * ({name}ended - {name}intime) / {name}ended / (100 - ${{{kind}SloPercent}})"
    return [*_counted(kind), computed(rate, word, id=f"{name}burn")]


# ── What goes on ──


def _process(grid: Grid, _stack: Stack) -> None:
    grid.title("## Processus")
    ends = {"Succeeded": "réussies", "Failed": "échouées", "TimedOut": "hors délai", "Aborted": "arrêtées"}
    grid.row(
        6,
        graph(
            "Exécutions",
            [
                of_machine("ExecutionsStarted", MACHINE, "commencées"),
                *(of_machine(f"Executions{end}", MACHINE, word) for end, word in ends.items()),
            ],
        ),
        graph(
            "En cours",
            [
                own("RunningExecutions", "en cours"),
                own("OldestRunningExecutionAge", "âge de la plus ancienne (s)", yAxis="right"),
            ],
            "Maximum",
        ),
        graph(
            "Relevé",
            [
                own("RecordLag", "retard (s)", stat="Maximum", yAxis="right"),
                own("ExecutionsCounted", "comptées"),
                own("ExecutionsHealed", "réparées"),
                own("ExecutionsUnreconciled", "pas rapprochées", stat="Maximum"),
            ],
        ),
        graph(
            "Arrivées, règles et facturation",
            [
                own("TriggersStarted", "commencent un rétablissement"),
                own("TriggersResumed", "réveillent un rétablissement"),
                own("TriggersNoted", "notés pour celui qui agit"),
                own("TriggersAbsorbed", "déjà connues"),
                own("DecisionWarnings", "avertissements des règles"),
                own("PaymentsNotShown", "paiements pas encore visibles"),
                own("UnknownPayments", "paiements inconnus"),
                own("LimitationsSoonAfterClosing", "limités à nouveau trop tôt"),
                own("InvalidEvents", "événements refusés"),
            ],
        ),
    )


def _queues(grid: Grid, stack: Stack) -> None:
    grid.title("## Files")
    live = [queue for queue in stack.queues if queue.dead_letters]
    aside = [(queue.dead_letters or queue.name, queue.name) for queue in stack.queues]
    grid.row(
        6,
        graph(
            "Âge du plus ancien (s)",
            [of_queue("ApproximateAgeOfOldestMessage", each.name, each.name) for each in live],
            "Maximum",
            60,
        ),
        graph("Reçus", [of_queue("NumberOfMessagesSent", each.name, each.name) for each in live]),
        graph(
            "En attente",
            [of_queue("ApproximateNumberOfMessagesVisible", each.name, each.name) for each in live],
            "Maximum",
            60,
        ),
        graph(
            "Mis de côté, ou pris pour une boucle",
            [
                *(of_queue("ApproximateNumberOfMessagesVisible", queue, name) for queue, name in aside),
                *(
                    of_function("RecursiveInvocationsDropped", reader, f"{queue} : boucle", stat="Sum")
                    for queue, reader in stack.readers.items()
                ),
            ],
            "Maximum",
            60,
        ),
    )


def _enedis(grid: Grid, _stack: Stack) -> None:
    quota = "${EnedisCallsPerSecond}"
    grid.title(f"## Enedis\nQuota : {quota} appels par seconde, pour toutes les fonctions ensemble.")
    kinds = ("Reads", "Orders", "Cancellations")
    calls = " + ".join(f"FILL({kind.lower()}, 0)" for kind in kinds)
    grid.row(
        6,
        graph(
            "Appels par seconde (lectures, ordres et annulations)",
            [
                *(own(f"EnedisCalls{kind}", kind, id=kind.lower(), visible=False) for kind in kinds),
                computed(f"({calls}) / 60", "appels", id="calls"),
                computed(f"TIME_SERIES({quota})", "quota", id="quota"),
            ],
            period=60,
        ),
        graph(
            "Ordres, sans tour, sans réponse, hors d'atteinte",
            [
                own("OrdersAccepted", "ordres acceptés"),
                own("OrdersRefused", "ordres refusés"),
                own("EnedisQuotaExhausted", "appels sans tour"),
                own("EnedisCallsWithoutResponse", "appels sans réponse"),
                own("OrdersPutBack", "ordres remis dans la file"),
                own("EnedisUnreachableSeconds", "hors d'atteinte (s)", stat="Maximum", yAxis="right"),
            ],
        ),
        graph(
            "Ordres en retard, flux quotidiens",
            [
                own("LateOrders", "lectures d'ordres en retard"),
                own("FlowRowsSkipped", "lignes ignorées"),
                own("FlowChecksDeferred", "vérifications remises"),
                own("FlowLimitationsContradicted", "contredisent une clôture"),
                own("FlowLimitationsStillShown", "encore montrées"),
            ],
            period=3600,
        ),
        numbers(
            "Certificat",
            [own("DaysUntilCertificateExpiry", "jours restants")],
            "Minimum",
            setPeriodToTimeRange=False,
            period=300,
        ),
    )


def _messages(grid: Grid, _stack: Stack) -> None:
    grid.title("## Messages et campagne")
    told = {"Sent": "envoyés", "Failed": "échoués", "Undelivered": "non remis", "Complained": "plaintes"}
    grid.row(
        6,
        graph("Messages aux clients", [own(f"Messages{name}", word) for name, word in told.items()], period=3600),
        graph(
            "Campagne et reprises en masse",
            [
                own("CampaignOverdue", "protégés sans plancher", stat="Maximum"),
                own("BulkRedrivesStopped", "reprises arrêtées"),
                own("OldestUnseenFact", "fait que personne ne regarde (s)", stat="Maximum", yAxis="right"),
            ],
            period=3600,
        ),
    )


def _functions(grid: Grid, stack: Stack) -> None:
    grid.title("## Fonctions")

    def lines(metric: str) -> Sequence[Line]:
        return [of_function(metric, each.name, each.name) for each in stack.functions]

    legend: dict[str, Any] = {"legend": {"position": "right"}}
    # They raise errors so that a state tries again, and count themselves what failed.
    judges = ("ClaimLimitation", "CheckPayment", "ReadPoint", "PrepareOrder", "SettleLimitation")
    failed = [own(f"{each}Failed", each) for each in judges]
    grid.row(
        8,
        graph("Erreurs", lines("Errors"), **legend),
        graph("Échecs, sans les essais voulus", failed, **legend),
        graph("Refus (throttles)", lines("Throttles"), **legend),
    )
    grid.row(
        8,
        graph("Appels", lines("Invocations"), **legend),
        graph("Durée, p95 (ms)", lines("Duration"), "p95", **legend),
        graph("Exécutions simultanées", lines("ConcurrentExecutions"), "Maximum", 60, **legend),
    )


def _logs(grid: Grid, stack: Stack) -> None:
    groups = [f"/aws/lambda/{STACK}-{function.name}" for function in stack.functions]
    bad = 'filter level in ["ERROR", "CRITICAL"] or @message like /Task timed out|Runtime exited/'
    grid.title("## Journaux\n`correlation_id` est la limitation : `ops case` et `ops trace` la prennent telle quelle.")
    sums = "count(*) as erreurs, count_distinct(correlation_id) as dossiers, latest(@timestamp) as derniere"
    grid.row(8, query("Erreurs par fonction", groups, bad, f"stats {sums} by function_name", "sort erreurs desc"))
    shown = "fields @timestamp, function_name, correlation_id, message, exception_name, xray_trace_id"
    grid.row(10, query("Dernières erreurs", groups, shown, bad, "sort @timestamp desc", "limit 50"))
