"""The signed document of a destruction, and its check: docs/formats/destruction.md.

What was destroyed is named by number and digest alone. Whoever holds the document learns how much was destroyed, under which
decision, and that each digest stands in the signed tree of a release; not what it said, nor whose it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from underseal.core.ledger import Fields, Json, JsonValue, SignedDocument, verify_subset
from underseal.core.verify.proofs import check_signed
from underseal.core.verify.report import FORM, Course
from underseal.errors import IntegrityError, UnreadableError

FORMAT: Final = "underseal/destruction/2"

KEYS: Final = {
    FORMAT: ("removed", "shortened", "replaced"),
    "underseal/destruction/1": ("removed", "shortened", "kept"),
}
"""What a document counts of room keys, by its format. By the first, a key stayed that opened others beside what went."""

MAX_RECORDS: Final = 100_000
"""Records of one document at most: some 30 MB, of the 64 MiB that a verifier reads."""

_FIELDS: Final = (
    "format",
    "number",
    "workspace",
    "created",
    "parent",
    "decision",
    "decision_sha256",
    "authority",
    "user",
    "release",
    "size",
    "root",
    "records",
    "path",
    "segments",
    "hidden",
    "attachments",
    "keys",
    "exhibits",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A record that was destroyed.

    Attributes:
        number: of the record. leaf: its leaf hash, 32 bytes.
        ciphertext: SHA-256 of its ciphertext, b"" where it never was encrypted.
    """

    number: int
    leaf: bytes
    ciphertext: bytes

    def to_json(self) -> dict[str, Json]:
        """Return the form of the document."""
        return {"number": self.number, "leaf": self.leaf.hex(), "ciphertext_sha256": self.ciphertext.hex()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A segment, or the list of what a release hides of one, that was written anew without what was destroyed.

    Attributes:
        segment: its id. release: of the list, the number of the release that made it; 0 for the segment itself.
        was: hex digest of its description before. now: after.
    """

    segment: str
    release: int = 0
    was: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Destruction:
    """A destruction, as its document says it.

    Attributes:
        number: from 1. workspace: id of the workspace. created: ISO 8601, UTC.
        parent: hex SHA-256 of the document before, "" for the first.
        decision: number of the decision that confirmed the privilege. decision_sha256: its digest, as the audit has it.
        authority: number of the authority. user: who destroyed.
        release, size, root: number of the release, and size and hex root of its tree, that held the records.
        records: what was destroyed, in the order of their numbers. path: hex hashes from their leaves to the root.
        segments, hidden: what was written anew.
        attachments: "removed" and "kept" (another message has them, too): how many.
        keys: room keys, "removed", "shortened" (they open later messages only) and "replaced" (by keys of single messages
            beside what opens later ones): how many. A document of format 1 has "kept" in the place of "replaced".
        exhibits: numbers of the exhibits whose originals still hold what was destroyed.
    """

    number: int
    workspace: str
    created: str
    parent: str
    decision: int
    decision_sha256: str
    authority: str
    user: str
    release: int
    size: int
    root: str
    records: Sequence[Gone]
    path: Sequence[bytes]
    segments: Sequence[Rewritten]
    hidden: Sequence[Rewritten]
    attachments: Mapping[str, int]
    keys: Mapping[str, int]
    exhibits: Sequence[str]

    def to_payload(self) -> dict[str, Json]:
        """Return the value that is signed."""
        plain = (
            "number", "workspace", "created", "parent", "decision", "decision_sha256", "authority", "user", "release",
            "size", "root",
        )  # fmt: skip
        return {
            "format": FORMAT,
            **{name: getattr(self, name) for name in plain},
            "records": [record.to_json() for record in self.records],
            "path": [node.hex() for node in self.path],
            "segments": [{"segment": each.segment, "was": each.was, "now": each.now} for each in self.segments],
            "hidden": [
                {"segment": each.segment, "release": each.release, "was": each.was, "now": each.now}
                for each in self.hidden
            ],
            "attachments": dict(self.attachments),
            "keys": dict(self.keys),
            "exhibits": list(self.exhibits),
        }

    @property
    def said(self) -> str:
        """What was destroyed, in a sentence's beginning."""
        count = len(self.records)
        words = "record destroyed under decision" if count == 1 else "records destroyed under decision"
        return f"{count} {words} {self.decision}"


def read_destruction(payload: JsonValue) -> Destruction:
    """Read the payload of a verified document, and check that its digests lead to the root that it names.

    Raises:
        UnreadableError: another shape. IntegrityError: a digest is not that of its number in the tree.
    """
    fields = Fields(payload, "The destruction", required=_FIELDS)
    counted = KEYS.get(fields.text("format"))
    if counted is None:
        raise UnreadableError("The document is not one of a destruction.")
    read = Destruction(
        number=fields.integer("number"),
        workspace=fields.text("workspace"),
        created=fields.text("created"),
        parent=fields.text("parent"),
        decision=fields.integer("decision"),
        decision_sha256=fields.text("decision_sha256"),
        authority=fields.text("authority"),
        release=fields.integer("release"),
        size=fields.integer("size"),
        user=fields.text("user"),
        root=fields.hexadecimal("root").hex(),
        records=[_gone(item) for item in _list(fields, "records")],
        path=fields.digests("path"),
        segments=[_rewritten(item) for item in _list(fields, "segments")],
        hidden=[_rewritten(item, listed=True) for item in _list(fields, "hidden")],
        attachments=_counts(fields, "attachments", "removed", "kept"),
        keys=_counts(fields, "keys", *counted),
        exhibits=[_text(item) for item in _list(fields, "exhibits")],
    )
    numbers, leaves = [each.number for each in read.records], [each.leaf for each in read.records]
    verify_subset(numbers, leaves, read.size, read.path, bytes.fromhex(read.root))
    return read


def check_destruction(course: Course, document: SignedDocument) -> None:
    """Check that a document of a destruction is signed, and that what it names is in the tree that it names.

    Args:
        course: where the steps go. document: unverified.
    """
    with course.step(FORM) as say:
        say("The document of a destruction.")
    check_signed(course, document, "destruction")
    with course.step("The digests of what was destroyed are in the release") as say:
        found = read_destruction(document.verify(None))
        say(
            f"{len(found.records)} digests lead to the root {found.root} of the {found.size} records of release"
            f" {found.release}."
        )
    originals = (
        f" The originals of {', '.join(map(ascii, found.exhibits))} lie outside the workspace and were not touched."
        if found.exhibits
        else ""
    )
    course.claims.append(
        f"{found.said}, digests kept; attachments removed: {found.attachments['removed']}; {_keys(found.keys)}."
        f"{originals} That nothing is left elsewhere is the word of who signed."
    )


def _keys(counts: Mapping[str, int]) -> str:
    words = {"replaced": "replaced by keys of single messages", "kept": "kept for other messages"}
    return "room keys " + ", ".join(f"{words.get(fate, fate)}: {count}" for fate, count in counts.items())


def _gone(value: JsonValue) -> Gone:
    fields = Fields(value, "A destroyed record", required=("number", "leaf", "ciphertext_sha256"))
    ciphertext = fields.hexadecimal("ciphertext_sha256", None)
    if len(ciphertext) not in (0, 32):
        raise IntegrityError("The digest of a ciphertext has 32 bytes.")
    return Gone(number=fields.integer("number"), leaf=fields.hexadecimal("leaf"), ciphertext=ciphertext)


def _rewritten(value: JsonValue, *, listed: bool = False) -> Rewritten:
    required = ("segment", "was", "now", *(("release",) if listed else ()))
    fields = Fields(value, "What was written anew", required=required)
    return Rewritten(
        segment=fields.text("segment"),
        release=fields.integer("release") if listed else 0,
        was=fields.hexadecimal("was").hex(),
        now=fields.hexadecimal("now").hex(),
    )


def _counts(fields: Fields, name: str, *words: str) -> dict[str, int]:
    counts = Fields(fields.value(name), f'"{name}" of the destruction', required=words)
    return {word: counts.integer(word) for word in words}


def _list(fields: Fields, name: str) -> list[JsonValue]:
    value = fields.value(name)
    if not isinstance(value, list):
        raise UnreadableError(f'The destruction: "{name}" is not a list.')
    return value


def _text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise UnreadableError("The number of an exhibit is not a text.")
    return value
