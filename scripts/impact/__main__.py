"""``make impact``: which systems a change touches, why, and which it does not, in French."""

import argparse
import gc
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ops.decisions.tables import ROOT
from scripts.impact.finding import Impact, Touch, find_impact
from scripts.impact.house import SYSTEMS, Level
from scripts.impact.trees import ImpactError, Tree, last_release

_SHOWN = 3
_LEVELS = {
    Level.CONTRACT: "échange modifié",
    Level.BEHAVIOUR: "sollicité autrement",
    Level.POSSIBLE: "suites possibles",
}
_NEVER_KNOWN = "qui d'autre lit nos événements sur le bus ; si du code récrit rend toujours le même résultat"


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Print the impact; 2 when the two states can't be compared."""
    parser = argparse.ArgumentParser(prog="impact", description=__doc__)
    parser.add_argument("--from", dest="origin", help="a commit; default: the newest tag, else HEAD~1")
    parser.add_argument("--to", help="a commit; default: the working tree")
    parser.add_argument("--decision", help="a decision table, such as coverage, instead of commits")
    parser.add_argument("--draft", type=Path, help="its draft, a .dmn file")
    parser.add_argument("--all", action="store_true", help="every chain, not the first ones of each system")
    chosen = parser.parse_args(arguments)
    try:
        before, after = _trees(chosen, root)
        impact = find_impact(before, after)
    except ImpactError as error:
        sys.stderr.write(f"erreur : {error}\n")
        return 2
    console = Console(highlight=False, width=80)
    console.print(Text(f"De {before.name} à {after.name}", style="bold"))
    if impact:
        tell(console, impact, None if chosen.all else _SHOWN)
    else:
        console.print("Rien n'a changé.")
    return 0


def _trees(chosen: argparse.Namespace, root: Path) -> tuple[Tree, Tree]:
    if bool(chosen.decision) != bool(chosen.draft):
        raise ImpactError("nommer la table et son brouillon : make impact DECISION=coverage DRAFT=brouillon.dmn")
    if chosen.decision:
        today = Tree.of_checkout(root)
        return today, today.with_draft(chosen.decision, chosen.draft)
    before = Tree.of_commit(root, chosen.origin or last_release(root))
    return before, Tree.of_commit(root, chosen.to) if chosen.to else Tree.of_checkout(root)


def tell(console: Console, impact: Impact, shown: int | None) -> None:
    """Print each system, then what is exchanged, what touches none, and what can't be known."""
    touches = {system: impact.of(system) for system in SYSTEMS}
    chains = [it.why for found in touches.values() for it in found]
    origin = [steps[0] for steps in takewhile(lambda it: len(set(it)) == 1, zip(*chains, strict=False))]
    if origin:
        console.print(Text(f"Origine : {_chain(origin)}"))
    grid = Table(box=None, pad_edge=False)
    for column in ("Système", "Effet", "Ce qui est touché ← par où"):
        grid.add_column(column)
    for system, found in touches.items():
        effect = _LEVELS[found[0].level] if found else "non touché"
        grid.add_row(system, effect, Text("\n".join(_lines(found, len(origin), shown))))
    console.print(grid)
    for event, differences in impact.payloads.items():
        verdict = "RUPTURE" if any(it.is_breaking for it in differences) else "compatible"
        told = " ; ".join(it.text for it in differences) or "seules les descriptions changent"
        console.print(Text(f"Contenu de {event} : {verdict} ({told})"))
    for table in impact.tables:
        told = " ; ".join(table.changes) or "aucune règle ne change"
        told += f" (compte à partir du {table.since})" if table.since else ""
        console.print(Text(f"Table {table.table} : {told}"))
        if table.scenarios:
            console.print(Text(f"Scénarios à l'issue différente : {_some(table.scenarios, shown)}"))
    if impact.quiet:
        counts = Counter(path.partition("/")[0] for path in impact.quiet)
        told = ", ".join(f"{name} ({number})" for name, number in counts.items())
        console.print(Text(f"Fichiers sans effet sur un système : {told}"))
    console.print(Text("Ne peut pas être su : " + " ; ".join([*impact.unknown, _NEVER_KNOWN]) + "."))


def _lines(touches: Sequence[Touch], known: int, shown: int | None) -> list[str]:
    """What is touched by one chain, together; the gravest first."""
    chains: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for it in touches:
        chains.setdefault(it.why[known:], {}).setdefault(it.kind, []).append(it.name)
    lines = []
    for why, kinds in chains.items():
        told = " ; ".join(f"{kind}{'s' * (len(names) > 1)} {_some(names, shown)}" for kind, names in kinds.items())
        lines.append(f"{told} ← {_chain(why)}" if why else told)
    return [*lines[:shown], *(["… (tout : ARGS=--all)"] if lines[:shown] != lines else [])]


def _some(names: Sequence[str], shown: int | None) -> str:
    more = len(names) - len(names[:shown])
    return ", ".join(names[:shown]) + (f" et {more} de plus" if more else "")


def _chain(why: Sequence[str]) -> str:
    return " → ".join(step.rpartition("/")[2] for step in why)


if __name__ == "__main__":
    gc.disable()  # the syntax trees of two states stay to the end, and to look through them took half of the time
    sys.exit(main())
