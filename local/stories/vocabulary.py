"""``make stories``: reads all stories, says what is wrong in French, and draws ``docs/vocabulaire.md``."""

import signal
import sys
from itertools import groupby

from local.asl import ROOT
from local.stories.reading import PHRASES, UnreadableStory, example_of, read_stories
from local.stories.themes import Phrase
from local.stories.values import TYPES, admitted

PAGE = ROOT / "docs" / "vocabulaire.md"
HEAD = """# Le vocabulaire des histoires

Écrit par `make stories` ; ne pas modifier. Une histoire est un « Scénario » dans `stories/*.feature`. Elle a un nom
court (`@carte`), un titre, son titre en anglais (`en: …`), et des phrases de cette page. Chaque phrase s'écrit telle
quelle ; ce qui est entre accolades est une valeur, dont la forme est plus bas. Chaque acte commence quand tout ce qui
précède a eu son effet ; sans autre date, elle commence le 4 mai 2026. « trois jours passent » et « le 1er novembre 2026
arrive » font avancer le calendrier et finissent les attentes plus courtes ; « nous sommes le … » dit la même chose, ou,
avant tout événement, le premier jour. Pendant une panne d'Enedis, ce qui essaie encore essaie encore, quel que soit le
jour. La dernière phrase dit ce qui vient (« Alors … »). Ce qu'une histoire ne nomme pas ne doit pas arriver : un ordre,
un message ou une relance de trop la fait échouer.

`make stories` relit tout et dit ce qui ne va pas. `make demo` joue toutes les histoires ; une seule :

```sh
make demo STORY=carte
```

`stories/decisions/loi.feature` dit la loi avec les mêmes phrases. Chaque « Règle » nomme un article ; ses exemples
disent ce que les tables doivent au client, sans rien jouer. Une issue y est : la puissance est rétablie, la puissance
est relevée, un conseiller est interrogé, ou rien n'est dû à la loi. Motif, plancher et dates se disent tous ; ce qui
n'est pas dit ne doit pas être décidé. `make stories` le vérifie ; un brouillon se vérifie ainsi :

```sh
.venv/bin/python -m local.decision_tools law --draft functions/evaluate_decision/decisions/protection.dmn
```"""


def page() -> str:
    """The page of all sentences and values."""
    lines = [HEAD]
    for theme, phrases in groupby(PHRASES, key=lambda phrase: phrase.theme):
        lines += ["", f"## {theme}", "", "| Se dit avec | Phrase | Exemple |", "|---|---|---|", *map(_row, phrases)]
    lines += ["", "## Les valeurs", "", "| Valeur | Exemple | Ce qui est admis |", "|---|---|---|"]
    lines += [f"| {{{name}}} | {kind[1]} | {admitted(name)} |" for name, kind in TYPES.items()]
    return "\n".join(lines) + "\n"


def _row(phrase: Phrase) -> str:
    example = example_of(phrase.expression)
    return f"| {phrase.part} | {phrase.expression} | {'' if example == phrase.expression else example} |"


def main() -> int:
    """Read the stories and write the page; 0 when all can be read, 2 when not."""
    PAGE.write_text(page(), encoding="utf-8")
    try:
        stories = read_stories()
    except UnreadableStory as error:
        sys.stdout.write(f"erreur : {error}\n")
        return 2
    for story in stories:
        sys.stdout.write(f"@{story.name:<28} {story.title}\n")
    sys.stdout.write(
        f"{len(stories)} histoires, toutes lisibles. Les jouer : make demo ; une seule :\nmake demo STORY=carte\n"
    )
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # head and less stop before the end
    sys.exit(main())
