"""Passwords of people who log in: Argon2id (RFC 9106) in its PHC text form."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

from underseal.core.records import Secret
from underseal.errors import CallerError, IntegrityError

MAX_PASSWORD_BYTES = 1024
"""Longest password in bytes; a limit, so that a login cannot be made to hash megabytes."""

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
