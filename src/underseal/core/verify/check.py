"""Finding out what a file claims, and checking that."""

import contextlib
import io
from pathlib import Path

from underseal.core.ledger import CONSISTENCY_FORMAT, JsonValue, SignedDocument, parse_strict
from underseal.core.verify.attribution.proof import PROOF_FORMAT as ATTRIBUTION_FORMAT
from underseal.core.verify.attribution.proof import check_attribution
from underseal.core.verify.audit_export import EXPORT_FORMAT, TABLE_FORMAT, check_export, check_table, companion_of
from underseal.core.verify.destruction import KEYS as DESTRUCTIONS
from underseal.core.verify.destruction import check_destruction
from underseal.core.verify.disclosure.listing import PACK
from underseal.core.verify.disclosure.pack import check_pack
from underseal.core.verify.disclosure.source import ZIP_MAGIC, FolderSource, Source, ZipSource
from underseal.core.verify.proofs import (
    INCLUSION_FORMAT,
    check_consistency,
    check_document,
    check_inclusion,
    check_unknown,
)
from underseal.core.verify.recall import Confirmation, Recall, check_recall
from underseal.core.verify.report import FILE, Course, Opening, Report, StoppedError
from underseal.core.verify.reward.export import EXPORT_FORMAT as REWARD_FORMAT
from underseal.core.verify.reward.export import check_reward
from underseal.core.verify.transfer import TRANSFER_FORMAT, check_transfer
from underseal.errors import CallerError, UnreadableError

MAX_PROOF_BYTES = 64 * 1024 * 1024
"""Largest proof that is read into memory. Exports of ledgers are streamed and may be of any size."""

_KEY_DIGITS = 64
_STREAMED = (EXPORT_FORMAT, REWARD_FORMAT)
_RECALLS: dict[str, type[Recall | Confirmation]] = {kind.FORMAT: kind for kind in (Recall, Confirmation)}


def verify_file(path: Path, *, trusted: str | None = None) -> Report:
    """Verify a proof file, whatever its kind. Needs nothing but the file.

    Args:
        path: a disclosure pack, as a folder or a zip file, an inclusion proof, a consistency proof, the proof of an
            attribution, a signed document such as that of a destruction, the export of a
            reward, or an audit's export: its lines, its table, or the table's companion.
        trusted: the public key that must have signed, 64 hexadecimal digits; None compares with none, and the report
            says so.

    Raises:
        CallerError: `trusted` is no key. What is wrong with the file is in the report, never raised.
    """
    found = companion_of(path) if path.suffix == ".csv" else path
    return _report(lambda: found.open("rb"), found, trusted)


def verify(data: bytes, *, trusted: str | None = None) -> Report:
    """Verify a proof that is held in memory; all but an audit's table, which is two files. Else as `verify_file`."""
    return _report(lambda: io.BytesIO(data), None, trusted)


def _report(opening: Opening, path: Path | None, trusted: str | None) -> Report:
    course = Course(_key(trusted))
    with contextlib.suppress(StoppedError):
        _check(course, opening, path)
    return course.report()


def _pack(opening: Opening, path: Path | None) -> Source | None:
    """Return the files of a pack, None where it is no pack."""
    if path is not None and path.is_dir():
        folder = FolderSource(path)
        if PACK not in folder.names:
            raise UnreadableError(f"The folder is no pack: it has no {PACK}.")
        return folder
    with opening() as file:
        is_zip = file.read(len(ZIP_MAGIC)) == ZIP_MAGIC
    return ZipSource(opening) if is_zip else None


def _key(trusted: str | None) -> str:
    if trusted is None:
        return ""
    key = trusted.strip().lower()
    if len(key) != _KEY_DIGITS or not set(key) <= set("0123456789abcdef"):
        raise CallerError("A public key has 64 hexadecimal digits.")
    return key


def _check(course: Course, opening: Opening, path: Path | None) -> None:
    with course.step(FILE) as say:
        pack = _pack(opening, path)
        value, length = (None, 0) if pack is not None else _read(opening)
        say(f"JSON, {length} bytes." if pack is None else f"A pack of {len(pack.names)} files.")
    if pack is not None:
        check_pack(course, pack)
        return
    name = value.get("format") if isinstance(value, dict) else None
    if name == EXPORT_FORMAT:
        check_export(course, value, opening, start=length)
    elif name == REWARD_FORMAT:
        check_reward(course, value, opening, start=length)
    elif name == TABLE_FORMAT:
        check_table(course, value, path)
    elif name == INCLUSION_FORMAT:
        check_inclusion(course, value)
    elif name == CONSISTENCY_FORMAT:
        check_consistency(course, value)
    elif name == ATTRIBUTION_FORMAT:
        check_attribution(course, value)
    elif isinstance(value, dict) and "payload" in value:
        _check_signed(course, value)
    else:
        check_unknown(course, value)


def _check_signed(course: Course, value: JsonValue) -> None:
    """Check a signed document: those of destructions, transfers and recalls by what they say, others by the signature alone."""
    try:
        document = SignedDocument.from_json(value)
        payload = parse_strict(document.payload.encode())
    except UnreadableError:
        payload = None
    name = payload.get("format") if isinstance(payload, dict) else None
    if isinstance(name, str) and name in DESTRUCTIONS:
        check_destruction(course, document)
    elif name == TRANSFER_FORMAT:
        check_transfer(course, document)
    elif isinstance(name, str) and name in _RECALLS:
        check_recall(course, document, _RECALLS[name])
    else:
        check_document(course, value)


def _read(opening: Opening) -> tuple[JsonValue, int]:
    """Read all of a proof, or the first line of an export; return its value, and how many bytes were read."""
    with opening() as file:
        head = file.readline(MAX_PROOF_BYTES)
        value = _export_head(head)
        if value is not None:
            return value, len(head)
        data = head + file.read(MAX_PROOF_BYTES + 1 - len(head))
    if len(data) > MAX_PROOF_BYTES:
        raise UnreadableError(f"The file is larger than {MAX_PROOF_BYTES} bytes, which no proof is.")
    return parse_strict(data), len(data)


def _export_head(line: bytes) -> JsonValue:
    """Return the value of an export's first line, None for any other line."""
    try:
        value = parse_strict(line)
    except UnreadableError:
        return None
    return value if isinstance(value, dict) and value.get("format") in _STREAMED else None
