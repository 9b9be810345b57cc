"""The release that a pack is taken from, and its way from the release of an earlier disclosure."""

from underseal.core.ledger import CONSISTENCY_FORMAT, Fields, SignedDocument, parse_strict
from underseal.core.verify.disclosure.listing import CONSISTENCY, PACK, RELEASE, Listing
from underseal.core.verify.disclosure.messages import Against
from underseal.core.verify.disclosure.source import Source, read_whole
from underseal.core.verify.proofs import RELEASE_FORMAT, check_consistency
from underseal.core.verify.report import Course, StoppedError
from underseal.errors import IntegrityError


def read_release(source: Source, listing: Listing) -> tuple[Against, SignedDocument]:
    """Return what messages are held against, and the manifest of the release, verified.

    Raises:
        IntegrityError: it is not the release that the pack names, or not signed by its signer. UnreadableError: damaged.
    """
    document = SignedDocument.from_json(parse_strict(read_whole(source, RELEASE), what=RELEASE), what=RELEASE)
    release = Fields(document.verify(None), RELEASE)
    if document.key.hex() != listing.head["signer"]:
        raise IntegrityError(f"{RELEASE} is signed by another key than the pack.")
    if release.text("format") != RELEASE_FORMAT:
        raise IntegrityError(f"{RELEASE} is not the manifest of a release.")
    root = release.hexadecimal("root")
    if (release.integer("number"), root.hex()) != (listing.head["release"], listing.head["root"]):
        raise IntegrityError(f"{RELEASE} is another release than {PACK} names.")
    return Against(size=release.integer("size"), root=root, files=listing.files), document


def check_since(source: Source, listing: Listing, manifest: SignedDocument) -> str:
    """Check the proof that the release keeps everything of that of an earlier disclosure; return what was found.

    Raises:
        IntegrityError: it does not, or the proof is not there although one is named, or the other way round.
        UnreadableError: the proof is damaged.
    """
    if listing.since is None:
        if CONSISTENCY in listing.files:
            raise IntegrityError(f"{CONSISTENCY} is there, although {PACK} names no earlier disclosure.")
        return "No earlier disclosure is named."
    value = parse_strict(read_whole(source, CONSISTENCY), what=CONSISTENCY)
    proof = Fields(value, CONSISTENCY, required=("format", "old", "new", "path"))
    if proof.text("format") != CONSISTENCY_FORMAT:
        raise IntegrityError(f"{CONSISTENCY} is no consistency proof.")
    course = Course("")
    try:
        check_consistency(course, value)
    except StoppedError:
        raise IntegrityError(f"{CONSISTENCY}: {course.steps[-1].detail}") from None
    if SignedDocument.from_json(proof.value("new")) != manifest:
        raise IntegrityError(f"{CONSISTENCY} ends at another release than {RELEASE}.")
    old = Fields(SignedDocument.from_json(proof.value("old")).verify(None), "The earlier release")
    if (old.integer("number"), old.hexadecimal("root").hex()) != listing.since:
        raise IntegrityError(f"{CONSISTENCY} begins at another release than {PACK} names.")
    return f"It keeps everything of release {old.integer('number')}, that of an earlier disclosure."
