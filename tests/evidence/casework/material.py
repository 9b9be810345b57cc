"""An authority, an exhibit under it, and files for it."""

import hashlib

from underseal.evidence.casework import ExhibitFile, NewExhibit, StoredAuthority

AUTHORITY = StoredAuthority(
    number="BR-7",
    magistrate="M. Janssens",
    legal_basis="art. 90ter",
    type="warrant",
    scope="{}",
    valid_from=0,
    valid_to=1,
    note="",
    added=0,
    added_by="anna",
)
NEW = NewExhibit(
    number="BR-2026/17-A",
    title="Homeserver of the harbour",
    custodian="Harbour Ltd",
    condition="sealed bag, seal intact",
    received_from="Insp. Peeters",
    received_by="anna",
    received_at=500,
    authority="BR-7",
    reader="synapse",
    path="/evidence/harbour",
)


def file(path: str, content: bytes = b"content") -> ExhibitFile:
    return ExhibitFile(path=path, size=len(content), sha256=hashlib.sha256(content).digest())
