"""Phones for the tests: enrolled at the live network, befriended, in a conversation."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from network.server_fixture import LiveNetwork
from underseal.core.records import Secret
from underseal.network.phones import HeadlessPhone, Message
from underseal.network.phones.enclosures import Picture, Voice, draw

CODE = Secret(b"482913")
PICTURE: Picture = draw("cake")
VOICE = Voice(data=b"OggS, spoken by nobody" * 50, filename="voice.ogg", duration_ms=1200, waveform=(0, 512, 1024))

WORDS = ("De sleutel ligt onder de bloempot", "Welke bloempot?")
"""What a used phone has said, and what it was answered."""

Result = TypeVar("Result")


def play(acts: Coroutine[Any, Any, Result]) -> Result:
    """Run a test's acts; none takes longer than a minute."""

    async def limited() -> Result:
        async with asyncio.timeout(60):
            return await acts

    return asyncio.run(limited())


@asynccontextmanager
async def phones(live: LiveNetwork, *engines: str, folder: Path | None = None) -> AsyncIterator[list[HeadlessPhone]]:
    """Enrol phones ("nio" or "thin"), of which each has accepted the first, and it them; close them at the end.

    Args:
        live: the network. engines: of each phone. folder: where the first one lives; in memory without it.
    """
    made: list[HeadlessPhone] = []
    try:
        for engine, code in zip(engines, live.codes(len(engines)), strict=True):
            home = folder if not made else None
            made.append(await HeadlessPhone.enrol(live.url, code, folder=home, unlock_code=CODE, thin=engine == "thin"))
        for other in made[1:]:
            await befriend(made[0], other)
        yield made
    finally:
        for phone in made:
            await phone.close()


async def befriend(one: HeadlessPhone, other: HeadlessPhone) -> None:
    """Let one ask and the other accept."""
    await one.ask(other.pin)
    await other.until(lambda: one.pin in other.requests)
    await other.answer(one.pin, accept=True)


async def group(host: HeadlessPhone, *guests: HeadlessPhone) -> str:
    """Begin a group in which all have joined and see each other."""
    room_id = await host.start_group("Havenfeest", [guest.pin for guest in guests])
    for guest in guests:
        await guest.until(lambda guest=guest: room_id in guest.invitations)
        await guest.join(room_id)
    everybody = {phone.user_id for phone in (host, *guests)}
    for phone in (host, *guests):
        await phone.until(lambda phone=phone: phone.conversations[room_id].joined == everybody)
    await host.announce(room_id)
    return room_id


async def comes(phone: HeadlessPhone, event_id: str) -> Message:
    """Wait until an event is in a phone's history, locked or not; returns its line."""
    await phone.until(lambda: phone.find(event_id) is not None)
    found = phone.find(event_id)
    assert found is not None
    return found


async def arrives(phone: HeadlessPhone, event_id: str) -> Message:
    """Wait until an event is in a phone's history and open; returns its line."""
    await phone.until(lambda: (found := phone.find(event_id)) is not None and not found.locked)
    return await comes(phone, event_id)


def make_used(live: LiveNetwork, folder: Path) -> Path:
    """Return the folder of a phone that has said something, was answered, and is closed."""

    async def acts() -> None:
        async with phones(live, "nio", "thin", folder=folder) as (lotte, bram):
            room = await group(lotte, bram)
            await lotte.say(room, WORDS[0])
            sent = await bram.say(room, WORDS[1])
            await arrives(lotte, sent.event_id)

    play(acts())
    return folder
