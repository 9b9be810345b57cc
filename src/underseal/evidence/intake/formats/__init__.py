"""The formats that can be taken in: one file each, and those that other packages add.

A third party adds a format by an entry point of the group `underseal.readers` that names a class with the methods of
`evidence.intake.reader.Reader`.
"""

from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

from underseal.errors import InternalError, NotFoundError, UnreadableError
from underseal.evidence.intake.formats.disclosure_pack import DisclosurePackReader
from underseal.evidence.intake.formats.element_keys import ElementKeysReader
from underseal.evidence.intake.formats.matrix_jsonl import MatrixJsonlReader
from underseal.evidence.intake.formats.message_table import MessageTableReader
from underseal.evidence.intake.formats.synapse import SynapseReader
from underseal.evidence.intake.reader import Reader

GROUP: Final = "underseal.readers"
"""Entry point group by which other packages add readers."""

_OURS: Final[tuple[Reader, ...]] = (
    SynapseReader(),
    ElementKeysReader(),
    DisclosurePackReader(),
    MatrixJsonlReader(),
    MessageTableReader(),
)
"""In the order in which they are tried: the surest marks first."""


LOCKED_FORMATS: Final = frozenset(reader.name for reader in _OURS if reader.locked)
"""Names of those of our formats that are locked with a passphrase."""


@cache
def readers() -> tuple[Reader, ...]:
    """Return all readers in the order in which they are tried, ours first.

    Raises:
        InternalError: a reader of another package cannot be loaded, or takes a name that is in use.
    """
    found = list(_OURS)
    for point in entry_points(group=GROUP):
        try:
            reader: Reader = point.load()()
        except (ImportError, AttributeError, TypeError) as error:
            raise InternalError(f"The reader {point.name} of another package cannot be loaded: {error}") from error
        if any(reader.name == other.name for other in found):
            raise InternalError(f"Two readers are called {reader.name}; one is that of {point.value}.")
        found.append(reader)
    return tuple(found)


def reader_named(name: str) -> Reader:
    """Return a reader by its name.

    Raises:
        NotFoundError: there is none.
    """
    for reader in readers():
        if reader.name == name:
            return reader
    known = ", ".join(reader.name for reader in readers())
    raise NotFoundError(f"There is no reader called {name}.", hint=f"The readers are: {known}.")


def detect(path: Path) -> Reader:
    """Return the first reader that recognises an exhibit.

    Raises:
        UnreadableError: none does.
    """
    for reader in readers():
        if reader.detect(path):
            return reader
    known = ", ".join(reader.name for reader in readers())
    raise UnreadableError(
        f"No reader recognises {path}.", hint=f"Name one, if you know what it is. The readers are: {known}."
    )
