"""The mapping of a message table: which column is which field, whose clock, which time zone. Nothing of it is guessed."""

import difflib
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from underseal.core.records import Kind
from underseal.errors import CallerError, UnreadableError

FIELDS: Final = (
    "time",
    "sender",
    "recipients",
    "conversation",
    "text",
    "event",
    "kind",
    "device",
    "detail",
)
"""Fields of a record that a column can give."""

LAYOUTS: Final = ("csv", "jsonl", "parquet")
TIME_FORMATS: Final = ("iso", "epoch_s", "epoch_ms", "timestamp")
MAX_BYTES: Final = 1 << 20
"""Largest mapping file, in bytes."""

_SECTIONS: Final = ("layout", "columns", "time", "csv", "recipients", "conversation", "kinds")
_HINT: Final = "docs/formats/message-table.md shows a whole mapping."


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRule:
    """How times are written.

    Attributes:
        format: one of TIME_FORMATS, or a format of strptime.
        zone: IANA name of the zone of times that say none themselves; "" where all do.
        clock: whose clock it was, in the words of the mapping.
    """

    format: str
    zone: str
    clock: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvRule:
    """How a CSV file is written.

    Attributes:
        delimiter: one ASCII character between fields.
        quote: one ASCII character around fields, "" where fields are never quoted.
        encoding: name of a Python codec.
        header: whether the first row names the columns; else they are called "1", "2", ...
    """

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    header: bool = True


@dataclass(frozen=True, kw_only=True)
class TableMapping:
    """A whole mapping.

    Attributes:
        file: where it was read from, for messages.
        layout: one of LAYOUTS.
        columns: field -> column; "time" is always there.
        time: how times are written. csv: how the file is written.
        separator: between several recipients in one field; "" where there is only ever one.
        by_participants: whether a conversation is named by its sender and recipients.
        kinds: value as found -> kind.
    """

    file: str
    layout: str
    columns: Mapping[str, str]
    time: TimeRule
    csv: CsvRule = field(default_factory=CsvRule)
    separator: str = ""
    by_participants: bool = False
    kinds: Mapping[str, Kind] = field(default_factory=dict)

    @cached_property
    def wanted(self) -> tuple[str, ...]:
        """The columns that are read, each once."""
        return tuple(dict.fromkeys(self.columns.values()))

    def check_columns(self, found: Collection[str]) -> None:
        """Compare with the columns of a table.

        Raises:
            UnreadableError: the table lacks one, or has two of that name.
        """
        for name, column in self.columns.items():
            times = sum(column == other for other in found)
            if times == 1:
                continue
            what = "has no column" if times == 0 else f"has {times} columns called"
            near = difflib.get_close_matches(column, found, n=1)
            did_you_mean = f"Did you mean {near[0]!r}? " if near and times == 0 else ""
            raise UnreadableError(
                f"The table {what} {column!r}, which {self.file} gives for {name}.",
                hint=f"{did_you_mean}The columns are: {', '.join(map(repr, found))}.",
            )


