"""The items of a dossier: messages with the lines around them, attachments, accounts, persons, notes and documents.

An item is named by what it is: "message:12", "account:@ann:quay". So nothing is in a dossier twice. A reader sees an item when
they see what it stands on: a message in scope that is not withheld, an account or a person of whom they may know. Of the
others they learn nothing, and not how many there are.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from underseal.core.records import Media
from underseal.errors import CallerError, ConflictError, NotFoundError, at_field
from underseal.evidence.casework import Latest, NewEntry, Writing, words
from underseal.evidence.casework.dossiers import Dossiers
from underseal.evidence.dossier.card import Kind
from underseal.evidence.dossier.exclusions import Exclusions, SourceKind, merged
from underseal.evidence.identity import Eyes, unknown_account
from underseal.evidence.identity.state import unknown_person
from underseal.evidence.store import Conversation, Directory, Key, View

MAX_CONTEXT: Final = 100
"""Lines before and after a message, at most: what needs more is read in the conversation."""

_CHUNK: Final = 500
"""Items that are looked at together while a page is filled."""


class ItemKind(StrEnum):
    """What an item is."""

    MESSAGE = "message"
    MEDIA = "media"
    ACCOUNT = "account"
    PERSON = "person"
    NOTE = "note"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """An item as a person puts it in. Fields that its kind has not are empty.

    Attributes:
        kind: what it is. record: number of the message, or of the one that carries the attachment.
        before, after: lines of context around a message. account, person: which. text: of a note.
        why: why it is in the dossier, in words; may be empty.
    """

    kind: ItemKind
    record: int | None = None
    before: int = 0
    after: int = 0
    account: str = ""
    person: str = ""
    text: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of a dossier as it is. Fields that its kind has not are empty.

    Attributes:
        id: its name in the dossier. kind: what it is. why: it is there. version: of what is said of it.
        record: number of the message, as it was put in. current: of the record that took its place since a later key opened
            it; the same where none did.
        time: of the message, ms since 1970. before, after: lines of context. account, person: which. claims: ids of the claims on the person that are in force.
        text: of a note.
        sha256, name, size: of a document (hex; bytes).
        added_by, added_at: who put it in first, and when (ms since 1970). changed_by, changed_at: of the latest version.
        place: in the order of the items. excluded: numbers of the judges' decisions that exclude what it comes from.
    """

    id: str
    kind: ItemKind
    why: str
    version: int
    record: int | None = None
    current: int | None = None
    time: int | None = None
    before: int = 0
    after: int = 0
    account: str = ""
    person: str = ""
    claims: tuple[str, ...] = ()
    text: str = ""
    sha256: str = ""
    name: str = ""
    size: int = 0
    added_by: str
    added_at: int
    changed_by: str
    changed_at: int
    place: int
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """A page of items. cursor: where the next one goes on, None on the last page."""

    items: tuple[Item, ...]
    cursor: int | None


def read_item(draft: ItemDraft, eyes: Eyes, directory: Callable[[], Directory]) -> NewEntry:
    """Check what a person puts in.

    Args:
        draft: as typed. eyes: what they may see. directory: called for accounts that are written alike.

    Raises:
        CallerError: a field is missing or wrong. NotFoundError: there is no such record, account or person for these eyes.
    """
    why = words.note(draft.why, "reason", field="why")
    match draft.kind:
        case ItemKind.MESSAGE:
            return _message(draft, eyes.view, why)
        case ItemKind.MEDIA:
            return _media(draft, eyes.view, why)
        case ItemKind.ACCOUNT:
            account = words.line(draft.account, "account", field="account")
            with at_field("account"):
                if not eyes.knows(account):
                    raise unknown_account(account, directory())
            return _entry(ItemKind.ACCOUNT, account, {"account": account, "why": why})
        case ItemKind.PERSON:
            with at_field("person"):
                if not eyes.knows_person(draft.person):
                    raise unknown_person(draft.person)
            return _entry(ItemKind.PERSON, draft.person, {"person": draft.person, "why": why})
        case ItemKind.NOTE:
            text = words.note(draft.text, "note", field="text")
            if not text:
                raise CallerError("The note is empty.", field="text")
            prefix = f"{ItemKind.NOTE}:"
            return NewEntry(
                kind=Kind.ITEM, thing=None, prefix=prefix, body={"kind": ItemKind.NOTE, "text": text, "why": why}
            )
        case ItemKind.DOCUMENT:
            raise CallerError("A document is put in with its bytes.")


def document_entry(*, sha256: str, name: str, size: int, why: str) -> NewEntry:
    """Return the entry of a document that is kept already."""
    return _entry(ItemKind.DOCUMENT, sha256, {"sha256": sha256, "name": name, "size": size, "why": why})


def put_in(writing: Writing, new: NewEntry) -> str:
    """Put an item in, or in again after it was taken out; return its name.

    Raises:
        ConflictError: it is in the dossier already; it says since when.
    """
    if new.thing is None:
        return writing.enter(new).thing
    now = writing.now(Kind.ITEM, new.thing)
    if now is not None and now.stands:
        raise ConflictError(
            f"That is in the dossier already: {now.user} put it in.", hint="What is said of it can be changed."
        )
    return writing.enter(_following(new, 0 if now is None else now.version)).thing


