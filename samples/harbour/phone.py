"""One handset: a matrix-nio client with its own device keys, and the rules by which it shares room keys.

nio itself starts a new session whenever somebody joins, and takes no notice of the room's rotation settings. These
handsets do as Element does: a session goes on when somebody joins, who gets it from the current index on; a new one
begins when somebody has left, after so many messages, or after a week.
"""

import io
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import nio
from cast import Device
from forge import wrong_mac
from homeserver import user_id
from nio.store import SqliteMemoryStore
from truth import KeyBook

WEEK_MS = 7 * 24 * 3600 * 1000
CATCH_UP_SECONDS = 30
_FILTER = {"room": {"timeline": {"limit": 1}}}

Address = tuple[str, str]


class PhoneError(Exception):
    """A handset did not get what it needed: an answer, a member, a device or a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An encrypted event content and the place of the message in its session."""

    content: dict[str, Any]
    session_id: str
    index: int


@dataclass(slots=True, kw_only=True)
class _Session:
    olm: Any
    since: int


class Phone:
    """A logged in device."""

    def __init__(self, device: Device, url: str, book: KeyBook) -> None:
        """Prepare a device; nothing is asked of the server yet."""
        config = nio.AsyncClientConfig(
            store=SqliteMemoryStore, pickle_key=secrets.token_hex(16), encryption_enabled=True, max_timeouts=3
        )
        self.device = device
        self.address: Address = (user_id(device.pin), device.device_id)
        self._book = book
        self._sessions: dict[str, _Session] = {}
        self._client = nio.AsyncClient(url, self.address[0], device_id=device.device_id, config=config)

    async def log_in(self, password: str, name: str) -> None:
        """Log in, publish the device's keys and take a first look around.

        Raises:
            PhoneError: the server refused.
        """
        _good(await self._client.login(password, name), nio.LoginResponse)
        _good(await self._client.keys_upload(), nio.KeysUploadResponse)
        await self._sync()

    async def close(self) -> None:
        """Close the connection."""
        await self._client.close()

    async def catch_up(self, rooms: dict[str, set[str]], devices: set[Address], refused: set[Address]) -> None:
        """Sync until the members of those rooms and those devices are known; then refuse the refused ones.

        Raises:
            PhoneError: they were not known after CATCH_UP_SECONDS.
        """
        deadline = time.monotonic() + CATCH_UP_SECONDS
        wait_ms = 0
        while not self._knows(rooms, devices):
            if time.monotonic() > deadline:
                raise PhoneError(f"{self.device.phone} does not see all members or devices of its rooms.")
            await self._sync(wait_ms)
            for room_id in rooms:
                if room_id in self._client.rooms and not self._client.rooms[room_id].members_synced:
                    _good(await self._client.joined_members(room_id), nio.JoinedMembersResponse)
            if self._client.should_query_keys:
                _good(await self._client.keys_query(), nio.KeysQueryResponse)
            wait_ms = 500
        for user, device_id in refused - {self.address}:
            if user in self._client.device_store.users and device_id in self._client.device_store[user]:
                self._client.blacklist_device(self._client.device_store[user][device_id])

    def _knows(self, rooms: dict[str, set[str]], devices: set[Address]) -> bool:
        seen = self._client.rooms
        store = self._client.device_store
        return all(
            room_id in seen and seen[room_id].members_synced and set(seen[room_id].users) == members
            for room_id, members in rooms.items()
        ) and all(user in store.users and device in store[user] for user, device in devices - {self.address})

    async def drain(self) -> None:
        """Sync until no to-device message waits for this device.

        Raises:
            PhoneError: an Olm message could not be opened.
        """
        while await self._sync():
            pass
        if self._client.olm.wedged_devices:
            raise PhoneError(f"{self.device.phone} got room keys that it cannot open.")

    async def _sync(self, wait_ms: int = 0) -> bool:
        """Sync once; True when to-device messages came."""
        answer = _good(await self._client.sync(wait_ms, sync_filter=_FILTER), nio.SyncResponse)
        if self._client.should_upload_keys:
            _good(await self._client.keys_upload(), nio.KeysUploadResponse)
        return bool(answer.to_device_events)

    async def seal(
        self, room_id: str, content: dict[str, Any], *, ts: int, rotate: int, readers: dict[Address, str]
    ) -> Sealed:
        """Encrypt a message for a room, after all readers (address to phone name) have its key.

        Raises:
            PhoneError: a reader did not get the key, or one got it who should not.
        """
        session = await self._session(room_id, ts, rotate, readers)
        index = session.message_index
        _, sealed = self._client.encrypt(room_id, "m.room.message", content)
        return Sealed(content=sealed, session_id=session.id, index=index)

    def with_wrong_mac(self, room_id: str, content: dict[str, Any]) -> dict[str, Any]:
        """Spoil the MAC of a message that this device has just sealed, and sign it anew."""
        word = secrets.token_hex(16)
        pickle = self._client.olm.outbound_group_sessions[room_id].pickle(word).decode()
        return wrong_mac(content, pickle, sha256(word.encode()).digest())

    async def _session(self, room_id: str, ts: int, rotate: int, readers: dict[Address, str]) -> Any:
        outbound = self._client.olm.outbound_group_sessions
        kept = self._sessions.get(room_id)
        outbound.pop(room_id, None)
        if kept and not _worn(kept, ts, rotate, readers):
            outbound[room_id] = kept.olm
            if readers.keys() == kept.olm.users_shared_with:
                kept.olm.shared = True
                return kept.olm
            kept.olm.shared = False
        return await self._share(room_id, ts, rotate, readers)

    async def _share(self, room_id: str, ts: int, rotate: int, readers: dict[Address, str]) -> Any:
        """Send the room's session, or a new one, to every reader who has not got it, and check that all have it."""
        answer = await self._client.share_group_session(room_id, ignore_unverified_devices=True)
        _good(answer, nio.ShareGroupSessionResponse)
        session = self._client.olm.outbound_group_sessions[room_id]
        if session.users_shared_with != readers.keys():
            wrong = sorted(session.users_shared_with ^ readers.keys())
            raise PhoneError(f"{self.device.phone}: the key of {room_id} went astray or did not arrive: {wrong}")
        session.max_messages = rotate
        if room_id not in self._sessions or self._sessions[room_id].olm is not session:
            self._sessions[room_id] = _Session(olm=session, since=ts)
        for phone in (self.device.phone, *readers.values()):
            self._book.give(session.id, phone, session.message_index)
        return session

    async def withhold(self, room_id: str, session_id: str, refused: Address) -> None:
        """Tell a refused device that it gets no key (`m.room_key.withheld`)."""
        content = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "room_id": room_id,
            "session_id": session_id,
            "sender_key": self._client.olm.account.identity_keys["curve25519"],
            "code": "m.blacklisted",
            "reason": "The sender has blocked you.",
        }
        message = nio.event_builders.ToDeviceMessage("m.room_key.withheld", *refused, content)
        _good(await self._client.to_device(message), nio.ToDeviceResponse)

    async def upload(self, data: bytes, mimetype: str, filename: str, *, sealed: bool) -> dict[str, Any]:
        """Upload an enclosure; returns the `file` (EncryptedFile, version 2) or the `url` of an event content."""
        # An encrypted file bears no name: its name lies in the encrypted event.
        answer, keys = await self._client.upload(
            lambda *_: io.BytesIO(data), mimetype, None if sealed else filename, encrypt=sealed, filesize=len(data)
        )
        url = str(_good(answer, nio.UploadResponse).content_uri)
        return {"file": {"url": url, **keys}} if sealed else {"url": url}

    def held(self) -> dict[str, int]:
        """The sessions that this device can open and the first index of each, as its own store has it."""
        return {session.id: int(session.first_known_index) for session in self._client.olm.inbound_group_store}

    async def export(self, path: Path, passphrase: str) -> None:
        """Write the key export that Element writes ("Export E2E room keys")."""
        await self._client.export_keys(str(path), passphrase)


def _worn(kept: _Session, ts: int, rotate: int, readers: dict[Address, str]) -> bool:
    left = kept.olm.users_shared_with - readers.keys()
    return bool(left) or kept.olm.message_count >= rotate or ts - kept.since >= WEEK_MS


def _good(answer: Any, wanted: type) -> Any:
    if not isinstance(answer, wanted):
        raise PhoneError(f"The homeserver did not answer as it should: {answer}")
    return answer
