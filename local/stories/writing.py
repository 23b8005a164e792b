"""Writes a kept case as a story that passes as it is, in sentences of the vocabulary: ``make story CASE=…``.

Made names only: ids, names, addresses, contracts and points are left out, and so are times of day. Amounts and days are
kept, since they decide. What no sentence says becomes a remark, and the file says that it may end otherwise.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.stage import ROOT, Stage
from local.stories.kept_acts import Teller
from local.stories.kept_ends import ends_of, outcome_of
from ops.account import DEFAULT_STACK, Account
from ops.failures import OpsError
from record.cases.dossier import Dossier, DossierReader
from record.cases.failures import CaseError, NothingFound

KEPT = ROOT / "build" / "demo" / "stories"
"""Where the demo leaves each of its cases as a story."""
TO = ROOT / "build" / "stories"
NAME = "dossier-garde"
_HEAD = """# language: fr
# Écrit par make story d'après un dossier gardé : sans identifiant, nom, adresse, contrat, point ni heure.
# Gardés, parce qu'ils décident : les montants et les jours. Ce qui n'a rien laissé, comme un silence d'Enedis, n'y est
# pas."""
_DOUBT = "# Cette histoire peut finir autrement : aucune phrase du vocabulaire ne dit tout."


def written(dossier: Dossier, name: str = NAME) -> str:
    """A case as a ``.feature`` file with one story, which has that short name.

    Raises
    ------
    NothingFound
        The case has not ended in any way yet: a story says how it ends.
    """
    if not any(map(outcome_of, dossier.executions)):
        raise NothingFound(f"{dossier.limitation_id} n'a encore aucune issue : une histoire dit comment elle finit")
    teller = Teller(dossier)
    teller.tell()
    first = 1 + next(
        place
        for place, act in enumerate(teller.acts)
        if act.startswith(("sa puissance", "sa limitation", "son alimentation"))
    )
    ends = list(ends_of(dossier))
    open_still = ["le dossier n'est pas fini"] if "holder" in dossier.item else []
    remarks = [*teller.remarks, *open_still, *(it.removeprefix("# ") for it in ends if it.startswith("#"))]
    lines = [_HEAD, *([_DOUBT] if remarks else []), *(f"# - {remark}" for remark in remarks)]
    lines += [
        "Fonctionnalité: Un dossier gardé",
        "",
        f"  @{name}",
        "  Scénario: Un dossier gardé",
        "    en: A kept case",
    ]
    told = [it for it in ends if not it.startswith("#")]
    for word, sentences in (("Étant donné", teller.acts[:first]), ("Quand", teller.acts[first:]), ("Alors", told)):
        lines += [f"    {'Et' if place else word} {sentence}" for place, sentence in enumerate(sentences)]
    return "\n".join(lines) + "\n"


def keep_stories(stage: Stage, limitation_ids: Iterable[str], folder: Path) -> None:
    """Write cases of a stage as stories, each into a file that its limitation names."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.feature"):
        old.unlink()
    reader = DossierReader(stage.account)
    for limitation_id in limitation_ids:
        dossier = reader.read(limitation_id)
        if any(map(outcome_of, dossier.executions)):
            (folder / f"{limitation_id}.feature").write_text(written(dossier), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a case; 0 when it is written, 2 when not."""
    parser = argparse.ArgumentParser(prog="make story", description=__doc__)
    parser.add_argument("case", help="a limitation, in an account also its contract, point, customer or execution")
    parser.add_argument("--stack", help=f"read an account (AWS_PROFILE, AWS_REGION), such as {DEFAULT_STACK}")
    parser.add_argument("--from", dest="kept", type=Path, default=KEPT, help="where the demo has left its cases")
    chosen = parser.parse_args(arguments)
    try:
        text = _of_account(chosen.case, chosen.stack) if chosen.stack else _of_demo(chosen.case, chosen.kept)
    except (CaseError, OpsError, BotoCoreError, ClientError) as error:
        sys.stdout.write(f"erreur : {error}\n")
        return 2
    TO.mkdir(parents=True, exist_ok=True)
    path = TO / f"{NAME}.feature"
    path.write_text(text, encoding="utf-8")
    shown = path.relative_to(ROOT)
    sys.stdout.write(f"{text}\nÉcrit dans {shown}. La jouer : make demo STORY={shown}\n")
    return 0


def _of_account(case: str, stack: str) -> str:
    _, dossiers = DossierReader(Account.of_profile(None, os.environ.get("AWS_REGION"), stack)).named(case)
    if len(dossiers) > 1:
        found = ", ".join(it.limitation_id for it in dossiers)
        raise NothingFound(f"« {case} » nomme plusieurs limitations ; en choisir une : {found}")
    return written(dossiers[0])


def _of_demo(case: str, folder: Path) -> str:
    known = {path.stem: path for path in sorted(folder.glob("*.feature"))}
    if case not in known:
        there = f"on y trouve : {', '.join(known)}" if known else "lancer make demo, ou nommer un compte (STACK=…)"
        raise NothingFound(f"{folder} n'a pas de dossier « {case} » ; {there}")
    return known[case].read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
