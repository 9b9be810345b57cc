"""What a claim rests on: messages, documents, locations and statements, and the interval that it is about.

A location is an interval of time and an area; there is no way to write a point. Every class refuses impossible values when
it is made, so that a value of these types is always one that a claim may hold.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, TypeAlias

from underseal.core.ledger import Fields, Json, JsonValue
from underseal.errors import UnreadableError

DEGREE: Final = 10_000_000
"""Units of a coordinate in a degree: about a centimetre each. Signed JSON holds no fractions."""

MAX_RADIUS: Final = 20_100_000
"""Metres from any place on the earth to the one that is farthest from it."""

MIN_RING: Final = 4
"""Positions of the shortest ring: a triangle, whose first corner is said again at the end (RFC 7946, section 3.1.6)."""

MAX_RING: Final = 1_000

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def to_text(time: int) -> str:
    """Return a time as documents write it: ISO 8601 in UTC with milliseconds.

    Args:
        time: milliseconds since 1970, within the years 1 to 9999.
    """
    moment = _EPOCH + timedelta(milliseconds=time)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def from_text(text: str) -> int:
    """Read the form of `to_text`.

    Raises:
        ValueError: it is another form, or there is no such time.
    """
    if not _TIME.fullmatch(text):
        raise ValueError(f"{text[:40]!a} is not a time in UTC with milliseconds")
    time = (datetime.fromisoformat(text) - _EPOCH) // timedelta(milliseconds=1)
    if to_text(time) != text:
        raise ValueError(f"{text} is not written as that time is")
    return time


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The time that a claim is about, [start, end).

    Attributes:
        start: first millisecond (UTC, since 1970) inside, None where it is not known.
        end: first millisecond after it, None where it is not known.
        zone: IANA name of the time zone in which a person meant it.

    Raises:
        ValueError: it is reversed or empty.
    """

    start: int | None
    end: int | None
    zone: str

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError(
                f"the interval is reversed or empty: it starts at {to_text(self.start)} and ends at {to_text(self.end)}"
            )
        if not self.zone:
            raise ValueError("the interval has no time zone")

    def covers(self, time: int) -> bool:
        """Say whether a moment (ms since 1970) may lie in it; an end that is not known excludes nothing."""
        return (self.start is None or self.start <= time) and (self.end is None or time < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A record of the evidence.

    Attributes:
        record: its number. release: number of a release that holds it. leaf: its leaf hash there, 32 bytes.
        words: why it counts.
    """

    record: int
    release: int
    leaf: bytes
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file outside the evidence.

    Attributes:
        sha256: of its bytes, 32 bytes. name: as people call it. page: from 1, None for all of it. words: why it counts.
    """

    sha256: bytes
    name: str
    page: int | None = None
    words: str = ""

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("the document has no name")
        if self.page is not None and self.page < 1:
            raise ValueError("pages are numbered from 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A circle on the ground. Coordinates are WGS 84, in units of 1/DEGREE; the radius is in whole metres."""

    longitude: int
    latitude: int
    radius: int

    def __post_init__(self) -> None:
        _check_position(self.longitude, self.latitude)
        if not 0 < self.radius <= MAX_RADIUS:
            raise ValueError(
                f"a circle has a radius from 1 to {MAX_RADIUS:,} metres: a place is an area, never a point"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Polygon:
    """A polygon without holes: its ring of (longitude, latitude), closed, WGS 84, in units of 1/DEGREE."""

    ring: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        if not MIN_RING <= len(self.ring) <= MAX_RING or self.ring[0] != self.ring[-1]:
            raise ValueError(f"the ring of a polygon has {MIN_RING} to {MAX_RING} positions, and ends where it begins")
        for longitude, latitude in self.ring:
            _check_position(longitude, latitude)
        if sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(self.ring)) == 0:
            raise ValueError("the polygon encloses nothing: a place is an area, never a point or a line")


Area: TypeAlias = Circle | Polygon


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Somebody or something was somewhere within an area at some time within an interval.

    Attributes:
        start, end: the interval [start, end), in milliseconds since 1970; both are known.
        area: where. source: who or what says so. words: why it counts.
    """

    start: int
    end: int
    area: Area
    source: str
    words: str = ""

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(
                "the interval of a location is reversed or empty: it is a time from and to, never a moment"
            )
        if not self.source:
            raise ValueError("the location has no source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What somebody says, in words."""

    words: str

    def __post_init__(self) -> None:
        if not self.words:
            raise ValueError("the statement says nothing")


Item: TypeAlias = Message | Document | Location | Statement


def _check_position(longitude: int, latitude: int) -> None:
    if not (abs(longitude) <= 180 * DEGREE and abs(latitude) <= 90 * DEGREE):
        raise ValueError("a position has a longitude from -180 to 180 and a latitude from -90 to 90 degrees")


def item_to_json(item: Item) -> dict[str, Json]:
    """Return an item as a document has it."""
    match item:
        case Message():
            own: dict[str, Json] = {
                "kind": "message",
                "record": item.record,
                "release": item.release,
                "leaf": item.leaf.hex(),
            }
        case Document():
            own = {"kind": "document", "sha256": item.sha256.hex(), "name": item.name, "page": item.page}
        case Location():
            times: dict[str, Json] = {"start": to_text(item.start), "end": to_text(item.end)}
            own = {"kind": "location", **times, "area": _area_to_json(item.area), "source": item.source}
        case Statement():
            own = {"kind": "statement"}
    return {**own, "words": item.words}


def _area_to_json(area: Area) -> dict[str, Json]:
    if isinstance(area, Circle):
        return {"type": "circle", "centre": [area.longitude, area.latitude], "radius": area.radius}
    return {"type": "polygon", "ring": [list(position) for position in area.ring]}


_ITEM_FIELDS: Final = {
    "message": ("record", "release", "leaf"),
    "document": ("sha256", "name", "page"),
    "location": ("start", "end", "area", "source"),
    "statement": (),
}


def read_item(value: JsonValue, what: str) -> Item:
    """Read an item of a document.

    Raises:
        UnreadableError: it has another shape. ValueError: it says something that cannot be.
    """
    kind = Fields(value, what).text("kind")
    if kind not in _ITEM_FIELDS:
        raise UnreadableError(f"{what} is of an unknown kind.")
    fields = Fields(value, what, required=("kind", "words", *_ITEM_FIELDS[kind]))
    words = fields.text("words")
    match kind:
        case "message":
            record, release = fields.integer("record"), fields.integer("release")
            return Message(record=record, release=release, leaf=fields.hexadecimal("leaf"), words=words)
        case "document":
            page = None if fields.value("page") is None else fields.integer("page")
            return Document(sha256=fields.hexadecimal("sha256"), name=fields.text("name"), page=page, words=words)
        case "location":
            return Location(
                start=from_text(fields.text("start")),
                end=from_text(fields.text("end")),
                area=_read_area(fields.value("area"), f"The area of {what}"),
                source=fields.text("source"),
                words=words,
            )
        case _:
            return Statement(words=words)


def _read_area(value: JsonValue, what: str) -> Area:
    kind = Fields(value, what).text("type")
    if kind == "circle":
        fields = Fields(value, what, required=("type", "centre", "radius"))
        longitude, latitude = _position(fields.value("centre"), what)
        return Circle(longitude=longitude, latitude=latitude, radius=fields.integer("radius"))
    if kind == "polygon":
        ring = Fields(value, what, required=("type", "ring")).value("ring")
        return Polygon(ring=tuple(_position(at, what) for at in (ring if isinstance(ring, list) else ())))
    raise UnreadableError(f"{what} is neither a circle nor a polygon.")


def _position(value: JsonValue, what: str) -> tuple[int, int]:
    match value:
        case [int() as longitude, int() as latitude] if not {type(longitude), type(latitude)} & {bool}:
            return longitude, latitude
        case _:
            raise UnreadableError(f"{what}: a position is not a longitude and a latitude.")


def read_items(value: JsonValue, what: str) -> tuple[Item, ...]:
    """Read a list of items; raises as `read_item`."""
    if not isinstance(value, list):
        raise UnreadableError(f"{what} is not a list.")
    return tuple(read_item(item, f"{what}, item {number}") for number, item in enumerate(value, 1))


def items_to_json(items: Sequence[Item]) -> list[Json]:
    """Return items as a document has them."""
    return [item_to_json(item) for item in items]
