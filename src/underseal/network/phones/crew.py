"""The phones of a scenario: enrolled, in their conversations, receiving, and each able to say what it has opened."""

import asyncio
import contextlib
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import aiohttp

from underseal.core.records import Secret
from underseal.errors import CallerError, UndersealError
from underseal.network.phones import scenario as written
from underseal.network.phones.codes import Issuer, Ticket
from underseal.network.phones.message import Message, Sent
from underseal.network.phones.phone import HeadlessPhone
from underseal.network.phones.scenario import Scenario

AT_ONCE: Final = 4
"""Phones that are enrolled at the same time: each makes its keys, which is work for this machine."""

_LEAD = 4.0
"""Seconds that a phone with an ending licence is given to be enrolled before the scenario begins."""

_SEEN_SECONDS = 20.0
_PAUSE = 0.2
"""Seconds in which a phone lets news gather."""


@dataclass(slots=True, kw_only=True)
class Member:
    """Somebody of the cast, with a phone.

    Attributes:
        who: name in the cast. phone: theirs. unlock_code: of its folder; None for a phone in memory.
        ending: whether the licence ends while the scenario plays.
        lost: whether the phone is off for good. failed: why it does not receive any more, where it should.
    """

    who: str
    phone: HeadlessPhone
    unlock_code: Secret | None
    ending: bool = False
    lost: bool = False
    failed: UndersealError | None = None
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    @property
    def works(self) -> bool:
        """Whether the phone still receives."""
        return not self.lost and self.failed is None


