"""The checks of each kind of proof file, as docs/formats/proofs.md describes them."""

import hashlib

from underseal.core.ledger import (
    CHECKPOINT_FORMAT,
    CONSISTENCY_FORMAT,
    Fields,
    JsonValue,
    SignedDocument,
    leaf_hash,
    parse_strict,
    verify_consistency,
    verify_inclusion,
)
from underseal.core.verify.report import FORM, Course
from underseal.errors import IntegrityError, UnreadableError

INCLUSION_FORMAT = "underseal/inclusion-proof/1"
RELEASE_FORMAT = "underseal/release/1"


def check_signed(course: Course, document: SignedDocument, what: str) -> Fields:
    """Check who signed a document and return its payload.

    Args:
        course: where the steps go.
        document: unverified.
        what: "release", "old state", ...: the words of the steps.
    """
    key = document.key.hex()
    with course.step(f"The {what} is signed") as say:
        payload = Fields(document.verify(None), f"The {what}")
        digest = hashlib.sha256(document.payload.encode()).hexdigest()
        say(f"Ed25519 signature of the key {key} over the text with SHA-256 {digest}.")
    course.signers[key] = None
    with course.step(f"Who signed the {what}") as say:
        if course.trusted and key != course.trusted:
            raise IntegrityError(f"The key {key} signed, not the key {course.trusted} that you trust.")
        say(
            f"The key {key}, which is the one that you trust."
            if course.trusted
            else f"The key {key}. It was not compared with a key that you trust, since none was given."
        )
    return payload


def check_inclusion(course: Course, value: JsonValue) -> None:
    """Check that a record belongs to a signed release (RFC 9162 section 2.1.3.2)."""
    with course.step(FORM) as say:
        required = ("format", "record", "number", "path", "release")
        proof = Fields(value, "The proof", required=required, optional=("ciphertext", "raw"))
        record, number, path = proof.text("record").encode(), proof.integer("number"), proof.digests("path")
        enclosed = {name: proof.base64(name) for name in ("ciphertext", "raw") if name in proof}
        document = SignedDocument.from_json(proof.value("release"), what="The release")
        say(f"A proof that record #{number} belongs to a release.")
    release = check_signed(course, document, "release")
    with course.step("The record belongs to the release") as say:
        _expect_format(release, RELEASE_FORMAT)
        name = release.integer("number")
        size, root, leaf = release.integer("size"), release.hexadecimal("root"), leaf_hash(record)
        fields = Fields(parse_strict(record, what="The record"), "The record")
        verify_inclusion(leaf, number, size, path, root)
        say(f"Its digest {leaf.hex()} is number {number} of the {size} under the signed root {root.hex()}.")
    for part, data in enclosed.items():
        with course.step(f"The {_ENCLOSED[part]} is the record's") as say:
            digest = hashlib.sha256(data).digest()
            if digest != fields.hexadecimal(f"{part}_sha256"):
                raise IntegrityError(
                    f"The {len(data)} enclosed bytes have SHA-256 {digest.hex()}; the record names another digest."
                )
            say(f"The {len(data)} enclosed bytes have the SHA-256 that the record names: {digest.hex()}.")
    course.claims.append(f"Record #{number} belongs to release {name}, unchanged.")


_ENCLOSED = {"ciphertext": "encrypted message", "raw": "decrypted message"}


def check_consistency(course: Course, value: JsonValue) -> None:
    """Check that a later signed state only adds to an earlier one (RFC 9162 section 2.1.4.2)."""
    with course.step(FORM) as say:
        proof = Fields(value, "The proof", required=("format", "old", "new", "path"))
        path = proof.digests("path")
        documents = [SignedDocument.from_json(proof.value(name), what=f"The {name} state") for name in ("old", "new")]
        say("A proof that a later state keeps everything of an earlier one.")
    old = check_signed(course, documents[0], "old state")
    new = check_signed(course, documents[1], "new state")
    with course.step("Both states are of one chain") as say:
        if documents[0].key != documents[1].key:
            raise IntegrityError("Two different keys signed them.")
        for name in ("format", "workspace", "ledger"):
            if old.value(name) != new.value(name):
                raise IntegrityError(f'They name a different "{name}".')
        _expect_format(old, RELEASE_FORMAT, CHECKPOINT_FORMAT)
        say("Same signer, same kind, same origin.")
    with course.step("The new state keeps everything of the old one") as say:
        old_size, new_size = old.integer("size"), new.integer("size")
        old_root, new_root = old.hexadecimal("root"), new.hexadecimal("root")
        verify_consistency(old_size, old_root, new_size, new_root, path)
        say(f"The {old_size} entries under {old_root.hex()} are the first of the {new_size} under {new_root.hex()}.")
    course.claims.append(
        f"All {old_size} entries of the old state are in the new one, unchanged and in place; {new_size - old_size} were"
        " added."
    )


def check_document(course: Course, value: JsonValue) -> None:
    """Check a signed document that stands alone."""
    with course.step(FORM) as say:
        document = SignedDocument.from_json(value)
        say("A signed document.")
    payload = check_signed(course, document, "document")
    course.claims.append(
        f"The document of format {payload.text('format')!a} is as it was signed. What it says of other files is not"
        " checked here."
    )


def check_unknown(course: Course, value: JsonValue) -> None:
    """Refuse a file of no known format."""
    with course.step(FORM):
        name = Fields(value, "The file").value("format")
        known = f"{INCLUSION_FORMAT}, {CONSISTENCY_FORMAT}, {RELEASE_FORMAT}"
        raise UnreadableError(
            f"The file's format is {ascii(name)[:60]}; this verifier knows {known}, proofs of attributions, and exports of"
            " audits and rewards."
        )


def _expect_format(payload: Fields, *formats: str) -> None:
    if payload.text("format") not in formats:
        raise IntegrityError(f"The signed payload is of format {ascii(payload.text('format'))[:60]}.")
