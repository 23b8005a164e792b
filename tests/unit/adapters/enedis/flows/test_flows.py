"""The flows: quirks are taken, bombs, lies and entities are refused, broken rows are skipped, and each says why."""

import io
import struct
import zipfile
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import batched
from pathlib import Path
from random import Random
from zlib import compress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from local.partners.enedis.flows import FlowRow, flow_blocks, zipped_flow
from restoration.adapters.enedis.flows import archive
from restoration.adapters.enedis.flows.archive import members_of
from restoration.adapters.enedis.flows.parser import NAMESPACE, read_flow
from restoration.clock import PARIS
from restoration.domain.flow import CaseRow, FlowCode, RowProblem, Snapshot
from restoration.domain.point import SupplyState
from restoration.errors import InvalidFlow

ROOT = Path(__file__).resolve().parents[5]
TAKEN_AT = datetime(2026, 5, 5, 2, tzinfo=UTC)
POINT = "30000000000001"
ROWS = (
    FlowRow("A1B2", 1, POINT, "CTR-1", date(2026, 5, 1), SupplyState.LIMITED, "36", "IMPAYE", reference="LIM-1/L/1"),
    FlowRow("A1B2C3D4", 2, POINT, "CTR-1", date(2026, 5, 4), SupplyState.SUPPLIED, event="RET", label=False),
    FlowRow("NEW1", 1, POINT, "", date(2026, 5, 5), state="", status=""),
)
XML = b"".join(flow_blocks(ROWS, TAKEN_AT))


def document(rows: str, *, code: str = "X12", taken_at: str = "2026-05-05T02:00:00Z", prolog: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{prolog}<flux xmlns="{NAMESPACE}" code="{code}" version="1.0">'
        f"<entete><dateExtraction>{taken_at}</dateExtraction></entete><affaires>{rows}</affaires></flux>"
    ).encode()


def affaire(content: str = "", case_id: str = "A1B2", num: str = "1", point: str = POINT) -> str:
    return f'<affaire id="{case_id}" num="{num}"><pointId>{point}</pointId>{content}</affaire>'


def parsed(xml: bytes, chunk: int = 64 * 1024) -> list[Snapshot | CaseRow | RowProblem]:
    chunks: Iterator[bytes] = (bytes(part) for part in batched(xml, chunk, strict=False))
    return list(read_flow([("f.xml", chunks)]))


def row_of(content: str, **attributes: str) -> CaseRow:
    _, row = parsed(document(affaire(content, **attributes)))
    assert isinstance(row, CaseRow), row
    return row


def problem_of(rows: str) -> RowProblem:
    _, problem = parsed(document(rows))
    assert isinstance(problem, RowProblem), problem
    return problem


# ── What is taken ──


def test_a_flow_of_the_simulator_is_read_as_it_was_meant_and_keeps_to_the_schema() -> None:
    xml = b"".join(flow_blocks(ROWS, TAKEN_AT, flow="C15", sequence=7))
    schema = etree.XMLSchema(etree.parse(ROOT / "functions" / "ingest_enedis_flow" / "enedis-flow-v1.0.xsd"))
    schema.assertValid(etree.fromstring(xml))
    snapshot, limited, restored, new = parsed(xml)
    assert snapshot == Snapshot(FlowCode.C15, TAKEN_AT, 7)
    assert isinstance(limited, CaseRow)
    assert isinstance(restored, CaseRow)
    assert isinstance(new, CaseRow)
    assert (limited.supply_state, limited.limited_power_kva) == (SupplyState.LIMITED, Decimal(36))
    assert (limited.reference, limited.limitation_reason) == ("LIM-1/L/1", "IMPAYE")
    assert (restored.case_id, restored.number, restored.status) == ("A1B2C3D4", 2, "TERMN")
    assert restored.effective_at == datetime(2026, 5, 4, tzinfo=UTC)
    assert (new.status, new.state, new.contract_id, new.supply_state) == ("", "", "", None)
    assert not new.has_ended


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("", ""),
        ("<statut/>", ""),
        ('<statut code="COURS"/>', "COURS"),
        ('<statut code="TERMN">Terminée</statut>', "TERMN"),
        ("<statut> ANNUL </statut>", "ANNUL"),
    ],
)
def test_status_is_taken_in_each_way_that_enedis_writes_it(status: str, expected: str) -> None:
    assert row_of(status).status == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-01+00:00", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-01-01Z", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-01-01", datetime(2024, 1, 1, tzinfo=PARIS)),
        ("2024-07-01T10:30:00+02:00", datetime(2024, 7, 1, 8, 30, tzinfo=UTC)),
        ("2024-07-01T10:30:00.123Z", datetime(2024, 7, 1, 10, 30, 0, 123000, tzinfo=UTC)),
        ("2024-07-01T10:30:00", datetime(2024, 7, 1, 10, 30, tzinfo=PARIS)),
    ],
)
def test_dates_that_strict_parsers_refuse_are_read(text: str, expected: datetime) -> None:
    assert row_of(f"<dateEffet>{text}</dateEffet>").effective_at == expected


