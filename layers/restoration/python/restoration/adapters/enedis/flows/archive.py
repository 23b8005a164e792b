"""The zip that a flow comes in: opened with distrust, read as a stream.

A file's own statements (sizes, ratio) are checked before anything is unpacked. A zip may lie about its sizes, but
``zipfile`` gives no more bytes than a member states.
"""

import os
import struct
import zipfile
from collections.abc import Iterator
from typing import IO
from zlib import error as ZlibError  # noqa: N812 - zlib's only exception has a name like a function's

from restoration.errors import InvalidFlow

CHUNK_BYTES = 64 * 1024
MOST_BYTES = 64 * 1024**2
"""The size that a flow may have. A day of 100,000 cases is 3 MB zipped, 70 MB of XML, about 25 to 1."""
MOST_UNPACKED_BYTES = 1024**3
_MOST_MEMBERS, _LARGEST_RATIO = 10, 100
_ENCRYPTED = 0x1
_MAX_DIRECTORY_BYTES = 64 * 1024
_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE, _ZIP64_SIGNATURE = b"PK\x05\x06", b"PK\x06\x07"
_ZIP64_LOCATOR_BYTES = 20
_READABLE_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_UNREADABLE = (zipfile.BadZipFile, ZlibError, struct.error, EOFError, OSError, ValueError, RuntimeError)
"""The errors of ``zipfile`` for damaged files, as a test with mutated files showed; RuntimeError: unknown methods."""


def members_of(file: IO[bytes], name: str) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Give each XML member of a zip: its name for errors, and its bytes in chunks.

    Raises
    ------
    InvalidFlow
        When it is no zip, is encrypted or damaged, or is larger, fuller or more compressed than a flow may be.
    """
    _check_directory(file, name)
    try:
        archive = zipfile.ZipFile(file)
    except _UNREADABLE as error:
        raise InvalidFlow(f"{name}: not a readable zip ({error})") from error
    with archive:
        for member in _checked(archive.infolist(), name):
            where = f"{name}/{member.filename}"
            yield where, _chunks(archive, member, where)


def _check_directory(file: IO[bytes], name: str) -> None:
    """Look at the size of the zip's directory, which ``zipfile`` reads whole: a million names would fill the memory."""
    size = file.seek(0, os.SEEK_END)
    start = max(size - _END.size - 0xFFFF, 0)
    file.seek(start)
    tail = file.read()
    file.seek(0)
    at = len(tail) - _END.size
    if at < 0 or not (tail[at:].startswith(_END_SIGNATURE) and tail.endswith(b"\0\0")):
        at = tail.rfind(_END_SIGNATURE, 0, max(at, 0) + len(_END_SIGNATURE))
    if at < 0 or len(tail) - at < _END.size:
        raise InvalidFlow(f"{name}: not a readable zip (it has no directory)")
    directory_bytes = _END.unpack_from(tail, at)[5]
    if tail[max(at - _ZIP64_LOCATOR_BYTES, 0) : at].startswith(_ZIP64_SIGNATURE):
        raise InvalidFlow(f"{name}: is a zip64, larger than what is taken")
    if directory_bytes > _MAX_DIRECTORY_BYTES:
        raise InvalidFlow(
            f"{name}: the zip's directory has {directory_bytes} bytes, at most {_MAX_DIRECTORY_BYTES} are taken"
        )


def _checked(members: list[zipfile.ZipInfo], name: str) -> list[zipfile.ZipInfo]:
    if not members:
        raise InvalidFlow(f"{name}: the zip is empty")
    if len(members) > _MOST_MEMBERS:
        raise InvalidFlow(f"{name}: {len(members)} files in the zip, at most {_MOST_MEMBERS} are taken")
    for member in members:
        where = f"{name}/{member.filename}"
        if not member.filename.lower().endswith(".xml"):
            raise InvalidFlow(f"{where}: only .xml files are taken")
        if member.flag_bits & _ENCRYPTED:
            raise InvalidFlow(f"{where}: is encrypted; the transfer gateway should have decrypted it")
        if member.compress_type not in _READABLE_METHODS:
            raise InvalidFlow(f"{where}: is compressed by method {member.compress_type}; only deflate is taken")
        if member.file_size > _LARGEST_RATIO * max(member.compress_size, 1):
            ratio = member.file_size // max(member.compress_size, 1)
            raise InvalidFlow(f"{where}: is compressed {ratio} to 1, at most {_LARGEST_RATIO} to 1 is taken")
    total = sum(member.file_size for member in members)
    if total > MOST_UNPACKED_BYTES:
        raise InvalidFlow(f"{name}: {total} bytes when unpacked, at most {MOST_UNPACKED_BYTES} are taken")
    return members


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo, where: str) -> Iterator[bytes]:
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk
    except _UNREADABLE as error:
        raise InvalidFlow(f"{where}: the zip is damaged ({error})") from error
