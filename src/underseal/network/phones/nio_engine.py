"""The engine of matrix-nio: a client of others' making, so that what passes on the network is Matrix and not only our idea of it.

nio keeps its keys in an SQLite file, each pickled under a key. It takes a *text* for that key and derives the real one
by a single SHA-256 (nio 0.26, crypto/sessions.py, `derive_pickle_key`): for an unlock code of six digits that is a million
hashes, less than a second's work for whoever holds the file. So nio never sees the unlock code. It gets 32 random bytes
in hexadecimal, which lie in the phone's folder under Argon2id of the code (see `home`).

What else nio 0.26 does not do, and this engine does:
- it skips a device without one-time key in silence: here whoever did not get the key is named in what `seal` returns;
- it gives room keys to those who are only invited, and does not give them to a device that is new: here the members' devices
  are compared with those that hold the key before every message;
- it drops Olm messages of types that it does not know, and an Olm message for an unknown one-time key ends its sync;
- it takes no notice when the server says that no one-time key is left (`if count:`);
- it stores the sync token before it has taken what came with it: here the phone stores it afterwards;
- it opens an event with a session that belongs to another account, unless the device was verified.
"""

import json
import logging
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import nio
from nio.crypto import Olm
from nio.store import SqliteMemoryStore, SqliteStore
from peewee import DatabaseError, SqliteDatabase

from underseal.core.crypto.key_export import ExportedSession
from underseal.core.crypto.megolm import MegolmError, message_index, signature_valid
from underseal.core.matrix import MalformedContentError, decode_base64
from underseal.core.records import Secret
from underseal.errors import IntegrityError
from underseal.network.phones.api import Activation, Api, ServerRefusedError, refusal
from underseal.network.phones.contents import ENCRYPTED
from underseal.network.phones.engine import Json, LockedError, Opened, Whisper
from underseal.network.phones.message import Address, Missing, Sealed, Withheld
from underseal.network.phones.thin import beside_ciphertext, opened

STORE_FILE: Final = "crypto.db"
"""Name of nio's database in the phone's folder."""

# It warns of every device that has no session yet; `seal` says which of them stayed without.
logging.getLogger("nio").setLevel(logging.CRITICAL)


class _Store(SqliteStore):  # type: ignore[misc]  # nio ships no types
    """nio's store with a log written ahead: a commit costs no wait for the disk, and outlives the process all the same."""

    def _create_database(self) -> SqliteDatabase:
        pragmas = {"foreign_keys": 1, "secure_delete": 1, "journal_mode": "wal", "synchronous": 1}
        return SqliteDatabase(self.database_path, pragmas=pragmas)


class _Machine(Olm):  # type: ignore[misc]  # as above
    """nio's Olm machine, which hands on what it does not know instead of dropping it, and never ends a sync."""

    whispers: list[Whisper]

    def _handle_olm_event(self, sender: str, sender_key: str, payload: dict[Any, Any]) -> Any:
        if payload["type"] in {"m.room_key", "m.forwarded_room_key", "m.dummy"}:
            return super()._handle_olm_event(sender, sender_key, payload)
        self.whispers.append(Whisper(sender=sender, event_type=payload["type"], content=payload["content"]))
        return None

    def handle_to_device_event(self, event: Any) -> Any:
        try:
            return super().handle_to_device_event(event)
        except (ValueError, KeyError, TypeError):  # a damaged message, or one for a one-time key that is not held
            return None


