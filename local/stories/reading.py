"""Reads the stories: Gherkin in French becomes what is played. Nothing of a file is passed over."""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from cucumber_expressions.expression import CucumberExpression
from cucumber_expressions.parameter_type import ParameterType
from cucumber_expressions.parameter_type_registry import ParameterTypeRegistry
from gherkin.errors import CompositeParserException
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

from local.asl import ROOT
from local.stories import acts, ends
from local.stories.booking import known_after
from local.stories.draft import Draft, StoryError
from local.stories.law import LawExample, owed_by
from local.stories.model import Story
from local.stories.themes import Part, Phrase
from local.stories.values import TYPES, admitted

STORIES = ROOT / "stories"
LAW = STORIES / "decisions" / "loi.feature"
PHRASES: tuple[Phrase, ...] = tuple(phrase for theme in (*acts.THEMES, *ends.THEMES) for phrase in theme.phrases)
"""All sentences, by theme, and within each in the order in which they are written; ``docs/vocabulaire.md`` has them."""
_ENGLISH = re.compile(r"^\s*en:\s*(.+?)\s*$", re.MULTILINE)
_ACTS = {"Context", "Action"}
_ACCENTED = {
    "Fonctionnalite": "Fonctionnalité",
    "Regle": "Règle",
    "Scenario": "Scénario",
    "Plan du scenario": "Plan du scénario",
}
"""What a file is made of, by what it is without its accent: Gherkin then finds nothing in its place."""
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
    """The stories of these short names or files; all of ``stories/`` without any.

    Raises
    ------
    UnreadableStory
        There is none of a name; or as :func:`read_stories` has it.
    """
    if names is None:
        return read_stories()
    files = [Path(name) for name in names if name.endswith(".feature")]
    if missing := [path for path in files if not path.is_file()]:
        raise UnreadableStory(f"{missing[0]} n'existe pas")
    known = {story.name: story for story in read_stories()}
    own = [story for path in files for story in read_file(path)]
    names = [name for name in names if not name.endswith(".feature")]
    if unknown := [name for name in names if name.removeprefix("@") not in known]:
        close = get_close_matches(unknown[0], known, n=_CLOSEST, cutoff=0.3)
        raise UnreadableStory(f"aucune histoire ne s'appelle @{unknown[0]} ; proches : {', '.join(close) or 'aucune'}")
    return (*(known[name.removeprefix("@")] for name in names), *own)


@cache
def read_law(path: Path = LAW) -> tuple[LawExample, ...]:
    """All examples of the law, each under the rule that names its article.

    Raises
    ------
    UnreadableStory
        As :func:`read_stories` has it; or an example stands under no rule, or ends in more or less than one way.
    """
    pickles, nodes = _pickles(path)
    rules = {
        child["scenario"]["id"]: rule["name"]
        for rule in (node for node in nodes.values() if node.get("keyword") == "Règle")
        for child in rule["children"]
        if "scenario" in child
    }
    return tuple(_example(path, pickle, nodes, rules) for pickle in pickles)


def _example(
    path: Path, pickle: Mapping[str, Any], nodes: Mapping[str, Mapping[str, Any]], rules: Mapping[str, str]
) -> LawExample:
    line = nodes[pickle["astNodeIds"][-1]]["location"]["line"]
    where = f"{path.name}, ligne {line}"
    if pickle["astNodeIds"][0] not in rules:
        raise UnreadableStory(f"{where} : « {pickle['name']} » doit être sous une « Règle: » qui nomme son article")
    draft = _told(path, pickle, nodes, {Part.ACT, Part.END, Part.LAW})
    try:
        return LawExample(rules[pickle["astNodeIds"][0]], pickle["name"], line, *known_after(draft), owed_by(draft))
    except StoryError as error:
        raise UnreadableStory(f"{where} : {error}") from error


def read_file(path: Path) -> list[Story]:
    """The stories of one file.

    Raises
    ------
    UnreadableStory
        As :func:`read_stories` has it.
    """
    pickles, nodes = _pickles(path)
    return [_story(path, pickle, nodes) for pickle in pickles]


