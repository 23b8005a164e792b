"""Reads the stories: Gherkin in French becomes what is played. Nothing of a file is passed over."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from cucumber_expressions.expression import CucumberExpression
from gherkin.errors import CompositeParserException
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

from local.stage import ROOT
from local.stories.draft import Draft, StoryError
from local.stories.model import Story
from local.stories.phrases import PHRASES, Part, Phrase
from local.stories.values import TYPES, registry

STORIES = ROOT / "stories"
_ENGLISH = re.compile(r"^\s*en:\s*(.+?)\s*$", re.MULTILINE)
_PARTS = {"Context": Part.ACT, "Action": Part.ACT, "Outcome": Part.END}
_CLOSEST = 3


class UnreadableStory(ValueError):
    """Raised when a file is no story; says in French which line, what is wrong, and what to write."""


@cache
def read_stories(folder: Path = STORIES) -> tuple[Story, ...]:
    """All stories of a folder, by file and in the order of each file.

    Raises
    ------
    UnreadableStory
        A file can't be read, is no Gherkin in French, has an unknown sentence, or two stories have one name.
    """
    files = sorted(folder.glob("*.feature"))
    if not files:
        raise UnreadableStory(f"{folder} n'a pas de fichier .feature")
    found = [story for file in files for story in read_file(file)]
    names = [story.name for story in found]
    if doubled := [name for name in names if names.count(name) > 1]:
        raise UnreadableStory(f"deux histoires s'appellent @{doubled[0]} : donner un autre nom à l'une")
    return tuple(found)


def stories_called(names: Sequence[str] | None) -> tuple[Story, ...]:
    """The stories of these short names; all of them without any.

    Raises
    ------
    UnreadableStory
        There is none of a name; or as :func:`read_stories` has it.
    """
    stories = read_stories()
    if names is None:
        return stories
    known = {story.name: story for story in stories}
    if unknown := [name for name in names if name.removeprefix("@") not in known]:
        close = get_close_matches(unknown[0], known, n=_CLOSEST, cutoff=0.3)
        raise UnreadableStory(f"aucune histoire ne s'appelle @{unknown[0]} ; proches : {', '.join(close) or 'aucune'}")
    return tuple(known[name.removeprefix("@")] for name in names)


def read_file(path: Path) -> list[Story]:
    """The stories of one file.

    Raises
    ------
    UnreadableStory
        As :func:`read_stories` has it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableStory(f"{path.name} n'est pas en UTF-8 : l'enregistrer comme « UTF-8 »") from error
    if not re.match(r"\s*#\s*language\s*:\s*fr\s*$", text, re.MULTILINE):
        raise UnreadableStory(f"{path.name}, ligne 1 : écrire « # language: fr »")
    try:
        document: Any = Parser().parse(text)
    except CompositeParserException as error:
        raise UnreadableStory("\n".join(_syntax(path, each) for each in error.errors)) from error
    nodes = dict(_nodes(document))
    document["uri"] = path.name
    return [_story(path, pickle, nodes) for pickle in Compiler().compile(document)]


def _syntax(path: Path, error: Any) -> str:
    line = error.location.get("line", 1)
    found = re.search(r"got '(.*)'", str(error))
    said = f"« {found[1]} » n'est pas à sa place" if found else "la fin manque"
    return (
        f"{path.name}, ligne {line} : {said} ; un fichier a une « Fonctionnalité: », des « Scénario: », et des phrases "
        "qui commencent par Étant donné, Quand, Alors ou Et"
    )


def _nodes(node: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each part of a document that has an id."""
    if isinstance(node, dict):
        if "id" in node and "location" in node:
            yield node["id"], node
        for value in node.values():
            yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)


def _story(path: Path, pickle: Mapping[str, Any], nodes: Mapping[str, Mapping[str, Any]]) -> Story:
    scenario = nodes[pickle["astNodeIds"][0]]
    where = f"{path.name}, ligne {scenario['location']['line']}"
    tags = [tag["name"].removeprefix("@") for tag in pickle["tags"]]
    if len(tags) != 1:
        raise UnreadableStory(f"{where} : « {pickle['name']} » doit avoir un nom court, comme @carte, au-dessus d'elle")
    english = _ENGLISH.search(scenario.get("description", ""))
    if english is None:
        raise UnreadableStory(f"{where} : dire le titre en anglais sous le titre, comme « en: Pays by card »")
    draft = Draft()
    for step in pickle["steps"]:
        line = nodes[step["astNodeIds"][0]]["location"]["line"]
        try:
            _tell(draft, step["text"], _PARTS[step["type"]])
        except ValueError as error:
            raise UnreadableStory(f"{path.name}, ligne {line} : {error}") from error
    try:
        return draft.story(tags[0], pickle["name"], english[1])
    except StoryError as error:
        raise UnreadableStory(f"{where} : {error}") from error


@cache
def expressions() -> Sequence[tuple[CucumberExpression, Phrase]]:
    """Each sentence of the vocabulary with the expression that finds it."""
    types = registry()
    return [(CucumberExpression(phrase.expression, types), phrase) for phrase in PHRASES]


def _tell(draft: Draft, text: str, part: Part) -> None:
    """Let one sentence leave what it says in the draft.

    Raises
    ------
    ValueError
        Nobody knows it, it stands in the wrong place, or it makes no sense there.
    """
    found = [(phrase, match) for expression, phrase in expressions() if (match := expression.match(text)) is not None]
    if not found:
        raise StoryError(f"phrase inconnue : « {text} » ; {_closest(text, part)}")
    phrase, match = found[0]
    if phrase.part is not part:
        raise StoryError(f"« {text} » se dit avec : {phrase.part}")
    phrase.leave(draft, *(argument.value for argument in match))


def _closest(text: str, part: Part) -> str:
    """The known sentences that are most like an unknown one, with an example for each value."""
    examples = {example_of(phrase.expression): phrase for phrase in PHRASES if phrase.part is part}
    close = get_close_matches(text, examples, n=_CLOSEST, cutoff=0.4)
    if not close:
        return "voir docs/vocabulaire.md"
    return f"les plus proches : {', '.join(f'« {it} »' for it in close)} (docs/vocabulaire.md)"


def example_of(expression: str) -> str:
    """A sentence as one writes it: with an example for each value, in the plural."""
    return re.sub(r"\{(\w+)\}", lambda found: TYPES[found[1]][1], expression).replace("(s)", "s").replace("(nt)", "nt")
