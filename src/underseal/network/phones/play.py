"""Plays a scenario on a live network with headless phones, and writes down what is true of it.

    truth.jsonl, rooms.json, cast.json     see `truth`
    keys/NAME.txt, keys/passphrases.json   the key exports of the phones that the scenario names as seized
    phones/NAME/, phones/unlock-codes.json the phones themselves, where they have folders

What is said, by whom and in which order is the same for the same seed; PINs, keys, event ids and moments are new each time.
"""

import asyncio
import contextlib
import json
import secrets
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from underseal.core.crypto.megolm import InboundSession
from underseal.core.records import Secret
from underseal.errors import ConflictError, NotFoundError
from underseal.network.phones import enclosures
from underseal.network.phones.api import LicenceEndedError, ServerRefusedError, UnreachableError
from underseal.network.phones.codes import Issuer, Ticket
from underseal.network.phones.crew import Crew, Member
from underseal.network.phones.enclosures import Picture, Voice
from underseal.network.phones.message import Sent
from underseal.network.phones.phone import HeadlessPhone
from underseal.network.phones.plan import Act, Deed, plan, voiceless
from underseal.network.phones.scenario import Scenario
from underseal.network.phones.truth import Told, Truth

QUIET_SECONDS: Final = 20.0
"""How long the last messages are waited for."""

