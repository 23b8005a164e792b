"""The findings of the analysis in the business's words: which rule, which column, what to write instead."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import dmn


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence of what was found, in French; ``severity`` is ``error`` or ``warning``.

    What is about one table has its file and its id.
    """

    severity: str
    kind: str
    says: str
    file: str = ""
    table: str = ""


LIST_RESULT = "la politique {policy} donne une liste, une seule valeur est attendue ; choisir UNIQUE ou FIRST"
_KINDS = {
    "gap": "trou : aucune règle ne convient",
    "overlap": "chevauchement : plusieurs règles conviennent",
    "conflict": "conflit : plusieurs règles conviennent, avec des résultats différents",
    "duplicate": "doublon : les règles ont les mêmes conditions et les mêmes résultats",
    "subsumed": "règle inutile : une autre dit la même chose plus largement",
    "masked": "règle masquée : d'autres règles passent toujours avant elle",
    "unreachable": "règle inatteignable : aucune valeur admise ne remplit « {cell} »",
    "null-only": "règle presque inutile : elle ne décide que si une donnée manque, d'autres couvrent le reste",
    "opaque": "règle non analysée : « {cell} » est plus qu'une comparaison",
    "idle-test": "test inutile : « {cell} » n'ajoute rien aux autres ; un nombre décimal s'écrit avec un point",
    "type": "mauvais type : « {cell} » n'est pas du type de la colonne",
    "foreign-value": "valeur inconnue : « {cell} » n'est pas une valeur que la colonne peut prendre",
    "unused-output": "résultat inutilisé : {unused}",
    "empty-output": "résultat vide : la règle ne décide rien ; écrire une valeur, ou null",
    "output-value": "résultat non admis : « {cell} » n'est pas dans la liste de la colonne",
    "list-result": LIST_RESULT,
    "decimal-comma": "virgule décimale : FEEL lit deux nombres dans « {cell} » ; écrire un point",
    "limit": "analyse incomplète : la table est trop grande, ou a plus de défauts qu'on n'en montre",
}
"""The kinds of findings, in the business's words; ``{cell}`` is the cell as it is written."""


_UNKNOWN = r"the name '(.+?)' is unknown here, (at character .+?)"
_FAULTS = (
    (
        rf"{_UNKNOWN}; if it is text, .+?; the names .+? are (.+)",
        'le nom « {0} » est inconnu, {1} ; un texte s\'écrit entre guillemets : "{0}" ; noms connus : {2}',
    ),
    (_UNKNOWN, "le nom « {0} » est inconnu, {1}"),
    (
        r"unexpected '(,|\.\.)'(?:, expected .+?)?, (at character .+\d,\d.+)",
        "« {0} » n'est pas attendu, {1} ; un nombre décimal s'écrit avec un point",
    ),
    (r"unexpected '(.+?)'(?:, expected .+?)?, (at character .+)", "« {0} » n'est pas attendu, {1}"),
    (
        r"(?:\w+\(\): )?'(.+?)' is not a duration, (at character .+)",
        "« {0} » n'est pas une durée, {1} ; deux mois s'écrivent P2M, quinze jours P15D",
    ),
    (r"(?:\w+\(\): )?there is no date (.+), (at character .+)", "la date {0} n'existe pas, {1}"),
    (
        r"there is no hit policy '(.*)'; there are (.+)",
        "la politique « {0} » n'existe pas ; il y a {1}",
    ),
    (
        r"the file is not well-formed XML: .+: line (\d+), .+",
        "le fichier n'est pas du XML lisible à la ligne {0} ; reprendre la dernière version que le modeleur ouvrait",
    ),
    (r"this is no DMN file: .+", "ce n'est pas un fichier DMN ; l'enregistrer en DMN 1.1 à 1.6 depuis le modeleur"),
    (r"the file cannot be read: No such file or directory", "ce fichier n'existe pas"),
    (r"the result is no number \((.+)\)", "le résultat n'est pas un nombre ({0})"),
    (r"no rule matches (.+)", "aucune règle ne convient : {0}"),
    (r"rules (.+) all match, .+", "les règles {0} conviennent ensemble, avec des résultats différents"),
    (r"input '(.+)' is (.+), not allowed", "« {0} » vaut {1}, qui n'est pas admis"),
    (
        r".*: input '(.+?)' is missing; expected (.+?)(?: \(null where it is not known\))?",
        "« {0} » manque ; attendu : {1}",
    ),
    (r".*: input '(.+?)' is (.+); expected (.+)", "« {0} » vaut {1} ; attendu : {2}"),
)
"""What business meets when a file can't be loaded or can't decide a case, in the engine's words and in French."""
_ADVICE = (
    (r"did you mean '(.+)'\?", "est-ce « {0} » ?"),
    (r"equality is written with one '='", "l'égalité s'écrit avec un seul « = »"),
    (r"separate alternatives by ','", "les valeurs se séparent par une virgule"),
    (r"write the amount without its currency", "un montant s'écrit sans sa monnaie"),
    (r"write a share as a number: (.+) for (.+)", "une part s'écrit comme un nombre : {0} pour {1}"),
    (r"write text between straight double quotes: (.+)", "un texte s'écrit entre guillemets droits : {0}"),
    (r"write '(.+)'", "écrire « {0} »"),
)
"""What the engine says to do about it."""


