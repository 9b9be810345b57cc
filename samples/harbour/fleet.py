"""All handsets together: sets the rooms up, performs the story in order of time and notes what was sent."""

import secrets
from base64 import b64decode
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import contents
import forge
from cast import Cast, Change, Device, Room, Turn, moment
from homeserver import Homeserver, Stamp, user_id
from phone import Address, Phone, PhoneError, Sealed
from story import Line
from truth import KeyBook, Sent

from underseal.network.phones import enclosures

ROOMS_AT = moment(0, "06:00")
DRAIN_EVERY = 200
_RELATIONS = {
    "reply": "in_reply_to",
    "edit": "replaces",
    "reaction": "reacts_to",
    "redaction": "redacts",
    "replay": "replays",
}
_PLAIN_TYPES = {"reaction": "m.reaction", "redaction": "m.room.redaction"}


@dataclass(slots=True)
class Fleet:
    """The handsets of a cast on a homeserver."""

    cast: Cast
    server: Homeserver
    book: KeyBook = field(default_factory=KeyBook)
    phones: dict[str, Phone] = field(default_factory=dict)
    rooms: dict[str, str] = field(default_factory=dict)
    sent: dict[str, Sent] = field(default_factory=dict)
    _passwords: dict[str, str] = field(default_factory=dict)
    _sealed: dict[str, Sealed] = field(default_factory=dict)
    _withheld: set[str] = field(default_factory=set)

    async def gather(self) -> None:
        """Register the accounts, log their first devices in, make the rooms and let everybody see everybody."""
        for account in self.cast.accounts:
            self._passwords[account.pin] = secrets.token_hex(8)
            await self.server.register(account.pin, account.nickname, self._passwords[account.pin])
        for device in self.cast.devices:
            if device.since is None:
                await self._log_in(device)
        for number, room in enumerate(self.cast.rooms):
            await self._open_room(room, ROOMS_AT + number * 60_000)
        await self._list_direct_rooms()
        await self._catch_up([room.key for room in self.cast.rooms], ROOMS_AT)

    async def perform(self, lines: list[Line]) -> None:
        """Send the lines and make the changes, in order of time."""
        acts: list[Line | Change] = [*self.cast.changes, *lines]
        for number, act in enumerate(sorted(acts, key=lambda act: act.ts), 1):
            if isinstance(act, Change):
                await self._change(act)
            else:
                await self._send(act)
            if number % DRAIN_EVERY == 0:
                await self._drain()
        await self._drain()
        self._check_keys()

    async def export(self, folder: Path) -> dict[str, str]:
        """Write the key exports of the seized devices; returns the passphrase of each file."""
        passphrases = {}
        for device in self.cast.devices:
            if device.seized:
                name = f"{device.phone}.txt"
                passphrases[name] = f"sample harbour {device.phone}"
                await self.phones[device.phone].export(folder / name, passphrases[name])
                (folder / name).chmod(0o644)
        return passphrases

    async def close(self) -> None:
        """Close all connections."""
        for phone in self.phones.values():
            await phone.close()

    async def _log_in(self, device: Device) -> None:
        phone = Phone(device, self.server.url, self.book)
        self.phones[device.phone] = phone
        nickname = next(account.nickname for account in self.cast.accounts if account.pin == device.pin)
        await phone.log_in(self._passwords[device.pin], f"{nickname} ({device.phone.partition('-')[2]})")

    async def _open_room(self, room: Room, ts: int) -> None:
        """Make a room. All but the server's own first events bear story time."""
        creator = room.members[0]
        stamp = Stamp(user=user_id(creator), ts=ts)
        room_id = await self.server.create_room(direct=room.direct, stamp=stamp)
        self.rooms[room.key] = room_id
        if room.name:
            await self.server.set_state(room_id, "m.room.name", "", {"name": room.name}, stamp)
        if room.encrypted:
            content = {"algorithm": "m.megolm.v1.aes-sha2", "rotation_period_msgs": room.rotate}
            await self.server.set_state(room_id, "m.room.encryption", "", content, stamp)
        for pin in room.members[1:]:
            await self._join(room, pin, ts + 1000)

    async def _join(self, room: Room, pin: str, ts: int) -> None:
        room_id, joiner = self.rooms[room.key], user_id(pin)
        invitation = {"membership": "invite", **({"is_direct": True} if room.direct else {})}
        host = Stamp(user=user_id(room.members[0]), ts=ts)
        await self.server.set_state(room_id, "m.room.member", joiner, invitation, host)
        guest = Stamp(user=joiner, ts=ts + 1000)
        await self.server.set_state(room_id, "m.room.member", joiner, {"membership": "join"}, guest)

    async def _list_direct_rooms(self) -> None:
        """Write each account's list of direct rooms (account data `m.direct`)."""
        for account in self.cast.accounts:
            listed: dict[str, list[str]] = {}
            for room in self.cast.rooms:
                if room.direct and account.pin in room.members:
                    other = next(pin for pin in room.members if pin != account.pin)
                    listed.setdefault(user_id(other), []).append(self.rooms[room.key])
            user = user_id(account.pin)
            path = f"/_matrix/client/v3/user/{quote(user)}/account_data/m.direct"
            await self.server.call("PUT", path, listed, Stamp(user=user, ts=ROOMS_AT))

    async def _change(self, change: Change) -> None:
        if change.turn is Turn.LOGIN:
            await self._log_in(next(device for device in self.cast.devices if device.phone == change.phone))
            touched = [room.key for room in self.cast.rooms if change.pin in self.cast.present(room.key, change.ts)]
        else:
            touched = [change.room]
            if change.turn is Turn.JOIN:
                await self._join(self.cast.room(change.room), change.pin, change.ts - 1000)
            else:
                stamp = Stamp(user=user_id(change.pin), ts=change.ts)
                left = {"membership": "leave"}
                await self.server.set_state(self.rooms[change.room], "m.room.member", stamp.user, left, stamp)
        await self._catch_up(touched, change.ts)

    async def _catch_up(self, keys: list[str], ts: int) -> None:
        """Let every handset in those rooms see who else is there, with which devices."""
        refused = {phone.address for phone in self.phones.values() if phone.device.refused}
        for phone in self.phones.values():
            here = [key for key in keys if phone.device.pin in self.cast.present(key, ts)]
            members = {self.rooms[key]: {user_id(pin) for pin in self.cast.present(key, ts)} for key in here}
            sealed = [members[self.rooms[key]] for key in here if self.cast.room(key).encrypted]
            seen = {p.address for p in self.phones.values() if any(p.address[0] in users for users in sealed)}
            await phone.catch_up(members, seen, refused)

    async def _drain(self) -> None:
        """Deliver all waiting to-device messages, except to refused devices, which come online only for changes."""
        for phone in self.phones.values():
            if not phone.device.refused:
                await phone.drain()

    def _check_keys(self) -> None:
        """Compare what every device holds with what it was given.

        Raises:
            PhoneError: a device holds more, less or other keys than the senders gave it.
        """
        for name, phone in self.phones.items():
            if phone.held() != self.book.held_by(name):
                raise PhoneError(f"{name} does not hold the keys that it was given.")

    def _readers(self, line: Line) -> dict[Address, str]:
        """The devices that get the key of a line: all of the members present but the sending one and refused ones."""
        members = self.cast.present(line.room, line.ts)
        return {
            phone.address: name
            for name, phone in self.phones.items()
            if phone.device.pin in members and phone.device != line.device and not phone.device.refused
        }

    async def _send(self, line: Line) -> None:
        room = self.cast.room(line.room)
        truth = Sent(
            n=len(self.sent),
            event_id="",
            room_id=self.rooms[line.room],
            room=line.room,
            sender=user_id(line.device.pin),
            device_id=line.device.device_id,
            phone=line.device.phone,
            ts=line.ts,
            type=_PLAIN_TYPES.get(line.kind, "m.room.encrypted" if room.encrypted else "m.room.message"),
            kind=line.kind,
            encrypted=room.encrypted and line.kind not in _PLAIN_TYPES,
            body=line.body,
            language=line.language,
        )
        if line.target:
            setattr(truth, _RELATIONS[line.kind], self.sent[line.target].event_id)
        content = await self._content(line, truth)
        if truth.encrypted:
            content = await self._seal(line, room, content, truth)
        stamp = Stamp(user=truth.sender, ts=line.ts, device=truth.device_id)
        truth.event_id = await self.server.send(truth.room_id, truth.type, content, stamp)
        self.sent[line.key] = truth

    async def _content(self, line: Line, truth: Sent) -> dict[str, Any]:
        target = self.sent[line.target].event_id if line.target else ""
        if line.kind == "reply":
            return contents.reply(line.body, target)
        if line.kind == "edit":
            return contents.edit(line.body, target)
        if line.kind == "reaction":
            return contents.reaction(line.body, target)
        if line.kind == "redaction":
            return contents.redaction(line.body, target)
        if line.enclosure:
            return await self._enclosed(line, truth)
        return contents.text(line.body)

    async def _enclosed(self, line: Line, truth: Sent) -> dict[str, Any]:
        made: enclosures.Picture | enclosures.Voice
        if line.kind == "picture":
            made = enclosures.draw(line.enclosure)
            truth.mimetype = made.mimetype
        else:
            made = enclosures.speak(line.enclosure, line.body, line.language)
            truth.mimetype, truth.spoken, truth.body = "audio/ogg", line.body, made.filename
        phone = self.phones[line.device.phone]
        where = await phone.upload(made.data, truth.mimetype, made.filename, sealed=truth.encrypted)
        truth.filename, truth.sha256 = made.filename, sha256(made.data).hexdigest()
        truth.mxc = where["file"]["url"] if truth.encrypted else where["url"]
        if truth.encrypted:
            digest = where["file"]["hashes"]["sha256"]
            truth.sealed_sha256 = b64decode(digest + "=" * (-len(digest) % 4)).hex()
        if isinstance(made, enclosures.Picture):
            return contents.picture(line.body, made, where)
        return contents.voice(made, where)

    async def _seal(self, line: Line, room: Room, content: dict[str, Any], truth: Sent) -> dict[str, Any]:
        """Encrypt a content, and spoil it where the line says so."""
        phone = self.phones[line.device.phone]
        if line.kind == "replay":
            sealed, truth.body = self._sealed[line.target], self.sent[line.target].body
            truth.language = self.sent[line.target].language
        else:
            sealed = await phone.seal(
                truth.room_id, content, ts=line.ts, rotate=room.rotate, readers=self._readers(line)
            )
            await self._withhold(line, truth.room_id, sealed.session_id)
        self._sealed[line.key] = sealed
        truth.session_id, truth.message_index = sealed.session_id, sealed.index
        if line.kind == "flipped_ciphertext":
            return forge.flipped_ciphertext(sealed.content)
        if line.kind == "wrong_mac":
            return phone.with_wrong_mac(truth.room_id, sealed.content)
        if line.kind == "no_session_id":
            return forge.no_session_id(sealed.content)
        if line.kind == "not_base64":
            return forge.not_base64(sealed.content)
        return sealed.content

    async def _withhold(self, line: Line, room_id: str, session_id: str) -> None:
        """Tell refused devices of members, once a session, that they get no key."""
        if session_id in self._withheld:
            return
        self._withheld.add(session_id)
        members = self.cast.present(line.room, line.ts)
        for other in self.phones.values():
            if other.device.refused and other.device.pin in members:
                await self.phones[line.device.phone].withhold(room_id, session_id, other.address)
