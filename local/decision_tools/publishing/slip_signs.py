"""Signs of a slip that the draft's edits alone show: sizes, units, codes, dates, and words that no longer agree."""

import difflib
import re
from collections.abc import Iterator
from datetime import date, timedelta

from local.decision_tools.tables.edits import Edit, Edits
from local.decision_tools.tables.written import DURATION, quantities, texts
from local.stories.values import NUMBERS
from ops.decisions.tables import source_of
from restoration.domain.french import comma

TEN_TIMES = 10
_FAR = timedelta(days=300)
_TEXT = re.compile(r'"([^"]*)"')
_DATE = re.compile(r'date\(\s*\d{4}\s*,|(?:date\(|@)\s*"\d{4}-')
_REFERENCE = re.compile(r"(art|fiche|codes?|état)\.? ?[\w.-]+|\d{4}-\d+|A\d{5}|[A-Z]+\d\w*|\d+(er)? \w+ \d{4}")
_BROKEN = re.compile(r"\N{REPLACEMENT CHARACTER}|[ÃÂâ][\x80-\xbf\u0192\u2018-\u203a\u20ac]|&#?\w+;")
_REFERENCE_WHOLE = re.compile(r"art\. [LRD]?\. ?\d[\w.-]*|art\. [\w.-]*\d[\w-]*|\d{4}-\d+|A\d{5}|F\d{3,4}\b")
_WORDS = {word: number for word, number in NUMBERS.items() if number > 1}
"""« un » and « une » are articles more often than numbers."""

type Sign = tuple[str, str]
"""What is seen, in French, and the name by which it is accepted; an error has none."""


def signs(edits: Edits, since: date, today: date) -> Iterator[Sign]:
    """Return the signs of slips in a draft, the date of effect among them."""
    if since - today > _FAR:
        yield f"la date d'effet est loin : {since:%d/%m/%Y}", f"date d'effet {since:%d/%m/%Y}"
    for edit in edits.all:
        yield from _sizes(edit)
        yield from _annotation(edit, edits)
        yield from _dates(edit)
        yield from _shape(edit)
        yield from _words(edit, edits)
    yield from _codes(edits)
    yield from _lost(edits)


def _sizes(edit: Edit) -> Iterator[Sign]:
    """A quantity that is ten times another, or another unit of time."""
    read = _in_digits if edit.what == "text" else quantities
    before, after = read(edit.before), read(edit.after)
    if len(before) != len(after) or edit.kind != "changed":
        return
    for (was, unit, _), (now, other, _) in zip(before, after, strict=True):
        low, high = sorted((was, now))
        if unit != other:
            yield f"{edit.says} : l'unité de durée change ({unit} → {other})", f"unité : {edit.where}"
        elif high >= TEN_TIMES * low and high > low and high > 1:
            yield (
                f"{edit.says} : dix fois plus, ou dix fois moins {comma(f'({was:g} → {now:g})')}",
                f"ordre de grandeur : {edit.where}",
            )


def _annotation(edit: Edit, edits: Edits) -> Iterator[Sign]:
    """An annotation that still says the former number: its own, or one of what requires its decision."""
    if edit.kind != "changed" or edit.what == "text":
        return
    gone = {number for _, _, number in quantities(edit.before)} - {number for _, _, number in quantities(edit.after)}
    annotations = {edit.where: edit.source} if edit.source_before == edit.source else {}
    for decision in edits.after.decisions.values():
        if edit.owner in decision.requires:
            annotations[f"« {decision.label} »"] = decision.description
            for table in (it for it in edits.after.tables if it.owner == decision.id):
                annotations |= {f"la règle {it.number} de « {table.title} »": source_of(it) for it in table.rules}
    for where, source in annotations.items():
        place = "" if where == edit.where else f" de {where}"
        for number in sorted(gone & _numbers_said(source)):
            says = f"mais l'annotation{place} dit encore « {comma(f'{number:g}')} » : « {source} »"
            yield f"{edit.says}, {says}", f"annotation : {where}"


def _in_digits(text: str) -> list[tuple[float, str, float]]:
    """The numbers that a French text has in digits, as :func:`quantities` gives those of a cell."""
    digits = re.findall(r"\d+(?:[ \u00a0\u202f]\d{3})*(?:,\d+)?", _REFERENCE.sub(" ", text))
    numbers = [float(re.sub(r"\s", "", it).replace(",", ".")) for it in digits]
    return [(number, "nombre", number) for number in numbers]


