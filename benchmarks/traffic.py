"""A fleet of phones that talk at a steady rate, and the count of what arrived: by its event and its reader."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from statistics import median
from typing import Protocol, TypeVar

import aiohttp

from benchmarks.process import own_seconds, processor_seconds
from benchmarks.timing import percentile
from underseal.core.records import Kind
from underseal.network.phones import HeadlessPhone
from underseal.network.phones.api import UnreachableError

T = TypeVar("T")

GROUP = 5
"""Members of a conversation: each message is delivered four times."""

AT_ONCE = 16
"""Phones that are set up at the same time, and messages that are under way at once where no rate is kept."""

LAST_SECONDS = 60.0
"""How long the last messages are waited for before they count as lost."""


class Server(Protocol):
    """A homeserver that phones can be set up at."""

    @property
    def pid(self) -> int:
        """Its process id."""
        ...

    async def enrol(self, connections: aiohttp.ClientSession) -> HeadlessPhone:
        """Set a phone up."""
        ...

    async def befriend(self, guest: HeadlessPhone, host: HeadlessPhone) -> None:
        """Let the guest be invited by the host."""
        ...


@dataclass(slots=True)
class Ledger:
    """What was sent and what has arrived; times are of this machine's monotonic clock, in seconds.

    Attributes:
        sent: by event id: when, to which room, the words. unanswered: messages of which nobody said that they were taken.
    """

    sent: dict[str, tuple[float, str, str]] = field(default_factory=dict)
    unanswered: int = 0
    arrived: dict[tuple[str, str], float] = field(default_factory=dict)
    times: Counter[tuple[str, str]] = field(default_factory=Counter)
    words: dict[tuple[str, str], str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of a stretch of sending.

    Attributes:
        reached: events a second that were sent. events: that were acknowledged. unanswered: that were not.
        waits: of each delivery, milliseconds from sending to being read.
        deliveries, lost, twice, wrong: deliveries of acknowledged events.
        server_ms, phones_ms: processor time per event.
    """

    reached: float
    events: int
    unanswered: int = 0
    deliveries: int
    waits: tuple[float, ...]
    lost: int
    twice: int
    wrong: int
    server_ms: float
    phones_ms: float

    @classmethod
    def pooled(cls, rounds: Sequence["Load"]) -> "Load":
        """Return several rounds of one stretch as one: sums of what was counted, medians of what was measured."""
        return cls(
            reached=median(load.reached for load in rounds),
            events=sum(load.events for load in rounds),
            unanswered=sum(load.unanswered for load in rounds),
            deliveries=sum(load.deliveries for load in rounds),
            waits=tuple(chain.from_iterable(load.waits for load in rounds)),
            lost=sum(load.lost for load in rounds),
            twice=sum(load.twice for load in rounds),
            wrong=sum(load.wrong for load in rounds),
            server_ms=median(load.server_ms for load in rounds),
            phones_ms=median(load.phones_ms for load in rounds),
        )

    def wait(self, part: float) -> float:
        """Return the percentile of the waits, `part` between 0 and 1; 0 where nothing arrived."""
        return percentile(self.waits, part) if self.waits else 0.0

    @property
    def kept(self) -> bool:
        """Everything that was acknowledged arrived, once, with its words."""
        return self.lost == self.twice == self.wrong == 0

    @property
    def account(self) -> str:
        """What was counted, in words."""
        unanswered = f", {self.unanswered} unanswered" if self.unanswered else ""
        counted = f"{self.lost} lost, {self.twice} twice, {self.wrong} other words"
        return f"{self.events} events{unanswered}, {self.deliveries} deliveries: {counted}"