def test_a_prefix_and_elements_that_are_new_do_no_harm() -> None:
    xml = (
        document(affaire("<nouveau><pointId>1</pointId></nouveau><etat code='CPRE'><b>x</b></etat>", point=POINT))
        .replace(b"<", b"<e:")
        .replace(b"<e:/", b"</e:")
        .replace(b"<e:?", b"<?")
        .replace(b"xmlns=", b"xmlns:e=")
    )
    _, row = parsed(xml)
    assert isinstance(row, RowProblem), "a field inside of an unknown element still counts, and its value is wrong"
    _, row = parsed(xml.replace(b"<e:nouveau><e:pointId>1</e:pointId></e:nouveau>", b"<e:nouveau>1</e:nouveau>"))
    assert isinstance(row, CaseRow)
    assert row.state == "CPRE"
    assert row_of("<nouveau>" * 9 + "</nouveau>" * 9)


@given(st.integers(1, 200))
def test_however_a_file_is_cut_into_chunks_it_says_the_same(chunk: int) -> None:
    assert parsed(XML, chunk) == parsed(XML)


# ── Broken rows ──


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (affaire(case_id="a-1"), "id is 'a-1', expected four to eight of 0-9 and A-Z"),
        (affaire("<refFournisseur>é</refFournisseur>"), "refFournisseur is 'é', expected an identifier"),
        (affaire("<statut>?</statut>"), "statut is '?', expected a code"),
        ('<affaire id="A1B2"/>', "num is '', expected a number"),
        (affaire(point="123"), "pointId is '123', expected 14 digits"),
        (affaire(point="\N{FULLWIDTH DIGIT THREE}0000000000001"), "pointId is"),
        ('<affaire id="A1B2" num="1"/>', "pointId is ''"),
        (affaire("<contratId>a b</contratId>"), "contratId is 'a b', expected an identifier"),
        (affaire("<dateEffet>2024-02-30+00:00</dateEffet>"), "dateEffet: '2024-02-30+00:00' is no real date"),
        (affaire("<dateEffet>0001-01-01+14:00</dateEffet>"), "dateEffet: '0001-01-01+14:00' is no real date"),
        (affaire("<Etat_Alimentation>ALIM</Etat_Alimentation>"), "dateEffet is missing"),
        (
            affaire("<dateEffet>2026-05-01</dateEffet><Etat_Alimentation>OFF</Etat_Alimentation>"),
            "Etat_Alimentation is 'OFF'",
        ),
        (affaire("<Puissance_Limitation>36,01</Puissance_Limitation>"), "Puissance_Limitation is '36,01'"),
        (
            affaire('<Puissance_Limitation unite="W">1</Puissance_Limitation>'),
            "Puissance_Limitation is in 'W', expected kVA",
        ),
        (affaire(f"<statut>{'x' * 500}</statut>"), "statut is 'xxx"),
        (affaire(f"<statut>{'xx\n' * 167}</statut>"), "statut holds more than"),
    ],
)
def test_a_broken_row_is_a_problem_that_says_why(row: str, reason: str) -> None:
    problem = problem_of(row)
    assert problem.reason.startswith(reason)
    assert problem.file == "f.xml"


def test_a_broken_row_does_not_stop_those_around_it_and_knows_its_line() -> None:
    found = parsed(document("\n" + affaire() + "\n" + affaire(point="1") + "\n" + affaire(num="2")))
    assert found[0] == Snapshot(FlowCode.X12, TAKEN_AT, 1), "the first of its day where it has no number"
    assert [type(each) for each in found[1:]] == [CaseRow, RowProblem, CaseRow]
    assert str(found[2]).startswith("f.xml, line 4: pointId")


