"""Encrypted rooms: the state that each begins with, and its messages in Megolm sessions that rotate.

The rooms are shared out to processes, since vodozemac holds Python's interpreter lock: each process makes all blocks of
messages and encrypts those of its own rooms, in order. Who wrote what and when, and which sessions are exported from
where, follows from the seed; session keys and so ciphertexts and event ids are new every time.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

import numpy as np
import orjson
from vodozemac import Account, GroupSession, InboundGroupSession

from benchmarks.generate.messages import START, Block, Plan, World, make_blocks
from benchmarks.generate.pdus import SERVER, Pdu, Signer

ALGORITHM = "m.megolm.v1.aes-sha2"

ROTATION = 100
"""Messages after which a session is replaced, as clients do by default (Matrix, `rotation_period_msgs`)."""

REPLY_SHARE = 0.03
"""Share of the messages that answer the one before."""

LATE_SHARE = 0.05
"""Share of the exported sessions that are exported from LATE_INDEX on, as from a phone that joined late."""

LATE_INDEX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A phone: its account, its name and its identity keys in unpadded base64."""

    user: str
    id: str
    curve25519: str
    ed25519: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An exported session, in the words of `core.crypto.key_export.ExportedSession`."""

    room: str
    session: str
    device: Device
    exported: str
    first_index: int


@dataclass(slots=True, kw_only=True)
class Encrypted:
    """A process's share of a block.

    Attributes:
        events: by message number. keys: exported sessions that began in it. sessions: how many began.
        verdicts: how many messages decryption must find "opened", "no_key" and "key_too_late".
    """

    events: list[tuple[int, Pdu]] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    sessions: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, kw_only=True)
class Job:
    """What each process is told.

    Attributes:
        plan: the messages. devices: one per account, in the order of the world's accounts.
        share: part of the sessions that is exported. signer: seed of the server's key (32 bytes).
        part, parts: this process does the rooms whose number is `part` modulo `parts`.
    """

    plan: Plan
    devices: list[Device]
    share: float
    signer: bytes
    part: int
    parts: int


def make_devices(accounts: list[str]) -> list[Device]:
    """Return a phone for each account."""
    devices = []
    for account in accounts:
        keys = Account()
        devices.append(
            Device(
                user=f"@{account.lower()}:{SERVER}",
                id=f"{account}PH",
                curve25519=keys.curve25519_key.to_base64(),
                ed25519=keys.ed25519_key.to_base64(),
            )
        )
    return devices


def run(job: Job, channel: Connection) -> None:
    """Work of one process: sends its rooms' state events, then an `Encrypted` per block."""
    world = World(job.plan)
    sender = Sender(job, world)
    channel.send(sender.state())
    for block in make_blocks(job.plan, world):
        channel.send(sender.encrypt(block))
    channel.close()


@dataclass(slots=True)
class _Session:
    """A session in use, and from which index on it opens; None where no key was exported."""

    group: GroupSession
    id: str
    first: int | None
    ordinal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    """What is to be sent; `reply` says whether it answers the message before it."""

    number: int
    text: str
    time: int
    reply: bool


@dataclass(slots=True)
class _Room:
    """Where a room's graph of events stands."""

    id: str
    auth: list[str]
    last: str
    depth: int


