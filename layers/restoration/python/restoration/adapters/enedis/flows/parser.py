"""The XML of a flow, read row by row with expat: no document type, no entities, no tree, bounded tokens and depth.

It is our own XML of the shape of Enedis' flows; its schema is ``functions/ingest_enedis_flow/enedis-flow-v1.0.xsd``.
The parser takes what the schema allows and, beyond it, the quirks that Enedis is known for (docs/trade.md, Quirks).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import NoReturn
from xml.parsers import expat

from restoration.adapters.enedis.moments import read_moment
from restoration.domain.flow import CaseRow, FlowCode, RowProblem, Snapshot
from restoration.domain.point import SEGMENT_KVA, SupplyState
from restoration.errors import InvalidFlow

NAMESPACE = "urn:retablissement:flux-enedis:v1"
VERSION = "1.0"
MAX_DEPTH = 12
MAX_TEXT = 500
MAX_TOKEN_BYTES = 256 * 1024
MAX_ROWS = 500_000

_ROOT, _TAKEN_AT, _SEQUENCE, _ROWS, _ROW = (
    f"{NAMESPACE} {name}" for name in ("flux", "dateExtraction", "numSequence", "affaires", "affaire")
)
_FIELDS = {
    f"{NAMESPACE} {name}": name
    for name in (
        "pointId",
        "contratId",
        "refFournisseur",
        "etat",
        "statut",
        "dateEffet",
        "Etat_Alimentation",
        "Puissance_Limitation",
        "Motif_Limitation_Puissance",
    )
}
_PROBLEM, _UNIT = "a problem met while reading", "unite"
_CASE = re.compile(r"[0-9A-Z]{4,8}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,4}", re.ASCII)
_POINT = re.compile(r"[0-9]{14}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,127}", re.ASCII)
_CODE = re.compile(r"[A-Z0-9_]{0,20}", re.ASCII)
_KVA = re.compile(r"[0-9]{1,2}([.,][0-9]{1,2})?", re.ASCII)
_SUPPLY = {state.value: state for state in SupplyState}


def read_flow(members: Iterable[tuple[str, Iterator[bytes]]]) -> Iterator[Snapshot | CaseRow | RowProblem]:
    """Read the members of one flow: first its snapshot, then its rows and the problems of those that can't be read.

    Raises
    ------
    InvalidFlow
        When a member is no such flow, is not well-formed or is not of the same snapshot as the one before; names the
        member and the line. Do not believe what came before either.
    """
    snapshot: Snapshot | None = None
    rows = 0
    for name, chunks in members:
        parser = _FlowParser(name)
        for found in chain.from_iterable(map(parser.feed, chain(chunks, [b""]))):
            if not isinstance(found, Snapshot):
                rows += 1
            elif snapshot is None:
                snapshot = found
            elif snapshot == found:
                continue
            else:
                raise InvalidFlow(f"{name}: is snapshot {found.name}, another file of the zip is {snapshot.name}")
            if rows > MAX_ROWS:
                raise InvalidFlow(f"{name}: more than {MAX_ROWS} rows")
            yield found


class _FlowParser:
    """One member: fed with chunks, it gives the snapshot and the rows that each completed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._snapshot: Snapshot | None = None
        self._found: list[Snapshot | CaseRow | RowProblem] = []
        self._header: dict[str, str] = {}
        self._flow = ""
        self._depth = 0
        self._fed = 0
        self._row: dict[str, str] | None = None
        self._row_line: int
        self._field: str | None = None
        self._text: list[str] = []
        self._parser = self._hardened()

    def _hardened(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.EntityDeclHandler = self._refuse_doctype
        parser.ExternalEntityRefHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        return parser

    def feed(self, chunk: bytes) -> list[Snapshot | CaseRow | RowProblem]:
        """Read a chunk; an empty one is the end."""
        self._parse(chunk)
        self._fed += len(chunk)
        if self._fed - self._parser.CurrentByteIndex > MAX_TOKEN_BYTES:
            self._refuse(f"a single piece of markup has more than {MAX_TOKEN_BYTES} bytes")
        found, self._found = self._found, []
        return found

    def _parse(self, chunk: bytes) -> None:
        try:
            self._parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            raise InvalidFlow(f"{self._name}, line {error.lineno}: {expat.ErrorString(error.code)}") from error
        except (UnicodeError, LookupError, ValueError) as error:
            # An encoding that expat asks Python for, which Python does not know or cannot map.
            raise InvalidFlow(f"{self._name}, line {self._line}: {error}") from error

    @property
    def _line(self) -> int:
        return self._parser.CurrentLineNumber

    def _refuse(self, why: str) -> NoReturn:
        raise InvalidFlow(f"{self._name}, line {self._line}: {why}")

    def _refuse_doctype(self, *_: object) -> NoReturn:
        self._refuse("document types and entities are not taken")

    # ── Elements ──

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._row is not None:
            self._start_field(name, attributes)
        elif name == _ROW:
            if self._snapshot is None:
                self._refuse("a row before the end of the header")
            self._row_line = self._line
            self._row = {"id": attributes.get("id", ""), "num": attributes.get("num", "")}
        elif self._depth == 1:
            self._start_root(name, attributes)
        elif name in {_TAKEN_AT, _SEQUENCE}:
            self._field, self._text = name, []
        elif name == _ROWS:
            self._read_header()
        if self._depth > MAX_DEPTH:
            self._refuse(f"elements are nested more than {MAX_DEPTH} deep")

    def _start_root(self, name: str, attributes: Mapping[str, str]) -> None:
        if name != _ROOT:
            self._refuse(f"the root is {name[:100]!r}, expected {_ROOT!r}")
        if attributes.get("version") != VERSION:
            self._refuse(f"version {attributes.get('version', '')[:20]!r}, expected {VERSION!r}")
        self._flow = attributes.get("code", "")
        if self._flow not in FlowCode:
            self._refuse(f"flow {self._flow[:20]!r}, expected one of {', '.join(FlowCode)}")

    def _start_field(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == _ROW:
            self._refuse("a row inside of a row")
        field = _FIELDS.get(name)
        self._field, self._text = field, []
        if field is None or self._row is None:
            return
        if attributes:
            if "code" in attributes:
                self._row[field] = attributes["code"]
                self._field = None  # the element's text is only the code's label
            elif field == "Puissance_Limitation" and attributes.get(_UNIT, "kVA") != "kVA":
                self._row[_UNIT] = attributes[_UNIT]

    def _characters(self, text: str) -> None:
        if self._field is None:
            return
        if len(text) <= MAX_TEXT and len(self._text) < MAX_TEXT:
            self._text.append(text)
            return
        problem = f"{self._field.rpartition(' ')[2]} holds more than {MAX_TEXT} characters"
        if self._row is None:
            self._refuse(problem)
        self._row[_PROBLEM] = problem
        self._field = None

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._field is not None:
            target = self._header if self._row is None else self._row
            target[self._field] = "".join(self._text).strip()
            self._field = None
        if name == _ROW and self._row is not None:
            row, self._row = self._row, None
            self._found.append(_row_of(row, self._row_line, self._name))
        elif self._depth == 0 and self._snapshot is None:
            self._refuse("the flow has no <affaires>")

    def _read_header(self) -> None:
        taken_at, sequence = self._header.get(_TAKEN_AT, ""), self._header.get(_SEQUENCE, "1")
        if self._snapshot is not None:
            self._refuse("a second <affaires>")
        if not _NUMBER.fullmatch(sequence):
            self._refuse(f"numSequence is {sequence[:20]!r}, expected a number")
        try:
            self._snapshot = Snapshot(FlowCode(self._flow), _moment(taken_at), int(sequence))
        except ValueError as error:
            self._refuse(f"dateExtraction: {error}")
        self._found.append(self._snapshot)


# ── Rows ──


def _row_of(row: Mapping[str, str], line: int, file: str) -> CaseRow | RowProblem:
    try:
        return _case_row(row, line)
    except ValueError as error:
        return RowProblem(file, line, str(error))


def _case_row(row: Mapping[str, str], line: int) -> CaseRow:
    get = row.get
    if _PROBLEM in row:
        raise ValueError(row[_PROBLEM])
    supply = get("Etat_Alimentation", "")
    if supply and supply not in _SUPPLY:
        raise ValueError(f"Etat_Alimentation is {supply[:40]!r}, expected one of {', '.join(_SUPPLY)}")
    date = get("dateEffet", "")
    if supply and not date:
        raise ValueError("dateEffet is missing, Etat_Alimentation can't be placed in time")
    contract = get("contratId", "")
    reference = get("refFournisseur", "")
    power = get("Puissance_Limitation", "")
    if power and _UNIT in row:
        raise ValueError(f"Puissance_Limitation is in {row[_UNIT][:20]!r}, expected kVA")
    return CaseRow(
        case_id=_matching(_CASE, row, "id", "four to eight of 0-9 and A-Z"),
        number=int(_matching(_NUMBER, row, "num", "a number")),
        point_id=_matching(_POINT, row, "pointId", "14 digits"),
        line=line,
        contract_id=_matching(_ID, row, "contratId", "an identifier") if contract else "",
        reference=_matching(_ID, row, "refFournisseur", "an identifier") if reference else "",
        state=_matching(_CODE, row, "etat", "a code"),
        status=_matching(_CODE, row, "statut", "a code"),
        effective_at=_dated("dateEffet", date) if date else None,
        supply_state=_SUPPLY.get(supply),
        limited_power_kva=_power(power) if power else None,
        limitation_reason=_matching(_CODE, row, "Motif_Limitation_Puissance", "a code"),
    )


def _matching(pattern: re.Pattern[str], row: Mapping[str, str], field: str, expected: str) -> str:
    value = row.get(field, "")
    if not pattern.fullmatch(value):
        raise ValueError(f"{field} is {value[:40]!r}, expected {expected}")
    return value


@lru_cache(64)
def _power(text: str) -> Decimal:
    if not _KVA.fullmatch(text) or (power := Decimal(text.replace(",", "."))) > SEGMENT_KVA:
        raise ValueError(f"Puissance_Limitation is {text[:40]!r}, expected 0 to {SEGMENT_KVA} kVA")
    return power


def _dated(field: str, text: str) -> datetime:
    try:
        return _moment(text)
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from None


@lru_cache(4096)
def _moment(text: str) -> datetime:
    if (moment := read_moment(text)) is None:
        raise ValueError(f"{text[:40]!r} is no real date")
    return moment
