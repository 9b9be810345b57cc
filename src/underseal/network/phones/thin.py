"""A thin engine for thousands of phones in one process: vodozemac through core.crypto, keys in memory, nothing on disk.

It does what traffic needs of Matrix client-server API 1.16, "End-to-End Encryption": upload, query, claim, share, open. It
knows no cross-signing, no key requests, no verification and no key backup. A room key goes on when somebody joins, who
gets it from its present index on; a new one begins when somebody has left, after MAX_MESSAGES or after MAX_AGE.
"""

import json
import secrets
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from underseal.core.crypto import megolm, olm
from underseal.core.crypto.key_export import ExportedSession
from underseal.core.crypto.megolm import InboundSession, MegolmError
from underseal.core.crypto.olm import OlmAccount, OlmError, OlmMessage, OlmSession, OutboundSession
from underseal.core.matrix import MalformedContentError, decode_base64
from underseal.core.records import Secret
from underseal.network.phones.api import Activation, Api, ServerRefusedError
from underseal.network.phones.contents import ENCRYPTED
from underseal.network.phones.devices import Device, Devices, canonical, signed_by
from underseal.network.phones.engine import Json, LockedError, Opened, Whisper
from underseal.network.phones.message import Address, Missing, Sealed, Withheld

MAX_MESSAGES: Final = 100
MAX_AGE: Final = 7 * 24 * 3600.0
"""After how many messages, or seconds, a room key is replaced: the specification's defaults."""

_CHUNK = 500
"""Devices that one request with to-device messages names at most."""


@dataclass(slots=True)
class _Outbound:
    """A session with which this device speaks in a room; `given` are the devices that hold it."""

    session: OutboundSession = field(default_factory=OutboundSession)
    since: float = field(default_factory=time.monotonic)
    given: set[Address] = field(default_factory=set)

    def worn(self, members: set[str]) -> bool:
        left = any(address.user_id not in members for address in self.given)
        return left or self.session.index >= MAX_MESSAGES or time.monotonic() - self.since >= MAX_AGE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inbound:
    """A session that can be opened, and whose it is."""

    session: InboundSession
    exported: Secret
    owner: str
    curve25519: str
    ed25519: str


