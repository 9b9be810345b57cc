"""The workspace of a defence: an investigation like any other, over what was disclosed to it, with an audit that it alone reads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from underseal.core.crypto import Letterbox, LetterboxKey
from underseal.core.folders import write_synced
from underseal.core.ledger import Fields, read_document
from underseal.core.records import Secret
from underseal.core.verify import verify_file
from underseal.core.verify.disclosure.diff import open_pack
from underseal.core.verify.disclosure.listing import PACK, Listing
from underseal.core.verify.disclosure.source import read_whole
from underseal.errors import CallerError, IntegrityError
from underseal.evidence.authority import Draft
from underseal.evidence.casework import Arrival
from underseal.evidence.investigation.investigation import Investigation
from underseal.evidence.investigation.opening import create_investigation

BASIS: Final = "right of access to the disclosed material"
"""Legal basis of the authority of a defence: what the pack holds was disclosed to it."""

_LAST_DAY: Final = "9998-12-31"
"""A right of access does not run out; withdraw the authority where a court ends it."""

_NO_RULES: Final = """\
# What was disclosed may be read by those to whom it was disclosed, their own letters to counsel among it: no rule withholds
# it here. Enter rules as in the program's own file where another should be bound by them.
rule = []
"""
"""The rules that suspect privilege in the workspace of a defence: none."""

_DATE: Final = len("2026-06-01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """A verified pack.

    Attributes:
        path: of it. dossier, title, to, by, at, zone, signer: as its head says. release, root: that it was taken from.
    """

    path: Path
    dossier: str
    title: str
    to: str
    by: str
    at: str
    zone: str
    signer: str
    release: int
    root: str

    @property
    def authority(self) -> str:
        """Number of the authority that stands for the right of access: the dossier, and the day of the disclosure."""
        return f"{self.dossier}/{self.at[:_DATE]}"

    @property
    def exhibit(self) -> str:
        """Number of the pack as an exhibit."""
        return f"PACK-{self.authority}"


def verified(pack: Path, *, key: str | None = None) -> Disclosure:
    """Verify a pack before anything is made of it.

    Args:
        pack: folder or zip file. key: public key that must have signed it, 64 hexadecimal digits; None compares with none.

    Raises:
        IntegrityError: a step of the verification failed; names it. UnreadableError: it is no pack.
        CallerError: `key` is no key.
    """
    report = verify_file(pack, trusted=key)
    if not report.ok:
        failed = report.steps[-1]
        raise IntegrityError(f"The pack {pack} does not verify: {failed.name.lower()}. {failed.detail}")
    listing = Listing.read(Fields(read_document(read_whole(open_pack(pack), PACK), None), PACK))
    said = {name: str(value) for name, value in listing.head.items() if name not in ("release", "authority")}
    return Disclosure(path=pack, release=int(listing.head["release"]), **said)


def create_defence(
    folder: Path,
    disclosure: Disclosure,
    *,
    audit_for: Letterbox,
    name: str = "",
    passphrase: Secret | None = None,
    told: Callable[[str, int, int], None] = lambda _words, _done, _total: None,
) -> Investigation:
    """Make a workspace out of a pack: its own signing key, a sealed audit, the right of access as an authority, and a release.

    Args:
        folder: to make. disclosure: a pack that was verified.
        audit_for: letterbox of the defence, for which every act is sealed.
        name: what people call the workspace; by default after the dossier.
        passphrase: of the signing key. told: called with words, and how much is done and in all.

    Raises:
        ConflictError: the folder is not empty. InternalError: the disk refuses; where the workspace is made already,
            `underseal intake` goes on with the pack.
    """
    made = create_investigation(
        folder, name or f"Defence in {disclosure.dossier}", passphrase=passphrase, audit_for=audit_for
    )
    try:
        _fill(made, disclosure, told)
    except BaseException:
        made.close()
        raise
    return made


def _fill(made: Investigation, disclosure: Disclosure, told: Callable[[str, int, int], None]) -> None:
    write_synced(made.workspace.privilege_rules, _NO_RULES)
    made.authorities.add(_right_of_access(disclosure), user=made.user)
    arrival = Arrival(
        number=disclosure.exhibit,
        title=disclosure.title or disclosure.dossier,
        custodian=disclosure.by,
        condition="verified",
        received_from=disclosure.by,
        received_by=made.user,
    )
    made.take(
        disclosure.path,
        arrival,
        authority=disclosure.authority,
        progress=lambda done, total: told("Reading", done, total),
    )
    made.release(progress=told)


def _right_of_access(disclosure: Disclosure) -> Draft:
    """Return the authority of the defence: everything in the pack, from the day on which it was disclosed."""
    return Draft(
        number=disclosure.authority,
        magistrate=disclosure.by,
        legal_basis=BASIS,
        type="disclosure",
        accounts="all",
        rooms="all",
        period="all",
        valid_from=datetime.fromisoformat(disclosure.at).date().isoformat(),
        valid_to=_LAST_DAY,
        zone=disclosure.zone,
        note=f"To {disclosure.to}. Release {disclosure.release}, root {disclosure.root}, signed by {disclosure.signer}.",
    )


def audit_key(file: Path, passphrase: Secret, *, workspace: Path) -> LetterboxKey:
    """Return the key that reads a sealed audit: that of the file, or a new one that is kept there under the passphrase.

    Args:
        file: of the key. passphrase: what opens it. workspace: folder in which the file must not lie: who holds the
            one is not to hold the other.

    Raises:
        CallerError: the file lies in the workspace, or the passphrase is empty.
        KeyFileError: there is such a file, and the passphrase does not open it. OSError: the folder cannot be written.
    """
    if file.absolute().is_relative_to(workspace.absolute()):
        raise CallerError(
            f"The audit's key cannot lie in the workspace {workspace}.", hint="Keep it where nobody else can read it."
        )
    if not passphrase.reveal():
        raise CallerError("The passphrase of the audit's key is empty.")
    if file.exists():
        return LetterboxKey.load(file, passphrase)
    key = LetterboxKey.generate()
    key.save(file, passphrase)
    return key
