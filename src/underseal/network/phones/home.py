"""The folder in which a headless phone lives, and what opens it.

    phone.json   who it is, its access token and its keys' keys, sealed under the unlock code (0600)
    crypto.db    the engine's keys, see `nio_engine`
    history.db   conversations, see `history`

The secret in phone.json is random. It lies under Argon2id of the unlock code (see `core.crypto.sealed`); a headless phone
keeps all of it here, and no half of it at the server as the phone of a person does.
"""

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
from underseal.errors import ConflictError, IntegrityError, NotFoundError, RefusedError
from underseal.network.phones.api import Activation

PHONE_FILE: Final = "phone.json"
FORMAT: Final = "underseal/phone/1"

_KEY_BYTES = 32


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
    def make(cls, folder: Path | None, unlock_code: Secret, url: str, activation: Activation) -> Self:
        """Make a phone's folder, or a home in memory.

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
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_new(folder / PHONE_FILE, made._sealed(unlock_code))  # its own class
        return made

    @classmethod
    def open(cls, folder: Path, unlock_code: Secret) -> Self:
        """Open a phone's folder.

        Raises:
            NotFoundError: there is no phone. WrongUnlockCodeError: it has another code.
            IntegrityError: its file is damaged. KeyFileError: its file is open to others.
        """
        file = folder / PHONE_FILE
        if not file.is_file():
            raise NotFoundError(f"{folder} is not a phone: it has no {PHONE_FILE}.")
        fields = _checked(read_private(file), file)
        try:
            secret = sealed.unseal(fields.get("sealed"), unlock_code, {"format": FORMAT})
        except IntegrityError:
            raise WrongUnlockCodeError("The unlock code is wrong.") from None
        inside = json.loads(secret.reveal())
        return cls(
            folder=folder,
            url=inside["url"],
            activation=Activation(
                user_id=inside["user_id"], device_id=inside["device_id"], token=Secret(inside["token"].encode())
            ),
            pickle_key=Secret(bytes.fromhex(inside["pickle_key"])),
            history_key=Secret(bytes.fromhex(inside["history_key"])),
        )

    @staticmethod
    def check_free(folder: Path) -> None:
        """Return when a phone can be made there: a code is not to be spent on a folder that is taken.

        Raises:
            ConflictError: there is a phone already.
        """
        if (folder / PHONE_FILE).exists():
            raise ConflictError(f"{folder} holds a phone already.", hint="Choose another folder.")

    def _sealed(self, unlock_code: Secret) -> bytes:
        inside = {
            "url": self.url,
            "user_id": self.activation.user_id,
            "device_id": self.activation.device_id,
            "token": self.activation.token.reveal().decode(),
            "pickle_key": self.pickle_key.reveal().hex(),
            "history_key": self.history_key.reveal().hex(),
        }
        outside = {"format": FORMAT}
        fields = {**outside, "sealed": sealed.seal(Secret(json.dumps(inside).encode()), unlock_code, outside)}
        return json.dumps({**fields, "sha256": _sum(fields)}, indent=2).encode() + b"\n"


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
