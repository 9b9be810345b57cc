"""The folder in which a headless phone lives, and what opens it.

    phone.json   who it is, its access token and its keys' keys, sealed under the unlock code (0600)
    crypto.db    the engine's keys, see `nio_engine`
    history.db   conversations, see `history`

The secret in phone.json is random. It lies under Argon2id of the unlock code together with a share of 32 bytes that the
homeserver gives out for a proof of the code, and destroys after ten wrong ones: neither the folder nor the server opens it alone.
"""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from underseal.core.crypto import sealed
from underseal.core.crypto.private_files import read_private, write_new
from underseal.core.records import Secret
from underseal.errors import ConflictError, IntegrityError, NotFoundError, RefusedError, WrongProofError
from underseal.network.phones.api import Activation, Api

PHONE_FILE: Final = "phone.json"
FORMAT: Final = "underseal/phone/1"

_KEY_BYTES = 32
_SALT_BYTES = 16


class WrongUnlockCodeError(RefusedError):
    """The unlock code is not the phone's."""

    code = "wrong_unlock_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A phone's folder, opened.

    Attributes:
        folder: where it is; None for a phone that lives in memory.
        url: of the homeserver.
        activation: which device it is.
        pickle_key: 32 bytes for the engine's store. history_key: 32 bytes for the history.
    """

    folder: Path | None
    url: str
    activation: Activation
    pickle_key: Secret
    history_key: Secret

    @classmethod
    def make(cls, folder: Path | None, url: str, activation: Activation, lock: "Lock | None" = None) -> Self:
        """Make a phone's folder, or a home in memory.

        Args:
            folder: where; None for memory. url, activation: see the attributes. lock: needed with a folder.

        Raises:
            ConflictError: there is a phone already. OSError: the disk refuses.
        """
        made = cls(
            folder=folder,
            url=url,
            activation=activation,
            pickle_key=Secret(secrets.token_bytes(_KEY_BYTES)),
            history_key=Secret(secrets.token_bytes(_KEY_BYTES)),
        )
        if folder is not None and lock is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_new(folder / PHONE_FILE, made._sealed(lock))  # its own class
        return made

    @staticmethod
    def check_free(folder: Path) -> None:
        """Return when a phone can be made there: a code is not to be spent on a folder that is taken.

        Raises:
            ConflictError: there is a phone already.
        """
        if (folder / PHONE_FILE).exists():
            raise ConflictError(f"{folder} holds a phone already.", hint="Choose another folder.")

    def _sealed(self, lock: "Lock") -> bytes:
        inside = {
            "user_id": self.activation.user_id,
            "device_id": self.activation.device_id,
            "token": self.activation.token.reveal().decode(),
            "pickle_key": self.pickle_key.reveal().hex(),
            "history_key": self.history_key.reveal().hex(),
        }
        outside = {"format": FORMAT, "url": self.url, "share": lock.share_id, "salt": lock.salt.hex()}
        fields = {**outside, "sealed": sealed.seal(Secret(json.dumps(inside).encode()), lock.passphrase, outside)}
        return json.dumps({**fields, "sha256": _sum(fields)}, indent=2).encode() + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What a phone's folder is locked with.

    Attributes:
        salt: of the proof, 16 bytes. share_id: how the homeserver calls the share.
        passphrase: unlock code and share, under which the secret lies.
    """

    salt: bytes
    share_id: str
    passphrase: Secret

    @classmethod
    def of(cls, unlock_code: Secret, salt: bytes, share_id: str, share: bytes) -> Self:
        """Put the two halves together; the share has one length, so that no code and share make the same passphrase."""
        return cls(salt=salt, share_id=share_id, passphrase=Secret(share + unlock_code.reveal()))


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedHome:
    """A phone's folder before it is opened.

    Attributes:
        folder: where it is. url: of the homeserver that has the share. share_id: of the share.
    """

    folder: Path
    url: str
    share_id: str
    _salt: bytes
    _sealed: object

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read what anyone can read of a phone's folder.

        Raises:
            NotFoundError: there is no phone. IntegrityError: its file is damaged.
            KeyFileError: its file is open to others.
        """
        file = folder / PHONE_FILE
        if not file.is_file():
            raise NotFoundError(f"{folder} is not a phone: it has no {PHONE_FILE}.")
        fields = _checked(read_private(file), file)
        return cls(
            folder=folder,
            url=str(fields["url"]),
            share_id=str(fields["share"]),
            _salt=bytes.fromhex(str(fields["salt"])),
            _sealed=fields["sealed"],
        )

    def proof(self, unlock_code: Secret) -> bytes:
        """Return what the homeserver gives the share for, 32 bytes."""
        return sealed.slow_proof(unlock_code, self._salt)

    def open(self, unlock_code: Secret, share: bytes) -> Home:
        """Open the folder.

        Args:
            unlock_code: the phone's. share: 32 bytes, from the homeserver.

        Raises:
            WrongUnlockCodeError: they are not the phone's.
        """
        outside = {"format": FORMAT, "url": self.url, "share": self.share_id, "salt": self._salt.hex()}
        lock = Lock.of(unlock_code, self._salt, self.share_id, share)
        try:
            inside = json.loads(sealed.unseal(self._sealed, lock.passphrase, outside).reveal())
        except IntegrityError:
            raise WrongUnlockCodeError("The unlock code is wrong.") from None
        return Home(
            folder=self.folder,
            url=self.url,
            activation=Activation(
                user_id=inside["user_id"], device_id=inside["device_id"], token=Secret(inside["token"].encode())
            ),
            pickle_key=Secret(bytes.fromhex(inside["pickle_key"])),
            history_key=Secret(bytes.fromhex(inside["history_key"])),
        )


async def new_lock(api: Api, unlock_code: Secret) -> Lock:
    """Have the homeserver make a share for an unlock code. The phone has no duress code: its proof is random.

    Raises:
        ServerRefusedError, UnreachableError: it does not.
    """
    salt = secrets.token_bytes(_SALT_BYTES)
    proof = await asyncio.to_thread(sealed.slow_proof, unlock_code, salt)
    share_id, share = await api.new_share(proof, secrets.token_bytes(_KEY_BYTES))
    return Lock.of(unlock_code, salt, share_id, share)


async def unlock(api: Api, locked: LockedHome, unlock_code: Secret) -> Home:
    """Open a phone's folder with its code and the homeserver's share.

    Raises:
        WrongUnlockCodeError: the code is wrong; one more of ten. ShareGoneError: the share was destroyed.
        UnreachableError: the homeserver cannot be asked.
    """
    proof = await asyncio.to_thread(locked.proof, unlock_code)
    try:
        share = await api.share(locked.share_id, proof)
    except WrongProofError as wrong:
        raise WrongUnlockCodeError("The unlock code is wrong.", hint=wrong.hint) from None
    return await asyncio.to_thread(locked.open, unlock_code, share)


def _checked(data: bytes, file: Path) -> dict[str, object]:
    """Return the fields of an undamaged file: its sum tells damage from a wrong code, which the cipher cannot."""
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict) or fields.pop("sha256", None) != _sum(fields) or fields.get("format") != FORMAT:
        raise IntegrityError(f"{file} is damaged.", hint="The phone must be set up anew, with another code.")
    return fields


def _sum(fields: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
