"""Two packs against each other: every message that is in one alone, or shown otherwise, with the reason why."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from underseal.core.ledger import Fields, JsonValue, SignedDocument, parse_strict
from underseal.core.verify.disclosure.listing import LEFT_OUT, MESSAGES, PACK, SCHEDULES, Listing
from underseal.core.verify.disclosure.messages import SHOWN
from underseal.core.verify.disclosure.source import FolderSource, Source, ZipSource, read_lines, read_whole

_COMPARED: Final = tuple(name for name in SHOWN if name not in ("line", "redactions", "item"))
"""Fields of which a change is told by name; the rest has words of its own."""


class Where(StrEnum):
    """In which pack a message is."""

    ONLY_OLD = "only_old"
    ONLY_NEW = "only_new"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A message that the two packs do not show alike.

    Attributes:
        where: in which of them it is. record: number of its record, in the newer pack where it is in that.
        old, new: its line in each pack, None where it is not in that.
        reason: why, in words.
    """

    where: Where
    record: int
    old: int | None
    new: int | None
    reason: str

    def to_json(self) -> dict[str, int | str | None]:
        """Return it for a machine."""
        return {
            "where": self.where.value,
            "record": self.record,
            "old": self.old,
            "new": self.new,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class _Line:
    """What is kept of a line: its number, the digest of what it shows, and what explains a difference."""

    line: int
    digest: bytes
    item: bool
    redactions: frozenset[str]
    exhibits: frozenset[str]
    verdict: str
    place: tuple[JsonValue, ...] | None
    supersedes: int | None


class _Pack:
    """A pack as a difference needs it: a few words of each message, and the text of those that are asked for."""

    def __init__(self, source: Source) -> None:
        document = SignedDocument.from_json(parse_strict(read_whole(source, PACK)))
        self.listing = Listing.read(Fields(document.verify(None), PACK))
        self.lines: dict[int, _Line] = {}
        self._source = source
        for number, data in read_lines(source, MESSAGES):
            record, line = _read(number, data)
            self.lines[record] = line
        self.unused = {row["record"] for row in self._rows("unused")}
        left_out = json.loads(read_whole(source, LEFT_OUT))
        self.excluded: dict[str, str] = {
            row["exhibit"]: _decision(row) for row in left_out["exclusions"] if row["exhibit"]
        }
        self.decisions: list[str] = [_decision(row) for row in left_out["exclusions"] if not row["exhibit"]]
        self.sensitive = self.listing.counts["sensitive"]

    def _rows(self, name: str) -> list[dict[str, JsonValue]]:
        rows: list[dict[str, JsonValue]] = json.loads(read_whole(self._source, SCHEDULES[name]))["rows"]
        return rows

    def shown(self, wanted: Mapping[int, int]) -> dict[int, dict[str, JsonValue]]:
        """Return what some lines show, by record. wanted: records by line."""
        found: dict[int, dict[str, JsonValue]] = {}
        for number, data in read_lines(self._source, MESSAGES):
            if number in wanted:
                found[wanted[number]] = json.loads(data)
        return found


def open_pack(path: Path) -> Source:
    """Return the files of a pack.

    Raises:
        UnreadableError: it is a damaged zip file. OSError: there is none.
    """
    return FolderSource(path) if path.is_dir() else ZipSource(lambda: path.open("rb"))


def release_of(source: Source) -> int:
    """Return the number of the release that a verified pack was taken from."""
    document = SignedDocument.from_json(parse_strict(read_whole(source, PACK)))
    return int(Listing.read(Fields(document.verify(None), PACK)).head["release"])


def diff(old: Source, new: Source) -> Iterator[Difference]:
    """Yield what two packs do not show alike, in the order of the new one, then what is in the old one alone.

    Args:
        old, new: packs that were verified.
    """
    before, after = _Pack(old), _Pack(new)
    opened = _opened(before, after)
    changed = {r for r in before.lines.keys() & after.lines.keys() if before.lines[r].digest != after.lines[r].digest}
    one, other = (pack.shown({pack.lines[r].line: r for r in changed}) for pack in (before, after))
    for record, line in after.lines.items():
        if record in changed:
            reason = _changes(before.lines[record], line, one[record], other[record])
            if reason:
                yield Difference(
                    where=Where.CHANGED, record=record, old=before.lines[record].line, new=line.line, reason=reason
                )
        elif record in opened:
            earlier = before.lines[opened[record]]
            reason = f"a key opened it since: it was {earlier.verdict}, as record {opened[record]}"
            yield Difference(where=Where.CHANGED, record=record, old=earlier.line, new=line.line, reason=reason)
        elif record not in before.lines:
            yield Difference(
                where=Where.ONLY_NEW, record=record, old=None, new=line.line, reason=_added(record, line, before)
            )
    gone = before.lines.keys() - after.lines.keys() - set(opened.values())
    for record in sorted(gone, key=lambda record: before.lines[record].line):
        line = before.lines[record]
        yield Difference(
            where=Where.ONLY_OLD, record=record, old=line.line, new=None, reason=_removed(record, line, after)
        )


def _read(number: int, data: bytes) -> tuple[int, _Line]:
    value = json.loads(data)
    row = {} if value["row"] is None else json.loads(value["row"])
    exhibits = {value["exhibit"], *str(row.get("key_exhibit", "")).split(", ")} - {""}
    shown = {name: value[name] for name in SHOWN if name != "line"}
    return value["record"], _Line(
        line=number,
        digest=hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).digest(),
        item=value["item"],
        redactions=frozenset(each["field"] for each in value["redactions"]),
        exhibits=frozenset(exhibits),
        verdict=value["verdict"],
        place=tuple(row.get(name) for name in ("exhibit", "file", "unit", "row")) if row else None,
        supersedes=row.get("supersedes"),
    )