_RECEIVED_SECONDS = 5.0
_EXPIRY_SECONDS = 10.0
_POLL_SECONDS = 0.2

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a scenario.

    Attributes:
        kinds: how many of each kind were sent. refused: how many the server refused, as it should.
        surprises: sentences about what went otherwise than written; empty when all is well.
        seconds: from the first act to the last.
    """

    kinds: dict[str, int]
    refused: int
    surprises: list[str]
    seconds: float

    @property
    def sent(self) -> int:
        """How many were sent."""
        return sum(self.kinds.values())


async def play(
    scenario: Scenario,
    file: Path,
    out: Path,
    *,
    url: str,
    codes: list[Ticket],
    issuer: Issuer | None = None,
    thin: bool = False,
    speed: float = 1.0,
    seed: int | None = None,
    progress: Progress = lambda *_: None,
) -> Outcome:
    """Play a scenario.

    A cancelled run leaves the truth of what was played so far.

    Args:
        scenario: what `file` says. out: folder for what is written; must be empty or not there.
        url: of the homeserver. codes: one for each phone whose licence does not end. issuer: for the others.
        thin: whether the phones are thin ones, which live in memory.
        speed: 2 plays twice as fast as written. seed: in the place of the scenario's.
        progress: called with acts done, acts in all, and what is being done.

    Raises:
        ConflictError: `out` is not empty. CallerError: codes are missing, or what people say.
        ServerRefusedError, UnreachableError: the phones cannot be set up.
    """
    acts = voiceless(plan(scenario, file.parent, seed=seed))
    _prepare(out)
    folder = None if thin else out / "phones"
    crew = Crew(scenario, url, codes=codes, issuer=issuer, folder=folder)
    player = _Player(scenario, crew, out, acts, progress)
    return await player.run(speed)


def _prepare(out: Path) -> None:
    if out.exists() and any(out.iterdir()):
        raise ConflictError(f"{out} is not empty.", hint="Choose another folder.")
    for part in ("phones", "keys"):
        (out / part).mkdir(parents=True, mode=0o700)


class _Player:
    def __init__(self, scenario: Scenario, crew: Crew, out: Path, acts: list[Act], progress: Progress) -> None:
        self._scenario = scenario
        self._crew = crew
        self._out = out
        self._acts = acts
        self._progress = progress
        self._truth = Truth(out)
        self._told: dict[str, Told] = {}
        self._held: dict[str, dict[str, int]] = {}
        self._passphrases: dict[str, str] = {}
        self._surprises: list[str] = []
        self._ready = 0

    async def run(self, speed: float) -> Outcome:
        began = ended = time.monotonic()
        try:
            await self._crew.gather(speed, self._note_settings, self._step)
            began = time.monotonic()
            await self._perform(speed)
            ended = time.monotonic()
            self._progress(len(self._acts), len(self._acts), "Waiting for the last messages")
            await self._wait()
        finally:  # stopped or failed, what was played is written down
            try:
                await self._finish()
            finally:
                await self._crew.close()
        kinds = Counter(told.kind for told in self._truth.told if not told.refused)
        refused = sum(bool(told.refused) for told in self._truth.told)
        return Outcome(kinds=dict(kinds), refused=refused, surprises=self._surprises, seconds=ended - began)

    def _step(self) -> None:
        self._ready += 1
        all_of_them = len(self._scenario.cast) + len(self._scenario.conversations)
        self._progress(self._ready, all_of_them, "Setting the phones up")

    async def _perform(self, speed: float) -> None:
        """Do one act after the other, each at its moment or as soon after it as the one before is done."""
        loop = asyncio.get_running_loop()
        start = max(self._crew.began, loop.time())
        for number, act in enumerate(self._acts):
            await asyncio.sleep(max(0.0, start + act.at / speed - loop.time()))
            self._progress(number, len(self._acts), "Playing")
            await self._do(act)

    async def _do(self, act: Act) -> None:
        member = self._crew.members[act.who]
        match act.deed:
            case Deed.JOIN:
                await self._crew.invite(act.where, act.who, self._note_settings)
            case Deed.LEAVE:
                await self._leave(act, member)
            case Deed.LOSE:
                await self._seize(member)
                await self._crew.lose(act.who)
            case Deed.EXPIRE:
                await self._expire(member)
            case Deed.READ:
                await self._read(act, member)
            case _:
                await self._send(act, member)

    async def _leave(self, act: Act, member: Member) -> None:
        await member.phone.leave(self._crew.rooms[act.where])
        await self._crew.all_see(act.where, lambda joined: member.phone.user_id not in joined)

    async def _expire(self, member: Member) -> None:
        """Wait until the licence has ended, which was arranged when the phone was enrolled."""
        async with asyncio.timeout(_EXPIRY_SECONDS):
            while (await member.phone.licence())["state"] == "active":  # noqa: ASYNC110  # nobody tells when it ends
                await asyncio.sleep(_POLL_SECONDS)

    async def _read(self, act: Act, member: Member) -> None:
        target = self._told.get(act.target)
        if target and target.event_id and member.works and await self._has(member, target.event_id):
            await member.phone.read(target.room_id, target.event_id)

    async def _has(self, member: Member, event_id: str) -> bool:
        """Wait a little until a phone has received something, before it answers; says whether it has."""
        try:
            await member.phone.until(lambda: member.phone.find(event_id) is not None, _RECEIVED_SECONDS)
        except TimeoutError:
            return False
        return True

    async def _send(self, act: Act, member: Member) -> None:
        """Send what an act says, or note that it was refused; what refers to something refused is left out."""
        target = self._told.get(act.target)
        if act.target and (target is None or not target.event_id):
            return
        where = act.where or (target.room if target else "")
        if target and not act.refused:
            await self._has(member, target.event_id)
        made = await self._made(act)
        try:
            sent = await _sent(act, member.phone, self._crew.rooms[where], target, made)
        except (ServerRefusedError, NotFoundError) as error:
            self._refused(act, where, error)
            return
        told = self._note(act.who, where, sent, kind=_KINDS[act.deed])
        told.body, told.language = act.words, act.language
        _point(told, act.deed, target)
        _enclose(told, made, sent, act)
        if act.refused:
            self._surprises.append(f"{act.who} sent what should have been refused: {told.event_id}")
        self._truth.add(told)
        if act.key:
            self._told[act.key] = told

    async def _made(self, act: Act) -> Picture | Voice | None:
        if act.deed is Deed.PICTURE:
            return await asyncio.to_thread(enclosures.draw, act.draw)
        if act.deed is Deed.VOICE:
            return await asyncio.to_thread(enclosures.speak, "voice", act.words, act.language)
        return None

    def _refused(self, act: Act, where: str, error: ServerRefusedError | NotFoundError) -> None:
        over = self._crew.members[act.who].ending and isinstance(error, LicenceEndedError)
        if not act.refused and not over:  # a slow machine says late what was meant for before the end of a licence
            self._surprises.append(f"{act.who} was refused in {where}: {error.message}")
        room_id = self._crew.rooms[where]
        code = error.errcode if isinstance(error, ServerRefusedError) else error.code
        told = self._line(
            act.who, where, room_id, kind=_KINDS[act.deed], encrypted=False, at=time.time_ns() // 1_000_000
        )
        told.body, told.language, told.refused = act.words, act.language, code
        self._truth.add(told)

    def _note_settings(self, who: str, where: str, sent: Sent) -> None:
        """Note what was sent to name a conversation."""
        told = self._note(who, where, sent, kind="conversation")
        told.body = str(sent.content.get("name") or "")
        told.timer = _whole(sent.content.get("timer"))
        self._truth.add(told)

    def _note(self, who: str, where: str, sent: Sent, *, kind: str) -> Told:
        told = self._line(who, where, sent.room_id, kind=kind, encrypted=bool(sent.session_id), at=sent.at)
        told.event_id = sent.event_id
        if sent.session_id:
            told.session_id, told.message_index = sent.session_id, sent.index
        names = {member.phone.user_id: name for name, member in self._crew.members.items()}
        told.given_to = sorted({names[address.user_id] for address in sent.given if address.user_id in names})
        told.withheld = [
            {"user_id": one.address.user_id, "device_id": one.address.device_id, "reason": str(one.reason)}
            for one in sent.withheld
        ]
        if sent.withheld:
            self._surprises.append(f"{sent.event_id} of {who}: its key did not reach {len(sent.withheld)} devices")
        return told

    def _line(self, who: str, where: str, room_id: str, *, kind: str, encrypted: bool, at: int) -> Told:
        phone = self._crew.members[who].phone
        return Told(
            n=len(self._truth.told),
            room_id=room_id,
            room=where,
            phone=who,
            sender=phone.user_id,
            pin=phone.pin,
            device_id=phone.device_id,
            type="m.room.redaction" if kind == "redaction" else "m.room.encrypted",
            kind=kind,
            sent_at=at,
            encrypted=encrypted,
        )

    async def _wait(self) -> None:
        """Wait until everybody has opened what they were given, but for what has gone by itself or was deleted."""
        due = [
            (told.event_id, who)
            for told in self._truth.told
            if told.encrypted and not told.timer and not told.redacted_by
            for who in told.given_to
            if not self._crew.members[who].ending
        ]
        missing = await self._crew.until_quiet(due, QUIET_SECONDS)
        self._surprises += [f"{who} never opened {event_id}" for event_id, who in missing]
        for member in self._crew.members.values():
            if member.failed and not (member.ending and isinstance(member.failed, LicenceEndedError)):
                self._surprises.append(f"{member.who} stopped receiving: {member.failed.message}")

    async def _seize(self, member: Member) -> None:
        """Export the keys of a phone that the scenario names as seized; once, when it is lost or at the end."""
        if member.who not in self._scenario.seized or member.who in self._passphrases:
            return
        word = self._passphrases[member.who] = f"scenario {member.who} {secrets.token_hex(4)}"
        data = await asyncio.to_thread(member.phone.export_keys, Secret(word.encode()))
        (self._out / "keys" / f"{member.who}.txt").write_bytes(data)
        self._held[member.who] = {
            key.session_id: InboundSession(key.session_key).first_index for key in member.phone.room_keys()
        }

    async def _finish(self) -> None:
        """Write everything that is known only now."""
        for who in self._scenario.seized:
            if (member := self._crew.members.get(who)) and not member.lost:
                await self._seize(member)
        for told in self._truth.told:
            await self._time(told)
            self._complete(told)
        self._truth.settle(rooms=self._rooms(), cast=self._cast())
        words = {f"{who}.txt": word for who, word in self._passphrases.items()}
        _write(self._out / "keys" / "passphrases.json", words)
        codes = {who: m.unlock_code.reveal().decode() for who, m in self._crew.members.items() if m.unlock_code}
        _write(self._out / "phones" / "unlock-codes.json", codes)

    async def _time(self, told: Told) -> None:
        """Find the server's time of an event: as the phones saw it, or by asking, since nobody sees a deletion itself."""
        told.ts = self._crew.times.get(told.event_id, 0)
        member = self._crew.members[told.phone]
        if told.event_id and not told.ts and member.works and not member.ending:
            with contextlib.suppress(ServerRefusedError, UnreachableError):
                told.ts = await member.phone.time_of(told.room_id, told.event_id)

    def _complete(self, told: Told) -> None:
        told.opened_by = sorted(self._crew.opened[told.event_id] | ({told.phone} if told.encrypted else set()))
        told.openable_by = sorted(
            who
            for who, held in self._held.items()
            if told.encrypted and held.get(told.session_id, _NEVER) <= (told.message_index or 0)
        )
        if told.redacts:
            for other in self._truth.told:
                if other.event_id == told.redacts:
                    other.redacted_by = told.event_id

    def _rooms(self) -> dict[str, Any]:
        members = self._crew.members
        return {
            name: {
                "room_id": room_id,
                "name": self._scenario.conversations[name].name,
                "direct": self._scenario.conversations[name].direct,
                "members": sorted(who for who, m in members.items() if room_id in m.phone.conversations),
            }
            for name, room_id in self._crew.rooms.items()
        }

    def _cast(self) -> dict[str, Any]:
        return {
            who: {
                "pin": member.phone.pin,
                "user_id": member.phone.user_id,
                "device_id": member.phone.device_id,
                "languages": self._scenario.cast[who].languages,
                "lost": member.lost,
                "licence_ended": member.ending,
                "seized": who in self._scenario.seized,
            }
            for who, member in self._crew.members.items()
        }