def _numbers_said(text: str) -> set[float]:
    plain = _REFERENCE.sub(" ", text)
    numbers = {number for number, _, _ in _in_digits(text)}
    numbers |= {number / 100 for number in numbers if "%" in plain}
    return numbers | {float(_WORDS[word]) for word in re.findall(r"\w+", plain.lower()) if word in _WORDS}


def _words(edit: Edit, edits: Edits) -> Iterator[Sign]:
    """A text whose letters broke, which says another number than its row or names a source that the file did not."""
    if _BROKEN.search(edit.after):
        yield f"{edit.where} : des lettres sont abîmées dans « {edit.after} » ; enregistrer le fichier en UTF-8", ""
    if edit.what != "text":
        return
    owners = {edit.owner}.union(*(it.requires for it in edits.after.decisions.values() if it.id == edit.owner))
    same = any(it.rule == edit.rule or it.owner in owners for it in edits.meant)
    moved = _numbers_said(edit.before) ^ _numbers_said(edit.after)
    if (moved and not same) or edit.where.startswith("le libellé"):
        yield f"{edit.says}, mais ce qui est décidé ne change pas", f"texte seul : {edit.where}"
    for name in sorted(set(_REFERENCE_WHOLE.findall(edit.after)) - set(_REFERENCE_WHOLE.findall(edits.written))):
        yield f"{edit.where} : « {name} » n'est nommé nulle part ailleurs", f"référence nouvelle : {name}"


def _dates(edit: Edit) -> Iterator[Sign]:
    if _DATE.search(edit.after) and not _DATE.search(edit.before):
        yield f"{edit.says} : une date écrite en dur ne vaut que pour une année", f"date en dur : {edit.where}"


def _shape(edit: Edit) -> Iterator[Sign]:
    """What is more than a cell: a policy, a column, an input, the values of a type, a row that the law wants."""
    if edit.what in {"policy", "column", "input", "lists", "table", "service"} or edit.kind in {"added", "removed"}:
        if edit.what != "rule":
            yield edit.says, f"forme : {edit.where}"
        elif edit.kind == "removed":
            law = f", que la loi fonde : « {edit.source_before} »" if edit.is_legal else ""
            yield f"{edit.where} supprimée{law}", f"ligne supprimée : {edit.where}"


def _codes(edits: Edits) -> Iterator[Sign]:
    """Texts between quotes that the file did not know."""
    tables = edits.before.tables
    admitted = [column.allowed for table in tables for column in table.inputs]
    admitted += [column.allowed for table in tables for column in table.outputs]
    known = {text for cell in (*texts(edits.before), *admitted) for text in _TEXT.findall(cell)}
    for edit in edits.meant:
        for text in dict.fromkeys(_TEXT.findall(edit.after)):
            if text in known or DURATION.fullmatch(text):
                continue
            if text != text.strip() or "  " in text:
                yield f"{edit.where} : « {text} » a une espace de trop entre ses guillemets", ""
            elif re.search(r"[^\x20-\x7e]", text):
                yield f"{edit.where} : le code « {text} » a un accent ou un signe qu'aucun code n'a", ""
            else:
                near = difflib.get_close_matches(text, sorted(known), n=1, cutoff=0.8)
                meant = f" (voulu « {near[0]} » ?)" if near else ""
                yield f"{edit.where} : « {text} » est un code nouveau dans ce fichier{meant}", f"code nouveau : {text}"
                known.add(text)


def _lost(edits: Edits) -> Iterator[Sign]:
    """Results that some row gave and that none gives any more; those of the law are errors."""
    after = {table.owner: table for table in edits.after.tables}
    for table in edits.before.tables:
        now = after.get(table.owner)
        left = {rule.outputs[at] for rule in now.rules for at in range(len(rule.outputs))} if now else set()
        removed = {it.rule: it for it in edits.all if it.owner == table.owner and it.rule}
        for rule in table.rules:
            for column, cell in zip(table.outputs, rule.outputs, strict=True):
                if not re.fullmatch(r'"[^"]+"', cell) or cell in left:
                    continue
                edit = removed.get(rule.id)
                code, where = cell.strip('"'), f"règle {rule.number} de « {table.title} », colonne « {column.label} »"
                if edit is not None and edit.is_legal:
                    yield (
                        f"{where} : plus aucune règle ne donne « {code} », que la loi fonde (« {edit.source_before} »)",
                        "",
                    )
                else:
                    yield f"{where} : plus aucune règle ne donne « {code} »", f"code perdu : {code}"
