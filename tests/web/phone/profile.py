"""Search a browser's whole profile for words: as they lie there, and as they come out of LevelDB and of Chromium's own compression.

Chromium keeps IndexedDB in LevelDB: tables whose blocks may be snappy-compressed, logs that are not, and large values in files
beside them. It compresses the values themselves by snappy too, after the three bytes ff 11 02, and the cached files of pages by gzip.
"""

import base64
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_FOOTER_BYTES = 48
_TABLE_MAGIC = bytes.fromhex("57fb808b247547db")
_WRAPPED = bytes.fromhex("ff1102")
_GZIP = bytes.fromhex("1f8b08")


def finds(profile: Path, words: Iterable[str]) -> dict[str, list[str]]:
    """Return the files of a profile in which each word lies, in any spelling; words that lie nowhere are left out."""
    wanted = {word: spellings(word) for word in words}
    found: dict[str, list[str]] = {}
    for file in sorted(profile.rglob("*")):
        if not file.is_file():
            continue
        for text in opened(file.read_bytes()):
            for word, forms in wanted.items():
                if any(form in text for form in forms):
                    found.setdefault(word, []).append(str(file.relative_to(profile)))
    return found


def spellings(word: str) -> list[bytes]:
    """A word as UTF-8, UTF-16 and base64 at each of its three offsets, both alphabets."""
    utf8 = word.encode()
    forms = [utf8, word.encode("utf-16-le"), word.lower().encode(), utf8.hex().encode()]
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + utf8).decode().rstrip("=")
        inner = text[(offset * 4 + 2) // 3 : -1] if offset else text[:-1]
        forms += [inner.encode(), inner.replace("+", "-").replace("/", "_").encode()]
    return forms


def opened(raw: bytes) -> Iterator[bytes]:
    """The bytes of a file, and everything that can be decompressed out of them."""
    yield raw
    for block in table_blocks(raw):
        yield block
        yield from wrapped_values(block)
    yield from wrapped_values(raw)
    yield from gzipped(raw)


def table_blocks(raw: bytes) -> Iterator[bytes]:
    """The blocks of a LevelDB table (doc/table_format.md of LevelDB)."""
    if len(raw) < _FOOTER_BYTES or raw[-8:] != _TABLE_MAGIC:
        return
    footer = raw[-_FOOTER_BYTES:]
    _, at = _handle(footer, 0)
    index, _ = _handle(footer, at)
    for handle in _values(_block(raw, *index)):
        place, _ = _handle(handle, 0)
        yield _block(raw, *place)


def wrapped_values(raw: bytes) -> Iterator[bytes]:
    """What Chromium has compressed inside a value; a value cut off by its neighbour ends at its own length."""
    at = raw.find(_WRAPPED)
    while at >= 0:
        with suppress(IndexError, ValueError):
            length, _ = _varint(raw, at + len(_WRAPPED))
            yield _snappy(raw[at + len(_WRAPPED) :], length)
        at = raw.find(_WRAPPED, at + 1)


def gzipped(raw: bytes) -> Iterator[bytes]:
    at = raw.find(_GZIP)
    while at >= 0:
        with suppress(zlib.error):
            yield zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw[at:])
        at = raw.find(_GZIP, at + 1)


def _block(raw: bytes, offset: int, size: int) -> bytes:
    body, kind = raw[offset : offset + size], raw[offset + size]
    return _snappy(body, _varint(body, 0)[0]) if kind == 1 else body


def _values(block: bytes) -> Iterator[bytes]:
    """The values of a block; its last words say where its entries end."""
    restarts = int.from_bytes(block[-4:], "little")
    end, at = len(block) - 4 * (restarts + 1), 0
    while at < end:
        _, at = _varint(block, at)
        unshared, at = _varint(block, at)
        size, at = _varint(block, at)
        yield block[at + unshared : at + unshared + size]
        at += unshared + size


def _handle(raw: bytes, at: int) -> tuple[tuple[int, int], int]:
    offset, at = _varint(raw, at)
    size, at = _varint(raw, at)
    return (offset, size), at


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7


def _snappy(raw: bytes, length: int) -> bytes:
    """Decompress a raw snappy stream, which may have something behind it (format_description.txt of snappy)."""
    _, at = _varint(raw, 0)
    out = bytearray()
    while len(out) < length:
        tag = raw[at]
        at += 1
        if tag & 3 == 0:
            size = tag >> 2
            if size >= 60:
                more = size - 59
                size = int.from_bytes(raw[at : at + more], "little")
                at += more
            out += raw[at : at + size + 1]
            at += size + 1
            continue
        if tag & 3 == 1:
            size, back = 4 + (tag >> 2 & 7), (tag >> 5) << 8 | raw[at]
            at += 1
        else:
            wide = 2 if tag & 3 == 2 else 4
            size, back = 1 + (tag >> 2), int.from_bytes(raw[at : at + wide], "little")
            at += wide
        if not 0 < back <= len(out):
            raise ValueError("not snappy")
        for _ in range(size):
            out.append(out[-back])
    return bytes(out[:length])
