"""The server's half of what opens a phone: given out for the right proof, destroyed after ten wrong ones.

A phone's storage key comes from its unlock code and a share that only the server holds. So a seized phone opens nothing without
the server, the server nothing without the phone, and nobody can try codes by the thousand.

    shares/ID/proofs.json   SHA-256 of the unlock proof and of the duress proof, hex
    shares/ID/share         32 random bytes; overwritten and removed when they are destroyed
    shares/ID/decoy         32 random bytes that the duress proof gets
    shares/ID/tries         one byte for each try that is not yet known to be right

ID is 128 random bits that only the phone knows. A share lies in a file of its own that is written once, so that overwriting
it reaches all that the file system ever kept of it; on flash memory only the disk's encryption can promise that.
"""

import hmac
import json
import os
import secrets
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final

from underseal.core.folders import publish_folder, sync_folder
from underseal.errors import CallerError, ShareGoneError, WrongProofError

PROOF_BYTES: Final = 32
"""Length of a proof: the phone derives it from the unlock code, so it has as many bits as a key."""

SHARE_BYTES: Final = 32
"""Length of a share."""

MAX_TRIES: Final = 10
"""Wrong proofs in a row after which the share is destroyed."""

_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShare:
    """What a phone is given when it sets its unlock code.

    Attributes:
        id: how the phone asks for it again.
        share, decoy: SHARE_BYTES each.
    """

    id: str
    share: bytes
    decoy: bytes


class Shares:
    """The shares of all phones. Safe for many threads of one process; a folder belongs to one process.

    Args:
        folder: where they lie; must exist.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._one_at_a_time = Lock()

    def create(self, unlock: bytes, duress: bytes) -> NewShare:
        """Make the shares of a phone.

        Args:
            unlock, duress: the two proofs, PROOF_BYTES each; a phone without a duress code gives random bytes.

        Raises:
            CallerError: a proof has another length, or they are the same.
        """
        if len(unlock) != PROOF_BYTES or len(duress) != PROOF_BYTES or unlock == duress:
            raise CallerError(f"Two different proofs of {PROOF_BYTES} bytes are needed.")
        made = NewShare(
            id=secrets.token_urlsafe(_ID_BYTES),
            share=secrets.token_bytes(SHARE_BYTES),
            decoy=secrets.token_bytes(SHARE_BYTES),
        )
        proofs = {"unlock": sha256(unlock).hexdigest(), "duress": sha256(duress).hexdigest()}

        def build(aside: Path) -> None:
            aside.mkdir(mode=0o700)
            for name, data in {
                "share": made.share,
                "decoy": made.decoy,
                "tries": b"",
                "proofs.json": json.dumps(proofs).encode(),
            }.items():
                _write(aside / name, data)
            sync_folder(aside)

        publish_folder(self._folder / made.id, build)
        return made

    def open(self, share_id: str, proof: bytes) -> bytes:
        """Give out the share for a proof; for the duress proof the decoy, after destroying the share.

        Raises:
            WrongProofError: the proof is neither; counted, on disk, before it is looked at.
            ShareGoneError: there is none, or this was one wrong proof too many.
        """
        with self._one_at_a_time:
            place = self._place(share_id)
            kept = _read_proofs(place)
            tries = _count_try(place / "tries")
            given = sha256(proof).hexdigest()
            is_unlock = hmac.compare_digest(given, kept["unlock"])
            if hmac.compare_digest(given, kept["duress"]):
                _destroy(place / "share")
                return (place / "decoy").read_bytes()
            if is_unlock and (place / "share").exists():
                os.truncate(place / "tries", 0)
                return (place / "share").read_bytes()
            if tries >= MAX_TRIES:
                _destroy(place / "share")
            if not (place / "share").exists():
                raise _gone()
            raise WrongProofError(tries_left=MAX_TRIES - tries)

    def destroy(self, share_id: str, proof: bytes) -> None:
        """Destroy a phone's shares, as wiping it does. Raises as `open`."""
        self.open(share_id, proof)
        with self._one_at_a_time:
            place = self._place(share_id)
            for name in ("share", "decoy"):
                _destroy(place / name)
            shutil.rmtree(place)
            sync_folder(self._folder)

    def _place(self, share_id: str) -> Path:
        if not share_id.replace("-", "").replace("_", "").isalnum() or not (self._folder / share_id).is_dir():
            raise _gone()
        return self._folder / share_id


def _gone() -> ShareGoneError:
    return ShareGoneError("There is nothing to open.", hint="This phone is empty and has to be set up anew.")


def _read_proofs(place: Path) -> dict[str, str]:
    kept: dict[str, str] = json.loads((place / "proofs.json").read_bytes())
    return kept


def _count_try(file: Path) -> int:
    """Add a byte, bring it to the disk and return how many there are: pulling the plug gives no further try."""
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND)
    try:
        os.write(descriptor, b"x")
        os.fsync(descriptor)
        return os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)


def _destroy(file: Path) -> None:
    if not file.exists():
        return
    descriptor = os.open(file, os.O_WRONLY)
    try:
        os.pwrite(descriptor, secrets.token_bytes(SHARE_BYTES), 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    file.unlink()
    sync_folder(file.parent)


def _write(file: Path, data: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
