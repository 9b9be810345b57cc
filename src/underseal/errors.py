"""The error tree of Underseal.

    UndersealError
    |- EvidenceError      the material is damaged, unknown or not what it claims to be
    |  |- UnreadableError     no reader understands the exhibit
    |  |- IntegrityError      stored or delivered bytes differ from what was signed
    |  `- KeyFileError        a key file cannot be opened: passphrase or damage
    |- CallerError        the request is wrong: the person or program that asked can mend it
    |  |- QueryError          a search query cannot be understood; has a position
    |  |- NotFoundError       nothing under that name, or not for these eyes
    |  |- ShareGoneError      the server's half of a phone's key was destroyed, or never was
    |  `- ConflictError       it exists already, or is being changed by somebody else
    |- RefusedError       the authority, the role or the login does not allow it
    |  |- ThrottledError      too many attempts; has the seconds to wait
    |  |- WrongProofError     the unlock code of a phone is wrong; has the tries that are left
    |  |- CodeUnknownError    no licence code is written like that, or none was issued
    |  `- CodeSpentError      the licence code was used before, or made void
    `- InternalError      our own fault, or the machine's (full disk, lost database)

The branches say whose fault it is. Every error has a stable `code` for machines, and a sentence and a hint for
people. None ever carries a secret or message text.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Final

MAKE_ROOM: Final = "The disk is full, or a quota is reached: make room and start it again. It goes on where it stopped."
"""The hint where the disk takes no more."""

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class UndersealError(Exception):
    """Root of every error that Underseal raises on purpose.

    Args:
        message: one sentence for a person, with the place (file, row, column) when there is one.
        hint: what the person can do about it; may be empty.
    """

    code: ClassVar[str] = "internal"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class EvidenceError(UndersealError):
    """The material itself is at fault."""

    code = "evidence"


class UnreadableError(EvidenceError):
    """No reader understands the exhibit, or the one that was named cannot read it."""

    code = "unreadable"


class IntegrityError(EvidenceError):
    """Bytes differ from the digest or signature that covers them."""

    code = "integrity"


class KeyFileError(EvidenceError):
    """A key file cannot be opened: wrong passphrase, wrong format or damage."""

    code = "key_file"


class CallerError(UndersealError):
    """The request is at fault.

    Args:
        message, hint: see UndersealError.
        field: the part of the request that is, as a path ("start", "supporting.2"); "" where no single one is, or none is
            told. See `at_field`.
    """

    code = "request"

    def __init__(self, message: str, *, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint=hint)
        self.field = field


@contextmanager
def at_field(name: str) -> Iterator[None]:
    """Say of an error that comes up inside which field of the request is at fault, unless it says so itself.

    Args:
        name: of the field.
    """
    try:
        yield
    except CallerError as error:
        error.field = error.field or name
        raise


class QueryError(CallerError):
    """A search query cannot be understood.

    Args:
        position: offset of the fault in the query, in characters from 0.
        length: how many characters are at fault, at least 1.
    """

    code = "query"

    def __init__(self, message: str, *, position: int, length: int = 1, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.position = position
        self.length = length


class NotFoundError(CallerError):
    """There is nothing under that name, or nothing that the asker may know of."""

    code = "not_found"


class ShareGoneError(CallerError):
    """The server's half of what opens a phone was destroyed, or never was: the phone is empty for good."""

    code = "share_gone"


class ConflictError(CallerError):
    """It exists already, or somebody else is changing it."""

    code = "conflict"


class RefusedError(UndersealError):
    """The authority, the role or the login does not allow the act."""

    code = "refused"


class ThrottledError(RefusedError):
    """Too many attempts.

    Args:
        wait: seconds until the next one is heard.
    """

    code = "throttled"

    def __init__(self, message: str, *, wait: int) -> None:
        super().__init__(message, hint=f"Try again in {-(-wait // 60)} minutes.")
        self.wait = wait


class WrongProofError(RefusedError):
    """The unlock code of a phone is wrong.

    Args:
        tries_left: how many more wrong ones the phone's share survives.
    """

    code = "wrong_code"

    def __init__(self, *, tries_left: int) -> None:
        super().__init__("The code is wrong.", hint=f"{tries_left} tries are left; then the phone is emptied.")
        self.tries_left = tries_left


class CodeUnknownError(RefusedError):
    """No code for a licence is written like that, or none was issued."""

    code = "code_unknown"


class CodeSpentError(RefusedError):
    """The code for a licence was used before, or made void."""

    code = "code_spent"


class InternalError(UndersealError):
    """Our own fault, or the machine's."""

    code = "internal"


def is_full(error: OSError) -> bool:
    """Say whether the machine refused because the disk takes no more."""
    return error.errno in _NO_ROOM
