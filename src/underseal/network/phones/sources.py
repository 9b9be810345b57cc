"""What lies on the table when a phone was seized: a headless phone's folder, what a phone handed over, or a browser's profile.

    headless   phone.json, crypto.db, history.db: opens with its unlock code and the share of the homeserver
    export     NAME.keys.txt and NAME.history.jsonl, as a phone in a browser saves them under "Hand over keys and history"; NAME is
               its user id without the @, and with _ for each colon
    profile    the folder in which a browser keeps all that its pages keep: ciphertext, which only the phone itself can open

A source is read and never written to.
"""

import asyncio
import json
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, Self

from underseal.core.crypto import key_export
from underseal.core.crypto.key_export import ExportedSession
from underseal.core.records import Secret
from underseal.errors import CallerError, IntegrityError, NotFoundError
from underseal.network.phones.api import Api
from underseal.network.phones.clear_events import clear_events
from underseal.network.phones.history import HISTORY_FILE, History
from underseal.network.phones.home import PHONE_FILE, Home, LockedHome, unlock
from underseal.network.phones.nio_engine import NioEngine

_EXPORT: Final = re.compile(r"(?P<local>[a-z0-9]+)_(?P<server>[a-z0-9.-]+(?:_[0-9]+)?)\.(?:keys\.txt|history\.jsonl)")
_KEYS: Final = ".keys.txt"
_HISTORY: Final = ".history.jsonl"
_PROFILES: Final = ("IndexedDB/*.leveldb", "*/IndexedDB/*.leveldb", "storage/default/*/idb")
"""Where Chromium and Firefox keep what a page keeps, from the folder of a profile or of all profiles of one browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """With what a phone is to be opened.

    Attributes:
        passphrase: the examiner's, for the key export.
        unlock_code: the phone's; an export needs none, since the phone has asked for it.
        url: of the homeserver, if another than the phone names.
    """

    passphrase: Secret
    unlock_code: Secret | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What an opened source gives.

    Attributes:
        user_id: whose phone it is.
        keys_file: its room keys, an Element key export. keys: how many.
        history: Matrix events, one a line. messages: how many.
    """

    user_id: str
    keys_file: bytes
    keys: int
    history: bytes
    messages: int


Reader = Callable[[Path], Contents]
"""Reads a copy of the source's folder, and leaves it as it is."""


class Source(Protocol):
    """Something that a phone left behind."""

    @property
    def folder(self) -> Path:
        """Where it lies."""

    @property
    def kind(self) -> str:
        """The word for it: "headless", "export" or "profile"."""

    @property
    def share_id(self) -> str | None:
        """How the homeserver calls the share of the phone's key, where the source says it."""

    @property
    def asks_unlock_code(self) -> bool:
        """Whether it opens by the phone's unlock code."""

    async def unlock(self, opening: Opening) -> Reader:
        """Get what opens a copy of it; the one step that may ask the homeserver.

        Raises:
            WrongUnlockCodeError, ShareGoneError, UnreachableError: of a headless phone, see `home.unlock`.
            CallerError: it cannot be opened, or not without an unlock code.
        """


def find_source(folder: Path) -> Source:
    """Say what a folder is.

    Raises:
        NotFoundError: nothing that a phone leaves behind. IntegrityError, KeyFileError: a damaged or open headless phone.
        CallerError: an export that is not whole, or not alone.
    """
    if (folder / PHONE_FILE).is_file():
        return _Headless(LockedHome.read(folder))
    if any(_EXPORT.fullmatch(file.name) for file in folder.iterdir()):
        return _Export.read(folder)
    if any(found for pattern in _PROFILES for found in folder.glob(pattern)):
        return _Profile(folder)
    raise NotFoundError(
        f"{folder} is not a phone.",
        hint="Name a headless phone's folder, one with the two files that a phone handed over, or a browser's profile.",
    )


