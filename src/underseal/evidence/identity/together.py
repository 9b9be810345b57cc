"""Whom an account writes with: contacts, conversations, and who wrote in the same conversation at the same time.

Counts come out of the index. Co-presence and devices are read from the columns of the account's conversations, one
conversation of one segment after the other; memory grows with the longest of them only.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.records import MESSAGE_KINDS
from underseal.evidence.identity.facts import (
    Counted,
    both,
    counted,
    either,
    inside,
    query_text,
    received,
    sent,
    values,
)
from underseal.evidence.store import Directory, Gap, View, rows_inside
from underseal.evidence.store.columns import one_chunk

WINDOW: Final = 10 * 60_000
"""Two accounts are present together when both write in a conversation within so many milliseconds."""

_COLUMNS: Final = ["number", "time", "sender", "device", "kind", "copy_of"]
_KINDS: Final = pa.array(sorted(kind.value for kind in MESSAGE_KINDS))

_Numbers = npt.NDArray[np.int64]
_NONE: Final = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An account that wrote to the account, or was written to.

    Attributes:
        sent: messages of the account that name the contact as recipient. received: the other way round.
        direct: how many of both stand in conversations of the two alone. shared: conversations in which both are.
        counted: both together, with the query for them.
    """

    account: str
    name: str
    sent: int
    received: int
    direct: int
    shared: int
    counted: Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A conversation of the account: messages that it sent there, and that name it as recipient."""

    conversation: str
    title: str
    direct: bool
    sent: int
    received: int
    counted: Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Copresence:
    """Another account that wrote in the same conversation at the same time.

    Attributes:
        messages: of the account, with one of the other's within WINDOW before or after it, in the same conversation.
        first, last: times of the first and the last of these.
        queries: for each of these conversations, the one with the most of them first, what finds all messages of both there.
    """

    account: str
    name: str
    messages: int
    first: int
    last: int
    queries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device that the account wrote with, as the evidence names it.

    Attributes:
        messages: how many. first, last: times. records: numbers of the first and the last one.
        others: further accounts that wrote with a device of this name in the same conversations.
    """

    device: str
    messages: int
    first: int
    last: int
    records: tuple[int, int]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Messages of the account that are missing from a conversation."""

    conversation: str
    gap: Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Whom an account writes with. Of each list the most frequent, and how many there are in all.

    Attributes:
        contacts, contact_count: contacts. places, place_count: conversations.
        copresence, devices, missing: what was read from the columns of the conversations in `places`.
    """

    contacts: tuple[Contact, ...]
    contact_count: int
    places: tuple[Place, ...]
    place_count: int
    copresence: tuple[Copresence, ...]
    devices: tuple[Device, ...]
    missing: tuple[Missing, ...]


