"""Files that are not encrypted, told by their first bytes: what an upload must not be.

A server cannot know that bytes are ciphertext; it can know that they are a picture. Ciphertext begins like none of these but
by chance: the shortest mark has three bytes, one upload in some millions.
"""

from typing import Final

HEAD_BYTES: Final = 512
"""How much of a file `clear_format` wants to see."""

_TEXT_LEAST: Final = 24
"""A shorter run of printable characters may be ciphertext by chance: (97 / 256) ** 24 is one in ten thousand million."""

_MARKS: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"GIF87a", "GIF"),
    (0, b"GIF89a", "GIF"),
    (8, b"WEBP", "WebP"),
    (0, b"OggS", "Ogg"),
    (0, b"\x1a\x45\xdf\xa3", "WebM"),
    (4, b"ftyp", "MP4, HEIC or AVIF"),
    (8, b"WAVE", "WAVE"),
    (0, b"fLaC", "FLAC"),
    (0, b"ID3", "MP3"),
    (0, b"%PDF-", "PDF"),
    (0, b"PK\x03\x04", "ZIP or office document"),
    (0, b"\x7fELF", "program"),
    (0, b"SQLite format 3\x00", "SQLite"),
)


def clear_format(head: bytes) -> str | None:
    """Name the format of a file that is not encrypted; None for what may be ciphertext.

    Args:
        head: its first HEAD_BYTES, or all of a shorter one.
    """
    for offset, mark, name in _MARKS:
        if head[offset : offset + len(mark)] == mark:
            return name
    return "text" if len(head) >= _TEXT_LEAST and _is_text(head) else None


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # a character cut off at the end is still text
            return False
        text = head[: error.start].decode("utf-8")
    return all(sign.isprintable() or sign in "\t\r\n" for sign in text)
