"""The three schedules of a dossier as a pack would have them, page by page, before it is made."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar
from zoneinfo import ZoneInfo

from underseal.core.records import RECORDS
from underseal.evidence.authority.moments import iso
from underseal.evidence.dossier import HeldBack, Holding
from underseal.evidence.investigation.dossier_hand import Hand
from underseal.evidence.investigation.dossier_selection import held_back_of, selection_of

if TYPE_CHECKING:
    from underseal.evidence.disclosure import Disclosed
    from underseal.evidence.disclosure.material import Material

_Line = TypeVar("_Line")


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedLine:
    """A line of the schedule of used material.

    Attributes:
        shown: the message as its receiver would see it. redactions: what is held back of it.
    """

    shown: "Disclosed"
    redactions: tuple[Holding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusedLine:
    """A line of the schedule of unused material: all that its receiver would see of a message.

    Attributes:
        line: its number in the schedule, from 1. record: number of the message. conversation: its identifier.
        iso: when, ISO 8601 with offset. kind: as in `core.records.Kind`.
    """

    line: int
    record: int
    conversation: str
    iso: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitiveLine:
    """A line of the schedule of sensitive material, of which its receiver would see its number and the reason.

    Attributes:
        line: its number in the schedule, from 1. record: number of the message. held: by whom, when and why.
    """

    line: int
    record: int
    held: Holding


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulePage(Generic[_Line]):
    """A page of a schedule.

    Attributes:
        lines: of the schedule. used, unused, sensitive: how many lines each schedule has.
        cursor: last line of this page, None where it is the last page.
    """

    lines: tuple[_Line, ...]
    used: int
    unused: int
    sensitive: int
    cursor: int | None


class DossierSchedules:
    """The schedules of dossiers; methods raise as those of `Dossiers`. `after` is the cursor of the page before, 0 for the first."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def used(self, dossier: str, *, after: int = 0, limit: int = 60) -> SchedulePage[UsedLine]:
        """Return a page of the messages that would be enclosed."""
        from underseal.evidence.disclosure.shown import Shown  # noqa: PLC0415  # imports the ciphers

        with self._material(dossier, "schedule of used material") as (material, held_back):
            numbers = material.numbers[after : after + limit]
            rows = material.view.records(numbers, RECORDS.names)
            shown = Shown(
                material=material,
                directory=self._hand.investigation.directory(material.view),
                media=self._hand.investigation.workspace.media,
                zone=self._zone,
            )
            redactions = _by_shown_record(material, held_back)
            lines = [
                UsedLine(shown=each, redactions=redactions.get(each.record, ()))
                for _, _, each in shown.messages(rows, after + 1)
            ]
            return _page(material, lines, after, material.used.num_rows)

    def unused(self, dossier: str, *, after: int = 0, limit: int = 60) -> SchedulePage[UnusedLine]:
        """Return a page of the messages that would be listed without their content."""
        with self._material(dossier, "schedule of unused material") as (material, _):
            rows = material.unused.slice(after, limit).to_pylist()
            lines = [
                UnusedLine(
                    line=at,
                    record=row["number"],
                    conversation=row["conversation"] or "",
                    iso=iso(row["time"], self._zone),
                    kind=row["kind"],
                )
                for at, row in enumerate(rows, after + 1)
            ]
            return _page(material, lines, after, material.unused.num_rows)

    def sensitive(self, dossier: str, *, after: int = 0, limit: int = 60) -> SchedulePage[SensitiveLine]:
        """Return a page of the messages of which nothing but a number and a reason would be told."""
        with self._material(dossier, "schedule of sensitive material") as (material, held_back):
            held = {material.newer.get(record, record): each for record, each in held_back.sensitive.items()}
            lines = [
                SensitiveLine(line=at, record=record, held=held[record])
                for at, record in enumerate(material.sensitive, 1)
            ]
            return _page(material, lines[after : after + limit], after, len(lines))

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._hand.settings.timezone)

    @contextmanager
    def _material(self, dossier: str, what: str) -> Iterator[tuple["Material", HeldBack]]:
        from underseal.evidence.disclosure.material import Material  # noqa: PLC0415  # as above

        with self._hand.reading(dossier, what) as reading:
            held_back = held_back_of(self._hand, reading.view, reading.head)
            selection = selection_of(self._hand, reading.view, reading.head, held_back)
            yield Material.of(reading.view, selection), held_back


def _by_shown_record(material: "Material", held_back: HeldBack) -> dict[int, tuple[Holding, ...]]:
    found: dict[int, tuple[Holding, ...]] = defaultdict(tuple)
    for record, held in held_back.redactions.items():
        found[material.newer.get(record, record)] += held
    return found


def _page(material: "Material", lines: Sequence[_Line], after: int, total: int) -> SchedulePage[_Line]:
    last = after + len(lines)
    return SchedulePage(
        lines=tuple(lines),
        used=material.used.num_rows,
        unused=material.unused.num_rows,
        sensitive=len(material.sensitive),
        cursor=last if lines and last < total else None,
    )