def company_of(view: View, directory: Directory, account: str, *, limit: int) -> Company:
    """Return whom an account writes with.

    Args:
        view, directory: under which authority. account: whose company. limit: entries of each list at most.
    """
    counts = _Counts.of(view, account, "conversation", "conversation")
    wanted = counts.ranked()
    contacts, contact_count = _contacts(view, directory, account, counts, limit=limit)
    places = tuple(_place(view, directory, account, name, counts) for name in wanted[:limit])
    read = [_Read(view, place.conversation, account) for place in places]
    return Company(
        contacts=contacts,
        contact_count=contact_count,
        places=places,
        place_count=len(wanted),
        copresence=tuple(_copresence(directory, account, read)[:limit]),
        devices=tuple(_devices(read)),
        missing=tuple(
            Missing(conversation=place.conversation, gap=gap)
            for place in places
            for gap in directory.gaps(place.conversation)
            if gap.sender == account
        ),
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    """Messages of the account by something: those that it sent, and those that name it as recipient."""

    sent: Mapping[str, int]
    received: Mapping[str, int]

    @classmethod
    def of(cls, view: View, account: str, of_sent: str, of_received: str) -> "_Counts":
        """Count by a column of what was sent, and one of what was received."""
        return cls(values(view, sent(account), of_sent), values(view, received(account), of_received))

    def sum(self, name: str) -> int:
        return self.sent.get(name, 0) + self.received.get(name, 0)

    def ranked(self) -> list[str]:
        """Return all names, those with the largest sum first."""
        return sorted(dict.fromkeys((*self.sent, *self.received)), key=lambda name: (-self.sum(name), name))


def _contacts(
    view: View, directory: Directory, account: str, places: _Counts, *, limit: int
) -> tuple[tuple[Contact, ...], int]:
    counts = _Counts.of(view, account, "recipients", "sender")
    names = [name for name in counts.ranked() if name != account]
    shared: Counter[str] = Counter()
    direct: Counter[str] = Counter()
    for summary in directory.among({*places.sent, *places.received}).values():
        others = [member for member in summary.members if member != account]
        shared.update(others)
        if len(others) == 1:
            direct[others[0]] += places.sum(summary.id)
    found = [
        Contact(
            account=name,
            name=directory.name(name),
            sent=counts.sent.get(name, 0),
            received=counts.received.get(name, 0),
            direct=direct[name],
            shared=shared[name],
            counted=counted(view, either((both(sent(account), received(name)), both(sent(name), received(account))))),
        )
        for name in names[:limit]
    ]
    return tuple(found), len(names)


def _place(view: View, directory: Directory, account: str, conversation: str, counts: _Counts) -> Place:
    summary = directory.find(conversation)
    return Place(
        conversation=conversation,
        title=summary.title if summary else conversation,
        direct=summary.direct if summary else False,
        sent=counts.sent.get(conversation, 0),
        received=counts.received.get(conversation, 0),
        counted=counted(view, both(inside(conversation), either((sent(account), received(account))))),
    )


class _Read:
    """The messages of a conversation, as columns.

    Attributes:
        conversation: its identifier. times: of each sender's messages, sorted.
        devices: of the account's messages with each device, (time, number) of the first and the last one, and how many.
        others: further accounts by device.
    """

    def __init__(self, view: View, conversation: str, account: str) -> None:
        self.conversation = conversation
        self.devices: dict[str, _Tally] = {}
        self.others: defaultdict[str, set[str]] = defaultdict(set)
        parts: defaultdict[str, list[_Numbers]] = defaultdict(list)
        scope = replace(view.access.scope, rooms=frozenset({conversation}))
        for segment in view.segments:
            if segment.segment.run(conversation):
                rows = _messages(rows_inside(scope, segment.segment, _COLUMNS))
                for sender, found in _grouped(rows, "sender"):
                    parts[sender].append(found.column("time").to_numpy())
                self._add_devices(rows, account)
        self.times = {name: np.sort(np.concatenate(found)) for name, found in parts.items()}

    def _add_devices(self, rows: pa.Table, account: str) -> None:
        rows = rows.filter(pc.is_valid(rows.column("device")))
        own = pc.fill_null(pc.equal(rows.column("sender").cast(pa.string()), account), fill_value=False)
        for device, found in _grouped(rows.filter(own), "device"):
            tally = _Tally.of(found)
            self.devices[device] = tally.plus(self.devices[device]) if device in self.devices else tally
        for device, found in _grouped(rows.filter(pc.invert(own)), "device"):
            self.others[device] |= set(found.column("sender").cast(pa.string()).drop_null().unique().to_pylist())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tally:
    """How many messages, and (time, number) of the first and the last one."""

    messages: int
    first: tuple[int, int]
    last: tuple[int, int]

    @classmethod
    def of(cls, rows: pa.Table) -> "_Tally":
        times, numbers = (rows.column(name).to_numpy() for name in ("time", "number"))
        order = np.lexsort((numbers, times))
        ends = [(int(times[row]), int(numbers[row])) for row in (order[0], order[-1])]
        return cls(messages=rows.num_rows, first=ends[0], last=ends[1])

    def plus(self, other: "_Tally") -> "_Tally":
        first, last = min(self.first, other.first), max(self.last, other.last)
        return _Tally(messages=self.messages + other.messages, first=first, last=last)


def _messages(rows: pa.Table) -> pa.Table:
    """Return those rows that a query finds by default: messages, and no copies."""
    message = pc.is_in(rows.column("kind").cast(pa.string()), value_set=_KINDS)
    return rows.filter(pc.and_(message, pc.is_null(rows.column("copy_of"))))


def _grouped(rows: pa.Table, name: str) -> Iterator[tuple[str, pa.Table]]:
    """Yield the rows of each value of a column, nulls left out."""
    rows = rows.filter(pc.is_valid(rows.column(name)))
    if not rows.num_rows:
        return
    coded = one_chunk(rows.column(name).cast(pa.string()).dictionary_encode())
    codes = coded.indices.to_numpy()
    order = np.argsort(codes, kind="stable")
    ends = np.flatnonzero(np.diff(codes[order], append=-1)) + 1
    words = coded.dictionary.to_pylist()
    for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True):
        chosen = order[start:end]
        yield words[codes[chosen[0]]], rows.take(pa.array(chosen))


def _copresence(directory: Directory, account: str, read: Sequence[_Read]) -> list[Copresence]:
    near: defaultdict[str, list[tuple[str, _Numbers]]] = defaultdict(list)
    for conversation in read:
        own = conversation.times.get(account, _NONE)
        for other, times in conversation.times.items():
            if other != account and len(close := _near(own, times)):
                near[other].append((conversation.conversation, close))
    found = [_together(directory, account, other, places) for other, places in near.items()]
    return sorted(found, key=lambda together: (-together.messages, together.account))


def _near(own: _Numbers, others: _Numbers) -> _Numbers:
    """Return those of some sorted times that have one of others within WINDOW before or after."""
    first = np.searchsorted(others, own - WINDOW, side="left")
    until = np.searchsorted(others, own + WINDOW, side="right")
    return own[until > first]


def _together(directory: Directory, account: str, other: str, places: Sequence[tuple[str, _Numbers]]) -> Copresence:
    ordered = sorted(places, key=lambda place: (-len(place[1]), place[0]))
    senders = either((sent(account), sent(other)))
    return Copresence(
        account=other,
        name=directory.name(other),
        messages=sum(len(times) for _, times in places),
        first=min(int(times[0]) for _, times in places),
        last=max(int(times[-1]) for _, times in places),
        queries=tuple(query_text(both(inside(name), senders)) for name, _ in ordered),
    )


def _devices(read: Sequence[_Read]) -> list[Device]:
    tallies: dict[str, _Tally] = {}
    others: defaultdict[str, set[str]] = defaultdict(set)
    for conversation in read:
        for device, tally in conversation.devices.items():
            tallies[device] = tally.plus(tallies[device]) if device in tallies else tally
        for device, accounts in conversation.others.items():
            others[device] |= accounts
    found = [
        Device(
            device=device,
            messages=tally.messages,
            first=tally.first[0],
            last=tally.last[0],
            records=(tally.first[1], tally.last[1]),
            others=tuple(sorted(others[device])),
        )
        for device, tally in tallies.items()
    ]
    return sorted(found, key=lambda device: (-device.messages, device.device))