class Crew:
    """Everybody of a scenario.

    Args:
        scenario: what is played. url: of the homeserver.
        codes: activation codes, enough for all whose licence does not end. issuer: for those whose does.
        folder: where the phones live; None for thin phones, which live in memory.

    Attributes:
        members: by name in the cast. rooms: room id by name of the conversation.
        opened: for each event, who has opened it. times: server's time of each event, milliseconds since 1970.
        began: when the scenario begins, seconds of the event loop's clock.
    """

    def __init__(
        self, scenario: Scenario, url: str, *, codes: list[Ticket], issuer: Issuer | None, folder: Path | None
    ) -> None:
        self.members: dict[str, Member] = {}
        self.rooms: dict[str, str] = {}
        self.opened: defaultdict[str, set[str]] = defaultdict(set)
        self.times: dict[str, int] = {}
        self.began = 0.0
        self._scenario = scenario
        self._url = url
        self._codes = codes
        self._issuer = issuer
        self._folder = folder
        self._ends = ends_of(scenario)
        self._connections: aiohttp.ClientSession | None = None

    async def gather(self, speed: float, note: Callable[[str, str, Sent], None], step: Callable[[], None]) -> None:
        """Enrol all, and let them into their conversations.

        Args:
            speed: how much faster than written it is played.
            note: called with a name in the cast, a conversation's name, and what was sent there to set it up.
            step: called for each phone and each conversation that is ready.

        Raises:
            CallerError: there are too few codes, or a licence should end and the network's folder is not given.
        """
        steady = [who for who in self._scenario.cast if who not in self._ends]
        if len(self._codes) < len(steady):
            raise CallerError(f"{len(steady)} phones need a code each, and there are {len(self._codes)}.")
        if self._ends and self._issuer is None:
            raise CallerError(
                "A licence ends in this scenario, which only the network itself can arrange.",
                hint="Give the network's folder: --network DIR",
            )
        self._connections = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        turn = asyncio.Semaphore(AT_ONCE)

        async def enrol(who: str, ticket: Ticket) -> None:
            async with turn:
                await self._enrol(who, ticket)
            step()

        try:
            async with asyncio.TaskGroup() as group:
                for who, ticket in zip(steady, self._codes, strict=False):
                    group.create_task(enrol(who, ticket))
        except BaseExceptionGroup as error:
            raise error.exceptions[0] from None
        for name in self._scenario.conversations:
            await self._begin(name, note)
            step()
        await self._ending(speed, note, step)

    async def invite(self, where: str, who: str, note: Callable[[str, str, Sent], None]) -> None:
        """Let somebody into a conversation, where all others see them; the one who began it says what is set."""
        host, guest, room_id = self._host(where), self.members[who], self.rooms[where]
        await host.phone.invite(room_id, guest.phone.pin)
        await self._accept(guest, room_id)
        await self.all_see(where, lambda joined: guest.phone.user_id in joined)
        note(host.who, where, await host.phone.announce(room_id))

    async def all_see(self, where: str, holds: Callable[[set[str]], bool]) -> None:
        """Wait until something holds of a conversation's members as every working phone in it sees them."""
        room_id = self.rooms[where]

        def seen(phone: HeadlessPhone) -> bool:
            found = phone.conversations.get(room_id)
            return found is None or holds(found.joined)

        there = [
            member.phone for member in self.members.values() if member.works and room_id in member.phone.conversations
        ]
        await asyncio.gather(*(phone.until(lambda phone=phone: seen(phone), _SEEN_SECONDS) for phone in there))

    async def lose(self, who: str) -> None:
        """Switch a phone off for good."""
        member = self.members[who]
        member.lost = True
        await _stop(member)

    async def until_quiet(self, due: Iterable[tuple[str, str]], seconds: float) -> list[tuple[str, str]]:
        """Wait until phones have opened what they should, at most so many seconds.

        Args:
            due: event ids, each with a name in the cast.

        Returns:
            What had not been opened by then by a phone that works.
        """

        async def opened(event_id: str, who: str) -> bool:
            with contextlib.suppress(TimeoutError):
                await self.members[who].phone.until(lambda: who in self.opened[event_id], seconds)
            return who in self.opened[event_id]

        asked = [(event_id, who) for event_id, who in due if self.members[who].works]
        found = await asyncio.gather(*(opened(event_id, who) for event_id, who in asked))
        return [pair for pair, is_open in zip(asked, found, strict=True) if not is_open]

    async def close(self) -> None:
        """Stop all phones."""
        for member in self.members.values():
            await _stop(member)
        if self._connections:
            await self._connections.close()

    def _host(self, where: str) -> Member:
        return self.members[self._scenario.conversations[where].members[0]]

    async def _enrol(self, who: str, ticket: Ticket) -> Member:
        folder = self._folder / who if self._folder else None
        unlock_code = Secret(f"{secrets.randbelow(10**6):06}".encode()) if folder else None
        phone = await HeadlessPhone.enrol(
            self._url,
            ticket.code,
            folder=folder,
            unlock_code=unlock_code,
            thin=folder is None,
            retry_key=ticket.retry_key,
            connections=self._connections,
        )
        member = self.members[who] = Member(who=who, phone=phone, unlock_code=unlock_code, ending=who in self._ends)
        member.tasks = [asyncio.create_task(self._receive(member)), asyncio.create_task(self._listen(member))]
        return member

    async def _receive(self, member: Member) -> None:
        try:
            await member.phone.run(_PAUSE)
        except UndersealError as error:
            member.failed = error

    async def _listen(self, member: Member) -> None:
        async for line in member.phone.stream():
            self._hear(member, line)

    def _hear(self, member: Member, line: Message) -> None:
        self.times.setdefault(line.event_id, line.at)
        if not line.locked:
            self.opened[line.event_id].add(member.who)

    async def _begin(self, name: str, note: Callable[[str, str, Sent], None]) -> None:
        """Begin a conversation with those who are in it from the beginning and whose licence lasts."""
        talk, host = self._scenario.conversations[name], self._host(name)
        late = self._late(name)
        guests = [self.members[who] for who in talk.members[1:] if who in self.members and who not in late]
        for guest in [*guests, *(self.members[who] for who in late if who in self.members)]:
            await guest.phone.ask(host.phone.pin)  # who asks somebody takes invitations from them
        pins = [guest.phone.pin for guest in guests]
        room_id = self.rooms[name] = await host.phone.begin_room(pins, direct=talk.direct)
        await asyncio.gather(*(self._accept(guest, room_id) for guest in guests))
        everybody = {host.phone.user_id, *(guest.phone.user_id for guest in guests)}
        await self.all_see(name, lambda joined: joined >= everybody)
        if talk.name is not None or talk.timer:
            note(host.who, name, await host.phone.set(room_id, name=talk.name, timer=talk.timer))

    def _late(self, name: str) -> set[str]:
        return {event.who for event in self._scenario.events if isinstance(event, written.Join) and event.where == name}

    async def _accept(self, guest: Member, room_id: str) -> None:
        await guest.phone.until(lambda: room_id in guest.phone.invitations, _SEEN_SECONDS)
        await guest.phone.join(room_id)

    async def _ending(self, speed: float, note: Callable[[str, str, Sent], None], step: Callable[[], None]) -> None:
        """Enrol those whose licence ends, last of all: the end of a licence is fixed when it begins."""
        lead = _LEAD * len(self._ends)
        self.began = asyncio.get_running_loop().time() + lead
        begins = datetime.now(UTC) + timedelta(seconds=lead)
        for who, at in self._ends.items():
            ends = begins + timedelta(seconds=at / speed)
            assert self._issuer is not None  # noqa: S101  # `gather` has looked
            member = await self._enrol(who, await asyncio.to_thread(self._issuer.ending, ends))
            for name, talk in self._scenario.conversations.items():
                late = who in self._late(name)
                if late or who in talk.members:
                    await member.phone.ask(self._host(name).phone.pin)
                if who in talk.members and not late:
                    await self.invite(name, who, note)
            step()


def ends_of(scenario: Scenario) -> dict[str, float]:
    """Return whose licence ends, and after how many seconds of the scenario."""
    return {event.who: event.at for event in scenario.events if isinstance(event, written.Expire)}


async def _stop(member: Member) -> None:
    """End a phone; its listener first hears what has come already."""
    if not member.tasks:
        return
    receiving, listening = member.tasks
    receiving.cancel()
    await asyncio.gather(receiving, return_exceptions=True)
    await member.phone.close()
    await listening
    member.tasks = []
