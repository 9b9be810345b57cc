"""What a seized phone gives: its keys and its history to whoever has its code and its share, else ciphertext and nothing more.

    OUT/phone/          the phone's folder, byte for byte
    OUT/keys.txt        its room keys as Element exports them, under the examiner's passphrase
    OUT/history.jsonl   its messages as it kept them, one Matrix event a line
    OUT/seizure.json    what was done, when, and the SHA-256 of every file

The phone's own folder is read and never written to: the work is done on the copy's copy, and nothing is synchronised. Asking the
homeserver for the share is the one thing that is seen outside.
"""

import asyncio
import base64
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from underseal.core.crypto import key_export, sha256_file
from underseal.core.folders import publish_folder
from underseal.core.records import Kind, Secret
from underseal.errors import InternalError
from underseal.network.phones.api import Api
from underseal.network.phones.history import HISTORY_FILE, History
from underseal.network.phones.home import PHONE_FILE, Home, LockedHome, unlock
from underseal.network.phones.message import Message
from underseal.network.phones.nio_engine import NioEngine

FORMAT: Final = "underseal/seizure/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seizure:
    """What came of it.

    Attributes:
        folder: where it lies. keys, messages: how many there are; None where the phone stayed locked.
        why: why it stayed locked; "" where it did not.
    """

    folder: Path
    keys: int | None = None
    messages: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """With what a phone is to be opened.

    Attributes:
        unlock_code: the phone's. passphrase: the examiner's, for the key export.
        url: of the homeserver, if another than the phone names.
    """

    unlock_code: Secret
    passphrase: Secret
    url: str = ""


async def seize(phone: Path, out: Path, at: datetime, opening: Opening | None = None) -> Seizure:
    """Make an exhibit of a headless phone's folder.

    Args:
        phone: its folder. out: folder to make. at: now, for the record. opening: None to copy it locked.

    Raises:
        NotFoundError: there is no phone. ConflictError: the folder is not empty.
        WrongUnlockCodeError: the code is wrong; one more of ten. ShareGoneError: there is no share any more.
        UnreachableError: the homeserver cannot be asked. InternalError: the disk refuses.
    """
    locked = LockedHome.read(phone)
    if opening is None:
        return await asyncio.to_thread(_publish, phone, out, at, None, None)
    async with Api(opening.url or locked.url) as api:
        home = await unlock(api, locked, opening.unlock_code)
    return await asyncio.to_thread(_publish, phone, out, at, home, opening.passphrase)


def _publish(phone: Path, out: Path, at: datetime, home: Home | None, passphrase: Secret | None) -> Seizure:
    found = Seizure(folder=out, why="no unlock code was given")

    def build(aside: Path) -> None:
        nonlocal found
        aside.mkdir(mode=0o700)
        shutil.copytree(phone, aside / "phone")
        if home is not None and passphrase is not None:
            found = _open(home, passphrase, aside, out)
        (aside / "seizure.json").write_text(json.dumps(_account(aside, at, found), indent=2) + "\n", encoding="utf-8")

    try:
        publish_folder(out.absolute(), build)
    except OSError as error:
        raise InternalError(f"The exhibit {out} cannot be made: {error.strerror}.") from error
    return found


def _open(home: Home, passphrase: Secret, aside: Path, out: Path) -> Seizure:
    """Write keys and history out of a copy that is thrown away: SQLite may touch what it reads."""
    with tempfile.TemporaryDirectory(prefix="underseal-seizure-") as temporary:
        work = Path(shutil.copytree(aside / "phone", Path(temporary) / "phone"))
        engine = NioEngine(Api(home.url, home.activation.token), home.activation, work, home.pickle_key)
        keys = list(engine.room_keys())
        asyncio.run(engine.close())
        (aside / "keys.txt").write_bytes(key_export.write(keys, passphrase, key_export.DEFAULT_ROUNDS))
        history = History(work / HISTORY_FILE, home.history_key)
        try:
            lines = [json.dumps(_event(message), ensure_ascii=False) for message in _messages(history)]
        finally:
            history.close()
    (aside / "history.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return Seizure(folder=out, keys=len(keys), messages=len(lines))


def _messages(history: History) -> Iterator[Message]:
    """Yield what the phone could read: what stayed locked to it is in the capture, not here."""
    unread = {Kind.SEALED, Kind.REDACTION}
    for room_id in history.rooms():
        yield from (message for message in history.of(room_id) if message.kind not in unread)


_TYPES: Final = {Kind.PICTURE: "m.image", Kind.VOICE: "m.audio", Kind.NOTICE: "m.notice"}


def _event(message: Message) -> dict[str, object]:
    """Return a message as a Matrix event that anyone reads."""
    kind, content = "m.room.message", _content(message)
    if message.kind is Kind.REACTION:
        relation = {"rel_type": "m.annotation", "event_id": message.target, "key": message.text or ""}
        kind, content = "m.reaction", {"m.relates_to": relation}
    return {
        "event_id": message.event_id,
        "room_id": message.room_id,
        "sender": message.sender,
        "origin_server_ts": message.at,
        "type": kind,
        "content": content,
    }


def _content(message: Message) -> dict[str, object]:
    content: dict[str, object] = {"msgtype": _TYPES.get(message.kind, "m.text"), "body": message.text or ""}
    if message.target:
        content["m.relates_to"] = {"m.in_reply_to": {"event_id": message.target}}
    if message.kind is Kind.VOICE:
        content["org.matrix.msc3245.voice"] = {}
    if message.media and message.file:
        content["info"] = {"mimetype": message.media.mime, "size": message.media.size}
        content["file"] = {
            "v": "v2",
            "url": message.file.url,
            "key": {
                "kty": "oct",
                "alg": "A256CTR",
                "ext": True,
                "key_ops": ["encrypt", "decrypt"],
                "k": _k(message.file.key),
            },
            "iv": _base64(message.file.iv),
            "hashes": {"sha256": _base64(message.file.sha256)},
        }
    return content


def _k(key: Secret) -> str:
    return base64.urlsafe_b64encode(key.reveal()).decode().rstrip("=")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def _account(aside: Path, at: datetime, found: Seizure) -> dict[str, object]:
    files = sorted(file for file in aside.rglob("*") if file.is_file())
    return {
        "format": FORMAT,
        "at": at.isoformat(),
        "phone": json.loads((aside / "phone" / PHONE_FILE).read_bytes())["share"],
        "opened": found.keys is not None,
        "why_not": found.why,
        "keys": found.keys,
        "messages": found.messages,
        "files": [
            {
                "path": str(file.relative_to(aside)),
                "sha256": sha256_file(file).sha256.hex(),
                "bytes": file.stat().st_size,
            }
            for file in files
        ],
    }