_NEVER = 1 << 40
"""An index that no message has."""

_KINDS: Final = {
    Deed.SAY: "text",
    Deed.PICTURE: "picture",
    Deed.VOICE: "voice",
    Deed.REACT: "reaction",
    Deed.DELETE: "redaction",
    Deed.SET: "conversation",
}


async def _sent(
    act: Act, phone: HeadlessPhone, room_id: str, target: Told | None, made: Picture | Voice | None
) -> Sent:
    if isinstance(made, Picture):
        return await phone.show(room_id, made, act.words, timer=act.timer)
    if isinstance(made, Voice):
        return await phone.speak(room_id, made, timer=act.timer)
    event_id = target.event_id if target else ""
    if act.deed is Deed.REACT:
        return await phone.react(room_id, event_id, act.words)
    if act.deed is Deed.DELETE:
        return await phone.redact(room_id, event_id)
    if act.deed is Deed.SET:
        held = phone.conversations[room_id].settings
        return await phone.set(
            room_id, name=act.words or held.name, timer=held.timer if act.timer is None else act.timer
        )
    return await phone.say(room_id, act.words, reply_to=event_id, timer=act.timer)


def _point(told: Told, deed: Deed, target: Told | None) -> None:
    if target is None:
        return
    if deed is Deed.REACT:
        told.reacts_to = target.event_id
    elif deed is Deed.DELETE:
        told.redacts, target.redacted_by = target.event_id, told.event_id
    else:
        told.in_reply_to = target.event_id


def _enclose(told: Told, made: Picture | Voice | None, sent: Sent, act: Act) -> None:
    told.timer = _whole(sent.content.get("org.underseal.timer") or sent.content.get("timer"))
    told.due = sent.due
    file = sent.content.get("file")
    if made is None or not isinstance(file, dict):
        return
    digest = str(file["hashes"]["sha256"])
    told.filename, told.size, told.sha256 = made.filename, len(made.data), sha256(made.data).hexdigest()
    told.mxc, told.sealed_sha256 = str(file["url"]), b64decode(digest + "=" * (-len(digest) % 4)).hex()
    if isinstance(made, Voice):
        told.mimetype, told.spoken, told.body = "audio/ogg", act.words, made.filename
    else:
        told.mimetype = made.mimetype


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _write(file: Path, value: dict[str, str]) -> None:
    file.touch(mode=0o600)
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
