"""How entries are written: as they are, or sealed for the one key that may read them.

Which it is stands in the name of the ledger, and so in every checkpoint that was ever signed for it: an audit that was made
sealed cannot be gone on with in the clear, whatever a setting says or a program forgets.

A sealed entry is `{"number": n, "sealed": "<base64>"}`: the entry of a clear audit, filled up with spaces to a multiple
of BLOCK bytes, in the letterbox of the reader under the label LABEL followed by the number. Tree, order, number and
signature are those of any ledger, and are checked without the key.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from underseal.core.crypto import Letterbox, LetterboxKey
from underseal.core.ledger import Entry, Fields, Json, canonical, claimed_name
from underseal.errors import IntegrityError, KeyFileError, RefusedError, UnreadableError
from underseal.evidence.audit.entry import AuditEntry

CLEAR_NAME: Final = "audit"
"""What the ledger of a clear audit calls itself in its checkpoints."""

SEALED_NAME: Final = "sealed-audit:"
"""What the name of a sealed one begins with; the public half of the reader's key follows in hex."""

LABEL: Final = b"underseal/sealed-entry/1 "
"""What a letterbox is told that a sealed entry is; the number follows, so that an entry opens in its own place only."""

BLOCK: Final = 1_024
"""Entries are filled up to a multiple of this many bytes: most acts are of one length then."""


class Form(Protocol):
    """How the entries of one audit are written and read."""

    @property
    def name(self) -> str:
        """What the ledger calls itself."""

    @property
    def sealed_for(self) -> str:
        """Public half, in hex, of the key that the entries are sealed for; "" where they are clear."""

    @property
    def readable(self) -> bool:
        """Whether what is needed to read entries is at hand."""

    def write(self, value: Mapping[str, Json], number: int) -> Mapping[str, Json]:
        """Return what is written of an entry."""

    def read(self, line: Entry) -> AuditEntry:
        """Read an entry of the ledger.

        Raises:
            IntegrityError: it is no entry of this audit. RefusedError: the key is not at hand.
        """

    def may_hold(self, line: bytes, marks: Sequence[bytes]) -> bool:
        """Say whether the entry of a line may hold these pieces of canonical JSON, without reading it."""


class Clear:
    """Entries as they are."""

    name = CLEAR_NAME
    sealed_for = ""
    readable = True

    def write(self, value: Mapping[str, Json], _number: int) -> Mapping[str, Json]:
        """Return the entry."""
        return value

    def read(self, line: Entry) -> AuditEntry:
        """Read it."""
        return AuditEntry.read(line)

    def may_hold(self, line: bytes, marks: Sequence[bytes]) -> bool:
        """Look for the pieces in the line."""
        return all(mark in line for mark in marks)


@dataclass(frozen=True, slots=True)
class Sealed:
    """Entries sealed for one key.

    Attributes:
        letterbox: of the reader. key: what opens it, where that is at hand.
    """

    letterbox: Letterbox
    key: LetterboxKey | None = None

    @property
    def name(self) -> str:
        """The name of the ledger: it names the key, and every checkpoint is signed over it."""
        return SEALED_NAME + self.letterbox.hex

    @property
    def sealed_for(self) -> str:
        """Public half of the reader's key in hex."""
        return self.letterbox.hex

    @property
    def readable(self) -> bool:
        """Whether the key is at hand."""
        return self.key is not None

    def write(self, value: Mapping[str, Json], number: int) -> Mapping[str, Json]:
        """Seal an entry."""
        text = canonical({**value, "number": number})
        filled = text + b" " * (-len(text) % BLOCK)
        return {"sealed": base64.b64encode(self.letterbox.put(filled, _label(number))).decode()}

    def read(self, line: Entry) -> AuditEntry:
        """Open an entry and read it.

        Raises:
            RefusedError: the key is not at hand.
        """
        if self.key is None:
            raise RefusedError(
                f"The entries of this audit are sealed; their key begins with {self.letterbox.hex[:16]}.",
                hint="Whoever holds the file of that key can read them: underseal audit list --audit-key FILE",
            )
        what = f"Entry {line.number} of the audit"
        try:
            sealed = Fields(line.value(), what, required=("number", "sealed")).base64("sealed")
            text = self.key.take_out(sealed, _label(line.number)).rstrip(b" ")
        except UnreadableError as error:
            raise IntegrityError(error.message) from error
        except IntegrityError as error:
            raise IntegrityError(f"{what} cannot be opened: {error.message}.") from None
        return replace(AuditEntry.read(Entry(number=line.number, data=text)), data=line.data)

    def may_hold(self, _line: bytes, _marks: Sequence[bytes]) -> bool:
        """Say that it may: a sealed line tells nothing."""
        return True


def form_of(folder: Path, key: LetterboxKey | None) -> Form:
    """Return the form of the audit in a folder, by the name of its ledger; who opens the ledger verifies that.

    Args:
        folder: of the ledger. key: what opens its entries, where that is at hand.

    Raises:
        IntegrityError: there is no audit. KeyFileError: the key is another than that of this audit, or there is none to open.
    """
    name = claimed_name(folder)
    sealed_for = name.removeprefix(SEALED_NAME) if name.startswith(SEALED_NAME) else ""
    if key is not None and key.letterbox.hex != sealed_for:
        whose = f"is sealed for the key {sealed_for}" if sealed_for else "is not sealed"
        raise KeyFileError(f"This is not the key of the audit in {folder}, which {whose}.")
    return Sealed(Letterbox.from_hex(sealed_for), key) if sealed_for else Clear()


def _label(number: int) -> bytes:
    return LABEL + str(number).encode()
