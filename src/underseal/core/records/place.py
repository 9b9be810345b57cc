"""Where the bytes of a record lie."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An exact place inside an exhibit.

    Attributes:
        file: path of the file relative to the exhibit's root, with "/" between folders; "" for an exhibit of one file.
        unit: what `row` counts, in the words of the format: "events rowid", "line", "row", "session".
        row: the number of the unit, counted from 1 (an SQLite rowid as the database has it).
    """

    file: str
    unit: str
    row: int

    def __str__(self) -> str:
        return f"{self.file or 'exhibit'}, {self.unit} {self.row}"