class NioEngine:
    """The keys of one device, in nio; see `Engine`.

    Args:
        api: requests of the device. activation: which device.
        folder: where nio keeps its database; None for memory.
        pickle_key: random bytes that its keys are pickled under.

    Raises:
        IntegrityError: the database in the folder is damaged, or was made under another key.
    """

    def __init__(self, api: Api, activation: Activation, folder: Path | None, pickle_key: Secret) -> None:
        self.address = Address(activation.user_id, activation.device_id)
        self._api = api
        config = nio.AsyncClientConfig(
            store=_Store if folder else SqliteMemoryStore,
            store_name=STORE_FILE,
            pickle_key=pickle_key.reveal().hex(),
            encryption_enabled=True,
            max_timeouts=3,
            max_limit_exceeded=5,
        )
        self._client = nio.AsyncClient(api.url, *self.address, store_path=str(folder or ""), config=config)
        try:
            _check_account(self.address, folder, config)
            self._client.restore_login(*self.address, activation.token.reveal().decode())
            self._olm = _Machine(*self.address, self._client.store)
        except (DatabaseError, LookupError, ValueError):
            raise IntegrityError(
                f"{folder}: the store of the phone's keys is damaged.",
                hint="The phone must be set up anew, with another code.",
            ) from None
        self._olm.whispers = []
        self._client.olm = self._olm

    async def start(self) -> None:
        """Publish the device's keys, if that has not been done."""
        if not self._olm.account.shared:
            await self._ask(self._client.keys_upload(), nio.KeysUploadResponse)

    async def take(self, answer: Json) -> list[Whisper]:
        """Take keys, members and whispers of a /sync answer; see `Engine`."""
        response = nio.SyncResponse.from_dict(_for_nio(answer))
        if isinstance(response, nio.SyncResponse):
            await self._client.receive_response(response)
        held = answer.get("device_one_time_keys_count", {}).get("signed_curve25519", 0)
        self._olm.uploaded_key_count = held
        if 2 * held < self._olm.account.max_one_time_keys:
            await self._ask(self._client.keys_upload(), nio.KeysUploadResponse)
        senders = {event["sender"] for event in answer.get("to_device", {}).get("events", [])}
        await self._query(senders)
        if self._client.should_claim_keys:
            await self._ask(self._client.keys_claim(self._client.get_users_for_key_claiming()), nio.KeysClaimResponse)
            await self._client.send_to_device_messages()
        heard, self._olm.whispers = self._olm.whispers, []
        return heard

    def open(self, room_id: str, event: Json) -> Opened:
        """Open an event; see `Engine`."""
        content = event["content"]
        sender_key, session_id = str(content.get("sender_key")), str(content.get("session_id"))
        session = self._olm.inbound_group_store.get(room_id, sender_key, session_id)
        if session is None:
            raise LockedError("no_key")
        if not self._owns(event["sender"], sender_key):
            raise LockedError("not_the_senders_key")
        parsed = nio.MegolmEvent.from_dict({**event, "room_id": room_id})
        if not isinstance(parsed, nio.MegolmEvent):
            raise LockedError("malformed")
        try:
            plaintext, index = session.decrypt(parsed.ciphertext)
            payload = json.loads(plaintext)
        except ValueError:
            raise LockedError(_reason(session_id, parsed.ciphertext, session.first_known_index)) from None
        if not self._olm.message_index_ok(index, parsed):
            raise LockedError("replayed")
        return opened(payload, room_id, index)

    async def seal(self, room_id: str, members: Collection[str], event_type: str, content: dict[str, Any]) -> Sealed:
        """Share the room's key where it is missing, and encrypt; see `Engine`."""
        users = set(members)
        await self._query(users)
        session = self._session(room_id, users)
        withheld = await self._share(room_id, session, users)
        index = session.message_index
        sealed = self._olm.group_encrypt(room_id, {"type": event_type, "content": content})
        sealed |= beside_ciphertext(content)
        given = frozenset(Address(*address) for address in session.users_shared_with)
        return Sealed(content=sealed, session_id=session.id, index=index, given=given, withheld=withheld)

    async def whisper(self, event_type: str, said: Mapping[str, dict[str, Any]]) -> tuple[Withheld, ...]:
        """Send each of some accounts a content by Olm; see `Engine`."""
        await self._query(set(said))
        devices = self._devices(said)
        await self._claim(said)
        messages: dict[str, dict[str, Any]] = {}
        withheld = []
        for device in devices:
            if session := self._olm.session_store.get(device.curve25519):
                content = said[device.user_id]
                sealed = self._olm._olm_encrypt(session, device, event_type, content)  # noqa: SLF001  # nio has no door to it
                messages.setdefault(device.user_id, {})[device.id] = sealed
            else:
                withheld.append(_unreached(device, Missing.NO_ONE_TIME_KEY))
        if messages:
            await self._api.call("PUT", _to_device(), {"messages": messages})
        return tuple(withheld)

    def room_keys(self) -> Iterable[ExportedSession]:
        """Yield every room key; see `Engine`."""
        for session in self._olm.inbound_group_store:
            first = int(session.first_known_index)
            yield ExportedSession(
                room_id=session.room_id,
                session_id=session.id,
                sender_key=session.sender_key,
                session_key=Secret(session.export_session(first).encode()),
                sender_claimed_keys={"ed25519": session.ed25519},
                forwarding_curve25519_key_chain=tuple(session.forwarding_chain),
                first_index=first,
            )

    async def close(self) -> None:
        """Close nio's connections and its database."""
        await self._client.close()
        self._client.store.database.close()

    async def _ask(self, request: Any, wanted: type) -> Any:
        """Await a request of nio's.

        Raises:
            ServerRefusedError: the answer is not what was wanted.
        """
        answer = await request
        if not isinstance(answer, wanted):
            code, words = getattr(answer, "status_code", ""), getattr(answer, "message", "")
            raise refusal(403, {"errcode": code, "error": words})
        return answer

    async def _query(self, users: set[str]) -> None:
        """Ask for the devices of those accounts whose are not known, or have changed; of others when they are needed."""
        due = self._olm.users_for_key_query
        wanted = (users - self._olm.tracked_users) | (users & due)
        if not wanted:
            return
        self._olm.users_for_key_query = set(wanted)
        try:
            await self._ask(self._client.keys_query(), nio.KeysQueryResponse)
            due -= wanted
        finally:
            self._olm.users_for_key_query = due

    def _devices(self, users: Collection[str]) -> list[Any]:
        """Return the devices of some accounts, without the own one."""
        found = [device for user in users for device in self._olm.device_store.active_user_devices(user)]
        return [device for device in found if (device.user_id, device.id) != self.address]

    def _owns(self, user: str, curve25519: str) -> bool:
        if user == self.address.user_id and curve25519 == self._olm.account.identity_keys["curve25519"]:
            return True
        return any(device.curve25519 == curve25519 for device in self._olm.device_store[user].values())

    def _session(self, room_id: str, users: set[str]) -> Any:
        """Return the room's session; a new one when it is worn, or when somebody has left who holds it."""
        sessions = self._olm.outbound_group_sessions
        session = sessions.get(room_id)
        if session is None or session.expired or any(user not in users for user, _ in session.users_shared_with):
            self._olm.create_outbound_group_session(room_id)
        return sessions[room_id]

    async def _share(self, room_id: str, session: Any, users: set[str]) -> tuple[Withheld, ...]:
        await self._claim(users)
        session.shared = False  # nio would begin a new session where this one has been shared with anybody
        lost: set[tuple[str, str]] = set()
        for sharing_with, body in self._olm.share_group_session_parallel(
            room_id, sorted(users), ignore_unverified_devices=True
        ):
            try:
                await self._api.call("PUT", _to_device(), body)
            except ServerRefusedError:
                lost |= sharing_with
            else:
                session.users_shared_with |= sharing_with
        session.shared = True
        missing = [
            device for device in self._devices(users) if (device.user_id, device.id) not in session.users_shared_with
        ]
        bare = tuple(
            Withheld(address=Address(user, ""), reason=Missing.NO_DEVICE)
            for user in sorted(users - {self.address.user_id})
            if not self._devices([user])
        )
        return bare + tuple(
            _unreached(device, Missing.NOT_SENT if (device.user_id, device.id) in lost else Missing.NO_ONE_TIME_KEY)
            for device in missing
        )

    async def _claim(self, users: Collection[str]) -> None:
        if missing := self._olm.get_missing_sessions(list(users)):
            await self._ask(self._client.keys_claim(missing), nio.KeysClaimResponse)


