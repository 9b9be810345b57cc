"""Evidence as people and programs write it (JSON), and the items of a claim that it becomes.

A place is written as in GeoJSON (RFC 7946), but only as an area: a Polygon, or the type Circle with `centre` and a `radius`
in metres. What a claim holds is said in docs/formats/attribution.md.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from underseal.core.verify.attribution import (
    Area,
    Circle,
    Document,
    Item,
    Location,
    Message,
    Polygon,
    Statement,
)
from underseal.core.verify.attribution.items import DEGREE
from underseal.errors import CallerError, at_field
from underseal.evidence.authority.moments import moment
from underseal.evidence.casework import words

Find = Callable[[int, str], Message]
"""`find(record, words)` returns a record as an item; raises NotFoundError where it is not to be seen."""

MAX_ITEMS: Final = 500
"""Items for a claim, and as many against it: an entry of the ledger has at most a megabyte."""

_HEX: Final = re.compile(r"[0-9a-f]{64}")

_FIELDS: Final = {
    "message": {"record"},
    "document": {"sha256", "name"},
    "location": {"start", "end", "area", "source"},
    "statement": {"words"},
}
_OPTIONAL: Final = {"message": {"words"}, "document": {"page", "words"}, "location": {"words"}, "statement": set[str]()}


_LISTS: Final = {"for": "supporting", "against": "opposing"}
"""Where the evidence of each side stands in a claim."""


def read_items(values: object, *, side: str, zone: ZoneInfo, find: Find) -> tuple[Item, ...]:
    """Turn evidence as it was written into items.

    Args:
        values: a list of objects with a "kind". side: "for" or "against", the place in an error.
        zone: of times without an offset. find: makes the item of a message.

    Raises:
        CallerError: it is written wrongly or speaks of a point; it says where, and names the field of the item.
            NotFoundError: an unknown record.
    """
    if not isinstance(values, Sequence) or isinstance(values, str | bytes):
        raise CallerError(f"The evidence {side} the claim is not a list.")
    if len(values) > MAX_ITEMS:
        raise CallerError(f"A claim has at most {MAX_ITEMS} items of evidence {side} it.")
    items = []
    for place, value in enumerate(values):
        with at_field(f"{_LISTS[side]}.{place}"):
            items.append(_item(value, f"Item {place + 1} of the evidence {side} the claim", zone, find))
    return tuple(items)


def _item(value: object, what: str, zone: ZoneInfo, find: Find) -> Item:
    item = _object(value, what)
    kind = item.get("kind")
    if not isinstance(kind, str) or kind not in _FIELDS:
        raise CallerError(f"{what} has no known kind.", hint=f"Kinds are {', '.join(_FIELDS)}.")
    given = {name for name, found in item.items() if found is not None} - {"kind"}
    if missing := _FIELDS[kind] - given:
        raise CallerError(f"{what} has no {min(missing)}.", hint=f"A {kind} has {', '.join(sorted(_FIELDS[kind]))}.")
    if unknown := given - _FIELDS[kind] - _OPTIONAL[kind]:
        raise CallerError(f"{what} has a field that a {kind} has not: {min(unknown)!a}.")
    said = words.note(_text(item, "words", what, default=""), f"words of {what[0].lower()}{what[1:]}")
    try:
        return _made(item, said, what, zone, find)
    except ValueError as error:
        raise CallerError(f"{what}: {error}.") from error


def _made(item: Mapping[str, object], said: str, what: str, zone: ZoneInfo, find: Find) -> Item:
    match item["kind"]:
        case "message":
            return find(_integer(item, "record", what), said)
        case "document":
            digest = _text(item, "sha256", what).lower()
            if not _HEX.fullmatch(digest):
                raise CallerError(f"{what}: a SHA-256 has 64 hexadecimal digits.")
            page = None if item.get("page") is None else _integer(item, "page", what)
            name = words.line(_text(item, "name", what), "name of the document")
            return Document(sha256=bytes.fromhex(digest), name=name, page=page, words=said)
        case "location":
            return Location(
                start=moment(_text(item, "start", what), zone),
                end=moment(_text(item, "end", what), zone, end=True),
                area=_area(item["area"], what),
                source=words.line(_text(item, "source", what), "source of the location"),
                words=said,
            )
        case _:
            return Statement(words=said)


def _area(value: object, what: str) -> Area:
    area = _object(value, f"The area of {what[0].lower()}{what[1:]}")
    match area.get("type"):
        case "Circle":
            longitude, latitude = _position(area.get("centre"), what)
            radius = area.get("radius")
            if not isinstance(radius, int | float) or isinstance(radius, bool) or not abs(radius) < DEGREE * 10:
                raise CallerError(f"{what}: a circle has a radius in metres.")
            return Circle(longitude=longitude, latitude=latitude, radius=round(radius))
        case "Polygon":
            match area.get("coordinates"):
                case [[*ring]]:
                    return Polygon(ring=tuple(_position(position, what) for position in ring))
                case _:
                    raise CallerError(f"{what}: a polygon has one ring of positions, and no holes.")
        case "Point" | "MultiPoint":
            raise CallerError(
                f"{what} is a point: a place is an area, never a point.",
                hint='Say how far off it may be: {"type": "Circle", "centre": [4.40, 51.22], "radius": 500}.',
            )
        case _:
            raise CallerError(f"{what}: an area is a Polygon or a Circle.", hint="As in GeoJSON, RFC 7946.")


def _position(value: object, what: str) -> tuple[int, int]:
    match value:
        case [int() | float() as longitude, int() | float() as latitude] if not {type(longitude), type(latitude)} & {
            bool
        }:
            if abs(longitude) <= 180 and abs(latitude) <= 90:  # noqa: PLR2004  # degrees; false for what is no number
                return round(longitude * DEGREE), round(latitude * DEGREE)
    raise CallerError(f"{what}: a position is [longitude, latitude] in degrees, east and north.")


def _object(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise CallerError(f"{what} is not an object.")
    return value


def _text(item: Mapping[str, object], name: str, what: str, *, default: str | None = None) -> str:
    value = item.get(name)
    value = default if value is None else value
    if not isinstance(value, str):
        raise CallerError(f"{what}: {name} is not a text.")
    return value


def _integer(item: Mapping[str, object], name: str, what: str) -> int:
    value = item.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise CallerError(f"{what}: {name} is not a number from 0.")
    return value


def area_to_geojson(area: Area) -> dict[str, object]:
    """Return an area as people and programs write it."""
    if isinstance(area, Circle):
        centre = [area.longitude / DEGREE, area.latitude / DEGREE]
        return {"type": "Circle", "centre": centre, "radius": area.radius}
    ring = [[longitude / DEGREE, latitude / DEGREE] for longitude, latitude in area.ring]
    return {"type": "Polygon", "coordinates": [ring]}
