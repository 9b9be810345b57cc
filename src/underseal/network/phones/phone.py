"""A headless phone: what a subscriber's phone does, without a screen, for fleets and tests.

It activates by a code, finds contacts by PIN, holds conversations, sends and receives every kind of message, and keeps its
history. Its cryptography is an `Engine`: matrix-nio's for fidelity, a thin one for thousands. Nobody logs in by password.
"""

import asyncio
import contextlib
import secrets
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final, Self

import aiohttp

from underseal.core.crypto import attachments, key_export
from underseal.core.crypto.attachments import SealedAttachment
from underseal.core.crypto.key_export import ExportedSession
from underseal.core.records import Kind, Secret
from underseal.errors import CallerError, NotFoundError, UndersealError
from underseal.network.phones import contents
from underseal.network.phones.api import PREFIX, Activation, Api, UnreachableError, quoted
from underseal.network.phones.conversation import Conversation, Invitation, read_invitation
from underseal.network.phones.enclosures import Picture, Voice
from underseal.network.phones.engine import Engine, Whisper
from underseal.network.phones.history import HISTORY_FILE, History
from underseal.network.phones.home import Home
from underseal.network.phones.inbox import Arrived, Inbox
from underseal.network.phones.message import Message, Sent
from underseal.network.phones.nio_engine import NioEngine
from underseal.network.phones.thin import ThinEngine
from underseal.network.pins import Pin, pin_of, user_id

WAIT_MS: Final = 25_000
"""How long one /sync of `run` waits for news, in milliseconds."""

CONFIRM_SECONDS: Final = 2.0
"""How long `run` gathers delivery marks before it sends them, so that a busy group does not drown in them."""

_FILTER: Final = '{"room":{"timeline":{"limit":50},"account_data":{"types":[]}},"presence":{"types":[]}}'
_PAGE = 100
_BACK_OFF_SECONDS = 1.0
_ANSWER_MARGIN = 30.0

Json = Mapping[str, Any]