@dataclass(frozen=True, slots=True)
class _Headless:
    locked: LockedHome
    kind = "headless"
    asks_unlock_code = True

    @property
    def folder(self) -> Path:
        return self.locked.folder

    @property
    def share_id(self) -> str:
        return self.locked.share_id

    async def unlock(self, opening: Opening) -> Reader:
        if opening.unlock_code is None:
            raise CallerError("A headless phone needs its unlock code.")
        async with Api(opening.url or self.locked.url) as api:
            home = await unlock(api, self.locked, opening.unlock_code)
        return lambda copy: _read_home(home, copy, opening.passphrase)


def _read_home(home: Home, copy: Path, passphrase: Secret) -> Contents:
    """Read keys and history out of a copy that is thrown away: SQLite may touch what it reads."""
    with tempfile.TemporaryDirectory(prefix="underseal-seizure-") as temporary:
        work = Path(shutil.copytree(copy, Path(temporary) / "phone"))
        engine = NioEngine(Api(home.url, home.activation.token), home.activation, work, home.pickle_key)
        keys = list(engine.room_keys())
        asyncio.run(engine.close())
        history = History(work / HISTORY_FILE, home.history_key)
        try:
            lines = [json.dumps(event, ensure_ascii=False) for event in clear_events(history)]
        finally:
            history.close()
    return Contents(
        user_id=home.activation.user_id,
        keys_file=key_export.write(keys, passphrase, key_export.DEFAULT_ROUNDS),
        keys=len(keys),
        history="".join(f"{line}\n" for line in lines).encode(),
        messages=len(lines),
    )


@dataclass(frozen=True, slots=True)
class _Export:
    folder: Path
    name: str
    user_id: str
    kind = "export"
    share_id = None
    asks_unlock_code = False

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Find the pair of files; anything else beside them might belong to another phone."""
        files = sorted(file.name for file in folder.iterdir())
        match = _EXPORT.fullmatch(files[0])
        name = files[0].removesuffix(_HISTORY)
        if match is None or files != [name + _HISTORY, name + _KEYS]:
            raise CallerError(
                f"{folder} is not what one phone handed over: its keys and its history, and nothing beside them.",
                hint="Put both files of one phone into a folder of their own, under the names that the phone gave them.",
            )
        return cls(folder, name, f"@{match['local']}:{match['server'].replace('_', ':')}")

    async def unlock(self, opening: Opening) -> Reader:
        return lambda copy: self._read(copy, opening.passphrase)

    def _read(self, copy: Path, passphrase: Secret) -> Contents:
        """Read both files, which have to open and to be whole.

        Raises:
            KeyFileError: the passphrase is wrong, or the file damaged. IntegrityError: a line of the history is no event.
        """
        keys_file, history = (copy / f"{self.name}{_KEYS}").read_bytes(), (copy / f"{self.name}{_HISTORY}").read_bytes()
        sessions = key_export.read(keys_file, passphrase)
        return Contents(
            user_id=self.user_id,
            keys_file=keys_file,
            keys=sum(isinstance(session, ExportedSession) for session in sessions),
            history=history,
            messages=_count_events(history),
        )


def _count_events(history: bytes) -> int:
    lines = history.splitlines()
    for number, line in enumerate(lines, 1):
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            event = None
        if not isinstance(event, dict) or not isinstance(event.get("event_id"), str):
            raise IntegrityError(
                f"Line {number} of the history is not an event.", hint="Save the file from the phone once more."
            )
    return len(lines)


@dataclass(frozen=True, slots=True)
class _Profile:
    folder: Path
    kind = "profile"
    share_id = None
    asks_unlock_code = False

    async def unlock(self, opening: Opening) -> Reader:  # noqa: ARG002  # nothing here opens it
        raise CallerError(
            f"{self.folder} is a browser's profile, and only the phone in it can open what it holds.",
            hint='Unlock the phone and use "Hand over keys and history" under Account, or copy the profile: --locked.',
        )
