"""Unfolding a file compressed by gzip (RFC 1952) so that everything before a damaged or missing byte comes out.

The library's own reader throws away what it had unfolded in the call that met the damage, up to a megabyte of evidence.
"""

import zlib
from typing import BinaryIO, Final

from underseal.errors import EvidenceError

MAGIC: Final = b"\x1f\x8b"
"""First two bytes of every member."""

_CHUNK: Final = 1 << 14
_GZIP: Final = 31
"""Tells zlib to expect the header and check sum of gzip."""


class BrokenGzipError(EvidenceError):
    """The compressed file is damaged here, or ends in the middle."""


class Gunzip:
    """A stream of the unfolded bytes of a file, which may have several members one after another.

    Args:
        file: the compressed file, at its start; the caller closes it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._member = zlib.decompressobj(_GZIP)
        self._folded = b""
        self._damaged = False
        self._offset = 0

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes, and none at the end.

        Raises:
            BrokenGzipError: there is nothing more before the damage.
        """
        while not self._damaged:
            if not self._folded:
                self._folded = self._file.read(_CHUNK)
            if not self._folded:
                if self._member.eof:
                    return b""
                self._damaged = True
                break
            if self._member.eof:
                self._member = zlib.decompressobj(_GZIP)
            if data := self._unfold(size):
                self._offset += len(data)
                return data
        raise BrokenGzipError("the compressed file breaks off")

    def seek(self, offset: int) -> int:
        """Go to an offset of the unfolded bytes, from the start of the file; return it.

        Raises:
            BrokenGzipError: the damage lies before it.
        """
        if offset < self._offset:
            self._file.seek(0)
            self._member, self._folded, self._damaged, self._offset = zlib.decompressobj(_GZIP), b"", False, 0
        while self._offset < offset and self.read(min(offset - self._offset, 1 << 20)):
            pass
        return self._offset

    def _unfold(self, size: int) -> bytes:
        before = self._member.copy()
        try:
            data = self._member.decompress(self._folded, size)
        except zlib.error:
            return self._unfold_slowly(before)
        self._folded = self._member.unconsumed_tail or self._member.unused_data
        return data

    def _unfold_slowly(self, member: "zlib._Decompress") -> bytes:
        """Unfold byte by byte until the damage is met again."""
        self._damaged = True
        found = bytearray()
        try:
            for number in range(len(self._folded)):
                found += member.decompress(self._folded[number : number + 1])
        except zlib.error:
            pass
        return bytes(found)
