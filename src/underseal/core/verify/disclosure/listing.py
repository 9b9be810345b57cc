"""What `pack.json` says: the head of a disclosure, and every other file of the pack with its size and digest."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from underseal.core.ledger import Fields, Json, JsonValue, canonical
from underseal.errors import UnreadableError

FORMAT: Final = "underseal/disclosure/1"
"""Format of the signed payload of `pack.json`."""

PAGE_FORMAT: Final = "underseal/disclosure-page/1"
"""Format of the signed payload that the page of a pack holds: that of `pack.json` as it is without the page."""

KEYS_FORMAT: Final = "underseal/disclosed-keys/1"
LEFT_OUT_FORMAT: Final = "underseal/left-out/1"
EXTRACT_FORMAT: Final = "underseal/audit-extract/1"
SCHEDULE_FORMAT: Final = "underseal/schedule/1"
COVER_FORMAT: Final = "underseal/package/1"

PACK: Final = "pack.json"
MESSAGES: Final = "messages.jsonl"
KEYS: Final = "keys.json"
LEFT_OUT: Final = "left_out.json"
AUDIT: Final = "audit.jsonl"
COVER: Final = "package.json"
"""The cover of a pack that goes to a partner force; a pack for the defence has none."""

READER: Final = "reader.html"
RELEASE: Final = "releases/release.json"
CONSISTENCY: Final = "releases/consistency.json"
SCHEDULES: Final = {name: f"schedules/{name}.json" for name in ("used", "unused", "sensitive")}
ATTRIBUTIONS: Final = "attributions/"
MEDIA: Final = "media/"
FORMS: Final = "forms/"

HEAD: Final = ("dossier", "title", "to", "by", "authority", "release", "root", "at", "zone", "signer")
COUNTS: Final = (
    "used", "items", "context", "redacted", "locked", "unused", "sensitive", "message_keys", "session_keys",
    "attributions", "media",
)  # fmt: skip

MARK_DIGITS: Final = 8
"""Hexadecimal digits of the mark of a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file of a pack.

    Attributes:
        path: with "/" between folders. size: in bytes. sha256: 32 bytes.
        lines: of a `.jsonl` file the marks of its lines, one after the other; None for other files.
    """

    path: str
    size: int
    sha256: bytes
    lines: str | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the form of `pack.json`."""
        plain: dict[str, Json] = {"path": self.path, "size": self.size, "sha256": self.sha256.hex()}
        return plain if self.lines is None else plain | {"lines": self.lines}

    @classmethod
    def read(cls, value: JsonValue) -> "Listed":
        """Read the form of `to_json`.

        Raises:
            UnreadableError: it is something else.
        """
        fields = Fields(value, "A file in the list", required=("path", "size", "sha256"), optional=("lines",))
        return cls(
            path=fields.text("path"),
            size=fields.integer("size"),
            sha256=fields.hexadecimal("sha256"),
            lines=fields.hexadecimal("lines", None).hex() if "lines" in fields else None,
        )

    def mark(self, line: int) -> str:
        """Return the mark of a line (from 1), "" where there is no such line."""
        return (self.lines or "")[(line - 1) * MARK_DIGITS : line * MARK_DIGITS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The payload of `pack.json`; fields as docs/formats/disclosure-pack.md describes them.

    Attributes:
        head, counts: as they stand there, complete and of the right types.
        reference: what the audit calls the dossier.
        contents: digest of what is disclosed, 32 bytes. since: release and root of the earlier disclosure, or None.
        files: every other file by path.
    """

    head: dict[str, str | int]
    counts: dict[str, int]
    reference: str
    contents: bytes
    since: tuple[int, str] | None
    files: dict[str, Listed]

    @classmethod
    def read(cls, payload: Fields) -> "Listing":
        """Read a payload whose signature was verified.

        Raises:
            UnreadableError: another shape.
        """
        head = Fields(payload.value("head"), "The head", required=HEAD)
        counts = Fields(payload.value("counts"), "The counts", required=COUNTS)
        listed = payload.value("files")
        if not isinstance(listed, list):
            raise UnreadableError('The list: "files" is not a list.')
        files = [Listed.read(value) for value in listed]
        paths = [file.path for file in files]
        if paths != sorted(set(paths)):
            raise UnreadableError("The files are not listed in the order of their paths, each once.")
        return cls(
            head={name: head.integer(name) if name == "release" else head.text(name) for name in HEAD},
            counts={name: counts.integer(name) for name in COUNTS},
            reference=payload.text("reference"),
            contents=payload.hexadecimal("contents"),
            since=_since(payload.value("since")),
            files=dict(zip(paths, files, strict=True)),
        )


def _since(value: JsonValue) -> tuple[int, str] | None:
    if value is None:
        return None
    fields = Fields(value, 'The field "since"', required=("release", "root"))
    return fields.integer("release"), fields.hexadecimal("root").hex()


def is_content(path: str) -> bool:
    """Say whether a file is among what the audit's entry names: not what is made after it, or shows the same once more."""
    return path not in {PACK, AUDIT, READER} and not path.startswith(FORMS)


def contents_of(head: Mapping[str, str | int], files: Iterable[Listed]) -> bytes:
    """Return the digest (32 bytes) of what is disclosed to whom: SHA-256 of the canonical head, paths and digests.

    Args:
        head: of the pack. files: of the pack, sorted by path.
    """
    named: Sequence[Json] = [[file.path, file.sha256.hex()] for file in files if is_content(file.path)]
    return hashlib.sha256(canonical({"head": head, "files": named})).digest()


def mark_of(line: bytes) -> str:
    """Return the mark of a line, without its newline: enough of its digest to tell that it was changed."""
    return hashlib.sha256(line).hexdigest()[:MARK_DIGITS]
