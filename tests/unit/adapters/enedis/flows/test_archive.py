"""The zip around a flow: bombs, lies and damage are refused, with the file's name and the reason."""

import io
import struct
import zipfile
from contextlib import nullcontext
from datetime import UTC, date, datetime
from random import Random
from zlib import compress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.partners.enedis.flows import crowd_rows, flow_blocks, zipped_flow
from restoration.adapters.enedis.flows import archive
from restoration.adapters.enedis.flows.archive import members_of
from restoration.adapters.enedis.flows.parser import read_flow
from restoration.errors import InvalidFlow

TAKEN_AT = datetime(2026, 5, 5, 2, tzinfo=UTC)


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


GOOD = zipped(a=b"".join(flow_blocks(crowd_rows(3, date(2026, 5, 5)), TAKEN_AT))).getvalue()


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
    content = bytearray(zipped_flow(crowd_rows(20, date(2026, 5, 5)), TAKEN_AT))
    for _ in range(dice.randint(1, 6)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    said = "f.zip: read"
    try:
        list(read_flow(members_of(io.BytesIO(bytes(content)), "f.zip")))
    except InvalidFlow as error:
        said = str(error)
    assert said.startswith("f.zip")