def _check_account(address: Address, folder: Path | None, config: nio.AsyncClientConfig) -> None:
    """Return when the store in the folder is new, or is this device's: nio would make another's a new account.

    Raises:
        LookupError: it is another device's.
    """
    if folder is None or not (folder / STORE_FILE).exists():
        return
    store = _Store(*address, str(folder), config.pickle_key, STORE_FILE)
    try:
        if store.load_account() is None:
            raise LookupError
    finally:
        store.database.close()


def _for_nio(answer: Json) -> dict[str, Any]:
    """Return what nio is to see of a /sync answer: keys, devices and state; the phone itself reads the rest."""
    rooms = {}
    for room_id, room in answer.get("rooms", {}).get("join", {}).items():
        timeline = room.get("timeline", {})
        events = [event for event in timeline.get("events", []) if "state_key" in event]
        rooms[room_id] = {
            "state": room.get("state", {"events": []}),
            "timeline": {"events": events, "limited": False, "prev_batch": timeline.get("prev_batch", "")},
            "ephemeral": {"events": []},
            "account_data": {"events": []},
        }
    return {
        "next_batch": answer["next_batch"],
        "device_one_time_keys_count": answer.get("device_one_time_keys_count", {}),
        "device_lists": {"changed": [], "left": [], **answer.get("device_lists", {})},
        "to_device": {"events": answer.get("to_device", {}).get("events", [])},
        "rooms": {"join": rooms, "invite": {}, "leave": {}},
    }


def _reason(session_id: str, ciphertext: str, first_index: int) -> str:
    """Say in a word why a session does not open a ciphertext, in the words of `core.crypto.megolm`."""
    try:
        data = decode_base64(ciphertext, what="the ciphertext")
        index = message_index(data)
        signed = signature_valid(session_id, data)
    except (MegolmError, MalformedContentError):
        return "malformed"
    if not signed:
        return "bad_signature"
    return "key_too_late" if index < first_index else "bad_mac"


def _unreached(device: Any, reason: Missing) -> Withheld:
    return Withheld(address=Address(device.user_id, device.id), reason=reason)


def _to_device() -> str:
    return f"/_matrix/client/v3/sendToDevice/{ENCRYPTED}/{uuid4().hex}"