def _opened(before: _Pack, after: _Pack) -> dict[int, int]:
    """Return for each new record that took the place of a locked one in the old pack the number of that.

    Further keys may have opened it in several steps: it is the same where the captured bytes lie in the same place.
    """
    places = {line.place: record for record, line in before.lines.items() if line.place}
    return {
        record: places[line.place]
        for record, line in after.lines.items()
        if line.supersedes is not None and record not in before.lines and line.place in places
    }


def _changes(before: _Line, after: _Line, old: Mapping[str, JsonValue], new: Mapping[str, JsonValue]) -> str:
    told = []
    if added := after.redactions - before.redactions:
        told.append(f"newly redacted: {', '.join(sorted(added))}")
    if lifted := before.redactions - after.redactions:
        told.append(f"redacted no longer: {', '.join(sorted(lifted))}")
    if before.item is not after.item:
        told.append("now an item" if after.item else "now context only")
    fields = [name for name in _COMPARED if old[name] != new[name]]
    if fields and not before.redactions ^ after.redactions:
        told.append(f"shown otherwise: {', '.join(fields)}")
    if old["redactions"] != new["redactions"] and not before.redactions ^ after.redactions:
        told.append("another reason for a redaction")
    return "; ".join(told)


def _added(record: int, line: _Line, before: _Pack) -> str:
    what = "new item" if line.item else "new context of an item"
    if record in before.unused:
        return f"{what}; it was on the schedule of unused material"
    freed = [before.excluded[exhibit] for exhibit in sorted(line.exhibits) if exhibit in before.excluded]
    if freed:
        return f"{what}; its source was excluded by {' and '.join(freed)}"
    return what


def _removed(record: int, line: _Line, after: _Pack) -> str:
    found = [after.excluded[exhibit] for exhibit in sorted(line.exhibits) if exhibit in after.excluded]
    if found:
        return f"removed: its source was excluded by {' and '.join(found)}"
    if record in after.unused:
        return "now on the schedule of unused material"
    may = []
    if after.sensitive:
        may.append("it may be on the schedule of sensitive material")
    if after.decisions:
        may.append(f"a source of it may have been excluded by {' or '.join(sorted(set(after.decisions)))}")
    may.append("it may not be context of an item any more, or not be covered by the authority")
    return f"removed; the new pack does not say why: {', '.join(may)}"


def _decision(row: Mapping[str, str]) -> str:
    return f"decision {row['decision']} of {row['judge']}"
