"""A tar.gz of a report and its artifacts: the same bytes for the same run, and read with care.

Only plain files of known names are written and taken. Nothing is ever extracted to a path that the
archive names, links and extended headers are refused, and every size is bounded before it is read.
"""

import gzip
import io
import re
import tarfile
import zlib
from collections.abc import Iterable
from typing import Final

from arena_runner.agent.errors import InvalidInput

MAX_PACKED_BYTES: Final = 128 * 1_048_576
MAX_UNPACKED_BYTES: Final = 128 * 1_048_576
MAX_MEMBER_BYTES: Final = 32 * 1_048_576
MAX_MEMBERS: Final = 2_000
REPORT: Final = "report.json"
PUBLIC_KEY: Final = "public-key.txt"
_ARTIFACT: Final = re.compile(r"^artifacts/([0-9a-f]{64})$")
_PLAIN: Final = (tarfile.REGTYPE, tarfile.AREGTYPE)


def artifact_name(sha256: str) -> str:
    """Return where an artifact lies in the archive."""
    return f"artifacts/{sha256}"


def packed(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the archive of these files, in this order; no time, owner or machine is in it."""
    target = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=target, mode="wb", mtime=0, filename="") as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size, member.mode, member.mtime = len(content), 0o600, 0
            tar.addfile(member, io.BytesIO(content))
    return target.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """Return the files of an archive by name; raise InvalidInput for all that is not as written."""
    if len(data) > MAX_PACKED_BYTES:
        raise _bad(f"it is longer than {MAX_PACKED_BYTES} bytes")
    stream = _Unzipped(data)
    members: dict[str, bytes] = {}
    while (header := stream.read(tarfile.BLOCKSIZE)).strip(b"\0"):
        name, size = _member(header)
        if name in members:
            raise _bad(f"{name} is in it twice")
        content = stream.read(size)
        if len(content) != size:
            raise _bad(f"it ends in the middle of {name}")
        stream.read(-size % tarfile.BLOCKSIZE)
        members[name] = content
        if len(members) > MAX_MEMBERS:
            raise _bad(f"it holds more than {MAX_MEMBERS} files")
    stream.end()
    return members


def _member(header: bytes) -> tuple[str, int]:
    try:
        member = tarfile.TarInfo.frombuf(header, "utf-8", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError) as error:
        raise _bad("it is no tar archive") from error
    # A path, link or device in here is an attack: the names that are written are known.
    if member.type not in _PLAIN or not _is_known(member.name):
        raise _bad("it holds something else than a report and its artifacts")
    if not 0 <= member.size <= MAX_MEMBER_BYTES:
        raise _bad(f"{member.name} is longer than {MAX_MEMBER_BYTES} bytes")
    return member.name, member.size


def _is_known(name: str) -> bool:
    return name in {REPORT, PUBLIC_KEY} or _ARTIFACT.match(name) is not None


class _Unzipped:
    """Unpacks as much as is read: what nobody reads of a bomb costs nothing."""

    def __init__(self, data: bytes) -> None:
        self._unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        self._packed = data
        self._left = MAX_UNPACKED_BYTES

    def read(self, size: int) -> bytes:
        """Return so many bytes, fewer at the end; raise InvalidInput."""
        parts = []
        while size > 0 and (part := self._part(size)):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def end(self) -> None:
        """Return when nothing but the padding of tar follows; raise InvalidInput."""
        if self.read(tarfile.RECORDSIZE).strip(b"\0") or self._part(1):
            raise _bad("something follows the archive")
        if not self._unzip.eof or self._unzip.unused_data:
            raise _bad("it is not one whole gzip file")

    def _part(self, size: int) -> bytes:
        try:
            part = self._unzip.decompress(self._packed, size)
        except zlib.error as error:
            raise _bad("it is not gzip") from error
        self._packed = self._unzip.unconsumed_tail
        self._left -= len(part)
        if self._left < 0:
            raise _bad(f"it is longer than {MAX_UNPACKED_BYTES} bytes when unpacked")
        return part


def _bad(why: str) -> InvalidInput:
    return InvalidInput("bad-bundle", f"the bundle cannot be read: {why}")