def read_mapping(path: Path | None) -> TableMapping:
    """Read a mapping file.

    Raises:
        CallerError: it is missing or faulty; says where and what to do.
    """
    if path is None:
        raise CallerError("A message table needs a mapping file, which says what its columns are.", hint=_HINT)
    try:
        with path.open("rb") as file:
            document = tomllib.loads(file.read(MAX_BYTES).decode())
    except OSError as error:
        raise CallerError(f"The mapping {path.name} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CallerError(f"The mapping {path.name} is no TOML: {error}.", hint=_HINT) from error
    return _Parser(path.name, document).mapping()


class _Parser:
    """Takes a document apart, and names the place of every fault."""

    def __init__(self, file: str, document: Mapping[str, object]) -> None:
        self._file = file
        self._document = document

    def mapping(self) -> TableMapping:
        self._known("", self._document, _SECTIONS)
        conversation = self._section("conversation", ("from",))
        by_participants = self._text("conversation", conversation, "from", default="") == "participants"
        if conversation and not by_participants:
            raise self._fault("conversation.from", 'knows only "participants"')
        return TableMapping(
            file=self._file,
            layout=self._choice("", self._document, "layout", LAYOUTS),
            columns=self._columns(by_participants=by_participants),
            time=self._time(),
            csv=self._csv(),
            separator=self._text("recipients", self._section("recipients", ("separator",)), "separator", default=""),
            by_participants=by_participants,
            kinds=self._kinds(),
        )

    def _columns(self, *, by_participants: bool) -> dict[str, str]:
        section = self._section("columns", FIELDS, required=True)
        columns = {name: self._text("columns", section, name) for name in section}
        if "time" not in columns:
            raise self._fault("columns.time", "is missing: a message without a time is no evidence")
        if by_participants and "conversation" in columns:
            raise self._fault("conversation.from", "is given beside columns.conversation; keep one of them")
        if by_participants and not {"sender", "recipients"} <= columns.keys():
            raise self._fault("conversation.from", "needs columns.sender and columns.recipients")
        return columns

    def _time(self) -> TimeRule:
        section = self._section("time", ("format", "zone", "clock"), required=True)
        rule = TimeRule(
            format=self._text("time", section, "format"),
            zone=self._text("time", section, "zone", default=""),
            clock=self._text("time", section, "clock"),
        )
        says_itself = rule.format in TIME_FORMATS or "%z" in rule.format
        if rule.format not in TIME_FORMATS and "%" not in rule.format:
            known = ", ".join(TIME_FORMATS)
            raise self._fault("time.format", f"is neither one of {known} nor a format such as %d/%m/%Y %H:%M:%S")
        if "%" in rule.format:
            self._check_words(rule.format)
        if not rule.zone and not says_itself:
            raise self._fault("time.zone", 'is missing: say which clock was read, as in zone = "Europe/Brussels"')
        if rule.zone and rule.format.startswith("epoch"):
            raise self._fault("time.zone", "has no meaning here: seconds since 1970 are counted in UTC")
        self._check_zone(rule.zone)
        return rule

    def _check_words(self, time_format: str) -> None:
        try:
            datetime.strptime("", time_format)  # noqa: DTZ007  # no value, only the format is looked at
        except ValueError as error:
            if "does not match" not in str(error):
                raise self._fault("time.format", f"has a word that is not known: {time_format!r}") from None
        if not any(word in time_format for word in ("%Y", "%y", "%c", "%x", "%G")):
            raise self._fault("time.format", "says no year")

    def _check_zone(self, zone: str) -> None:
        try:
            if zone:
                ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise self._fault("time.zone", f"{zone!r} is no IANA time zone, such as Europe/Brussels or UTC") from None

    def _csv(self) -> CsvRule:
        section = self._section("csv", ("delimiter", "quote", "encoding", "header"))
        rule = CsvRule(
            delimiter=self._text("csv", section, "delimiter", default=","),
            quote=self._text("csv", section, "quote", default='"'),
            encoding=self._text("csv", section, "encoding", default="utf-8"),
            header=self._flag("csv", section, "header", default=True),
        )
        for name, value in (("delimiter", rule.delimiter), ("quote", rule.quote or "x")):
            if len(value) != 1 or not value.isascii() or value in "\r\n\0":
                raise self._fault(f"csv.{name}", "must be one ASCII character and no line break")
        if rule.delimiter == rule.quote:
            raise self._fault("csv.quote", "is the same as csv.delimiter")
        try:
            "".encode(rule.encoding)
        except LookupError:
            raise self._fault("csv.encoding", f"{rule.encoding!r} is no text encoding") from None
        return rule

    def _kinds(self) -> dict[str, Kind]:
        section = self._section("kinds", None)
        if section and "kind" not in self._section("columns", FIELDS, required=True):
            raise self._fault("kinds", "is given without columns.kind")
        known = tuple(kind.value for kind in Kind if kind is not Kind.SEALED)  # a table holds nothing encrypted
        return {found: Kind(self._choice("kinds", section, found, known)) for found in section}

    def _section(self, name: str, keys: Collection[str] | None, *, required: bool = False) -> Mapping[str, object]:
        value = self._document.get(name, {})
        if not isinstance(value, dict):
            raise self._fault(name, f"is no section; write [{name}]")
        if required and not value:
            raise self._fault(name, f"is missing; write [{name}]")
        if keys is not None:
            self._known(name, value, keys)
        return value

    def _known(self, section: str, found: Mapping[str, object], keys: Collection[str]) -> None:
        for key in found:
            if key not in keys:
                near = difflib.get_close_matches(key, keys, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(keys)}"
                raise self._fault(f"{section}.{key}".strip("."), f"is not known: {hint}")

    def _text(self, section: str, values: Mapping[str, object], key: str, *, default: str | None = None) -> str:
        value = values.get(key, default)
        place = f"{section}.{key}".strip(".")
        if value is None:
            raise self._fault(place, "is missing")
        if not isinstance(value, str) or (not value and default is None):
            raise self._fault(place, "must be a text")
        return value

    def _flag(self, section: str, values: Mapping[str, object], key: str, *, default: bool) -> bool:
        value = values.get(key, default)
        if not isinstance(value, bool):
            raise self._fault(f"{section}.{key}", "must be true or false")
        return value

    def _choice(self, section: str, values: Mapping[str, object], key: str, known: Collection[str]) -> str:
        value = self._text(section, values, key)
        if value not in known:
            raise self._fault(f"{section}.{key}".strip("."), f"{value!r} is not one of {', '.join(known)}")
        return value

    def _fault(self, place: str, what: str) -> CallerError:
        return CallerError(f"{self._file}: {place} {what}.", hint=_HINT)