class HeadlessPhone:
    """A phone, running. Made by `enrol`, `open` or `thin`.

    Attributes:
        user_id, device_id: who it is. pin: of the account.
        conversations: by room id, those that it has joined.
        invitations: by room id, those that wait.
        contacts, requests: PINs that may invite this phone, and PINs that ask to.
        delivered: for each event sent from here, the accounts that said that it arrived.
        read_up_to: by room and account, the event up to which the account has read.
    """

    def __init__(self, api: Api, home: Home, engine: Engine, history: History) -> None:
        """Put a phone together; `enrol`, `open` and `thin` do it with care for what goes wrong."""
        self.user_id, self.device_id = engine.address
        self.conversations: dict[str, Conversation] = {}
        self.invitations: dict[str, Invitation] = {}
        self.contacts: set[str] = set()
        self.requests: set[str] = set()
        self.delivered: dict[str, set[str]] = {}
        self.read_up_to: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._api = api
        self._home = home
        self._engine = engine
        self._history = history
        self._inbox = Inbox(engine, history)
        self._turn = asyncio.Lock()
        self._syncing = asyncio.Lock()
        self._streams: list[asyncio.Queue[Message | None]] = []
        self._changed = asyncio.Condition()
        self._closed = False
        self._marks: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._whole_state = True

    @classmethod
    async def enrol(
        cls,
        url: str,
        code: str,
        *,
        folder: Path | None = None,
        unlock_code: Secret | None = None,
        thin: bool = False,
        retry_key: Secret | None = None,
        connections: aiohttp.ClientSession | None = None,
    ) -> Self:
        """Set a phone up with an activation code.

        Args:
            url: of the homeserver. code: the activation code. retry_key: see `Api.activate`.
            folder: where it lives; None for memory. unlock_code: opens the folder again; needed with one.
            thin: whether to use the thin engine, which lives in memory alone.
            connections: shared by many phones in one process.

        Raises:
            ConflictError: the folder holds a phone. ServerRefusedError: the code is unknown or spent.
            ThrottledError: too many tries. UnreachableError: the homeserver cannot be reached.
        """
        if folder is not None:
            if thin:
                raise CallerError("A thin phone lives in memory, and has no folder.")
            if unlock_code is None:
                raise CallerError("A phone with a folder needs an unlock code.")
            Home.check_free(folder)
        api = Api(url, connections=connections)
        try:
            activation = await api.activate(code, retry_key)
            return await cls.adopt(api, activation, folder=folder, unlock_code=unlock_code, thin=thin)
        except BaseException:
            await api.close()
            raise

    @classmethod
    async def adopt(
        cls,
        api: Api,
        activation: Activation,
        *,
        folder: Path | None = None,
        unlock_code: Secret | None = None,
        thin: bool = False,
    ) -> Self:
        """Set a phone up for a device that the homeserver knows already; publishes its keys. Raises as `enrol`."""
        home = await asyncio.to_thread(Home.make, folder, unlock_code or Secret(b""), api.url, activation)
        phone = cls._at(home, api, thin=thin)
        await phone.begin()  # its own class
        return phone

    @classmethod
    async def open(cls, folder: Path, unlock_code: Secret, *, connections: aiohttp.ClientSession | None = None) -> Self:
        """Open a phone's folder and catch up.

        Raises:
            NotFoundError: there is no phone. WrongUnlockCodeError: the code is wrong.
            IntegrityError: the folder is damaged. LicenceEndedError, UnreachableError: of the server.
        """
        home = await asyncio.to_thread(Home.open, folder, unlock_code)
        phone = cls._at(home, Api(home.url, home.activation.token, connections), thin=False)
        await phone.begin()  # its own class
        return phone

    async def begin(self) -> None:
        """Publish the keys, which may have failed the last time, and catch up; on failure everything is let go."""
        try:
            await self._engine.start()
            await self.sync()
        except BaseException:
            await self.close()
            raise

    @classmethod
    def _at(cls, home: Home, api: Api, *, thin: bool) -> Self:
        file = None if home.folder is None else home.folder / HISTORY_FILE
        history = History(file, home.history_key)
        engine: Engine
        try:
            if thin:
                engine = ThinEngine(api, home.activation)
            else:
                engine = NioEngine(api, home.activation, home.folder, home.pickle_key)
        except BaseException:
            history.close()
            raise
        return cls(api, home, engine, history)

    @property
    def pin(self) -> Pin:
        """The account's PIN.

        Raises:
            NotFoundError: the account is no subscriber's.
        """
        found = pin_of(self.user_id)
        if found is None:
            raise NotFoundError(f"{self.user_id} has no PIN.")
        return found

    async def close(self) -> None:
        """Lock the phone: end its streams and let go of its keys. It may be opened again from its folder."""
        if self._closed:
            return
        self._closed = True
        for stream in self._streams:
            stream.put_nowait(None)
        async with self._changed:
            self._changed.notify_all()
        await self._engine.close()
        await self._api.close()
        self._history.close()

    # contacts

    async def ask(self, pin: Pin) -> None:
        """Ask a PIN to be a contact, and accept it oneself. Nobody learns whether there is such a PIN."""
        await self._api.call("POST", f"{PREFIX}/contacts/ask", {"pin": pin})

    async def answer(self, pin: Pin, *, accept: bool) -> None:
        """Answer a request."""
        await self._api.call("POST", f"{PREFIX}/contacts/answer", {"pin": pin, "accept": accept})
        self.requests.discard(pin)

    async def remove(self, pin: Pin) -> None:
        """Take a contact off the list: it can invite this phone no more."""
        await self._api.call("POST", f"{PREFIX}/contacts/remove", {"pin": pin})

    async def renew(self, code: str) -> dict[str, Any]:
        """Prolong the licence by a code; returns its state and end."""
        answer = await self._api.call("POST", f"{PREFIX}/renew", {"code": code})
        return dict(answer["licence"])

    async def licence(self) -> dict[str, Any]:
        """Return what the server says of the licence: pin, state, ends, notice."""
        return await self._api.call("GET", f"{PREFIX}/licence")

    # conversations

    async def begin_room(self, pins: list[Pin], *, direct: bool) -> str:
        """Make an encrypted room and invite contacts; returns its room id. Raises as `start_direct`."""
        state = (
            ("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}),
            ("m.room.history_visibility", {"history_visibility": "joined"}),
            ("m.room.guest_access", {"guest_access": "forbidden"}),
        )
        body = {
            "preset": "private_chat",
            "is_direct": direct,
            "invite": [user_id(pin, self._server) for pin in pins],
            "initial_state": [{"type": kind, "state_key": "", "content": content} for kind, content in state],
        }
        room_id = str((await self._api.call("POST", "/_matrix/client/v3/createRoom", body))["room_id"])
        await self.until(lambda: room_id in self.conversations)
        return room_id

    async def start_direct(self, pin: Pin) -> str:
        """Begin a direct conversation with a contact; returns its room id.

        Raises:
            ServerRefusedError: that account has not accepted this one.
        """
        return await self.begin_room([pin], direct=True)

    async def start_group(self, name: str, pins: list[Pin], *, timer: int = 0) -> str:
        """Begin a group; its name and timer are sent encrypted. Returns its room id. Raises as `start_direct`."""
        room_id = await self.begin_room(pins, direct=False)
        await self.set(room_id, name=name, timer=timer)
        return room_id

    async def invite(self, room_id: str, pin: Pin) -> None:
        """Invite a contact; they will read what is said from their joining on. Raises as `start_direct`."""
        body = {"user_id": user_id(pin, self._server)}
        await self._api.call("POST", f"{_room(room_id)}/invite", body)

    async def join(self, room_id: str) -> None:
        """Accept an invitation."""
        await self._api.call("POST", f"/_matrix/client/v3/join/{quoted(room_id)}", {})
        await self.until(lambda: room_id in self.conversations)

    async def leave(self, room_id: str) -> None:
        """Leave a conversation, or decline an invitation."""
        await self._api.call("POST", f"{_room(room_id)}/leave", {})

    async def set(self, room_id: str, *, name: str | None, timer: int) -> Sent:
        """Set name and timer (seconds, 0 for none) of a conversation, for all of its members."""
        return await self._set(room_id, contents.settings(name, timer, _now_ms()))

    async def announce(self, room_id: str) -> Sent:
        """Send what is set for a conversation once more, for those who have joined since and cannot read it."""
        held = self._conversation(room_id).settings
        return await self._set(room_id, contents.settings(held.name, held.timer, max(held.at, 0)))

    # saying something

    async def say(self, room_id: str, words: str, *, reply_to: str = "", timer: int | None = None) -> Sent:
        """Send a text, in answer to an event or not.

        Args:
            room_id: where. words: what. reply_to: event id.
            timer: seconds after which it goes once it was shown; None for the conversation's.

        Raises:
            LicenceEndedError, ServerRefusedError, UnreachableError: it was not sent.
            NotFoundError: this phone is not in that conversation. CallerError: it is not encrypted.
        """
        return await self._send(room_id, contents.MESSAGE, contents.text(words, reply_to=reply_to), timer=timer)

    async def show(self, room_id: str, drawn: Picture, caption: str, *, timer: int | None = None) -> Sent:
        """Send a picture. Arguments and errors as `say`."""
        file = await self._upload(room_id, drawn.data)
        return await self._send(room_id, contents.MESSAGE, contents.picture(caption, drawn, file), timer=timer)

    async def speak(self, room_id: str, spoken: Voice, *, timer: int | None = None) -> Sent:
        """Send a voice message. Arguments and errors as `say`."""
        file = await self._upload(room_id, spoken.data)
        return await self._send(room_id, contents.MESSAGE, contents.voice(spoken, file), timer=timer)

    async def react(self, room_id: str, event_id: str, sign: str) -> Sent:
        """React to an event; the sign travels encrypted. Errors as `say`."""
        return await self._send(room_id, contents.REACTION, contents.reaction(sign, event_id), timer=None)

    async def redact(self, room_id: str, event_id: str) -> Sent:
        """Delete an event for everybody, as far as their phones obey. Errors as `say`."""
        path = f"{_room(room_id)}/redact/{quoted(event_id)}/{_transaction()}"
        answer = await self._api.call("PUT", path, {})
        content: dict[str, object] = {"redacts": event_id}
        return Sent(event_id=str(answer["event_id"]), room_id=room_id, at=_now_ms(), content=content)

    async def read(self, room_id: str, event_id: str) -> None:
        """Mark a message as read, for the others to see; its timer runs from now on."""
        await self._api.call("POST", f"{_room(room_id)}/receipt/m.read/{quoted(event_id)}", {})
        message = self._history.find(event_id)
        if message and message.timer:
            self._history.goes(event_id, _now_ms() + 1000 * message.timer)

    async def time_of(self, room_id: str, event_id: str) -> int:
        """Return the server's time of an event that this phone may see, in milliseconds since 1970. Errors as `say`."""
        event = await self._api.call("GET", f"{_room(room_id)}/event/{quoted(event_id)}")
        return int(event["origin_server_ts"])

    async def fetch(self, message: Message) -> bytes:
        """Return the attachment of a message, decrypted.

        Raises:
            NotFoundError: it has none. IntegrityError: the server's bytes differ from its digest.
        """
        if message.file is None:
            raise NotFoundError("This message has no attachment.")
        file = message.file
        data = await self._api.download(file.url)
        return attachments.decrypt_bytes(SealedAttachment(data=data, key=file.key, iv=file.iv, sha256=file.sha256))

    # receiving

    async def sync(self, wait_ms: int = 0, *, confirm: bool = True) -> list[Message]:
        """Ask once for news, wait for it so many milliseconds, and confirm what came; returns new and changed lines.

        Args:
            wait_ms: how long the server may wait for news. confirm: whether delivery marks are sent at once.

        Raises:
            LicenceEndedError, ServerRefusedError, UnreachableError: of the server.
        """
        async with self._syncing:
            query = {"filter": _FILTER, "timeout": str(wait_ms), "set_presence": "offline"}
            if place := self._history.place:
                query["since"] = place
            if self._whole_state:
                query["full_state"] = "true"
            seconds = wait_ms / 1000 + _ANSWER_MARGIN
            answer = await self._api.call("GET", "/_matrix/client/v3/sync", query=query, seconds=seconds)
            async with self._turn:
                arrived, whispers = await self._take(answer, place)
            self._whole_state = False
            self._hear(whispers)
            messages = list(arrived.messages.values())
            await self._tell(messages)
            self._mark(messages)
            if confirm:
                await self._confirm()
            return messages

    async def run(self, pause: float = 0.0) -> None:
        """Receive until the phone is closed or the task cancelled; broken connections are waited out.

        Args:
            pause: seconds after each answer, in which news gather; a busy fleet costs its server less so.

        Raises:
            LicenceEndedError, ServerRefusedError: the server wants this phone no more.
        """
        confirming = asyncio.create_task(self._keep_confirming())
        try:
            while not self._closed:
                try:
                    await self.sync(WAIT_MS, confirm=False)
                except UnreachableError:
                    await asyncio.sleep(_BACK_OFF_SECONDS)
                await asyncio.sleep(pause)
        finally:
            confirming.cancel()
            await asyncio.gather(confirming, return_exceptions=True)

    async def stream(self) -> AsyncIterator[Message]:
        """Yield lines as they come and change, from now on until the phone is closed."""
        queue: asyncio.Queue[Message | None] = asyncio.Queue()
        self._streams.append(queue)
        try:
            while (message := await queue.get()) is not None:
                yield message
        finally:
            self._streams.remove(queue)

    async def until(self, holds: Any, seconds: float = 30.0) -> None:
        """Wait until something holds of this phone; something else must `run` or `sync` it, or it syncs itself.

        Raises:
            TimeoutError: it did not within so many seconds.
        """
        async with asyncio.timeout(seconds):
            while not holds():
                if self._syncing.locked():
                    async with self._changed:
                        if not holds():
                            await self._changed.wait()
                else:
                    await self.sync(1000)

    def find(self, event_id: str) -> Message | None:
        """Return a line of the history, None where there is none or no more."""
        self._history.expire(_now_ms())
        return self._history.find(event_id)

    def history(self, room_id: str) -> list[Message]:
        """Return the lines of a conversation in the order of their time."""
        self._history.expire(_now_ms())
        return list(self._history.of(room_id))

    def export_keys(self, passphrase: Secret, *, rounds: int = key_export.DEFAULT_ROUNDS) -> bytes:
        """Return the room keys that this phone holds, as Element exports them."""
        return key_export.write(self.room_keys(), passphrase, rounds)

    def room_keys(self) -> list[ExportedSession]:
        """Return the room keys that this phone holds, each from the first index that it opens."""
        return list(self._engine.room_keys())

    @property
    def _server(self) -> str:
        return self.user_id.partition(":")[2]

    def _conversation(self, room_id: str) -> Conversation:
        try:
            return self.conversations[room_id]
        except KeyError:
            raise NotFoundError("This phone is not in that conversation.") from None

    async def _set(self, room_id: str, content: dict[str, Any]) -> Sent:
        sent = await self._send(room_id, contents.CONVERSATION, content, timer=0)
        settings = contents.read_settings(content, sent.event_id)
        if self._conversation(room_id).set(settings):
            self._history.set(room_id, settings)
        return sent

    async def _upload(self, room_id: str, data: bytes) -> dict[str, Any]:
        self._conversation(room_id)  # nothing is uploaded for a conversation that this phone is not in
        sealed = attachments.encrypt(data)
        return contents.encrypted_file(sealed, await self._api.upload(sealed.data))

    async def _send(self, room_id: str, event_type: str, content: dict[str, Any], *, timer: int | None) -> Sent:
        conversation = self._conversation(room_id)
        if not conversation.encrypted:
            raise CallerError("That conversation is not encrypted.", hint="This phone sends nothing in the clear.")
        seconds = conversation.settings.timer if timer is None else timer
        if seconds:
            content = {**content, contents.TIMER: seconds}
        async with self._turn:
            sealed = await self._engine.seal(room_id, conversation.joined, event_type, content)
            outer = dict(sealed.content)
            if seconds:
                outer[contents.SELF_DESTRUCT] = _now_ms() + 1000 * seconds
            path = f"{_room(room_id)}/send/{contents.ENCRYPTED}/{_transaction()}"
            answer = await self._api.call("PUT", path, outer)
            event_id, at = str(answer["event_id"]), _now_ms()
            event = {"event_id": event_id, "room_id": room_id, "sender": self.user_id, "origin_server_ts": at}
            line = contents.read_message({**event, "content": outer}, event_type, content, index=sealed.index)
            if self._history.find(event_id) is None:
                self._history.keep([line])
        return Sent(
            event_id=event_id,
            room_id=room_id,
            at=at,
            content=content,
            due=line.due,
            session_id=sealed.session_id,
            index=sealed.index,
            given=sealed.given,
            withheld=sealed.withheld,
        )

    async def _take(self, answer: Json, since: str) -> tuple[Arrived, list[Whisper]]:
        """Take an answer: members, keys, then lines, which are kept together with the place in the stream."""
        arrived = Arrived()
        rooms = answer.get("rooms", {})
        left = {room_id: room for room_id, room in rooms.get("leave", {}).items() if room_id in self.conversations}
        joined = {**rooms.get("join", {}), **left}  # what was said before one's leaving comes with it
        for room_id, room in joined.items():
            conversation = self.conversations.setdefault(room_id, Conversation(room_id))
            conversation.take_state(room.get("state", {}).get("events", []))
            conversation.take_state(room.get("timeline", {}).get("events", []))
        if self._whole_state:
            for room_id, settings in self._history.settings().items():
                if room_id in self.conversations:
                    self.conversations[room_id].set(settings)
        whispers = await self._engine.take(answer)
        for room_id, room in joined.items():
            events = await self._without_gap(room_id, room.get("timeline", {}), since)
            self._inbox.read(self.conversations[room_id], events, arrived)
            self._receipts(room_id, room)
        self._inbox.retry(self.conversations, arrived)
        self._rooms(answer)
        self._account_data(answer)
        for room_id, settings in arrived.settings.items():
            self._history.set(room_id, settings)
        self._history.keep(arrived.messages.values(), str(answer["next_batch"]))
        self._history.expire(_now_ms())
        return arrived, whispers

    async def _without_gap(self, room_id: str, timeline: Json, since: str) -> list[Json]:
        """Return the events of a timeline, with those that the server left out before them.

        Before its own joining there is nothing that this phone may see.
        """
        events: list[Json] = list(timeline.get("events", []))
        start = timeline.get("prev_batch")
        if not timeline.get("limited") or not since or any(map(self._is_own_joining, events)):
            return events
        earlier: list[Json] = []
        while start:
            query = {"dir": "b", "from": str(start), "to": since, "limit": str(_PAGE)}
            page = await self._api.call("GET", f"{_room(room_id)}/messages", query=query)
            earlier += page.get("chunk", [])
            start = page.get("end") if page.get("chunk") else None
        return [event for event in reversed(earlier) if "state_key" not in event] + events

    def _is_own_joining(self, event: Json) -> bool:
        own = event.get("state_key") == self.user_id and event["type"] == "m.room.member"
        return own and event["content"].get("membership") == "join"

    def _rooms(self, answer: Json) -> None:
        rooms = answer.get("rooms", {})
        for room_id, room in rooms.get("invite", {}).items():
            self.invitations[room_id] = read_invitation(room_id, room, self.user_id)
        for room_id in rooms.get("join", {}):
            self.invitations.pop(room_id, None)
        for room_id in rooms.get("leave", {}):
            self.invitations.pop(room_id, None)
            self.conversations.pop(room_id, None)

    def _account_data(self, answer: Json) -> None:
        for event in answer.get("account_data", {}).get("events", []):
            if event["type"] == "org.underseal.contacts":
                self.contacts = set(event["content"].get("contacts", {}))
            elif event["type"] == "org.underseal.requests":
                self.requests = set(event["content"].get("requests", {}))

    def _receipts(self, room_id: str, room: Json) -> None:
        for event in room.get("ephemeral", {}).get("events", []):
            if event.get("type") != "m.receipt":
                continue
            for event_id, kinds in event["content"].items():
                for user in kinds.get("m.read", {}):
                    self.read_up_to[room_id][user] = event_id

    def _hear(self, whispers: list[Whisper]) -> None:
        for whisper in whispers:
            if whisper.event_type == contents.DELIVERED:
                for event_id in whisper.content.get("event_ids", []):
                    self.delivered.setdefault(str(event_id), set()).add(whisper.sender)

    async def _tell(self, messages: list[Message]) -> None:
        """Tell those who wait."""
        for message in messages:
            for stream in self._streams:
                stream.put_nowait(message)
        async with self._changed:
            self._changed.notify_all()

    def _mark(self, messages: list[Message]) -> None:
        """Note which senders are to learn that their messages have arrived."""
        for message in messages:
            if message.sender != self.user_id and not message.locked and message.kind is not Kind.REDACTION:
                self._marks[message.sender, message.room_id].append(message.event_id)

    async def _confirm(self) -> None:
        """Tell the senders what has arrived."""
        due, self._marks = self._marks, defaultdict(list)
        while due:  # one content for each account at a time
            said: dict[str, dict[str, Any]] = {}
            for sender, room_id in list(due):
                if sender not in said:
                    said[sender] = {"room_id": room_id, "event_ids": due.pop((sender, room_id))}
            async with self._turn:
                await self._engine.whisper(contents.DELIVERED, said)

    async def _keep_confirming(self) -> None:
        """Tell the senders every CONFIRM_SECONDS; what fails is told by the next sync."""
        while True:
            await asyncio.sleep(CONFIRM_SECONDS)
            with contextlib.suppress(UndersealError):
                await self._confirm()


def _room(room_id: str) -> str:
    return f"/_matrix/client/v3/rooms/{quoted(room_id)}"


def _transaction() -> str:
    return secrets.token_hex(8)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
