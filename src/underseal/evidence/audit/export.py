"""Taking the audit out of the house: as lines or as a table, with what anyone needs to verify it offline.

Formats: docs/formats/proofs.md, "Audit export" and "Audit table".
"""

import csv
import io
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Literal, TypeAlias

from underseal.core.ledger import Checkpoint, Entry, Frontier, LedgerReader, Progress, canonical, leaf_hash
from underseal.core.verify.audit_export import COLUMNS, EXPORT_FORMAT, TABLE_FORMAT, cells, companion_of
from underseal.errors import ConflictError, IntegrityError, InternalError

Format: TypeAlias = Literal["jsonl", "csv"]

_AT_ONCE = 4096


def export_ledger(
    ledger: LedgerReader,
    destination: Path,
    *,
    form: Format,
    progress: Progress | None,
) -> Checkpoint:
    """Write a ledger of acts to a file; see `Audit.export`."""
    files = [destination] if form == "jsonl" else [destination, companion_of(destination)]
    for file in files:
        if file.exists():
            raise ConflictError(f"{file} exists already.", hint="An export never writes over a file.")
    checkpoint = ledger.checkpoint()
    chunks = _checked(ledger, checkpoint, progress)
    try:
        if form == "jsonl":
            _publish(destination, _lines(chunks, checkpoint))
        else:
            _publish(destination, _table(chunks))
            _publish(files[1], iter([_companion(destination, checkpoint)]))
    except OSError as error:
        raise InternalError(f"{destination} cannot be written: {error.strerror}.") from error
    return checkpoint


def _checked(ledger: LedgerReader, checkpoint: Checkpoint, progress: Progress | None) -> Iterator[list[Entry]]:
    """Yield the entries in chunks, and raise after the last one unless they have the signed root."""
    frontier = Frontier()
    stream = islice(ledger.oldest_first(), checkpoint.size)
    while chunk := list(islice(stream, _AT_ONCE)):
        frontier.extend([leaf_hash(entry.data) for entry in chunk])
        yield chunk
        if progress:
            progress(frontier.size, checkpoint.size)
    if frontier.root() != checkpoint.root:
        raise IntegrityError("The entries do not have the root that was signed.", hint="Verify the audit to see more.")


def _lines(chunks: Iterator[list[Entry]], checkpoint: Checkpoint) -> Iterator[bytes]:
    yield canonical({"format": EXPORT_FORMAT, "checkpoint": checkpoint.document.to_json()}) + b"\n"
    for chunk in chunks:
        yield b"".join(entry.data + b"\n" for entry in chunk)


def _table(chunks: Iterator[list[Entry]]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + _rows([COLUMNS])  # spreadsheets take a file without this mark for another encoding
    for chunk in chunks:
        yield _rows([cells(entry.data) for entry in chunk])


def _rows(rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode()


def _companion(table: Path, checkpoint: Checkpoint) -> bytes:
    return canonical({"format": TABLE_FORMAT, "table": table.name, "checkpoint": checkpoint.document.to_json()}) + b"\n"


def _publish(path: Path, pieces: Iterator[bytes]) -> None:
    """Write a file that appears whole or not at all, readable by its owner only."""
    part = path.with_name(path.name + ".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
