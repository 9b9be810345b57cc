"""What a dossier said before: the versions of all that was ever entered in it, as far as its reader may see them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from underseal.evidence.casework import Entry
from underseal.evidence.casework.dossiers import Dossiers
from underseal.evidence.dossier.card import Kind
from underseal.evidence.dossier.coding import seen
from underseal.evidence.dossier.work import SIDES, records_in
from underseal.evidence.identity import Eyes

_SAID: Final[Mapping[str, tuple[str, ...]]] = {
    Kind.FIELD: ("value",),
    Kind.STANDING: ("why",),
    Kind.ITEM: ("text", "before", "after", "why"),
    Kind.EVENT: ("words", "start", "end", "record"),
    Kind.HYPOTHESIS: ("words", "state", *SIDES),
    Kind.TASK: ("words", "state", "assignee", "due"),
    Kind.THREAT: ("step", "outcome", "words", "happened"),
    Kind.IDENTIFIER: ("typed", "why"),
    Kind.REDACTION: ("field", "why"),
    Kind.SENSITIVE: ("why",),
    Kind.TRANSFER: ("state", "district", "lead", "basis", "why"),
    Kind.PACKAGE: ("state", "number", "to", "basis"),
}
"""What people say of each kind of thing, in the order in which it is read."""

_ENDED_WITH_WORDS: Final = frozenset({Kind.STANDING, Kind.TRANSFER})
"""Kinds whose end says as much as their beginning; of all others that are taken out only the reason is told."""

MOMENTS: Final = frozenset({"start", "end", "due", "happened"})
"""What is a moment (ms since 1970) in a version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What was said of a thing once.

    Attributes:
        kind, thing: of what. version: counted from 1. stands: False where it was taken out.
        said: what people said of it, by name: words, numbers, moments (`MOMENTS`), numbers of records. Of what was taken out
            only why.
        user, at: who said it, and when (ms since 1970).
    """

    kind: Kind
    thing: str
    version: int
    stands: bool
    said: Mapping[str, str | int | tuple[int, ...]]
    user: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPage:
    """A page of versions, the latest first. cursor: where the next one goes on, None on the last page."""

    versions: tuple[Version, ...]
    cursor: int | None


def read_versions(
    register: Dossiers,
    dossier: int,
    eyes: Eyes,
    *,
    kind: Kind | None = None,
    thing: str = "",
    before: int | None = None,
    limit: int = 100,
) -> VersionPage:
    """Return versions, the latest first. What stands on a message that the reader may not see is left out, in all its versions.

    Args:
        register: where they are kept. dossier: id of its row. eyes: of the reader.
        kind, thing: only of these, None and "" for all.
        before: cursor of the page before, None for the first. limit: how many are looked at.
    """
    found = register.history_back(dossier, kind or "", thing, before=before, limit=limit + 1)
    page = found[:limit]
    latest = register.latest(
        [dossier], sorted({entry.kind for entry in page}), things=sorted({entry.thing for entry in page})
    )
    standing = {(each.entry.kind, each.entry.thing): each.entry for each in latest}
    records = {record for entry in (*page, *standing.values()) for record in _records(entry)}
    held = set(seen(eyes.view, records))

    def shown(entry: Entry) -> bool:
        now = standing[entry.kind, entry.thing]
        return all(_sees(each, held, eyes) for each in (entry, now))

    return VersionPage(
        versions=tuple(_version(entry, held) for entry in page if shown(entry)),
        cursor=page[-1].id if len(found) > limit else None,
    )


def _records(entry: Entry) -> Sequence[int]:
    own = [] if entry.record is None else [entry.record]
    return [*own, *records_in(entry.body)]


def _sees(entry: Entry, held: Collection[int], eyes: Eyes) -> bool:
    account, person = entry.body.get("account", ""), entry.body.get("person", "")
    return (
        (entry.record is None or entry.record in held)
        and (not account or eyes.knows(account))
        and (not person or eyes.knows_person(person))
    )


def _version(entry: Entry, held: Collection[int]) -> Version:
    kind = Kind(entry.kind)
    names = _SAID.get(kind, ()) if entry.stands or kind in _ENDED_WITH_WORDS else ("why",)
    said = {name: told for name in names if (told := _told(entry.body.get(name), held)) not in (None, "", ())}
    return Version(
        kind=kind,
        thing=entry.thing,
        version=entry.version,
        stands=entry.stands,
        said=said,
        user=entry.user,
        at=entry.at,
    )


def _told(value: Any, held: Collection[int]) -> str | int | tuple[int, ...] | None:  # as JSON has it
    if isinstance(value, list):
        return tuple(record for record in value if record in held)
    return value if isinstance(value, str | int) else None
