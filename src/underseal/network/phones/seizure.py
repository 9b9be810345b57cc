"""What a seized phone gives: its keys and its history to whoever has its code and its share, else ciphertext and nothing more.

    OUT/phone/          what was found, byte for byte
    OUT/keys.txt        its room keys as Element exports them, under the examiner's passphrase
    OUT/history.jsonl   its messages as it kept them, one Matrix event a line
    OUT/seizure.json    what was done, when, and the SHA-256 of every file

What is read, and how it opens, is a matter of its source (`sources`). Nothing is written to it and nothing is synchronised; asking
the homeserver for the share of a headless phone is the one thing that is seen outside.
"""

import asyncio
import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from underseal.core.crypto import sha256_file
from underseal.core.folders import publish_folder
from underseal.errors import InternalError
from underseal.network.phones.sources import Contents, Opening, Reader, Source, find_source

__all__ = ["FORMAT", "Opening", "Seizure", "find_source", "seize"]

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


async def seize(phone: Path, out: Path, at: datetime, opening: Opening | None = None) -> Seizure:
    """Make an exhibit of what a phone left behind.

    Args:
        phone: its folder, see `find_source`. out: folder to make. at: now, for the record.
        opening: None to copy it locked.

    Raises:
        NotFoundError: there is no phone. ConflictError: the folder is not empty.
        CallerError: it cannot be opened, or is an export that is not whole.
        WrongUnlockCodeError: the code is wrong; one more of ten. ShareGoneError: there is no share any more.
        KeyFileError: the passphrase of an export is wrong. IntegrityError: the phone or the export is damaged.
        UnreachableError: the homeserver cannot be asked. InternalError: the disk refuses.
    """
    source = await asyncio.to_thread(find_source, phone)
    reader = None if opening is None else await source.unlock(opening)
    return await asyncio.to_thread(_publish, source, out, at, reader)


def _publish(source: Source, out: Path, at: datetime, reader: Reader | None) -> Seizure:
    found: Contents | None = None

    def build(aside: Path) -> None:
        nonlocal found
        aside.mkdir(mode=0o700)
        # A link in a seized folder may lead anywhere: it is kept as a link.
        copy = Path(shutil.copytree(source.folder, aside / "phone", symlinks=True))
        if reader is not None:
            found = reader(copy)
            (aside / "keys.txt").write_bytes(found.keys_file)
            (aside / "history.jsonl").write_bytes(found.history)
        account = _account(source, aside, at, found)
        (aside / "seizure.json").write_text(json.dumps(account, indent=2) + "\n", encoding="utf-8")

    try:
        publish_folder(out.absolute(), build)
    except OSError as error:
        raise InternalError(f"The exhibit {out} cannot be made: {error.strerror or error}.") from error
    if found is None:
        return Seizure(folder=out, why=_LOCKED)
    return Seizure(folder=out, keys=found.keys, messages=found.messages)


_LOCKED: Final = "nothing to open it with was given"


def _account(source: Source, aside: Path, at: datetime, found: Contents | None) -> dict[str, object]:
    files = sorted(file for file in aside.rglob("*") if file.is_file() and not file.is_symlink())
    return {
        "format": FORMAT,
        "at": at.isoformat(),
        "source": source.kind,
        "phone": found.user_id if found else None,
        "share": source.share_id,
        "opened": found is not None,
        "why_not": "" if found else _LOCKED,
        "keys": found.keys if found else None,
        "messages": found.messages if found else None,
        "files": [
            {
                "path": str(file.relative_to(aside)),
                "sha256": sha256_file(file).sha256.hex(),
                "bytes": file.stat().st_size,
            }
            for file in files
        ],
    }