def take_out(writing: Writing, item: Item, why: str, *, version: int) -> None:
    """Take an item out; what was entered of it stays.

    Args:
        writing: where. item: which. why: the reason. version: the one that its author saw.

    Raises:
        CallerError: no reason is given. ConflictError: it was changed meanwhile.
    """
    reason = words.line(why, "reason", field="why")
    old = writing.now(Kind.ITEM, item.id)
    body = {**(old.body if old else {}), "why": reason}
    writing.enter(NewEntry(kind=Kind.ITEM, thing=item.id, body=body, before=version, stands=False, record=item.record))


def change(
    writing: Writing, item: Item, *, before: int | None, after: int | None, why: str | None, version: int
) -> None:
    """Change how much context a message has, or why something is in the dossier.

    Args:
        writing: where. item: which. before, after, why: None for what stays. version: the one that its author saw.

    Raises:
        CallerError: it is no message, or has too much context. ConflictError: it was changed meanwhile.
    """
    if (before is not None or after is not None) and item.kind is not ItemKind.MESSAGE:
        raise CallerError("Only a message has lines of context.")
    old = writing.now(Kind.ITEM, item.id)
    body = dict(old.body if old else {})
    if item.kind is ItemKind.MESSAGE:
        body |= _window(item.before if before is None else before, item.after if after is None else after)
    if why is not None:
        body["why"] = words.note(why, "reason", field="why")
    writing.enter(NewEntry(kind=Kind.ITEM, thing=item.id, body=body, before=version, record=item.record))


class Items:
    """The items of one dossier, as one reader sees them.

    Args:
        register: where they are kept. dossier: id of its row. eyes: of the reader. exclusions: what judges excluded.
    """

    def __init__(self, register: Dossiers, dossier: int, eyes: Eyes, exclusions: Exclusions) -> None:
        self._register = register
        self._dossier = dossier
        self._eyes = eyes
        self._exclusions = exclusions

    def page(self, *, after: int = 0, limit: int = 100) -> ItemPage:
        """Return items in the order in which they were put in.

        Args:
            after: cursor of the page before. limit: how many at most.
        """
        found: list[Item] = []
        for item in self.all(after=after, chunk=limit + 1):
            found.append(item)
            if len(found) > limit:
                return ItemPage(items=tuple(found[:limit]), cursor=found[limit - 1].place)
        return ItemPage(items=tuple(found), cursor=None)

    def all(self, *, after: int = 0, chunk: int = _CHUNK) -> Iterator[Item]:
        """Yield all items from a place on."""
        while latest := self._register.latest([self._dossier], [Kind.ITEM], after=after, limit=chunk):
            yield from self.seen([each for each in latest if each.entry.stands])
            after = latest[-1].first

    def outside(self) -> int:
        """Return how many items lie outside the scope of the reader's authority; what is withheld is not among them."""
        view = self._eyes.view
        latest = self._register.latest([self._dossier], [Kind.ITEM])
        records = {each.entry.record for each in latest if each.entry.stands and each.entry.record is not None}
        seen = set(current_records(view, sorted(records)))
        count = len(records - seen - view.withheld(sorted(records)))
        if view.access.quarantine:
            return count  # an account that is not to be seen may be one that is withheld
        accounts = {
            str(each.entry.body["account"]) for each in latest if each.entry.stands and "account" in each.entry.body
        }
        return count + sum(not self._eyes.knows(account) for account in accounts)

    def of(self, ids: Sequence[str]) -> list[Item]:
        """Return those of some items that are in the dossier and may be seen, in the order in which they were put in."""
        latest = self._register.latest([self._dossier], [Kind.ITEM], things=ids)
        return self.seen([each for each in latest if each.entry.stands])

    def find(self, id_: str) -> Item:
        """Return an item.

        Raises:
            NotFoundError: it is not in the dossier, or not for these eyes: the two answer alike.
        """
        found = self.of([id_])
        if not found:
            raise NotFoundError("There is no such item in the dossier.", hint="See them with: underseal dossier items")
        return found[0]

    def seen(self, latest: Sequence[Latest]) -> list[Item]:
        """Return those of some items that the reader may see."""
        current = current_records(
            self._eyes.view, [each.entry.record for each in latest if each.entry.record is not None]
        )
        items = [item for each in latest if self._sees(item := _item(each, current))]
        records = records_of(items)
        of_records = self._exclusions.of_records(self._eyes.view, records)
        rows = self._eyes.view.records(sorted(set(records)), ["number", "time"]).to_pylist() if records else []
        times = {row["number"]: row["time"] for row in rows}
        return [replace(self._told(item, of_records), time=times.get(item.current)) for item in items]

    def _sees(self, item: Item) -> bool:
        match item.kind:
            case ItemKind.MESSAGE | ItemKind.MEDIA:
                return item.current is not None
            case ItemKind.ACCOUNT:
                return self._eyes.knows(item.account)
            case ItemKind.PERSON:
                return self._eyes.knows_person(item.person)
            case _:
                return True

    def _told(self, item: Item, of_records: Mapping[int, tuple[str, ...]]) -> Item:
        match item.kind:
            case ItemKind.MESSAGE | ItemKind.MEDIA:
                return replace(item, excluded=of_records.get(item.current or 0, ()))
            case ItemKind.ACCOUNT:
                return replace(item, excluded=self._exclusions.of(SourceKind.ACCOUNT, item.account))
            case ItemKind.PERSON:
                standings = self._eyes.standings(self._eyes.state.of_person(item.person))
                claims = [standing.claim for standing in standings if standing.in_force]
                tainted = self._exclusions.of_claims(self._eyes.view, claims)
                return replace(item, claims=tuple(claim.id for claim in claims), excluded=merged(tainted.values()))
            case ItemKind.DOCUMENT:
                return replace(item, excluded=self._exclusions.of(SourceKind.DOCUMENT, item.sha256))
        return item


