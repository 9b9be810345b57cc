"""Every file of a pack against the signed list: what was changed is named, down to the line and the field."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from underseal.core.verify.disclosure.listing import (
    ATTRIBUTIONS,
    AUDIT,
    CONSISTENCY,
    COVER,
    FORMS,
    KEYS,
    LEFT_OUT,
    MEDIA,
    MESSAGES,
    PACK,
    READER,
    RELEASE,
    SCHEDULES,
    Listed,
    Listing,
    contents_of,
    mark_of,
)
from underseal.core.verify.disclosure.messages import Against, check_line
from underseal.core.verify.disclosure.release import read_release
from underseal.core.verify.disclosure.source import Source, read_lines
from underseal.errors import EvidenceError, IntegrityError

_REQUIRED: Final = frozenset({MESSAGES, KEYS, LEFT_OUT, AUDIT, RELEASE, *SCHEDULES.values()})
_KNOWN: Final = _REQUIRED | {CONSISTENCY, COVER, READER}
_FOLDERS: Final = (MEDIA, ATTRIBUTIONS, FORMS)
_TOLD: Final = 20
"""Faults that are told at most, so that a pack that is all wrong gives no endless list."""

_CHUNK: Final = 1 << 20


def check_files(source: Source, listing: Listing) -> None:
    """Check that the files that were signed are there, whole, and no other.

    Raises:
        IntegrityError: names everything that is not as it was signed, _TOLD faults at most.
    """
    faults: list[str] = []
    for fault in _faults(source, listing):
        faults.append(fault)
        if len(faults) > _TOLD:
            faults[-1] = "There is more."
            break
    if faults:
        raise IntegrityError(" ".join(faults))
    for name in listing.files:
        if name not in _KNOWN and not name.startswith(_FOLDERS):
            raise IntegrityError(f"{PACK}: {name[:200]!a} is none of the files of a pack.")
    for name in sorted(_REQUIRED - listing.files.keys()):
        raise IntegrityError(f"{PACK}: {name} is not in the list.")
    if contents_of(listing.head, listing.files.values()) != listing.contents:
        raise IntegrityError(f"{PACK}: the digest of what is disclosed is not that of its list.")


def _faults(source: Source, listing: Listing) -> Iterator[str]:
    names = {*source.names} - {PACK}
    yield from (f"{name} is missing." for name in sorted(listing.files.keys() - names))
    yield from (f"{name[:200]!a} is not in the list: it was added." for name in sorted(names - listing.files.keys()))
    for name in sorted(names & listing.files.keys()):
        listed = listing.files[name]
        if _digest(source, name) != (listed.size, listed.sha256):
            yield from _changes(source, listed, listing)


def _digest(source: Source, name: str) -> tuple[int, bytes]:
    sha256, size = hashlib.sha256(), 0
    with source.opening(name) as file:
        while data := file.read(_CHUNK):
            sha256.update(data)
            size += len(data)
    return size, sha256.digest()


def _changes(source: Source, listed: Listed, listing: Listing) -> Iterator[str]:
    """Yield what was changed of a file."""
    lines = iter(()) if listed.lines is None else _changed_lines(source, listed, listing)
    first = next(lines, None)
    yield first or f"{listed.path} was changed: it has not the SHA-256 that was signed."
    yield from lines


def _changed_lines(source: Source, listed: Listed, listing: Listing) -> Iterator[str]:
    number = 0
    try:
        for number, line in read_lines(source, listed.path):  # the last one is asked for
            if mark_of(line) != listed.mark(number):
                why = _why(source, line, number, listing) if listed.path == MESSAGES else ""
                yield f"{listed.path}, line {number} was changed{why}."
    except IntegrityError as error:
        yield error.message
    else:
        if listed.mark(number + 1):
            yield f"{listed.path}: lines are missing after line {number}."


def _why(source: Source, line: bytes, number: int, listing: Listing) -> str:
    """Say which field of a changed line is wrong, where the line itself tells it."""
    try:
        check_line(line, number, _against(source, listing))
    except EvidenceError as error:
        return ": " + error.message.removeprefix(f"{MESSAGES}, line {number}").strip(" ,:.")
    return ""


def _against(source: Source, listing: Listing) -> Against:
    with suppress(EvidenceError, OSError):
        return read_release(source, listing)[0]
    return Against(size=0, root=b"", files=listing.files)
