"""A headless phone for tests that are not asynchronous themselves: it lives in a thread and goes on receiving."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, TypeVar

from network.server_fixture import LiveNetwork
from underseal.network.phones import HeadlessPhone, Message
from underseal.network.pins import Pin

PATIENCE = 30.0

Result = TypeVar("Result")


@dataclass(slots=True, kw_only=True)
class Headless:
    """A headless phone, and the loop that it lives in.

    Attributes:
        direct: the room of its conversation with the phone that it was introduced to.
    """

    phone: HeadlessPhone
    loop: asyncio.AbstractEventLoop
    direct: str = ""
    _heard: set[str] = field(default_factory=set)

    @property
    def pin(self) -> Pin:
        return self.phone.pin

    def do(self, act: Coroutine[Any, Any, Result], seconds: float = PATIENCE) -> Result:
        """Let the phone do something, and wait until it has."""
        return asyncio.run_coroutine_threadsafe(act, self.loop).result(seconds)

    def accept(self, pin: str) -> None:
        """Accept a phone that asks; the asker's side then waits for this one to open the conversation."""
        self.do(self.phone.until(lambda: pin in self.phone.requests))
        self.do(self.phone.answer(Pin(pin), accept=True))

    def join(self) -> str:
        """Join the next conversation that one is asked into."""
        self.do(self.phone.until(lambda: bool(self.phone.invitations)))
        room = next(iter(self.phone.invitations))
        self.do(self.phone.join(room))
        return room

    def history(self, room: str) -> list[Message]:
        """The lines of a conversation."""

        async def lines() -> list[Message]:
            return self.phone.history(room)

        return self.do(lines())

    def hears(self, room: str, what: str) -> Message:
        """Wait for a message of another, of a kind or with these words, that was not heard before."""
        own = f"@{self.pin.lower()}:"

        def found() -> list[Message]:
            return [
                each
                for each in self.phone.history(room)
                if what in (each.text, each.kind)
                and not each.locked
                and not each.sender.startswith(own)
                and each.event_id not in self._heard
            ]

        async def heard() -> Message:
            await self.phone.until(lambda: bool(found()))
            messages = found()
            self._heard.update(each.event_id for each in messages)
            return messages[-1]

        return self.do(heard())


@contextmanager
def headless(live: LiveNetwork) -> Iterator[Headless]:
    """Enrol a headless phone that speaks through matrix-nio, an implementation that has nothing in common with the browser's."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def enrol() -> HeadlessPhone:
        return await HeadlessPhone.enrol(live.url, live.codes()[0])

    phone = asyncio.run_coroutine_threadsafe(enrol(), loop).result(PATIENCE)
    try:
        yield Headless(phone=phone, loop=loop)
    finally:
        asyncio.run_coroutine_threadsafe(phone.close(), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
