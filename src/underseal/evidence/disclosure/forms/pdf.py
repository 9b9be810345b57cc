"""PDF: the messages as a document for a court, in text that can be searched.

Each file is PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1): tagged, with its fonts in it. Typst sets it (https://typst.app, as a
library); it gets the messages as data, never as markup. A disclosure of many messages becomes volumes, so that memory does not grow
with it. What no font can show is seen to by `_glyphs`, how a message is put in words by `_page`.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Final

import orjson

from underseal.errors import InternalError
from underseal.evidence.disclosure.disclosed import Disclosed, Head
from underseal.evidence.disclosure.form import Messages
from underseal.evidence.disclosure.forms._about import about
from underseal.evidence.disclosure.forms._glyphs import FONTS, Glyphs
from underseal.evidence.disclosure.forms._page import GUIDE, Page, contents, missing
from underseal.evidence.disclosure.forms._signs import one_line

CHARACTERS: Final = 800_000
"""Of a volume, those around each message among them: what Typst sets in some 400 MiB of memory."""

_AROUND: Final = 300
"""Characters that stand around the text of a message: time, names, hashes."""

_TEMPLATE: Final = Path(__file__).with_name("pdf.typ")
_TYPESETTING: Final = Path(__file__).with_name("_typesetting.py")

_FAMILIES: Final = (
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Armenian",
    "Noto Sans Georgian",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Droid Sans Fallback",
    "Noto Emoji",
)
"""In the order in which a character is looked for."""

_CODES: Final = frozenset({"Root of the release", "Signed with the key"})


def write(head: Head, messages: Messages, folder: Path) -> Sequence[str]:
    """Write messages.pdf, or messages-1.pdf and so on where they are many. A `Form`.

    Raises:
        InternalError: it cannot be set.
    """
    sizes = list(_volumes(messages()))
    names = ["messages.pdf"] if len(sizes) == 1 else [f"messages-{number}.pdf" for number in range(1, len(sizes) + 1)]
    rest = messages()
    for number, (name, size) in enumerate(zip(names, sizes, strict=True), 1):
        volume = f"Volume {number} of {len(sizes)}" if len(sizes) > 1 else ""
        _write(_data(head, list(islice(rest, size)), volume), folder / name)
    return names


def _volumes(messages: Iterator[Disclosed]) -> Iterator[int]:
    """Yield how many messages go into each volume; one that is empty where there are none at all."""
    size = characters = volumes = 0
    for message in messages:
        length = _AROUND + len(message.text or "")
        if size and characters + length > CHARACTERS:
            yield size
            size, characters, volumes = 0, 0, volumes + 1
        size, characters = size + 1, characters + length
    if size or not volumes:
        yield size


def _data(head: Head, messages: Sequence[Disclosed], volume: str) -> dict[str, object]:
    """Return what pdf.typ sets."""
    glyphs = Glyphs()
    page = Page(glyphs, {message.event: message.line for message in messages if message.event})
    conversations = [
        page.conversation(name, list(group))
        for name, group in groupby(messages, key=lambda message: message.conversation)
    ]
    dossier = f"Dossier {one_line(head.dossier)}: {one_line(head.title)}"
    name = f"{dossier} · {volume}" if volume else dossier
    lines = f"{volume}, lines {messages[0].line:,} to {messages[-1].line:,}: " if volume else ""
    made = datetime.fromisoformat(head.at).astimezone(UTC)
    return {
        "title": f"Disclosure. {name}",
        "author": one_line(head.by),
        "date": made.timetuple()[:6],
        "fonts": _FAMILIES,
        "heading": glyphs.parts(dossier),
        "subtitle": lines + contents(messages),
        "running": glyphs.parts(f"{name} · disclosed to {one_line(head.to)}"),
        "release": f"Release {head.release}",
        "root": f"Root {head.root}",
        "about": [(title, glyphs.parts(one_line(value)), title in _CODES) for title, value in about(head)],
        "guide": GUIDE,
        "conversations": conversations,
        "missing": missing(glyphs),
    }


def _write(data: dict[str, object], file: Path) -> None:
    """Set a volume in a process of its own, which takes the memory with it when it ends."""
    with tempfile.TemporaryDirectory(prefix=".pdf-", dir=file.parent) as root:
        Path(root, "volume.json").write_bytes(orjson.dumps(data))
        shutil.copy(_TEMPLATE, root)
        # With -P: the folder of the program has a csv.py, which is not the one of Python.
        done = subprocess.run(  # noqa: S603  # our own interpreter and file
            [sys.executable, "-P", _TYPESETTING, root, file, FONTS],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it may quote a message
            check=False,
        )
    problem = done.stdout.decode(errors="replace")
    if done.returncode:
        problem = "its process was killed, perhaps for lack of memory"
    if problem:
        raise InternalError(f"{file.name} cannot be made: {problem}.", hint="The other forms say the same.")
