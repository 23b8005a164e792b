"""``docs/decisions-tables/``: what the decision files say, as Markdown, one document for each file."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import zip_longest
from pathlib import Path

import dmn
from dmn.model.reader import Element
from dmn.tools.render import render_table
from local.decision_tools.pages.rows import Guardians, guardians_of
from local.decision_tools.tables.edits import Edit, Edits
from ops.decisions.tables import in_one_line
from restoration.adapters.dmn.publications import Publication, read_publications

INDEX = "README.md"

_ORIGIN = (
    "Écrit par `make decision-docs` d'après les fichiers de `functions/evaluate_decision/decisions/`, qui font foi."
)
_TYPES = {"string": "texte", "number": "nombre", "boolean": "oui ou non", "date": "date", "time": "heure"}


def is_withdrawn(publication: Publication, later: Sequence[Publication]) -> bool:
    """Whether it never counts, since one that was approved later counts from the same day or an earlier one."""
    since = publication.since
    return since is not None and any(it.since is not None and it.since <= since for it in later)


def documents(folder: Path) -> dict[str, str]:
    """Return each document's text, by its file's name.

    Raises
    ------
    dmn.ModelError
        A file can't be loaded.
    """
    models = [(path.stem, dmn.load(path)) for path in sorted(folder.glob("*.dmn"))]
    published = read_publications(folder)
    texts = {
        f"{stem}.md": "\n\n".join(_document(stem, model, list(_versions(folder, published[stem])))) + "\n"
        for stem, model in models
    }
    rows = [
        f"| [{model.title}]({stem}.md) | `{stem}.dmn` | {in_one_line(model.description)} | {_told(model)} |"
        for stem, model in models
    ]
    texts[INDEX] = "\n".join(
        [
            "# Les tables de décision",
            "",
            _ORIGIN,
            "",
            "Chaque ligne a ses gardiens : les [histoires et les cas](../../stories) qui l'atteignent,",
            "par leur nom quand un seul l'atteint. Une ligne sans histoire a toujours un cas.",
            "",
            "| Décision | Fichier | Ce qu'elle décide | Lignes, dont dans une histoire |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )
    return texts


def _versions(folder: Path, publications: Sequence[Publication]) -> Iterator[str]:
    """What counts from when to when, with what each version changes; nothing where there is one version only."""
    counting = [it for place, it in enumerate(publications, 1) if not is_withdrawn(it, publications[place:])]
    for place, publication in enumerate(counting if len(counting) > 1 else ()):
        since = f"Du {publication.since:%d/%m/%Y}" if publication.since else "Du début"
        until = next((it.since for it in counting[place + 1 :] if it.since), None)
        ends = f" au {until - timedelta(days=1):%d/%m/%Y}" if until else ""
        edits: Sequence[Edit] = ()
        if place:
            was, now = ((folder / it.file).read_bytes() for it in (counting[place - 1], publication))
            edits = Edits(was, now, publication.file).all
        told = "".join(f"\n  - {it.says}" for it in edits)
        yield f"- {since}{ends} : version `{publication.version}`, {publication.why}{told}"


def _told(model: dmn.Model) -> str:
    """How many rows its tables have, and how many of them a story reaches."""
    guardians = guardians_of(model)
    rows = sum(len(table.rules) for table in model.tables)
    return f"{rows}, {sum(bool(it.stories) for it in guardians.values())}"


def _document(stem: str, model: dmn.Model, versions: Sequence[str]) -> Iterator[str]:
    root = model.definitions.document.root
    yield f"# {model.title}"
    yield f"Fichier `{stem}.dmn`, version `{model.version}`. Écrit par `make decision-docs` : ne pas modifier ici."
    if model.description.strip():
        yield in_one_line(model.description)
    if versions:
        yield "## Ce qui compte, et depuis quand"
        yield "\n".join(versions)
        yield "Ce qui suit est la dernière version."
    yield "## Ce qui est donné"
    yield "\n".join(_inputs(model))
    tables, guardians = {table.owner: table for table in model.tables}, guardians_of(model)
    for element in root.all("decision", "businessKnowledgeModel"):
        yield f"## {element.get('label') or element.get('name')}"
        yield from (in_one_line(it) for it in map(element.child_text, ("question", "description")) if it.strip())
        if element.id in tables:
            yield "\n".join(_guarded(tables[element.id], guardians))
        else:
            yield from _expressions(element)


def _guarded(table: dmn.DecisionTable, guardians: Mapping[str, Guardians]) -> Iterator[str]:
    """The table, and the guardians of each row where the model has any."""
    lines = render_table(table).strip().splitlines()
    if not guardians:
        yield from lines
        return
    cells = ["Gardiens", "---", *(guardians[rule.id].told for rule in table.rules)]
    yield from (f"{line} {cell} |" for line, cell in zip_longest(lines, cells, fillvalue=""))


def _inputs(model: dmn.Model) -> Iterator[str]:
    yield "| Donnée | Nom | Valeurs |"
    yield "| --- | --- | --- |"
    types = {element.get("name"): element for element in model.definitions.document.root.all("itemDefinition")}
    for element in model.definitions.document.root.all("inputData"):
        variable = element.first("variable")
        kind = variable.get("typeRef") if variable is not None else ""
        yield f"| {element.get('label')} | `{element.get('name')}` | {_values(kind, types)} |"


def _values(kind: str, types: dict[str, Element]) -> str:
    """What a type admits: its list of values, else what kind of value it is."""
    definition = types.get(kind)
    if definition is None:
        return _TYPES.get(kind, kind)
    allowed = definition.first("allowedValues")
    if allowed is not None:
        return f"`{' '.join(allowed.written.split())}`"
    if definition.first("itemComponent") is not None:
        return definition.get("label") or kind
    return _values(definition.child_text("typeRef").strip(), types)


def _expressions(element: Element) -> Iterator[str]:
    """What is computed without a table, each entry of a context on a line of its own."""
    lines = []
    for entry in element.walk():
        expression = entry.first("literalExpression")
        if expression is not None:
            variable = entry.first("variable") if entry.tag == "contextEntry" else None
            name = f"{variable.get('name')} = " if variable is not None else ""
            lines.append(f"{name}{expression.written.strip()}")
    if lines:
        yield "```feel\n" + "\n".join(lines) + "\n```"
