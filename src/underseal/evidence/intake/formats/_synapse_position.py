"""How far a Synapse database has been read: the text of the cursor."""

from dataclasses import asdict, dataclass, field
from typing import Self

import orjson

from underseal.errors import CallerError
from underseal.evidence.intake.formats._sqlite import FIRST


@dataclass(slots=True)
class Spot:
    """How far one table has been read.

    Attributes:
        row: last rowid that was read.
        over: for tables whose rowids are reused: only rows whose mark (a time or a stream id) is above this are new.
        high: highest mark so far; becomes `over` when the table is done, for a later capture of the same server.
    """

    row: int = FIRST
    over: int = FIRST
    high: int = FIRST

    def finish(self) -> None:
        """Note that the table has been read to its end."""
        self.row, self.over = FIRST, max(self.over, self.high)


@dataclass(slots=True)
class Position:
    """How far all tables have been read.

    Attributes:
        damaged: whether the database was found to be damaged, so that its indexes are not to be trusted.
        gaps: whether rows were found lost whose number nobody knows.
        last_event, last_row: id and row of the last event that was read in the order of the stream, "" for none.
        spots: by table.
    """

    damaged: bool = False
    gaps: bool = False
    last_event: str = ""
    last_row: int = FIRST
    spots: dict[str, Spot] = field(default_factory=dict)

    def is_damaged(self) -> bool:
        """Say whether the rows of the database cannot be counted."""
        return self.damaged or self.gaps

    def spot(self, table: str) -> Spot:
        """Return the spot of a table, to be moved."""
        return self.spots.setdefault(table, Spot())

    def __str__(self) -> str:
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def parse(cls, cursor: str) -> Self:
        """Read a cursor; "" is the start.

        Raises:
            CallerError: it is no cursor of this reader.
        """
        if not cursor:
            return cls()
        try:
            found = orjson.loads(cursor)
            spots = {table: Spot(**spot) for table, spot in found["spots"].items()}
            return cls(**found | {"spots": spots})
        except (ValueError, TypeError, KeyError, AttributeError):
            raise CallerError("The cursor is not one of the Synapse reader.") from None
