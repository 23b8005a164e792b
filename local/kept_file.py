"""Kept decisions in a file: what a demo leaves behind, since its table ends with its cloud.

The file holds one JSON object a line, the table's item with what is packed in it read: ``limitationId``, ``decidedAt``,
``decision``, ``askedBy``, ``version``, ``matchedRules``, ``value``, ``grounds``, ``inputs`` and ``audit``.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from record.cases.failures import BrokenRecord, NothingFound
from record.cases.kept_decisions import PLACE_ATTRIBUTES, KeptDecision, exact, found_items, kept_of, whole

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


def keep_decisions(
    client: "DynamoDBClient", table: str, path: Path, places: Mapping[str, tuple[str, str]] = MappingProxyType({})
) -> int:
    """Write the whole decisions table to a file; returns the number of decisions.

    Parameters
    ----------
    places
        Contract and point of each limitation, by its id: by them a case is found in the file, too.
    """
    items = sorted(found_items(client, table), key=lambda item: (item["limitationId"], item["decidedAt"]))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for item in items:
            place = dict(zip(PLACE_ATTRIBUTES, places.get(item["limitationId"], ()), strict=False))
            file.write(json.dumps({**whole(item), **place}, ensure_ascii=False, default=float) + "\n")
    return len(items)


def read_file(path: Path) -> list[KeptDecision]:
    """Read what :func:`keep_decisions` wrote, in its order.

    Raises
    ------
    NothingFound
        There is no such file, or it holds no decision.
    BrokenRecord
        A line is no kept decision.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise NothingFound(f"{path} n'existe pas : lancer make demo, ou nommer un fichier ou une table") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenRecord(f"{path} n'est pas lisible : {error}") from error
    kept = [kept_of(f"{path}, ligne {number}", exact, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not kept:
        raise NothingFound(f"{path} n'a aucune décision")
    return kept