class ThinEngine:
    """The keys of one device, in memory; see `Engine`.

    Args:
        api: requests of the device. activation: which device.
    """

    def __init__(self, api: Api, activation: Activation) -> None:
        self.address = Address(activation.user_id, activation.device_id)
        self._api = api
        self._account = OlmAccount()
        self._devices = Devices()
        self._sessions: dict[str, list[OlmSession]] = {}
        self._outbound: dict[str, _Outbound] = {}
        self._inbound: dict[tuple[str, str], _Inbound] = {}
        self._seen: dict[tuple[str, int], str] = {}

    async def start(self) -> None:
        """Publish the device's keys."""
        user, device = self.address
        keys = {
            "algorithms": [olm.ALGORITHM, megolm.ALGORITHM],
            "device_id": device,
            "user_id": user,
            "keys": {f"curve25519:{device}": self._account.curve25519, f"ed25519:{device}": self._account.ed25519},
        }
        await self._upload({"device_keys": self._signed(keys)}, held=0)

    async def take(self, answer: Json) -> list[Whisper]:
        """Take keys and whispers of a /sync answer; see `Engine`."""
        self._devices.changed(answer.get("device_lists", {}).get("changed", []))
        events = answer.get("to_device", {}).get("events", [])
        found = [whisper for event in events if (whisper := self._heard(event)) is not None]
        held = answer.get("device_one_time_keys_count", {}).get("signed_curve25519", 0)
        if 2 * held < self._account.most_one_time_keys:
            await self._upload({}, held=held)
        senders = {event["sender"] for event in events if event.get("type") == ENCRYPTED}
        await self._query(senders)
        return found

    def open(self, room_id: str, event: Json) -> Opened:
        """Open an event; see `Engine`."""
        content = event["content"]
        held = self._inbound.get((room_id, str(content.get("session_id"))))
        if held is None:
            raise LockedError("no_key")
        if held.owner != event["sender"] or not self._owns(held.owner, held.curve25519):
            raise LockedError("not_the_senders_key")
        try:
            ciphertext = decode_base64(content.get("ciphertext"), what="the ciphertext")
            plaintext, index = held.session.decrypt(ciphertext)
            payload = json.loads(plaintext)
        except (MegolmError, MalformedContentError) as error:
            raise LockedError(error.code) from None
        except ValueError:
            raise LockedError("no_json") from None
        if self._seen.setdefault((held.session.session_id, index), event["event_id"]) != event["event_id"]:
            raise LockedError("replayed")
        return opened(payload, room_id, index)

    async def seal(self, room_id: str, members: Collection[str], event_type: str, content: dict[str, Any]) -> Sealed:
        """Share the room's key where it is missing, and encrypt; see `Engine`."""
        users = set(members)
        await self._query(users)
        outbound = self._outbound.get(room_id)
        if outbound is None or outbound.worn(users):
            outbound = self._outbound[room_id] = self._fresh(room_id)
        withheld = await self._share(room_id, outbound, users)
        index = outbound.session.index
        plaintext = json.dumps({"room_id": room_id, "type": event_type, "content": content}, ensure_ascii=False)
        sealed: dict[str, object] = {
            "algorithm": megolm.ALGORITHM,
            "ciphertext": outbound.session.encrypt(plaintext.encode()),
            "device_id": self.address.device_id,
            "sender_key": self._account.curve25519,
            "session_id": outbound.session.session_id,
        }
        sealed |= beside_ciphertext(content)
        given = frozenset(outbound.given)
        return Sealed(
            content=sealed, session_id=outbound.session.session_id, index=index, given=given, withheld=withheld
        )

    async def whisper(self, event_type: str, said: Mapping[str, dict[str, Any]]) -> tuple[Withheld, ...]:
        """Send each of some accounts a content by Olm; see `Engine`."""
        await self._query(set(said))
        return (await self._send_olm(self._devices_of(said), event_type, said))[1]

    def room_keys(self) -> Iterable[ExportedSession]:
        """Yield every room key; see `Engine`."""
        for (room_id, session_id), held in self._inbound.items():
            yield ExportedSession(
                room_id=room_id,
                session_id=session_id,
                sender_key=held.curve25519,
                session_key=held.exported,
                sender_claimed_keys={"ed25519": held.ed25519},
                first_index=held.session.first_index,
            )

    async def close(self) -> None:
        """Nothing is open."""

    def _keys(self) -> tuple[str, str]:
        return self._account.curve25519, self._account.ed25519

    def _signed(self, payload: dict[str, Any]) -> dict[str, Any]:
        user, device = self.address
        return {**payload, "signatures": {user: {f"ed25519:{device}": self._account.sign(canonical(payload))}}}

    async def _upload(self, body: dict[str, Any], *, held: int) -> None:
        made = self._account.new_one_time_keys(self._account.most_one_time_keys - held)
        keys = {f"signed_curve25519:{name}": self._signed({"key": key}) for name, key in made.items()}
        await self._api.call("POST", "/_matrix/client/v3/keys/upload", {**body, "one_time_keys": keys})
        self._account.mark_published()

    async def _query(self, users: set[str]) -> None:
        if asked := self._devices.unknown(users):
            body: dict[str, Any] = {"device_keys": {user: [] for user in asked}}
            answer = await self._api.call("POST", "/_matrix/client/v3/keys/query", body)
            self._devices.take(asked, answer.get("device_keys", {}))

    def _devices_of(self, users: Collection[str]) -> list[Device]:
        return [device for user in users for device in self._devices.of(user) if device.address != self.address]

    def _owns(self, user: str, curve25519: str) -> bool:
        own = user == self.address.user_id and curve25519 == self._account.curve25519
        return own or self._devices.owner_has(user, curve25519) is True

    def _fresh(self, room_id: str) -> _Outbound:
        outbound = _Outbound()
        session_id, exported = olm.exported_of(outbound.session.key)
        self._keep(room_id, session_id, exported, owner=self.address.user_id, keys=self._keys())
        return outbound

    def _keep(self, room_id: str, session_id: str, exported: Secret, *, owner: str, keys: tuple[str, str]) -> None:
        """Keep a room key, unless the same is held from an earlier index on, or is another's."""
        session = InboundSession(exported, session_id=session_id)
        held, (curve25519, ed25519) = self._inbound.get((room_id, session_id)), keys
        if held and (held.session.first_index <= session.first_index or held.curve25519 != curve25519):
            return
        self._inbound[room_id, session_id] = _Inbound(
            session=session, exported=exported, owner=owner, curve25519=curve25519, ed25519=ed25519
        )

    async def _share(self, room_id: str, outbound: _Outbound, users: set[str]) -> tuple[Withheld, ...]:
        due = [device for device in self._devices_of(users) if device.address not in outbound.given]
        content = {
            "algorithm": megolm.ALGORITHM,
            "room_id": room_id,
            "session_id": outbound.session.session_id,
            "session_key": outbound.session.key.reveal().decode(),
        }
        reached, withheld = await self._send_olm(due, "m.room_key", dict.fromkeys(users, content))
        outbound.given.update(reached)
        bare = tuple(
            Withheld(address=Address(user, ""), reason=Missing.NO_DEVICE)
            for user in sorted(users - {self.address.user_id})
            if not self._devices.of(user)
        )
        return bare + withheld

    async def _send_olm(
        self, devices: list[Device], event_type: str, said: Mapping[str, dict[str, Any]]
    ) -> tuple[list[Address], tuple[Withheld, ...]]:
        """Send each device what its account is told; returns those reached and those not."""
        await self._claim([device for device in devices if device.curve25519 not in self._sessions])
        reachable = [device for device in devices if device.curve25519 in self._sessions]
        withheld = [
            Withheld(address=device.address, reason=Missing.NO_ONE_TIME_KEY)
            for device in devices
            if device.curve25519 not in self._sessions
        ]
        reached: list[Address] = []
        for start in range(0, len(reachable), _CHUNK):
            chunk = reachable[start : start + _CHUNK]
            messages: dict[str, dict[str, Any]] = {}
            for device in chunk:
                user, device_id = device.address
                messages.setdefault(user, {})[device_id] = self._olm(device, event_type, said[user])
            path = f"/_matrix/client/v3/sendToDevice/{ENCRYPTED}/{secrets.token_hex(8)}"
            try:
                await self._api.call("PUT", path, {"messages": messages})
            except ServerRefusedError:
                withheld += [Withheld(address=device.address, reason=Missing.NOT_SENT) for device in chunk]
            else:
                reached += [device.address for device in chunk]
        return reached, tuple(withheld)

    async def _claim(self, devices: list[Device]) -> None:
        """Start Olm sessions with devices; those whose one-time key is missing or not theirs stay without one."""
        if not devices:
            return
        asked: dict[str, dict[str, str]] = {}
        for device in devices:
            asked.setdefault(device.address.user_id, {})[device.address.device_id] = "signed_curve25519"
        answer = await self._api.call("POST", "/_matrix/client/v3/keys/claim", {"one_time_keys": asked})
        found = answer.get("one_time_keys", {})
        for device in devices:
            user, device_id = device.address
            for payload in found.get(user, {}).get(device_id, {}).values():
                if signed_by(device, payload):
                    session = self._account.start(device.curve25519, str(payload.get("key")))
                    self._sessions.setdefault(device.curve25519, []).insert(0, session)

    def _olm(self, device: Device, event_type: str, content: dict[str, Any]) -> dict[str, Any]:
        payload = {
            "sender": self.address.user_id,
            "sender_device": self.address.device_id,
            "keys": {"ed25519": self._account.ed25519},
            "recipient": device.address.user_id,
            "recipient_keys": {"ed25519": device.ed25519},
            "type": event_type,
            "content": content,
        }
        sealed = self._sessions[device.curve25519][0].encrypt(json.dumps(payload, ensure_ascii=False).encode())
        return {
            "algorithm": olm.ALGORITHM,
            "sender_key": self._account.curve25519,
            "ciphertext": {device.curve25519: {"type": sealed.kind, "body": sealed.body}},
        }

    def _heard(self, event: Json) -> Whisper | None:
        """Open a to-device message; None where it is about keys, not for us, or not what it claims to be."""
        content = event.get("content", {})
        for_us = content.get("ciphertext", {}).get(self._account.curve25519) if event.get("type") == ENCRYPTED else None
        sender_key = content.get("sender_key")
        if not isinstance(for_us, dict) or not isinstance(sender_key, str):
            return None
        message = OlmMessage(kind=int(for_us.get("type", -1)), body=str(for_us.get("body", "")))
        try:
            payload = json.loads(self._opened_olm(sender_key, message))
        except (OlmError, ValueError):
            return None
        if not self._is_for_us(event, payload):
            return None
        if payload.get("type") == "m.room_key":
            self._take_room_key(payload, sender_key)
            return None
        return Whisper(sender=event["sender"], event_type=str(payload.get("type")), content=payload.get("content", {}))

    def _opened_olm(self, sender_key: str, message: OlmMessage) -> bytes:
        sessions = self._sessions.setdefault(sender_key, [])
        for session in list(sessions):
            if message.kind == olm.PRE_KEY and not session.opens(message):
                continue
            try:
                plaintext = session.decrypt(message)
            except OlmError:
                continue
            sessions.remove(session)
            sessions.insert(0, session)  # the one that was used last is spoken through
            return plaintext
        if not sessions:
            del self._sessions[sender_key]
        session, plaintext = self._account.accept(sender_key, message)
        self._sessions.setdefault(sender_key, []).insert(0, session)
        return plaintext

    def _is_for_us(self, event: Json, payload: Any) -> bool:
        """Check what the specification says of an Olm payload: sender, recipient and both signing keys are named in it."""
        if not isinstance(payload, dict) or not isinstance(payload.get("content"), dict):
            return False
        recipient_keys, keys = payload.get("recipient_keys", {}), payload.get("keys", {})
        return (
            payload.get("sender") == event.get("sender")
            and payload.get("recipient") == self.address.user_id
            and recipient_keys.get("ed25519") == self._account.ed25519
            and isinstance(keys.get("ed25519"), str)
        )

    def _take_room_key(self, payload: Json, sender_key: str) -> None:
        content = payload["content"]
        try:
            session_id, exported = olm.exported_of(Secret(str(content.get("session_key", "")).encode()))
        except OlmError:
            return
        if session_id == content.get("session_id") and content.get("algorithm") == megolm.ALGORITHM:
            room_id = str(content.get("room_id"))
            keys = sender_key, payload["keys"]["ed25519"]
            self._keep(room_id, session_id, exported, owner=payload["sender"], keys=keys)


def opened(payload: Any, room_id: str, index: int) -> Opened:
    """Check the plaintext of a room's event.

    Raises:
        LockedError: it was made for another room, or lacks what it must have.
    """
    if not isinstance(payload, dict) or payload.get("room_id") != room_id:
        raise LockedError("another_room")
    event_type, content = payload.get("type"), payload.get("content")
    if not isinstance(event_type, str) or not isinstance(content, dict):
        raise LockedError("no_event")
    return Opened(event_type=event_type, content=content, index=index)


def beside_ciphertext(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a content stands beside the ciphertext too: its relation, as the specification wants it.

    A reaction's does not: a server takes it only with its sign in clear ("Missing aggregation key"), which nobody but the
    readers should see.
    """
    relation = content.get("m.relates_to", {})
    return {"m.relates_to": relation} if relation and relation.get("rel_type") != "m.annotation" else {}
