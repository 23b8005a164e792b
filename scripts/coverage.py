"""``make coverage``: what the stories take of the process, its messages and its events; what each of them alone takes.

It plays the stories, unless the last ``make demo`` played these very files, and keeps what they take in
``docs/coverage.json``. It writes ``docs/coverage.md`` with its picture, and the guardians in the tables' pages.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import dist
from pathlib import Path
from typing import Any

import htpy as h
from markupsafe import Markup

from local.asl import Way
from local.decision_tools.pages.writing import write
from local.demo.coverage import EXPLAINED, UNTOLD, Reason, full_name, name_of
from local.demo.main import REPORT
from local.demo.main import main as demo
from local.stories.model import Story
from local.stories.reading import read_stories
from local.stories.taken import KINDS, TAKEN, ByStory, alone, files_hash, from_json, takers, written
from record.domain.states import ALL
from record.words import Language
from restoration.domain.message import MessageKind
from scripts.event_schemas import incoming_models, published_models
from scripts.process.machine import MACHINE, ROOT, Machine
from supervision.process import Edge, State, process, tip

PAGE = ROOT / "docs" / "coverage.md"
PICTURE = ROOT / "docs" / "pictures" / "coverage.fr.svg"
_SHOWN = 3
"""So many names of what a story alone takes are written out."""
_WORDS = {
    "states": ("étape", "étapes"),
    "ways": ("chemin", "chemins"),
    "rows": ("ligne de table", "lignes de tables"),
    "messages": ("message", "messages"),
    "received": ("événement reçu", "événements reçus"),
    "published": ("événement publié", "événements publiés"),
}
_STYLE = """
    :root { color-scheme: light dark; }
    :root { --ink: #1a202c; --paper: #ffffff; --line: #51617d; --none: #c4162a; --part: #b35c00; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #eef2f7; --paper: #12161d; --line: #93a4c0; --none: #ff7383; --part: #f2a65a; }
    }
    svg { background: var(--paper); }
    text { fill: var(--ink); font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; text-anchor: middle; }
    rect, circle { fill: var(--paper); stroke: var(--line); }
    polyline { fill: none; stroke: var(--line); } polygon { fill: var(--line); }
    .none > * { stroke: var(--none); } .none polygon { fill: var(--none); } .none polyline { stroke-width: 2.8; }
    .part > * { stroke: var(--part); } .part polygon { fill: var(--part); } .part polyline { stroke-width: 2.8; }
    .none text, .part text { font-size: 10px; stroke: none; }