def _pickles(path: Path) -> tuple[list[Any], dict[str, Mapping[str, Any]]]:
    """The pickles of a file, and each part of it by its id."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableStory(f"{path.name} n'est pas en UTF-8 : l'enregistrer comme « UTF-8 »") from error
    if not re.match(r"\s*#\s*language\s*:\s*fr\s*$", text, re.MULTILINE):
        raise UnreadableStory(f"{path.name}, ligne 1 : écrire « # language: fr »")
    if bare := re.search(rf"^\s*({'|'.join(_ACCENTED)})\s*:", text, re.MULTILINE):
        line = text.count("\n", 0, bare.start(1)) + 1
        raise UnreadableStory(f"{path.name}, ligne {line} : écrire « {_ACCENTED[bare[1]]}: », avec son accent")
    try:
        document: Any = Parser().parse(text)
    except CompositeParserException as error:
        raise UnreadableStory("\n".join(_syntax(path, each) for each in error.errors)) from error
    nodes = dict(_nodes(document))
    for node in (document["feature"], *nodes.values()):
        if [] in (node.get("children"), node.get("tableBody")):
            line = node["location"]["line"]
            raise UnreadableStory(f"{path.name}, ligne {line} : il manque ce qui va sous « {node['keyword']}: »")
    document["uri"] = path.name
    return list(Compiler().compile(document)), nodes


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
    draft = _told(path, pickle, nodes, set(Part) - {Part.LAW})
    try:
        story = draft.story(tags[0], pickle["name"], english[1])
    except StoryError as error:
        raise UnreadableStory(f"{where} : {error}") from error
    last = pickle["steps"][-1]
    line = nodes[last["astNodeIds"][0]]["location"]["line"]
    if last["type"] in _ACTS:
        raise UnreadableStory(
            f"{path.name}, ligne {line} : après « {last['text']} », il manque "
            "« Alors … » : dire ce qui en vient, ou « Alors rien d'autre n'arrive »"
        )
    return story


def _told(
    path: Path, pickle: Mapping[str, Any], nodes: Mapping[str, Mapping[str, Any]], parts: AbstractSet[Part]
) -> Draft:
    """What the sentences of a scenario have left."""
    draft, wrong = Draft(), list[str]()
    for step in pickle["steps"]:
        line = nodes[step["astNodeIds"][0]]["location"]["line"]
        may_be = {part for part in parts if part.is_act == (step["type"] in _ACTS)}
        try:
            if "argument" in step:
                raise StoryError(f"« {step['text']} » ne prend ni tableau ni texte au-dessous")
            _tell(draft, step["text"], may_be)
        except ValueError as error:
            wrong.append(f"{path.name}, ligne {line} : {error}")
        draft.sentences += [step["text"]] * (len(draft.steps) - len(draft.sentences))
    if wrong:
        raise UnreadableStory("\n".join(wrong))
    return draft


@cache
def expressions() -> Sequence[tuple[CucumberExpression, Phrase]]:
    """Each sentence of the vocabulary with the expression that finds it."""
    types = ParameterTypeRegistry()
    for name, (pattern, _, read) in TYPES.items():
        types.define_parameter_type(
            ParameterType(name, pattern, object, read, use_for_snippets=False, prefer_for_regexp_match=False)
        )
    return [(CucumberExpression(phrase.expression, types), phrase) for phrase in PHRASES]


def _tell(draft: Draft, text: str, parts: AbstractSet[Part]) -> None:
    """Let one sentence leave what it says in the draft.

    Raises
    ------
    ValueError
        Nobody knows it, it stands in the wrong place, or it makes no sense there.
    """
    found = [(phrase, match) for expression, phrase in expressions() if (match := expression.match(text)) is not None]
    if not found:
        raise StoryError(_wrong_value(text) or f"phrase inconnue : « {text} » ; {_closest(text, parts)}")
    phrase, match = found[0]
    if phrase.part not in parts:
        raise StoryError(f"« {text} » se dit avec : {phrase.part}")
    phrase.leave(draft, *(argument.value for argument in match))


def _wrong_value(text: str) -> str:
    """Which one value keeps a text from being a sentence, and how it is written; empty where no sentence is meant."""
    for phrase in PHRASES:
        for name in dict.fromkeys(re.findall(r"\{(\w+)\}", phrase.expression)):
            if meant := re.fullmatch(_with_any(phrase.expression, name), text):
                form = f"écrire par exemple {TYPES[name][1]} ; admis : {admitted(name)}"
                return f"« {meant['any']} » n'est pas de la forme {{{name}}} ; {form}"
    return ""


def _with_any(expression: str, name: str) -> str:
    """A pattern of the sentences of an expression that has anything in the place of one value."""
    kinds = {kind: f"(?:{TYPES[kind][0]})" for kind in re.findall(r"\{(\w+)\}", expression)} | {name: "(?P<any>.+)"}
    literal = re.escape(expression).replace(r"\(s\)", "s?").replace(r"\(nt\)", "(?:nt)?")
    return re.sub(r"\\\{(\w+)\\\}", lambda found: kinds[found[1]], literal)


def _closest(text: str, parts: AbstractSet[Part]) -> str:
    """The known sentences that are most like an unknown one, with an example for each value."""
    examples = {example_of(phrase.expression): phrase for phrase in PHRASES if phrase.part in parts}
    close = get_close_matches(text, examples, n=_CLOSEST, cutoff=0.4)
    if not close:
        return "voir docs/vocabulaire.md"
    return f"les plus proches : {', '.join(f'« {it} »' for it in close)} (docs/vocabulaire.md)"


def example_of(expression: str) -> str:
    """A sentence as one writes it: with an example for each value, in the plural."""
    return re.sub(r"\{(\w+)\}", lambda found: TYPES[found[1]][1], expression).replace("(s)", "s").replace("(nt)", "nt")
