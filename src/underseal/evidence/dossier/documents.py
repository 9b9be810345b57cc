"""Documents of dossiers: files that people bring, kept by their SHA-256 in a folder of the workspace."""

from collections.abc import Iterable
from typing import Final

from underseal.core.crypto import ContentWriter
from underseal.errors import CallerError
from underseal.evidence.casework import words

MAX_NAME: Final = 200
"""Longest name of a document, in characters."""

_OF_PATHS: Final = frozenset('/\\:*?"<>|')
"""What stands in paths, or in no file name of one system or another."""


def document_name(typed: str) -> str:
    """Return the name of a document.

    Raises:
        CallerError: it is empty or too long, or named like a path.
    """
    name = words.line(typed, "name of the document", field="name")
    if _OF_PATHS & set(name) or name.startswith(".") or name.endswith("."):
        raise CallerError(
            f"{name!a} is named like a path, and not like a file.",
            hint="Give the name alone: report.pdf, without folders.",
            field="name",
        )
    if len(name) > MAX_NAME:
        raise CallerError(f"The name of the document is longer than {MAX_NAME} characters.", field="name")
    return name


def write_document(writer: ContentWriter, pieces: Iterable[bytes], *, limit: int) -> int:
    """Write a document aside, piece by piece; return its size in bytes.

    Args:
        writer: which gives it its place when it is committed. pieces: of its bytes. limit: bytes, at most.

    Raises:
        CallerError: it is empty, or too large.
    """
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise too_large(limit)
        writer.write(piece)
    if not size:
        raise CallerError("The document is empty.")
    return size


def too_large(limit: int) -> CallerError:
    """Return the error for a document that has more bytes than the settings allow."""
    return CallerError(
        f"The document has more than {limit:,} bytes.",
        hint="The setting document_bytes allows more; what is larger still is taken in as an exhibit.",
    )