def fault_in_words(error: dmn.DmnError) -> str:
    """Say in French why a file can't be loaded, or can't decide a case, and where."""
    if not isinstance(error, dmn.ModelError):
        return reason_in_words(str(error))
    place = re.sub(r"rule (?=\d)", "règle ", error.place).replace("column '", "colonne '")
    place = re.sub(r"'(.*?)'(?=,|$)", r"« \1 »", place)
    return f"{', '.join(filter(None, [error.file, place]))} : {reason_in_words(error.reason)}"


def reason_in_words(reason: str) -> str:
    """Say in French what the engine says of an error or a warning; what is not known here is said by the engine."""
    fault, _, last = reason.rpartition("; ")
    advice = _translated(last, _ADVICE) if fault else None
    if said := _translated(fault if advice else reason, _FAULTS):
        said = re.sub(r"at character (\d+) of '(.+?)'(?= ;|$)", r"au caractère \1 de « \2 »", said)
        return f"{said} ; {advice}" if advice else said
    return f"le moteur des règles dit : {reason}"


def _translated(text: str, phrases: Sequence[tuple[str, str]]) -> str | None:
    for pattern, french in phrases:
        if found := re.fullmatch(pattern, text):
            return french.format(*(each or "aucun" for each in found.groups()))
    return None


def in_words(group: Sequence[dmn.Finding], table: dmn.DecisionTable) -> str:
    """Say a finding in French, or several of one kind that have one cause."""
    finding = group[0]
    numbers = sorted({rule for it in group for rule in it.rules})
    where = f"{_rules(numbers)}, " if numbers else ""
    if finding.column:
        where += f"colonne « {finding.column} », "
    if len(group) > 1:
        first = next(rule.number for rule in table.rules if all(test in {"", "-"} for test in rule.tests))
        return f"{where}règles masquées : la règle {first} accepte tout et passe avant elles ; la mettre en dernier"
    unused = f"aucune règle ne donne {finding.cell}" if finding.cell else "personne ne le lit"
    words = _KINDS[finding.kind].format(cell=finding.cell, policy=table.policy, unused=unused)
    shown = ", ".join(f"{name} = {_as_feel(value)}" for name, value in finding.example.items())
    return f"{where}{words}{f', par exemple {shown}' if shown else ''}"


def _rules(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"règle {numbers[0]}"
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:  # noqa: PLR2004 - a row of them
        return f"règles {numbers[0]} à {numbers[-1]}"
    return f"règles {', '.join(map(str, numbers))}"


def _as_feel(value: object) -> str:
    """An example's value as one writes it in a cell."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return f'"{value}"' if isinstance(value, str) else str(value)