# ── Broken files ──


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (b"", "f.xml, line 1: no element found"),
        (document(affaire())[:-20], "f.xml, line 2: "),
        (b'<flux code="X12" version="1.0"/>', "f.xml, line 1: the root is 'flux'"),
        (b"<%b/>" % (b"x" * 101), f"f.xml, line 1: the root is {'x' * 100!r}, expected"),
        (
            document("").replace(b'version="1.0">', b'version="%b">' % (b"2" * 21)),
            f"f.xml, line 2: version {'2' * 20!r}, expected '1.0'",
        ),
        (document("", code="R" * 21), f"f.xml, line 2: flow {'R' * 20!r}, expected one of X12, X13, C15"),
        (document("", taken_at="soon"), "f.xml, line 2: dateExtraction: 'soon' is no real date"),
        (document("", taken_at=""), "f.xml, line 2: dateExtraction: '' is no real date"),
        (document("</affaires><affaires>"), "f.xml, line 2: a second <affaires>"),
        (document("").replace(b"<entete>", affaire().encode() + b"<entete>"), "f.xml, line 2: a row before the end"),
        (
            document("").replace(b"<affaires>", b"<numSequence>%b</numSequence><affaires>" % (b"x" * 21)),
            f"f.xml, line 2: numSequence is {'x' * 20!r}, expected a number",
        ),
        (document(f"<affaire>{affaire()}</affaire>"), "f.xml, line 2: a row inside of a row"),
        (document(affaire("<a>" * 10 + "</a>" * 10)), "f.xml, line 2: elements are nested"),
        (document("").replace(b"<affaires></affaires>", b""), "f.xml, line 2: the flow has no <affaires>"),
        (document("").replace(b'encoding="UTF-8"', b'encoding="KLINGON"'), "f.xml, line 1: unknown encoding"),
        (document("").replace(b"<affaires>", b"<affaires>\xff"), "f.xml, line 2: not well-formed"),
    ],
)
def test_a_broken_file_is_refused_with_file_and_line(xml: bytes, reason: str) -> None:
    with pytest.raises(InvalidFlow) as refused:
        parsed(xml)
    assert str(refused.value).startswith(reason)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "prolog",
    [
        "<!DOCTYPE flux>",
        f'<!DOCTYPE flux [<!ENTITY l0 "lol">{LAUGHS}]>',
        '<!DOCTYPE flux [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE flux SYSTEM "http://localhost/flux.dtd">',
        '<!DOCTYPE flux [<!ENTITY % remote SYSTEM "http://localhost/x"> %remote;]>',
    ],
)
def test_document_types_and_entities_are_refused(prolog: str) -> None:
    with pytest.raises(InvalidFlow, match="document types and entities are not taken"):
        parsed(document(affaire("<statut>&l9;</statut>"), prolog=prolog))


@pytest.mark.parametrize("opening", ["<!--", "<affaires a='", "<a", "<![CDATA["])
def test_markup_that_does_not_end_is_refused_before_it_fills_the_memory(opening: str) -> None:
    fed = 0

    def endless() -> Iterator[bytes]:
        nonlocal fed
        yield document("").removesuffix(b"<affaires></affaires></flux>") + opening.encode()
        while True:
            fed += 64 * 1024
            assert fed < 8 * 256 * 1024, "still reading"
            yield b"x" * 64 * 1024

    if opening == "<![CDATA[":
        # Text is passed on as it comes and thrown away, so it may be as long as the zip's limits allow.
        with pytest.raises(AssertionError, match="still reading"):
            list(read_flow([("f.xml", endless())]))
    else:
        with pytest.raises(InvalidFlow, match=r"markup has more than|not well-formed"):
            list(read_flow([("f.xml", endless())]))


def test_two_files_of_one_zip_must_be_of_one_snapshot() -> None:
    one, other = document(affaire()), document(affaire(num="2"), taken_at="2026-05-06T02:00:00Z")
    assert len(list(read_flow([("1", iter([one])), ("2", iter([one]))]))) == 3
    with pytest.raises(InvalidFlow, match="2: is snapshot X12:2026-05-06"):
        list(read_flow([("1", iter([one])), ("2", iter([other]))]))


@given(st.integers(0, 2**32))
def test_a_mutated_file_is_read_or_refused_and_nothing_else(seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - a repeatable mutation
    xml = bytearray(XML)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(xml))
        match dice.randrange(3):
            case 0:
                xml[at] = dice.randrange(256)
            case 1:
                del xml[at : at + dice.randrange(1, 30)]
            case _:
                xml[at:at] = xml[dice.randrange(len(xml)) :][: dice.randrange(1, 60)]
    try:
        found = parsed(bytes(xml))
    except InvalidFlow as error:
        said = str(error)
    else:
        said = "f.xml, line 0: read"
        assert all(isinstance(each, Snapshot | CaseRow | RowProblem) for each in found)
    assert said.startswith("f.xml, line ")


# ── The zip around a flow: bombs, lies and damage ──