class Fleet:
    """Phones that are set up, in conversations of GROUP, and listening.

    Attributes:
        enrolled: phones set up per second. sync_ms: median of an answer to /sync that has no news.
    """

    def __init__(self, server: Server, phones: list[HeadlessPhone], enrolled: float) -> None:
        self.enrolled = enrolled
        self.sync_ms = 0.0
        self._server = server
        self._phones = phones
        self._rooms: dict[str, list[HeadlessPhone]] = {}
        self._ledger = Ledger()

    @classmethod
    @asynccontextmanager
    async def of(cls, server: Server, count: int) -> AsyncIterator["Fleet"]:
        """Set so many phones up, and let them listen for as long as the `async with` block."""
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as connections:
            began = time.perf_counter()
            phones = await _in_turns(AT_ONCE, (lambda: server.enrol(connections) for _ in range(count)))
            fleet = cls(server, phones, count / (time.perf_counter() - began))
            listening = [asyncio.create_task(fleet._listen(phone)) for phone in phones]
            try:
                await fleet._meet()
                fleet.sync_ms = await _idle(phones[0])
                receiving = [asyncio.create_task(phone.run()) for phone in phones]
                yield fleet
                for task in receiving:
                    task.cancel()
                await asyncio.gather(*receiving, return_exceptions=True)
            finally:
                for phone in phones:
                    await phone.close()
            await asyncio.gather(*listening)

    async def send(
        self, rate: float, seconds: float, *, meanwhile: Callable[[], Awaitable[None]] | None = None
    ) -> Load:
        """Send at a rate for so many seconds, each message whether the one before is done or not; wait for the last.

        Args:
            rate: events a second. seconds: how long. meanwhile: what else happens, begun after a third of the time.
        """
        chosen = self._chosen(int(rate * seconds))

        async def sending() -> None:
            begins, tasks = time.perf_counter(), []
            for number, (phone, room_id) in enumerate(chosen):
                await asyncio.sleep(max(0.0, begins + number / rate - time.perf_counter()))
                tasks.append(asyncio.create_task(self._say(phone, room_id, number)))
                if meanwhile and number == len(chosen) // 3:
                    tasks.append(asyncio.create_task(_awaited(meanwhile)))
            await asyncio.gather(*tasks)

        return await self._counted(sending)

    async def send_all(self, count: int) -> Load:
        """Send so many messages as fast as they are taken, AT_ONCE at a time."""
        chosen = self._chosen(count)

        async def sending() -> None:
            acts = [partial(self._say, phone, room_id, number) for number, (phone, room_id) in enumerate(chosen)]
            await _in_turns(AT_ONCE, acts)

        return await self._counted(sending)

    def _chosen(self, count: int) -> list[tuple[HeadlessPhone, str]]:
        rng = random.Random(count)
        rooms = [rng.choice(list(self._rooms)) for _ in range(count)]
        return [(rng.choice(self._rooms[room_id]), room_id) for room_id in rooms]

    async def _counted(self, sending: Callable[[], Awaitable[None]]) -> Load:
        ledger = self._ledger
        ledger.sent.clear()
        ledger.unanswered = 0
        server, own, began = processor_seconds(self._server.pid), own_seconds(), time.perf_counter()
        await sending()
        reached = len(ledger.sent) / (time.perf_counter() - began)
        due = {
            (event_id, phone.user_id)
            for event_id, (_, room_id, words) in ledger.sent.items()
            for phone in self._rooms[room_id]
            if phone.user_id != words.partition(" ")[0]
        }
        deadline = time.perf_counter() + LAST_SECONDS
        while not due <= ledger.arrived.keys() and time.perf_counter() < deadline:  # noqa: ASYNC110  # many listeners, one look
            await asyncio.sleep(0.05)
        waits = [1000 * (ledger.arrived[key] - ledger.sent[key[0]][0]) for key in due if key in ledger.arrived]
        events = max(len(ledger.sent), 1)
        return Load(
            reached=reached,
            events=len(ledger.sent),
            unanswered=ledger.unanswered,
            deliveries=len(due),
            waits=tuple(waits),
            lost=len(due - ledger.arrived.keys()),
            twice=sum(ledger.times[key] > 1 for key in due),
            wrong=sum(key in ledger.words and ledger.words[key] != ledger.sent[key[0]][2] for key in due),
            server_ms=1000 * (processor_seconds(self._server.pid) - server) / events,
            phones_ms=1000 * (own_seconds() - own) / events,
        )

    async def _say(self, phone: HeadlessPhone, room_id: str, number: int) -> None:
        began = time.perf_counter()
        told = f"{phone.user_id} {number}"
        try:
            sent = await phone.say(room_id, told)
        except UnreachableError:
            self._ledger.unanswered += 1
            return
        self._ledger.sent[sent.event_id] = began, room_id, told
        if sent.withheld:
            raise RuntimeError(f"The key did not reach {sent.withheld}")

    async def _meet(self) -> None:
        """Let every GROUP phones meet in a conversation."""
        groups = [self._phones[start : start + GROUP] for start in range(0, len(self._phones), GROUP)]

        async def meet(group: list[HeadlessPhone]) -> tuple[str, list[HeadlessPhone]]:
            host, *guests = group
            for guest in guests:
                await self._server.befriend(guest, host)
            room_id = await host.begin_room([guest.pin for guest in guests], direct=False)
            for guest in guests:
                await guest.join(room_id)
            everybody = {phone.user_id for phone in group}
            for phone in group:
                await phone.until(lambda phone=phone: phone.conversations[room_id].joined == everybody)
            for phone in group:
                await phone.say(room_id, "warm")  # keys are shared before anything is timed
            for phone in group:
                await phone.sync()
            return room_id, group

        full = [group for group in groups if len(group) > 1]
        self._rooms = dict(await _in_turns(4, [partial(meet, group) for group in full]))

    async def _listen(self, phone: HeadlessPhone) -> None:
        async for line in phone.stream():
            if line.kind is Kind.TEXT and line.sender != phone.user_id:
                key = line.event_id, phone.user_id
                self._ledger.arrived.setdefault(key, time.perf_counter())
                self._ledger.times[key] += 1
                self._ledger.words[key] = line.text


async def _in_turns(at_once: int, acts: Iterable[Callable[[], Awaitable[T]]]) -> list[T]:
    """Do all acts, so many at a time; returns what they gave in their order."""
    turn = asyncio.Semaphore(at_once)

    async def one(act: Callable[[], Awaitable[T]]) -> T:
        async with turn:
            return await act()

    return list(await asyncio.gather(*map(one, acts)))


async def _awaited(act: Callable[[], Awaitable[None]]) -> None:
    await act()


async def _idle(phone: HeadlessPhone) -> float:
    times = []
    for _ in range(20):
        began = time.perf_counter()
        await phone.sync()
        times.append(1000 * (time.perf_counter() - began))
    return percentile(times, 0.5)