"""
_LEGEND = {"none": "sans histoire", "part": "sans histoire, et un autre avec"}


@dataclass(frozen=True)
class Coverage:
    """What the stories take, beside all that there is to take."""

    stories: Sequence[Story]
    by_story: ByStory
    machine: Machine

    @property
    def whole(self) -> Mapping[str, Sequence[str]]:
        """All that there is of each kind, but for the rows: the tables' pages have them."""
        return {
            "states": [state.name for state in self.machine.states],
            "ways": [full_name(way) for way in self.ways],
            "messages": [str(kind) for kind in MessageKind],
            "received": sorted(incoming_models()),
            "published": sorted(published_models()),
        }

    @cached_property
    def ways(self) -> Sequence[Way]:
        """All ways of the machine."""
        return [way for state in self.machine.states for way in state.ways()]

    @cached_property
    def untaken(self) -> Sequence[Way]:
        """The ways that no story takes; the picture numbers them from 1."""
        taken = takers(self.by_story, "ways")
        return [way for way in self.ways if full_name(way) not in taken]

    def missing(self) -> Iterator[tuple[str, str, Reason | None]]:
        """What no story takes but ways: kind, name, and the reason if there is one."""
        for kind, names in self.whole.items():
            taken = takers(self.by_story, kind)
            yield from ((kind, it, UNTOLD.get(it)) for it in names if kind != "ways" and it not in taken)

    def unexplained(self) -> list[str]:
        """What no story takes, without a reason."""
        ways = [full_name(it) for it in self.untaken if (it.source, name_of(it)) not in EXPLAINED]
        return ways + [f"{_WORDS[kind][0]} {name}" for kind, name, reason in self.missing() if reason is None]

    def summary(self) -> Iterator[str]:
        """How much of each kind the stories take."""
        for kind, names in self.whole.items():
            taken = len(set(names) & set(takers(self.by_story, kind)))
            reasons = f" ; {len(names) - taken} sans histoire, chacun avec sa raison" if taken < len(names) else ""
            yield f"{_WORDS[kind][1].capitalize()} : {taken} sur {len(names)} dans une histoire{reasons}"

    def picture(self) -> str:
        """The process as *Parcours* draws it: ways that no story takes stand out, numbered as on the page."""
        drawn = process()
        size = f"0 0 {drawn.width:g} {drawn.height:g}"
        shown = h.svg(
            xmlns="http://www.w3.org/2000/svg", viewBox=size, width=f"{drawn.width:g}", role="img", lang="fr"
        )[
            h.title["Le processus, chemins sans histoire en rouge"],
            h.style[Markup(_STYLE)],  # noqa: S704 - our own words
            [_lines(column.x, 24, column.lines[Language.FRENCH]) for column in drawn.columns],
            sorted(map(self._way, drawn.edges.values()), key=lambda way: "<circle" in str(way)),
            [_state(state) for state in drawn.states.values()],
            [
                h.g(class_=kind)[
                    h.polyline(points=f"{x},{drawn.height - 16:g} {x + 28},{drawn.height - 16:g}"),
                    h.text(x=f"{x + 36}", style="text-anchor:start", y=f"{drawn.height - 12:g}")[text],
                ]
                for x, (kind, text) in zip((24, 324), _LEGEND.items(), strict=True)
            ],
        ]
        return f"{shown}\n"

    def _way(self, edge: Edge) -> h.Element:
        """An edge; the numbers of its ways without a story stand at the middle of its longest line."""
        ways = [way for way in self.ways if (way.source, way.target) == edge.pair]
        numbers = [number for number, way in enumerate(self.untaken, 1) if way in ways]
        (x1, y1), (x2, y2) = max(pairwise(edge.points), key=lambda line: dist(*line))
        across = abs(x1 - x2) > abs(y1 - y2)
        offs = [17 * (place - (len(numbers) - 1) / 2) for place in range(len(numbers))]
        middles = [((x1 + x2) / 2 + off * across, (y1 + y2) / 2 + off * (not across)) for off in offs]
        return h.g(class_=("none" if len(numbers) == len(ways) else "part") if numbers else None)[
            h.polyline(points=_corners(edge.points), stroke_dasharray="5 3" if edge.is_back else None),
            h.polygon(points=_corners(tip(edge.points))),
            [
                [h.circle(cx=f"{x:g}", cy=f"{y:g}", r="9"), h.text(x=f"{x:g}", y=f"{y + 3.6:g}")[str(number)]]
                for number, (x, y) in zip(numbers, middles, strict=True)
            ],
        ]

    def files(self) -> dict[Path, str]:
        """The text of each file that follows from what the stories take."""
        return {PAGE: self.page(), PICTURE: self.picture()}

    def page(self) -> str:
        """The page's text."""
        return "\n".join([*self._head(), "", *self._untaken(), "", *self._others(), "", *self._stories()]) + "\n"

    def _head(self) -> Iterator[str]:
        yield "# Ce que les histoires couvrent"
        yield ""
        yield "Écrit par `make coverage` d'après les [histoires](../stories) jouées : ne pas modifier ici."
        yield "Les lignes des tables de décision et leurs gardiens sont dans [les tables](decisions-tables/README.md)."
        yield ""
        yield from (f"- {line}" for line in self.summary())
        yield ""
        yield f"![Le processus, chemins sans histoire en rouge](pictures/{PICTURE.name})"

    def _untaken(self) -> Iterator[str]:
        yield "## Les chemins sans histoire"
        yield ""
        yield "Les numéros sont ceux de l'image. La condition est écrite comme dans la machine."
        yield "Deux chemins d'un état vers un autre, qui notent la même chose, se confondent et sont pris ensemble."
        yield ""
        yield "| N° | De | Vers | Condition | Pourquoi aucune histoire ne le prend |"
        yield "| ---: | --- | --- | --- | --- |"
        for number, way in enumerate(self.untaken, 1):
            reason = EXPLAINED.get((way.source, name_of(way)))
            ends = f"{ALL[way.source].french} | {ALL[way.target].french}"
            yield f"| {number} | {ends} | {name_of(way)} | {reason.french if reason else '**aucune raison**'} |"

    def _others(self) -> Iterator[str]:
        yield "## Messages et événements"
        yield ""
        yield "| Quoi | Nom | Histoires | Sans histoire, parce que |"
        yield "| --- | --- | ---: | --- |"
        reasons = {(kind, name): reason for kind, name, reason in self.missing()}
        for kind in ("messages", "received", "published"):
            taken = takers(self.by_story, kind)
            for name in self.whole[kind]:
                reason = reasons.get((kind, name))
                told = "" if name in taken else reason.french if reason else "**aucune raison**"
                yield f"| {_WORDS[kind][0]} | `{name}` | {len(taken.get(name, ()))} | {told} |"

    def _stories(self) -> Iterator[str]:
        own = alone(self.by_story)
        yield "## Ce que chaque histoire couvre seule"
        yield ""
        yield "| Histoire | Titre | Elle seule couvre |"
        yield "| --- | --- | --- |"
        for story in self.stories:
            told = " ; ".join(_counted(kind, own[story.name][kind]) for kind in KINDS if kind in own[story.name])
            yield f"| `@{story.name}` | {story.title} | {told or '**rien**'} |"
        nothing = [f"`@{story.name}`" for story in self.stories if not own[story.name]]
        yield ""
        yield f"Ne couvrent rien seules ({len(nothing)}) : {', '.join(nothing) or 'aucune'}."
        yield "Elles disent une suite que d'autres ne disent pas, faite de ce que d'autres couvrent aussi."


