"""The words of "Parcours"."""

from supervision.words import Texts

TEXTS: Texts = {
    # ── What is looked at ──
    "frequency": ("Passages", "Visits"),
    "p95": ("Durée (p95)", "Duration (p95)"),
    "errors": ("Erreurs et reprises", "Errors and retries"),
    "measure": ("Couleur", "Colour"),
    "against": ("Comparer", "Compare"),
    "alone": ("Sans comparaison", "With nothing"),
    "day": ("À la veille", "With the day before"),
    "earlier": ("À la période précédente", "With the range before"),
    "deployment": ("Avant et après le {time}", "Before and after {time}"),
    "deployment_title": (
        "Les dossiers de la version déployée à ce moment, comparés à ceux de la version précédente",
        "The cases on the version deployed then, compared with those on the version before",
    ),
    # ── How many ──
    "cases": ("{count} dossiers terminés", "{count} cases ended"),
    "running": ("{count} en cours", "{count} running"),
    "failed": ("{count} en incident", "{count} failed"),
    "nothing": ("{count} sans rien à faire", "{count} with nothing to do"),
    "cases_title": (
        "Exécutions terminées sur la période, chaque fin d'une exécution relancée comptée à part ; celles qui n'ont rien"
        " trouvé à faire ne sont connues que par leur fin",
        "Executions that ended in the range, each end of a redriven one apart; those that found nothing to do are known"
        " by their end alone",
    ),
    "compared": (
        "Comparés à {count} dossiers : {with_what}. Les nombres sont comparés pour 100 dossiers.",
        "Compared with {count} cases: {with_what}. Numbers are compared for each 100 cases.",
    ),
    "clear": (
        "↑ et ↓ en gras : l'écart est trop grand pour être dû au hasard.",
        "↑ and ↓ in bold: the difference is too large to be chance.",
    ),
    "with_day": ("la veille, à la même heure", "the day before, at the same time"),
    "with_earlier": ("la période précédente", "the range before"),
    "with_version": ("la version d'avant le {time}", "the version before {time}"),
    "young": (
        "Cette version a moins de deux jours : ses dossiers longs ne sont pas encore terminés.",
        "This version is less than two days old: its long cases have not ended yet.",
    ),
    "no_comparison": (
        "Aucun dossier à comparer : {with_what}.",
        "There is no case to compare with: {with_what}.",
    ),
    "not_counted": (
        "Les parcours sont comptés par issue, version, heure et jour. « {conditions} » n'y change rien ; ce filtre ne"
        " choisit que les dossiers en cours.",
        "Ways are counted by outcome, version, hour and day. “{conditions}” changes nothing there; it chooses only among"
        " open cases.",
    ),
    "most": (
        "Seuls les {count} dossiers ouverts les plus anciens sont placés.",
        "Only the {count} oldest open cases are placed.",
    ),
    "empty": ("Aucun dossier ne s'est terminé sur la période", "No case ended in the range"),
    "last": ("le dernier s'est terminé le {time}", "the last one ended {time}"),
    "no_last": ("aucun non plus dans les 30 jours d'avant", "nor in the 30 days before"),
    # ── The picture ──
    "picture": ("Le processus et ses parcours", "The process and its ways"),
    "colour_frequency": ("Couleur des états : passages, de {least} à {most}", "Colour: visits, from {least} to {most}"),
    "colour_p95": (
        "Couleur des états : durée que 95 % des passages n'ont pas dépassée, de {least} à {most} (échelle logarithmique)",
        "Colour: the duration that 95 % of visits did not exceed, from {least} to {most} (logarithmic scale)",
    ),
    "colour_errors": (
        "Couleur des états : reprises et arrêts, de {least} à {most}",
        "Colour: retries and stops, from {least} to {most}",
    ),
    "colour_none": ("Aucun état n'a été traversé.", "No state was visited."),
    "lines": (
        "Trait : sa largeur croît avec la racine carrée de ses passages ; gris, nul ne l'a pris ; tireté, il revient en"
        " arrière.",
        "Line: its width grows with the square root of its use; grey, nobody took it; dashed, it leads back.",
    ),
    "badges": (
        "Pastille ronde : dossiers en cours ; pointue : dossiers en incident. Cliquez sur un état pour ses détails.",
        "Round badge: running cases; pointed: failed ones. Click a state for its details.",
    ),
    "state_label": ("{name} : {figures}. Détails", "{name}: {figures}. Details"),
    "visits": ("{count} passages", "{count} visits"),
    "one_visit": ("1 passage", "1 visit"),
    "no_visit": ("aucun passage", "no visit"),
    "long": ("p95 {time}", "p95 {time}"),
    "retries": ("{count} reprises", "{count} retries"),
    "one_retry": ("1 reprise", "1 retry"),
    "stops": ("{count} arrêts", "{count} stops"),
    "one_stop": ("1 arrêt", "1 stop"),
    "change": ("{change} par rapport à : {with_what}", "{change} against: {with_what}"),
    "source": (
        "Source : compteurs horaires du suivi, remplis quand un dossier se termine.",
        "Source: the record's hourly counters, filled when a case ends.",
    ),
    "source_now": ("Source : dossiers ouverts du suivi, maintenant.", "Source: the record's open cases, now."),
    "way": ("{source} → {target} : {count}", "{source} → {target}: {count}"),
    "share_of": ("{share} de ce qui quitte « {state} »", "{share} of what leaves “{state}”"),
    "new": ("nouveau", "new"),
    # ── Small screens ──
    "sections": ("Étapes du processus", "Sections of the process"),
    "all_sections": ("Toutes les étapes", "All sections"),
    "entries": ("{count} entrées", "{count} entries"),
    "entries_title": (
        "Combien de fois un dossier est entré dans l'étape",
        "How often a case came into the section",
    ),
    "came_from": ("Venus de", "Came from"),
    "went_to": ("Partis vers", "Went to"),
    # ── The tables ──
    "branches": ("Branches les plus empruntées", "Most travelled branches"),
    "at": ("À l'état", "At the state"),
    "taken": ("Branche", "Branch"),
    "number": ("Passages", "Times"),
    "share": ("Part", "Share"),
    "was": ("Avant", "Before"),
    "others": ("autres ({count})", "others ({count})"),
    "strangers": ("Hors de l'image", "Not in the picture"),
    "strangers_note": (
        "Ces dossiers suivent une autre version de la machine que celle dessinée.",
        "These cases run on another version of the machine than the one that is drawn.",
    ),
    "unknown_state": ("état inconnu", "unknown state"),
    "open": ("Ouverts", "Open"),
    # ── One state ──
    "back": ("Retour au parcours", "Back to the ways"),
    "unknown": (
        "L'état « {state} » n'est ni dans le processus ni dans les chiffres de la période.",
        "The state “{state}” is neither in the process nor in the figures of the range.",
    ),
    "section": ("Étape", "Section"),
    "waits_for": ("Attend", "Waits for"),
    "for_us": ("personne d'autre que nous", "nobody but us"),
    "machine_name": ("Nom dans la machine", "Name in the machine"),
    "per_case": ("soit {rate} pour 100 dossiers", "that is {rate} for each 100 cases"),
    "median": ("médiane", "median"),
    "durations": ("Durée d'un passage", "Duration of a visit"),
    "durations_title": (
        "Centiles exacts à 2 % près, de l'entrée dans l'état à sa sortie",
        "Percentiles, right within 2 %, from entering the state to leaving it",
    ),
    "tried_again": ("reprises", "retries"),
    "tried_again_title": (
        "Nouvelles tentatives de la tâche, faites d'elles-mêmes",
        "Further attempts of the task, made by themselves",
    ),
    "failures": ("tentatives échouées", "failed attempts"),
    "failures_title": (
        "Y compris les attentes que leur délai a terminées, comme prévu",
        "Including waits that ended because their time was up, as intended",
    ),
    "stopped": ("arrêts en incident", "stops"),
    "stopped_title": ("Exécutions qui ont échoué dans cet état", "Executions that failed in this state"),
    "next": ("Où ils sont allés ensuite", "Where cases went next"),
    "previous": ("D'où ils venaient", "Where they came from"),
    "outcomes": ("Issues des dossiers passés par ici", "Outcomes of the cases that came by"),
    "ended_here": ("Un dossier s'arrête ici.", "A case ends here."),
    "standing": ("Dossiers ici maintenant, les plus anciens d'abord", "Cases here now, the oldest first"),
    "nobody": ("Aucun dossier n'est dans cet état.", "No case is in this state."),
    "case": ("Dossier", "Case"),
    "since": ("Depuis", "For"),
    "state_of_case": ("État", "Status"),
    "runs": ("en cours", "running"),
    "more": ("Voir aussi les {count} autres", "See the other {count}, too"),
    "documents": ("Pour en savoir plus", "To know more"),
    "process_page": ("docs/process.md, section « {section} »", "docs/process.md, section “{section}”"),
    "runbook_page": ("docs/runbook.md, page « {page} »", "docs/runbook.md, page “{page}”"),
}