def current_records(view: View, records: Sequence[int]) -> dict[int, int]:
    """Return for each record that may be seen the number of the one that took its place, or its own."""
    rows = view.records(sorted(set(records)), ["number", "event"]).to_pylist()
    events = {row["event"] for row in rows if row["event"]}
    later = {
        row["supersedes"]: row["number"]
        for row in view.of_events(events, ["number", "supersedes"]).to_pylist()
        if row["supersedes"] is not None
    }

    def last(number: int) -> int:
        while number in later:
            number = later[number]
        return number

    return {row["number"]: last(row["number"]) for row in rows}


def window(view: View, record: int, *, before: int, after: int) -> tuple[int, ...]:
    """Return the numbers of a message and of the lines around it, in the order of the conversation.

    Args:
        view: under which. record: of the message. before, after: how many lines.

    Raises:
        NotFoundError: there is no such record for these eyes.
    """
    row = view.record(record, ["conversation", "time", "number"])
    name = row["conversation"]
    if name is None or not (before or after):
        return (record,)
    thread, key = Conversation(view, str(name)), Key(int(str(row["time"])), record)
    earlier = thread.backward(key, limit=before).rows.column("number").to_pylist() if before else []
    later = thread.forward(key, limit=after).rows.column("number").to_pylist() if after else []
    return (*earlier, record, *later)


def records_of(items: Iterable[Item]) -> list[int]:
    """Return the numbers of the messages among some items, as they are now."""
    return [item.current for item in items if item.current is not None]


def _message(draft: ItemDraft, view: View, why: str) -> NewEntry:
    record = _record(draft)
    with at_field("record"):
        view.record(record, ["number"])
    body = {"kind": ItemKind.MESSAGE, "record": record, "why": why, **_window(draft.before, draft.after)}
    return _entry(ItemKind.MESSAGE, str(record), body, record=record)


def _media(draft: ItemDraft, view: View, why: str) -> NewEntry:
    record = _record(draft)
    with at_field("record"):
        held = view.record(record, ["media"])["media"]
        media = Media.from_json(str(held)) if held else None
        if media is None:
            raise NotFoundError(f"Record {record} has no attachment.")
    body = {"kind": ItemKind.MEDIA, "record": record, "sha256": media.sha256 or "", "name": media.name, "why": why}
    return _entry(ItemKind.MEDIA, str(record), body, record=record)


def _record(draft: ItemDraft) -> int:
    if draft.record is None:
        raise CallerError(f"A {draft.kind} is named by the number of its record.")
    return draft.record


def _window(before: int, after: int) -> dict[str, int]:
    for count, side in ((before, "before"), (after, "after")):
        if not 0 <= count <= MAX_CONTEXT:
            raise CallerError(f"A message has 0 to {MAX_CONTEXT} lines of context {side} it.")
    return {"before": before, "after": after}


def _entry(kind: ItemKind, which: str, body: dict[str, object], *, record: int | None = None) -> NewEntry:
    return NewEntry(kind=Kind.ITEM, thing=f"{kind}:{which}", body={"kind": kind, **body}, record=record)


def _following(new: NewEntry, version: int) -> NewEntry:
    return replace(new, before=version)


def _item(latest: Latest, current: dict[int, int]) -> Item:
    entry = latest.entry
    body = entry.body
    return Item(
        id=entry.thing,
        kind=ItemKind(body["kind"]),
        why=body["why"],
        version=entry.version,
        record=entry.record,
        current=None if entry.record is None else current.get(entry.record),
        before=body.get("before", 0),
        after=body.get("after", 0),
        account=body.get("account", ""),
        person=body.get("person", ""),
        text=body.get("text", ""),
        sha256=body.get("sha256", ""),
        name=body.get("name") or "",
        size=body.get("size", 0),
        added_by=latest.made_by,
        added_at=latest.made_at,
        changed_by=entry.user,
        changed_at=entry.at,
        place=latest.first,
    )
