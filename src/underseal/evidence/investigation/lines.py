"""Lines: records as a person reads them, each with its replies, edits, reactions and redaction drawn to it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.records import Kind, Media, Relation
from underseal.evidence.authority.moments import iso
from underseal.evidence.store import Directory, View

Row: TypeAlias = Mapping[str, object]
"""A record of the `RECORDS` schema as Arrow gives it to Python."""

_COLUMNS = [
    "number", "event", "conversation", "sender", "device", "recipients", "time", "clock", "time_found", "uncertainty",
    "kind", "text", "relation", "target", "media", "detail", "verdict", "reason", "copy_of", "exhibit",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An account and the name that it gave itself last."""

    account: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time as evidence.

    Attributes:
        utc: milliseconds since 1970. iso: ISO 8601 with milliseconds and the offset of the workspace's time zone.
        clock: whose clock. found: the value as found. uncertainty: half width in milliseconds.
    """

    utc: int
    iso: str
    clock: str
    found: str
    uncertainty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a reply answers; number, sender and text are None where it was not captured or is out of scope."""

    number: int | None
    sender: Party | None
    text: str | None
    verdict: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A later wording."""

    number: int
    time: Moment
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """A reaction and the accounts that gave it."""

    key: str
    senders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """Who took a message back. What was captured of it stays readable."""

    number: int
    sender: Party
    time: Moment
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A message in its place; fields as in `core.records.RECORDS`, names resolved."""

    number: int
    event: str
    conversation: str
    sender: Party
    device: str
    recipients: tuple[str, ...]
    time: Moment
    kind: str
    verdict: str
    reason: str
    text: str | None
    detail: str
    media: Media | None
    reply: Quote | None
    edits: tuple[Edit, ...]
    reactions: tuple[Reaction, ...]
    redaction: Redaction | None
    copies: int
    exhibit: str


class Lines:
    """Makes lines of records.

    Args:
        view: where replies and reactions are looked up. directory: for names. zone: in which times are written.
    """

    columns: Sequence[str] = tuple(_COLUMNS)
    """The columns that `of` needs."""

    def __init__(self, view: View, directory: Directory, zone: ZoneInfo) -> None:
        self._view = view
        self._directory = directory
        self._zone = zone

    def of(self, rows: pa.Table) -> list[Line]:
        """Return one line per record, in order."""
        records: list[Row] = rows.select(_COLUMNS).to_pylist()
        referring = self._referring(records)
        answered = self._answered(records)
        copies = self._copies(records)
        return [self._line(row, referring, answered, copies) for row in records]

    def in_conversation(self, rows: pa.Table) -> list[Line]:
        """Return the lines of a conversation's page: an edit stands on the message that it edits, where that is held."""
        edits = pc.equal(rows.column("relation").cast(pa.string()), Relation.EDIT.value).fill_null(fill_value=False)
        targets = rows.filter(edits).column("target").drop_null().unique()
        held = self._view.of_events(targets.to_pylist(), ["event"]).column("event")
        folded = pc.and_(edits, pc.is_in(rows.column("target"), value_set=pa.array(held.to_pylist(), pa.string())))
        return self.of(rows.filter(pc.invert(folded)))

    def moment(self, row: Row) -> Moment:
        """Return the time of a record as evidence."""
        utc = int(str(row["time"]))
        return Moment(
            utc=utc,
            iso=iso(utc, self._zone),
            clock=_word(row, "clock"),
            found=_word(row, "time_found") or str(utc),
            uncertainty=int(str(row["uncertainty"] or 0)),
        )

    def _line(
        self,
        row: Row,
        referring: Mapping[str, Sequence[Row]],
        answered: Mapping[str, Row],
        copies: Counter[str],
    ) -> Line:
        about = referring.get(_word(row, "event"), ())
        media = _word(row, "media")
        recipients = row["recipients"]
        return Line(
            number=int(str(row["number"])),
            event=_word(row, "event"),
            conversation=_word(row, "conversation"),
            sender=self._party(row),
            device=_word(row, "device"),
            recipients=tuple(recipients) if isinstance(recipients, list) else (),
            time=self.moment(row),
            kind=_word(row, "kind"),
            verdict=_word(row, "verdict"),
            reason=_word(row, "reason"),
            text=_text(row),
            detail=_word(row, "detail"),
            media=Media.from_json(media) if media else None,
            reply=self._quote(row, answered),
            edits=tuple(self._edit(other) for other in about if other["relation"] == Relation.EDIT),
            reactions=_reactions(other for other in about if other["relation"] == Relation.REACTION),
            redaction=self._redaction(about),
            copies=copies[_word(row, "event")],
            exhibit=_word(row, "exhibit"),
        )

    def _party(self, row: Row) -> Party:
        account = _word(row, "sender")
        return Party(account=account, name=self._directory.name(account))

    def _quote(self, row: Row, answered: Mapping[str, Row]) -> Quote | None:
        if row["relation"] != Relation.REPLY:
            return None
        other = answered.get(_word(row, "target"))
        if other is None:
            return Quote(number=None, sender=None, text=None, verdict=None)
        return Quote(
            number=int(str(other["number"])),
            sender=self._party(other),
            text=_text(other),
            verdict=_word(other, "verdict"),
        )

    def _edit(self, row: Row) -> Edit:
        return Edit(number=int(str(row["number"])), time=self.moment(row), text=_text(row))

    def _redaction(self, about: Sequence[Row]) -> Redaction | None:
        for row in about:
            if row["kind"] == Kind.REDACTION:
                return Redaction(
                    number=int(str(row["number"])),
                    sender=self._party(row),
                    time=self.moment(row),
                    reason=_text(row) or "",
                )
        return None

    def _referring(self, records: Sequence[Row]) -> dict[str, list[Row]]:
        events = [_word(row, "event") for row in records if row["event"]]
        found: dict[str, list[Row]] = defaultdict(list)
        rows = self._view.referring(events, _COLUMNS).sort_by([("time", "ascending"), ("number", "ascending")])
        for row in rows.to_pylist():
            if row["copy_of"] is None:
                found[row["target"]].append(row)
        return found

    def _answered(self, records: Sequence[Row]) -> dict[str, Row]:
        targets = [_word(row, "target") for row in records if row["relation"] == Relation.REPLY]
        rows = self._view.of_events(targets, _COLUMNS).to_pylist()
        return {row["event"]: row for row in rows if row["copy_of"] is None}

    def _copies(self, records: Sequence[Row]) -> Counter[str]:
        """Return how many further records there are of each event."""
        events = {_word(row, "event") for row in records if row["event"]}
        if all(row["copy_of"] is None for row in records):
            return Counter(self._view.copies_of(events, ["event"]).column("event").to_pylist())
        alike = Counter(self._view.of_events(events, ["event"]).column("event").to_pylist())
        return Counter({event: times - 1 for event, times in alike.items()})


def _word(row: Row, name: str) -> str:
    value = row[name]
    return "" if value is None else str(value)


def _text(row: Row) -> str | None:
    return None if row["text"] is None else str(row["text"])


def _reactions(rows: Iterable[Row]) -> tuple[Reaction, ...]:
    given: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        given[_text(row) or ""].append(_word(row, "sender"))
    return tuple(Reaction(key=key, senders=tuple(senders)) for key, senders in given.items())
