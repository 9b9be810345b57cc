"""The checks of a disclosure pack, step by step, as docs/formats/disclosure-pack.md describes them."""

from typing import Final

from underseal.core.ledger import Fields, SignedDocument, parse_strict
from underseal.core.verify.disclosure.beside import check_attributions, check_audit, check_schedules
from underseal.core.verify.disclosure.cover import Cover, read_cover
from underseal.core.verify.disclosure.files import check_files
from underseal.core.verify.disclosure.listing import COVER, FORMAT, PACK, Listing
from underseal.core.verify.disclosure.release import check_since, read_release
from underseal.core.verify.disclosure.source import Source, read_whole
from underseal.core.verify.disclosure.used import Used, check_used
from underseal.core.verify.proofs import check_signed
from underseal.core.verify.report import FORM, Course
from underseal.errors import IntegrityError

_FILES: Final = "Every file is as it was signed"
_AROUND: Final = "Nothing was changed around the files"
_COVER: Final = "The cover says to whom it goes, and what may be done with it"
_RELEASE: Final = "The release is the one that the pack names"
_SINCE: Final = "It keeps everything of an earlier disclosure"
_MESSAGES: Final = "Every message is proved"
_SCHEDULES: Final = "The schedules and the list of what was left out agree with the messages"
_ATTRIBUTIONS: Final = "The claims on accounts are proved"
_AUDIT: Final = "The extract of the audit is proved"


def check_pack(course: Course, source: Source) -> Listing:
    """Check a pack.

    Args:
        course: where the steps go. source: the files.

    Returns:
        What `pack.json` says, verified.
    """
    with course.step(FORM) as say:
        data = read_whole(source, PACK)
        document = SignedDocument.from_json(parse_strict(data, what=PACK), what=PACK)
        say("A signed list of files.")
    payload = check_signed(course, document, "pack")
    with course.step(_FILES) as say:
        listing = _listing(payload, document, data)
        check_files(source, listing)
        say(f"{len(listing.files)} files have the sizes and digests that were signed, and there is no other.")
    with course.step(_AROUND) as say:
        say(source.check_form())
    cover = _check_cover(course, source, listing)
    with course.step(_RELEASE) as say:
        against, manifest = read_release(source, listing)
        say(f"Release {listing.head['release']} of {against.size} records, signed by the same key.")
    with course.step(_SINCE) as say:
        say(check_since(source, listing, manifest))
    with course.step(_MESSAGES) as say:
        used = check_used(source, against, listing)
        say(_of_messages(used))
    with course.step(_SCHEDULES) as say:
        check_schedules(source, used, listing)
        say(f"{listing.counts['unused']} unused and {listing.counts['sensitive']} sensitive messages are listed.")
    with course.step(_ATTRIBUTIONS) as say:
        say(f"{check_attributions(source, used, listing)} claims.")
    with course.step(_AUDIT) as say:
        say(f"{check_audit(source, listing)} entries, that of this disclosure among them.")
    head = listing.head
    course.claims.append(
        f"The pack of dossier {head['dossier']!a} for {head['to']!a} is as it was signed."
        f" {used.counts['used']} messages belong to release {head['release']}; {used.counts['redacted']} of them are redacted, the"
        " others are what was captured."
    )
    if cover is not None:
        course.claims.append(_of_cover(cover))
    return listing


def _check_cover(course: Course, source: Source, listing: Listing) -> Cover | None:
    """Check the cover of a pack that has one; to others nothing is added."""
    if COVER not in listing.files:
        return None
    with course.step(_COVER) as say:
        cover = read_cover(source, listing)
        if cover is not None:
            say(_of_cover(cover))
    return cover


def _of_cover(cover: Cover) -> str:
    until = f", until {cover.expires}" if cover.expires else ""
    return (
        f"Package {cover.number!a} from {cover.sender!a} to {cover.receiver!a} on the basis of {cover.basis!a},"
        f" handling {', '.join(cover.handling)}{until}."
    )


def _listing(payload: Fields, document: SignedDocument, data: bytes) -> Listing:
    if payload.text("format") != FORMAT:
        raise IntegrityError(f"{PACK} is not the list of a disclosure pack.")
    if document.to_bytes() != data:
        raise IntegrityError(f"{PACK} is not written as canonical JSON: bytes around what is signed were changed.")
    listing = Listing.read(payload)
    if listing.head["signer"] != document.key.hex():
        raise IntegrityError(f"{PACK} names another signer than its own.")
    return listing


def _of_messages(used: Used) -> str:
    counts = used.counts
    return (
        f"All {counts['used']} belong to the release. {counts['used'] - counts['redacted']} show what their records say;"
        f" {counts['message_keys']} were decrypted again with their own keys. {len(used.opened)} session keys open"
        f" {sum(used.opened.values())} of them."
    )