class Sender:
    """Sends the messages of some rooms."""

    def __init__(self, job: Job, world: World) -> None:
        self._job = job
        self._world = world
        self._signer = Signer(job.signer)
        self._rooms: dict[int, _Room] = {}
        self._sessions: dict[tuple[int, int], _Session] = {}

    def state(self) -> list[Pdu]:
        """Return the events with which the rooms begin: create, join, power levels, rules, encryption, further joins."""
        events: list[Pdu] = []
        for room in range(self._job.part, self._job.plan.conversations, self._job.parts):
            events += self._open(room)
        return events

    def encrypt(self, block: Block) -> Encrypted:
        """Return this process's share of a block."""
        own = np.flatnonzero(block.conversation % self._job.parts == self._job.part)
        chance = np.random.default_rng([self._job.plan.seed, 3, block.first])
        replies = chance.random(len(block.time)) < REPLY_SHARE
        texts = block.text.take(own).to_pylist()
        columns = (block.conversation, block.place, block.time, replies)
        rows = zip(own.tolist(), texts, *(column[own].tolist() for column in columns), strict=True)
        made = Encrypted()
        for row, text, room, place, time, reply in rows:
            session = self._session(room, place, made)
            made.verdicts[_verdict(session.first, session.group.message_index)] += 1
            message = _Message(number=block.first + row, text=text, time=time, reply=reply)
            made.events.append(
                (message.number, self._send(self._rooms[room], self._device(room, place), session, message))
            )
        return made

    def _session(self, room: int, place: int, made: Encrypted) -> _Session:
        """Return the sender's session, a new one where the last has served its time."""
        session = self._sessions.get((room, place))
        if session is None or session.group.message_index >= ROTATION:
            session, key = self._begin(room, place, ordinal=session.ordinal + 1 if session else 0)
            self._sessions[room, place] = session
            made.sessions += 1
            made.keys.extend([key] if key else [])
        return session

    def _send(self, room: _Room, device: Device, session: _Session, message: _Message) -> Pdu:
        payload = {
            "content": {"body": message.text, "msgtype": "m.text"},
            "room_id": room.id,
            "type": "m.room.message",
        }
        content: dict[str, object] = {
            "algorithm": ALGORITHM,
            "ciphertext": session.group.encrypt(orjson.dumps(payload)).to_base64(),
            "device_id": device.id,
            "sender_key": device.curve25519,
            "session_id": session.id,
        }
        if message.reply:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": room.last}}
        event = self._signer.make(
            room=room.id,
            type_="m.room.encrypted",
            sender=device.user,
            content=content,
            time=message.time,
            depth=room.depth,
            auth=room.auth[:2],
            previous=[room.last],
            device=device.id,
            transaction=f"m{message.number}",
        )
        room.last, room.depth = event.id, room.depth + 1
        return event

    def _begin(self, room: int, place: int, *, ordinal: int) -> tuple[_Session, Key | None]:
        group = GroupSession()
        chance = np.random.default_rng([self._job.plan.seed, 2, room, place, ordinal])
        if chance.random() >= self._job.share:
            return _Session(group, group.session_id, None, ordinal), None
        first = LATE_INDEX if chance.random() < LATE_SHARE else 0
        exported = InboundGroupSession(group.session_key).export_at(first)
        if exported is None:
            raise RuntimeError("a new session cannot be exported")
        key = Key(
            room=self._rooms[room].id,
            session=group.session_id,
            device=self._device(room, place),
            exported=exported.to_base64(),
            first_index=first,
        )
        return _Session(group, group.session_id, first, ordinal), key

    def _device(self, room: int, place: int) -> Device:
        return self._job.devices[int(self._world.members[self._world.offsets[room] + place])]

    def _open(self, number: int) -> Iterator[Pdu]:
        start, end = self._world.offsets[number : number + 2].tolist()
        devices = [self._job.devices[member] for member in self._world.members[start:end].tolist()]
        creator = devices[0].user
        room = _Room(f"!{self._world.conversations[number]}:{SERVER}", [], "", 1)
        self._rooms[number] = room
        beginning: list[tuple[str, str, str, dict[str, object]]] = [
            ("m.room.create", creator, "", {"room_version": "11"}),
            ("m.room.member", creator, creator, _joined(devices[0])),
            ("m.room.power_levels", creator, "", {"users": {creator: 100}, "users_default": 0}),
            ("m.room.join_rules", creator, "", {"join_rule": "invite"}),
            ("m.room.history_visibility", creator, "", {"history_visibility": "shared"}),
            ("m.room.encryption", creator, "", {"algorithm": ALGORITHM}),
        ]
        beginning += [("m.room.member", device.user, device.user, _joined(device)) for device in devices[1:]]
        for type_, sender, state_key, content in beginning:
            event = self._signer.make(
                room=room.id,
                type_=type_,
                sender=sender,
                content=content,
                time=int(START.timestamp() * 1000) - 86_400_000 + number,
                depth=room.depth,
                auth=room.auth[:2],
                previous=[room.last] if room.last else [],
                state_key=state_key,
            )
            room.auth.append(event.id)
            room.last, room.depth = event.id, room.depth + 1
            yield event


def _joined(device: Device) -> dict[str, object]:
    return {"membership": "join", "displayname": device.id.removesuffix("PH")}


def _verdict(first: int | None, index: int) -> str:
    if first is None:
        return "no_key"
    return "opened" if index >= first else "key_too_late"
