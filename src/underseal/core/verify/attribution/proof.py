"""The checks of an exported claim, as docs/formats/attribution.md describes them."""

from dataclasses import dataclass
from typing import Final

from underseal.core.ledger import (
    CHECKPOINT_FORMAT,
    Fields,
    JsonValue,
    SignedDocument,
    leaf_hash,
    parse_strict,
    verify_inclusion,
)
from underseal.core.verify.attribution.documents import LEDGER, Act, Claim, Withdrawal, read_act
from underseal.core.verify.attribution.items import Message
from underseal.core.verify.proofs import INCLUSION_FORMAT, check_inclusion, check_signed
from underseal.core.verify.report import FORM, Course
from underseal.errors import IntegrityError, UnreadableError

PROOF_FORMAT: Final = "underseal/attribution-proof/1"

_CLAIM: Final = "The claim belongs to the ledger"
_LATER: Final = "What came of the claim belongs to the ledger"
_MESSAGES: Final = "The messages are those that the claim names"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Enclosed:
    """An entry of the ledger with its way to the root, unverified. Fields as `Fields` gives them."""

    entry: bytes
    number: int
    path: tuple[bytes, ...]

    @classmethod
    def read(cls, fields: Fields) -> "_Enclosed":
        path = tuple(fields.digests("path"))
        return cls(entry=fields.text("entry").encode(), number=fields.integer("number"), path=path)

    def verify(self, size: int, root: bytes) -> Act:
        """Return the act once it is proved that the ledger holds it."""
        verify_inclusion(leaf_hash(self.entry), self.number, size, self.path, root)
        what = f"Entry {self.number}"
        act = read_act(value := parse_strict(self.entry, what=what), what)
        if act is None or not isinstance(value, dict) or value["number"] != self.number:
            raise IntegrityError(f"{what} is no act on attributions that bears its number.")
        return act


def check_attribution(course: Course, value: JsonValue) -> None:
    """Check that a claim stands in a signed ledger, what came of it as far as that is enclosed, and its messages.

    Args:
        course: where the steps go. value: the file.
    """
    with course.step(FORM) as say:
        required = ("format", "entry", "number", "path", "checkpoint", "later", "records")
        proof = Fields(value, "The proof", required=required)
        own = _Enclosed.read(proof)
        later = [
            _Enclosed.read(Fields(item, "A later entry", required=("entry", "number", "path")))
            for item in _list(proof, "later")
        ]
        records = _list(proof, "records")
        document = SignedDocument.from_json(proof.value("checkpoint"), what="The checkpoint")
        if any(Fields(record, "The proof of a message").value("format") != INCLUSION_FORMAT for record in records):
            raise UnreadableError("One of the records is not the proof of a message.")
        say(f"A proof of a claim with {len(later)} later entries and the proofs of {len(records)} messages.")
    checkpoint = check_signed(course, document, "checkpoint")
    with course.step(_CLAIM) as say:
        size, root = _ledger(checkpoint)
        claim = own.verify(size, root)
        if not isinstance(claim, Claim):
            raise IntegrityError(f"Entry {own.number} is not a claim.")
        say(f"Its digest {leaf_hash(own.entry).hex()} is number {own.number} of {size} under the root {root.hex()}.")
    fate = ""
    if later:
        with course.step(_LATER) as say:
            fate = " ".join(_fate(claim, entry, entry.verify(size, root)) for entry in later)
            say(fate)
    for record in records:
        check_inclusion(course, record)
    proved = _check_messages(course, claim, records, document.key) if records else 0
    course.claims.insert(0, _summary(claim, own.number, proved, fate))


def _ledger(checkpoint: Fields) -> tuple[int, bytes]:
    if checkpoint.text("format") != CHECKPOINT_FORMAT or checkpoint.text("ledger") != LEDGER:
        raise IntegrityError("The signed document is not the checkpoint of a ledger of attributions.")
    return checkpoint.integer("size"), checkpoint.hexadecimal("root")


def _fate(claim: Claim, enclosed: _Enclosed, act: Act) -> str:
    if isinstance(act, Withdrawal) and act.claim == claim.id:
        return f"Entry {enclosed.number} withdraws it."
    if isinstance(act, Claim) and act.supersedes == claim.id:
        return f"Entry {enclosed.number} supersedes it with {act.id}."
    raise IntegrityError(f"Entry {enclosed.number} neither withdraws nor supersedes {claim.id}.")


def _check_messages(course: Course, claim: Claim, records: list[JsonValue], key: bytes) -> int:
    with course.step(_MESSAGES) as say:
        named = {item.record: item.leaf for item in (*claim.supporting, *claim.opposing) if isinstance(item, Message)}
        found = set()
        for record in records:
            fields = Fields(record, "The proof of a message")
            number, leaf = fields.integer("number"), leaf_hash(fields.text("record").encode())
            if SignedDocument.from_json(fields.value("release")).key != key:
                raise IntegrityError("Two different keys signed the claim and the release of its messages.")
            if named.get(number) != leaf:
                raise IntegrityError(f"The claim does not name record #{number} with the digest {leaf.hex()}.")
            found.add(number)
        say(f"{len(found)} of the {len(named)} messages that the claim names are enclosed, with the digests it names.")
    return len(found)


def _summary(claim: Claim, number: int, proved: int, fate: str) -> str:
    messages = f" {proved} of its messages are proved." if proved else ""
    came = f" {fate}" if fate else " Nothing is enclosed that withdraws or supersedes it; a newer ledger may."
    return (
        f"Claim {claim.id} (entry {number}), that {claim.person.name!a} used the account {claim.account!a}, stands"
        f" in the ledger as it was signed, graded {claim.grade.value}.{messages}{came} That it is true is not proved."
    )


def _list(proof: Fields, name: str) -> list[JsonValue]:
    value = proof.value(name)
    if not isinstance(value, list):
        raise UnreadableError(f"The proof: {name!a} is not a list.")
    return value
