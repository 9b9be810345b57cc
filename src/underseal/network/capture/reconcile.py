"""The feed held against the database, event by event: what only one of them has, and where they differ.

The feed may lack events (lines that a crash took before they reached the disk) and may have more (what the server has since dropped or
emptied: after 48 hours, at the end of a timer, by a deletion). Each difference is named; none is mended.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from underseal.core.ledger import canonical


class Difference(StrEnum):
    """How feed and database differ on an event."""

    ONLY_DATABASE = "only_in_database"
    ONLY_FEED = "only_in_feed"
    OTHER_CONTENT = "other_content"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """What came of it.

    Attributes:
        both: events that are the same in both.
        differences: event ids by difference, in the feed's order and then the database's.
        damaged: numbers of feed lines that cannot be read, from 1; a crash leaves at most the last.
    """

    both: int
    differences: Mapping[Difference, tuple[str, ...]]
    damaged: tuple[int, ...]

    def sums(self) -> dict[str, int]:
        """Return how many of each."""
        return {"in_both": self.both, "damaged_lines": len(self.damaged)} | {
            str(kind): len(ids) for kind, ids in self.differences.items()
        }

    def lines(self) -> Iterator[str]:
        """Return one JSON line for each difference."""
        for kind, ids in self.differences.items():
            yield from (json.dumps({"difference": str(kind), "event_id": event}) for event in ids)
        yield from (json.dumps({"difference": "damaged_line", "line": number}) for number in self.damaged)


def reconcile(feed: Path, events: Iterator[tuple[str, str, bool]]) -> Reconciliation:
    """Compare.

    Args:
        feed: JSON lines; a missing file is an empty one.
        events: of the database: event id, JSON text, and whether the feed must have it (accepted while the order was in force).
    """
    fed, damaged = _read(feed)
    both, other, only_database = 0, [], []
    for event_id, text, due in events:
        line = fed.pop(event_id, None)
        if line is not None:
            if _content(json.loads(text)) == line:
                both += 1
            else:
                other.append(event_id)
        elif due:
            only_database.append(event_id)
    return Reconciliation(
        both=both,
        differences={
            Difference.ONLY_DATABASE: tuple(only_database),
            Difference.ONLY_FEED: tuple(fed),
            Difference.OTHER_CONTENT: tuple(other),
        },
        damaged=tuple(damaged),
    )


def _read(feed: Path) -> tuple[dict[str, bytes], list[int]]:
    found: dict[str, bytes] = {}
    damaged = []
    if feed.exists():
        with feed.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    event = json.loads(line)
                    found[event["event_id"]] = _content(event)
                except (ValueError, KeyError, TypeError):
                    damaged.append(number)
    return found, damaged


def _content(event: Mapping[str, Any]) -> bytes:
    """Return what an event says, in one form: who, where, when, what. The rest belongs to servers."""
    fields = ("type", "room_id", "sender", "origin_server_ts", "state_key", "content")
    return canonical({field: event[field] for field in fields if field in event})
