"""The file in which one private key is kept, whatever it is for.

A key file is JSON: `format`, `algorithm`, `public` (hex, 32 bytes), and either `seed` (hex, 32 bytes), which only the
file's mode 0600 protects, or `sealed`: the seed under a passphrase, see `sealed`. The tag covers everything else in the
file, so that nothing can be changed unnoticed.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from underseal.core.crypto.private_files import read_private, write_new
from underseal.core.crypto.sealed import seal, unseal
from underseal.core.records import Secret
from underseal.errors import IntegrityError, KeyFileError

FORMAT: Final = "underseal/key/1"
"""What `format` of a key file says."""

SEED_BYTES: Final = 32
"""Length of a private key in bytes, of Ed25519 (RFC 8032, section 5.1.5) as of X25519 (RFC 7748, section 5)."""


def write_key_file(path: Path, seed: Secret, passphrase: Secret | None, *, algorithm: str, public: str) -> None:
    """Write a key file of mode 0600, sealed when there is a passphrase.

    Args:
        path: where. seed: the private key, SEED_BYTES bytes. passphrase: what seals it, None for nothing but the mode.
        algorithm: what the key is for. public: its public half in hex.

    Raises:
        ConflictError: there is such a file already. OSError: the folder cannot be written.
    """
    fields: dict[str, object] = {"format": FORMAT, "algorithm": algorithm, "public": public}
    if passphrase is None:
        fields["seed"] = seed.reveal().hex()
    else:
        fields["sealed"] = seal(seed, passphrase, fields)
    write_new(path, json.dumps(fields, indent=2).encode() + b"\n")


def read_key_file(path: Path, passphrase: Secret | None, *, algorithm: str) -> tuple[Secret, str]:
    """Read a key file; return the private key (SEED_BYTES bytes) and what it says that the public half is.

    Args:
        path: the key file; nobody but its owner may have access to it.
        passphrase: what it is sealed with; not looked at where it is not sealed. algorithm: what the key must be for.

    Raises:
        KeyFileError: missing, damaged, open to others, for another algorithm, or the passphrase is missing or wrong.
    """
    fields = _fields(read_private(path), path)
    if fields.get("algorithm") != algorithm:
        raise KeyFileError(f"{path} is a key for something else: not for {algorithm}")
    seed = _clear_seed(fields, path) if "sealed" not in fields else _sealed_seed(fields, path, passphrase)
    if len(seed.reveal()) != SEED_BYTES:
        raise KeyFileError(f"{path} is damaged")
    return seed, str(fields["public"])


def _fields(data: bytes, path: Path) -> dict[str, object]:
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict) or not isinstance(fields.get("public"), str):
        raise KeyFileError(f"{path} is not a key file, or damaged")
    if fields.get("format") != FORMAT:
        raise KeyFileError(f"{path} is not in the format {FORMAT}", hint="A newer version may have written it.")
    return fields


def _clear_seed(fields: Mapping[str, object], path: Path) -> Secret:
    seed = fields.get("seed")
    try:
        return Secret(bytes.fromhex(seed if isinstance(seed, str) else "?"))
    except ValueError:
        raise KeyFileError(f"{path} is damaged") from None


def _sealed_seed(fields: Mapping[str, object], path: Path, passphrase: Secret | None) -> Secret:
    if passphrase is None:
        raise KeyFileError(f"{path} is under a passphrase", hint="Set UNDERSEAL_PASSPHRASE, or type it when asked.")
    beside = {name: fields[name] for name in fields if name not in ("sealed", "seed")}
    try:
        return unseal(fields["sealed"], passphrase, beside)
    except IntegrityError:
        raise KeyFileError(f"{path} cannot be opened: the passphrase is wrong, or the file is damaged") from None
