"""What was said, held against what the desk shows: the check at the end of `underseal demo`."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from underseal.core.records import Kind
from underseal.evidence.investigation import Consultation

_READABLE: Final = frozenset({"opened", "clear"})
_WORDED: Final = frozenset({"text", "reply", "picture", "voice"})
"""Kinds whose words a person reads as they were written."""


_EVERYTHING: Final = f"copies:all ({' OR '.join(f'kind:{kind}' for kind in Kind)})"
"""A query for every record; without kinds only messages are found, and without copies each once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing that was sent.

    Attributes:
        event: its id. sender: Matrix user id. kind: text, picture, voice and so on.
        words: what it says; None where it has none to compare.
        readable: whether a seized key opens it, or it was never encrypted.
    """

    event: str
    sender: str
    kind: str
    words: str | None
    readable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came of it.

    Attributes:
        readable, locked: what was said and is shown, or is shown as locked, as it should.
        differences: a sentence for each thing that is not.
    """

    readable: int
    locked: int
    differences: tuple[str, ...]

    def sums(self) -> dict[str, object]:
        """Return the counts for the summary."""
        return {"said": {"shown": self.readable, "locked": self.locked, "different": len(self.differences)}}


def recorded_truth(file: Path) -> list[Said]:
    """Read the truth of the recorded sample."""
    lines = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return [
        Said(
            event=line["event_id"],
            sender=line["sender"],
            kind=line["kind"],
            words=line["body"] if line["kind"] in _WORDED else None,
            readable=line["verdict"] in _READABLE,
        )
        for line in lines
    ]


def played_truth(line: Mapping[str, Any]) -> Said:
    """Read a line of what a scenario wrote down; one that the server refused has no event."""
    return Said(
        event=line.get("event_id", ""),
        sender=line["sender"],
        kind=line["kind"],
        words=line.get("body", "") if line["kind"] in _WORDED else None,
        readable=bool(line.get("openable_by")) or not line["encrypted"],
    )


def compare(case: Consultation, truth: Iterable[Said]) -> Comparison:
    """Hold every message that was said against every record of the release.

    A message may have several copies, one of them emptied by the server; it is shown if one of them is.
    """
    shown = _shown(case)
    readable, locked, differences = 0, 0, []
    said = [line for line in truth if line.event]
    for line in said:
        fault = _fault(line, shown.get(line.event, []))
        if fault:
            differences.append(f"{line.kind} {line.event} of {line.sender} {fault}")
        elif line.readable:
            readable += 1
        else:
            locked += 1
    known = {line.event for line in said}
    opened = {event for event, copies in shown.items() if any(copy["verdict"] == "opened" for copy in copies)}
    differences += [f"{event} was opened, and nobody said it" for event in sorted(opened - known)]
    return Comparison(readable=readable, locked=locked, differences=tuple(differences))


def _shown(case: Consultation) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for page in case.pages(_EVERYTHING):
        for row in page.rows.select(["event", "verdict", "text", "sender"]).to_pylist():
            found[row["event"]].append(row)
    return dict(found)


def _fault(said: Said, copies: list[dict[str, Any]]) -> str:
    """Say what is wrong with how a message is shown; "" if nothing is."""
    if not copies:
        return "is nowhere"
    if {copy["sender"] for copy in copies} != {said.sender}:
        return "has another sender"
    texts = [copy["text"] for copy in copies if copy["verdict"] in _READABLE and copy["text"] is not None]
    if not said.readable:
        return "is shown, and no seized key opens it" if any(copy["verdict"] == "opened" for copy in copies) else ""
    if all(copy["verdict"] not in _READABLE for copy in copies):
        return "is locked, and a seized key opens it"
    if said.words is not None and set(texts) != {said.words}:
        return f"has other words in {len(texts)} of {len(copies)} copies"
    return ""