def _counted(kind: str, names: Sequence[str]) -> str:
    shown = ", ".join(f"`{it}`" for it in names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    return f"{len(names)} {_WORDS[kind][len(names) > 1]} ({shown})"


def _state(state: State) -> h.Element:
    lines, corner = state.lines[Language.FRENCH], (state.x - state.width / 2, state.y - state.height / 2)
    sides = {"width": f"{state.width:g}", "height": f"{state.height:g}", "rx": "0" if state.kind == "Choice" else "5"}
    box = h.rect(x=f"{corner[0]:g}", y=f"{corner[1]:g}", **sides)
    return h.g[box, _lines(state.x, state.y - 7 * (len(lines) - 1) + 4, lines)]


def _lines(x: float, y: float, lines: Sequence[str]) -> list[h.Element]:
    return [h.text(x=f"{x:g}", y=f"{y + 14 * place:g}")[line] for place, line in enumerate(lines)]


def _corners(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def taken_of(report: Mapping[str, Any]) -> ByStory | None:
    """What a report's stories took; None where other files were played, or not all of the stories."""
    if not report.get("files") or report["files"] != files_hash():
        return None
    return from_json(report["taken"])


def main() -> int:
    """Write all; 1 when the run has a problem, or something is not taken and nobody says why."""
    say = sys.stdout.write
    report = json.loads(REPORT.read_text(encoding="utf-8")) if REPORT.is_file() else {}
    if taken_of(report) is None:
        say("Ces fichiers n'ont pas encore été joués tous : make demo…\n")
        demo(["--report", str(REPORT)])
        report = json.loads(REPORT.read_text(encoding="utf-8"))
    else:
        say(f"Le dernier make demo a joué ces mêmes fichiers : {REPORT.relative_to(ROOT)} suffit.\n")
    by_story = taken_of(report)
    if by_story is None or report["problems"]:
        say("Les histoires ne finissent pas comme elles le disent, ou un fichier a changé pendant le jeu.\n")
        return 1
    TAKEN.write_text(written(by_story), encoding="utf-8")
    coverage = Coverage(read_stories(), by_story, Machine.read(MACHINE))
    for path, text in coverage.files().items():
        path.write_text(text, encoding="utf-8")
    write()
    say("\n".join(coverage.summary()) + f"\n{PAGE.relative_to(ROOT)} est écrit, et les gardiens dans les tables.\n")
    if missing := coverage.unexplained():
        say("Sans histoire et sans raison (local/demo/coverage.py) :\n" + "".join(f"  {it}\n" for it in missing))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
