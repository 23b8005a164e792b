"""The form of a decision file, which business can open and own: drawn, labelled, with a source for every row."""

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from local.decision_tools.tables.written import names_a_source

_DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
_DMNDI = "{https://www.omg.org/spec/DMN/20191111/DMNDI/}"
_DRAWN = ("inputData", "decision", "businessKnowledgeModel")
_REQUIREMENTS = ("informationRequirement", "knowledgeRequirement")
_LABELLED = {
    "input": "la colonne de condition",
    "output": "la colonne de résultat",
    "inputData": "la donnée",
    "itemDefinition": "le type",
    "itemComponent": "la partie de type",
}
_POLICIES = ("UNIQUE", "FIRST")
MOST = 30
"""Rows, or columns, of a table that one person can still hold in the head."""
_OF_A_POINT = r"^(Politique commerciale|SGE, |Catalogue Enedis, F|Décret 2008-780 art\. \d)"
_OF_A_MESSAGE = r"Politique commerciale|RGPD art\. \d|[Dd]écret \d{4}-\d+ art\. \d|[Cc]ode de l'énergie art\. [LR]\. \d"
_SOURCES = {
    "urn:retablissement:decisions:action": _OF_A_POINT,
    "urn:retablissement:decisions:progress": _OF_A_POINT,
    "urn:retablissement:decisions:refusal": _OF_A_POINT,
    "urn:retablissement:decisions:notification": _OF_A_MESSAGE,
}
"""What a row's source may be in some files, by the file's namespace."""


def form_faults(text: bytes) -> list[str]:
    """Return what is wrong with the form of a file, in French; the file is well-formed XML.

    Ids are unique, everything is drawn and labelled, each decision asks a question, each row names its source, no table
    is larger than :data:`MOST`, and one of the policy FIRST ends with a row for all the rest.
    """
    root = ET.fromstring(text)  # noqa: S314 - a file that business chose
    return [*_ids(root), *_drawing(root), *_words(root), *_rows(root)]


def _ids(root: ET.Element) -> Iterator[str]:
    counts = Counter(it.get("id") for it in root.iter() if it.get("id"))
    yield from (
        f"l'identifiant « {name} » est {times} fois dans le fichier" for name, times in counts.items() if times > 1
    )


def _drawing(root: ET.Element) -> Iterator[str]:
    elements = {it.get("id"): it for kind in _DRAWN for it in root.iter(f"{_DMN}{kind}")}
    needs = {it.get("id") for kind in _REQUIREMENTS for it in root.iter(f"{_DMN}{kind}")}
    shapes = {it.get("dmnElementRef") for it in root.iter(f"{_DMNDI}DMNShape")}
    lines = {it.get("dmnElementRef") for it in root.iter(f"{_DMNDI}DMNEdge")}
    for key, element in elements.items():
        if key not in shapes:
            yield f"« {element.get('label') or element.get('name')} » n'est pas sur le dessin du fichier"
    if lines != needs:
        yield "le dessin n'a pas un trait pour chaque lien entre décisions et données : l'ouvrir dans le modeleur"


def _words(root: ET.Element) -> Iterator[str]:
    for kind, called in _LABELLED.items():
        for element in root.iter(f"{_DMN}{kind}"):
            if not element.get("label"):
                yield f"{called} « {element.get('name') or element.get('id')} » n'a pas de libellé"
    for decision in root.iter(f"{_DMN}decision"):
        if not (decision.findtext(f"{_DMN}question") or "").strip().endswith("?"):
            yield f"la décision « {decision.get('label') or decision.get('name')} » ne pose pas de question"


def _rows(root: ET.Element) -> Iterator[str]:
    required = _SOURCES.get(root.get("namespace", ""), "")
    for owner in root.iter():
        for table in owner.findall(f".//{_DMN}decisionTable") if owner.tag in _OWNERS else ():
            title = owner.get("label") or owner.get("name")
            rows = table.findall(f"{_DMN}rule")
            for number, row in enumerate(rows, 1):
                yield from (f"règle {number} de « {title} » : {it}" for it in _source_faults(row, required))
            labels = Counter(it.get("label") for kind in ("input", "output") for it in table.findall(f"{_DMN}{kind}"))
            yield from (
                f"« {title} » : deux colonnes s'appellent « {it} »" for it, times in labels.items() if times > 1
            )
            if (most := max(len(rows), labels.total())) > MOST:
                more = f"au-delà de {MOST}, en faire une autre, comme « Ce qui est à éclaircir »"
                yield f"« {title} » : {most} lignes ou colonnes ; {more}"
            policy = table.get("hitPolicy", _POLICIES[0])
            if policy not in _POLICIES:
                yield f"« {title} » : la politique {policy} n'est pas d'usage ici ; choisir UNIQUE ou FIRST"
            last = (
                {it.findtext(f"{_DMN}text") or "-" for it in rows[-1].findall(f"{_DMN}inputEntry")} if rows else set()
            )
            if policy == "FIRST" and last != {"-"}:
                yield f"« {title} » : la dernière règle d'une table FIRST recueille tout le reste (des « - »)"


_OWNERS = (f"{_DMN}decision", f"{_DMN}businessKnowledgeModel")


def _source_faults(row: ET.Element, required: str) -> Iterator[str]:
    says = row.findtext(f"{_DMN}description") or ""
    if not names_a_source(says) or not re.search(required, says):
        yield (
            "l'annotation ne nomme pas sa source : un texte et son article, un document d'Enedis ou des banques, ou "
            "« Politique commerciale »"
        )
    if "1342-10" in says and "impute" not in says:
        yield "le Code civil art. 1342-10 dit à quelle dette un paiement va, et rien d'autre"
    if "2008-780 art. 3" in says and "compte dès sa décision" in says:
        yield "le décret 2008-780 art. 3 oblige à proposer des modalités, et rien d'autre"