def zipped(**members: bytes) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(f"{name}.xml", content)
    return target


def unpacked(file: io.BytesIO) -> int:
    return sum(len(chunk) for _, chunks in members_of(file, "f.zip") for chunk in chunks)


def test_a_flow_may_have_64_mib_and_unpacked_a_gib() -> None:
    assert (archive.MOST_BYTES, archive.MOST_UNPACKED_BYTES) == (67_108_864, 1_073_741_824)


def test_a_bomb_by_ratio_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(InvalidFlow, match=r"f\.zip/a\.xml: is compressed [0-9]{3,4} to 1, at most 100"):
        unpacked(zipped(a=b" " * 50_000_000))


def test_a_file_may_be_compressed_a_hundred_to_one() -> None:
    sizes = ((size, len(compress(b" " * size, wbits=-15))) for size in range(1000, 5000))
    size = next(size for size, compressed in sizes if size == 100 * compressed)
    assert unpacked(zipped(a=b" " * size)) == size


@pytest.mark.parametrize("directory", [65_536, 65_537])
def test_a_directory_may_have_64_kib(directory: int) -> None:
    member = zipfile.ZipInfo("a.xml")
    member.comment = b"x" * (directory - 46 - len(member.filename))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr(member, b"x")
    with nullcontext() if directory == 65_536 else pytest.raises(InvalidFlow, match="directory has 65537 bytes"):
        assert unpacked(target) == 1


def test_a_bomb_by_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = Random(1).randbytes(3000)  # noqa: S311 - bytes that do not compress
    monkeypatch.setattr(archive, "MOST_UNPACKED_BYTES", 6000)
    assert unpacked(zipped(a=noise, b=noise)) == 6000
    with pytest.raises(InvalidFlow, match="6001 bytes when unpacked, at most 6000 are taken"):
        unpacked(zipped(a=noise, b=noise + b"x"))


def test_a_bomb_by_number_is_refused_before_its_directory_is_read() -> None:
    with pytest.raises(InvalidFlow, match="11 files in the zip, at most 10 are taken"):
        unpacked(zipped(**{f"m{n}": b"x" for n in range(11)}))
    assert unpacked(zipped(**{f"m{n}": b"x" for n in range(10)})) == 10
    with pytest.raises(InvalidFlow, match=r"the zip's directory has [0-9]+ bytes"):
        unpacked(zipped(**{f"m{n}": b"" for n in range(2000)}))


def test_a_zip_that_lies_about_its_sizes_gives_no_more_than_it_says() -> None:
    content = bytearray(zipped(a=b" " * 50_000_000).getvalue())
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<L", 1000)
    with pytest.raises(InvalidFlow, match="the zip is damaged"):
        unpacked(io.BytesIO(bytes(content)))


GOOD = zipped(a=XML).getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a readable zip"),
        (b"PK\x05\x06", "not a readable zip"),
        (GOOD[: len(GOOD) // 2], "not a readable zip"),
        (b"<flux/>" * 100, "not a readable zip"),
        (GOOD[:60] + b"\xff\x00\xff" + GOOD[63:], "the zip is damaged"),
    ],
)
def test_a_damaged_zip_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidFlow, match=reason):
        unpacked(io.BytesIO(content))


def test_an_encrypted_file_or_one_that_is_no_xml_or_a_zip64_is_refused() -> None:
    content = bytearray(zipped(a=b"x").getvalue())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InvalidFlow, match="is encrypted"):
        unpacked(io.BytesIO(bytes(content)))
    with pytest.raises(InvalidFlow, match=r"only \.xml files are taken"):
        unpacked(io.BytesIO(zipped(a=b"x").getvalue().replace(b"a.xml", b"a.exe")))
    plain = zipped(a=b"x").getvalue()
    at = plain.rindex(b"PK\x05\x06")
    with pytest.raises(InvalidFlow, match="zip64"):
        unpacked(io.BytesIO(plain[:at] + b"PK\x06\x07" + bytes(16) + plain[at:]))
    with pytest.raises(InvalidFlow, match="the zip is empty"):
        unpacked(zipped())


@given(st.integers(0, 2**32))
def test_a_mutated_zip_is_read_or_refused_and_nothing_else(seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - a repeatable mutation
    content = bytearray(zipped_flow(ROWS * 7, TAKEN_AT))
    for _ in range(dice.randint(1, 6)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    said = "f.zip: read"
    try:
        list(read_flow(members_of(io.BytesIO(bytes(content)), "f.zip")))
    except InvalidFlow as error:
        said = str(error)
    assert said.startswith("f.zip")
