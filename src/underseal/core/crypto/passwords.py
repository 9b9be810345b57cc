"""Passwords of people who log in: Argon2id (RFC 9106) in its PHC text form."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

from underseal.core.records import Secret
from underseal.errors import CallerError, IntegrityError

MAX_PASSWORD_BYTES = 1024
"""Longest password in bytes; a limit, so that a login cannot be made to hash megabytes."""

MIN_PASSWORD = 12
"""Shortest password of a person in characters: length is what counts (NIST SP 800-63B, 5.1.1)."""

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def hash_password(password: Secret) -> str:
    """Return what to keep of a password: "$argon2id$v=19$...", with its own random salt.

    Uses the second recommended option of RFC 9106, section 4: 3 passes over 64 MiB in 4 lanes.

    Raises:
        CallerError: the password is empty or longer than MAX_PASSWORD_BYTES.
    """
    if not 1 <= len(password.reveal()) <= MAX_PASSWORD_BYTES:
        raise CallerError(f"a password has 1 to {MAX_PASSWORD_BYTES} bytes")
    return _HASHER.hash(password.reveal())


def hash_new_password(password: Secret) -> str:
    """Return what to keep of a password that a person chose; as `hash_password`.

    Raises:
        CallerError: it has less than MIN_PASSWORD characters, is no UTF-8, or has more than MAX_PASSWORD_BYTES.
    """
    try:
        length = len(password.reveal().decode())
    except UnicodeDecodeError:
        length = 0
    if length < MIN_PASSWORD:
        raise CallerError(f"A password has at least {MIN_PASSWORD} characters.", hint="Four or five words will do.")
    return hash_password(password)


def is_password(stored: str | None, password: Secret) -> bool:
    """Say whether a password is the one that `stored` was made of; it takes as long where there is none (some 50 ms).

    Raises:
        IntegrityError: `stored` is not a password hash.
    """
    return verify_password(_nobodys() if stored is None else stored, password) and stored is not None


@cache
def _nobodys() -> str:
    return hash_password(Secret(secrets.token_bytes(MIN_PASSWORD)))


def verify_password(stored: str, password: Secret) -> bool:
    """Say whether `password` is the one that `hash_password` made `stored` of.

    Raises:
        IntegrityError: `stored` is not a password hash.
    """
    if len(password.reveal()) > MAX_PASSWORD_BYTES:
        return False
    try:
        return _HASHER.verify(stored, password.reveal())
    except VerifyMismatchError:
        return False
    except (InvalidHashError, VerificationError):
        raise IntegrityError("the stored password hash is damaged") from None
