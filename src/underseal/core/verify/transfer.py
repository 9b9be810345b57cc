"""The signed document of a dossier's transfer to another district: docs/formats/transfer.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from underseal.core.ledger import Fields, Json, JsonValue, SignedDocument
from underseal.core.verify.proofs import check_signed
from underseal.core.verify.report import FORM, Course
from underseal.errors import UnreadableError

TRANSFER_FORMAT: Final = "underseal/transfer/1"

_TEXTS: Final = (
    "workspace", "reference", "old_number", "new_number", "from_district", "to_district", "from_lead", "to_lead", "basis",
    "why", "offered_by", "offered_at", "accepted_by", "accepted_at", "authority",
)  # fmt: skip
_FIELDS: Final = ("format", *_TEXTS, "items", "entries_sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An item that went over. kind: of it. version: the latest. sha256: hex digest of that version."""

    kind: str
    version: int
    sha256: str

    def to_json(self) -> dict[str, Json]:
        """Return the form of the document."""
        return {"kind": self.kind, "version": self.version, "sha256": self.sha256}


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferDocument:
    """What went over, from whom to whom.

    Attributes:
        workspace: id of the workspace. reference: of the dossier. old_number, new_number: of it.
        from_district, to_district, from_lead, to_lead: from where to where. basis: legal basis. why: in words.
        offered_by, accepted_by: users. offered_at, accepted_at: ISO 8601 with offset.
        authority: number of the one under which it was accepted.
        items: those that who accepted sees, in the order in which they were put in.
        entries_sha256: hex digest over all that was ever entered in the dossier.
    """

    workspace: str
    reference: str
    old_number: str
    new_number: str
    from_district: str
    to_district: str
    from_lead: str
    to_lead: str
    basis: str
    why: str
    offered_by: str
    offered_at: str
    accepted_by: str
    accepted_at: str
    authority: str
    items: Sequence[Moved]
    entries_sha256: str

    def to_payload(self) -> dict[str, Json]:
        """Return the value that is signed."""
        return {
            "format": TRANSFER_FORMAT,
            **{name: getattr(self, name) for name in _TEXTS},
            "items": [item.to_json() for item in self.items],
            "entries_sha256": self.entries_sha256,
        }

    @classmethod
    def read(cls, payload: JsonValue) -> "TransferDocument":
        """Read the payload of a verified document; raises UnreadableError where it has another shape."""
        fields = Fields(payload, "The transfer", required=_FIELDS)
        if fields.text("format") != TRANSFER_FORMAT:
            raise UnreadableError("The document is not one of a transfer.")
        items = fields.value("items")
        if not isinstance(items, list):
            raise UnreadableError('The transfer: "items" is not a list.')
        return cls(
            items=[_moved(item) for item in items],
            entries_sha256=fields.hexadecimal("entries_sha256").hex(),
            **{name: fields.text(name) for name in _TEXTS},
        )


def check_transfer(course: Course, document: SignedDocument) -> None:
    """Check the document of a transfer.

    Args:
        course: where the steps go. document: unverified.
    """
    with course.step(FORM) as say:
        say("The document of a dossier's transfer.")
    check_signed(course, document, "transfer")
    with course.step("It says what went over") as say:
        found = TransferDocument.read(document.verify(None))
        say(f"{len(found.items)} items; the digest of all that was entered is {found.entries_sha256}.")
    course.claims.append(
        f"Dossier {found.old_number!a} of {found.from_district!a} went to {found.to_district!a} as {found.new_number!a},"
        f" offered by {found.offered_by!a} at {found.offered_at}, accepted by {found.accepted_by!a} at {found.accepted_at}."
    )


def _moved(value: JsonValue) -> Moved:
    fields = Fields(value, "An item of the transfer", required=("kind", "version", "sha256"))
    return Moved(kind=fields.text("kind"), version=fields.integer("version"), sha256=fields.hexadecimal("sha256").hex())
