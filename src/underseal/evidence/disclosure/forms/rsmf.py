"""RSMF 2.0, Relativity Short Message Format: a file for each conversation, to be taken in by a platform for eDiscovery.

A file is a mail (RFC 5322) with one attachment, rsmf.zip, which holds rsmf_manifest.json and the files of the attachments. Source: the schema
of the manifest, version 2.0.0, that Relativity publishes beside its validator, and its help pages "Relativity Short Message Format" and
"Processing an RSMF file". A conversation goes on in a further file after EVENTS events, or ATTACHED bytes of attachments.

A message is an event of type "message"; what was not opened is of type "unknown", and its body says why. What the format has no field
for stands in `custom`.
"""

import base64
import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from itertools import groupby
from pathlib import Path
from typing import IO, Final

import orjson

from underseal.core.records import READABLE
from underseal.evidence.disclosure.disclosed import Attached, Disclosed, Head
from underseal.evidence.disclosure.form import Messages
from underseal.evidence.disclosure.forms._about import about, about_lines
from underseal.evidence.disclosure.forms._columns import COLUMNS
from underseal.evidence.disclosure.forms._signs import one_line

EVENTS: Final = 10_000
"""Of a file at most (Relativity, "Processing an RSMF file")."""

ATTACHED: Final = 500_000_000
"""Bytes of attachments of a file; the limit is 2 GB (same source)."""

_CHARACTERS: Final = 20_000_000
"""Characters of the texts of a file, which are in memory together."""

_VERSION: Final = "2.0.0"
_BOUNDARY: Final = "=_underseal_rsmf"
_ZIP: Final = "rsmf.zip"
_MANIFEST: Final = "rsmf_manifest.json"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""Of the files in the zip, so that the same messages make the same bytes."""

_CHUNK: Final = 57 * 4096
"""Bytes that are encoded at once: whole lines of base64."""

_IN_THE_EVENT: Final = frozenset({"iso", "text"})
"""Fields that the format has a place for."""

_POLICY: Final = SMTP.clone(max_line_length=998)
"""Long lines (RFC 5322, section 2.1.1): a reader that unfolds a header may leave a space in it."""

_NOBODY: Final = "sender not known"


def write(head: Head, messages: Messages, folder: Path) -> Sequence[str]:
    """Write rsmf/00001.rsmf and so on. A `Form`."""
    (folder / "rsmf").mkdir(mode=0o700, exist_ok=True)
    names = []
    for number, part in enumerate(_slices(messages()), 1):
        name = f"rsmf/{number:05}.rsmf"
        with tempfile.TemporaryFile(dir=folder) as packed:
            manifest = _manifest(head, part)
            _zip(packed, manifest, part, folder.parent)
            with (folder / name).open("wb") as file:
                _mail(file, head, part, packed)
        names.append(name)
    return names


def _slices(messages: Iterator[Disclosed]) -> Iterator[list[Disclosed]]:
    for _, conversation in groupby(messages, key=lambda message: message.conversation):
        part: list[Disclosed] = []
        size = characters = 0
        for message in conversation:
            size += (message.attached.size or 0) if message.attached and message.attached.file else 0
            characters += len(message.text or "")
            if part and (len(part) == EVENTS or size > ATTACHED or characters > _CHARACTERS):
                yield part
                part, size, characters = [], 0, 0
            part.append(message)
        yield part


def _manifest(head: Head, part: Sequence[Disclosed]) -> bytes:
    people = _participants(part)
    ids = {message.event: _id(message) for message in part if message.event}
    conversation = part[0].conversation
    return orjson.dumps(
        {
            "version": _VERSION,
            "participants": [
                {"id": id_, "display": called or account or _NOBODY, **({"account_id": account} if account else {})}
                for account, (id_, called) in people.items()
            ],
            "conversations": [
                {
                    "id": "C1",
                    "display": conversation or "Without a conversation",
                    "platform": "underseal",
                    "type": "channel",
                    "participants": [id_ for id_, _ in people.values()],
                    "custom": _custom(dict(about(head))),
                }
            ],
            "events": [_event(message, people[message.sender][0], ids) for message in part],
            "eventcollectionid": _collection(part),
        }
    )


def _participants(part: Sequence[Disclosed]) -> dict[str, tuple[str, str]]:
    """Return the id and the name of each account."""
    called: dict[str, str] = {}
    for message in part:
        for account in (message.sender, *message.recipients):
            called.setdefault(account, "")
        called[message.sender] = called[message.sender] or message.name
    return {account: (f"P{number}", name) for number, (account, name) in enumerate(called.items(), 1)}


def _event(message: Disclosed, participant: str, ids: Mapping[str, str]) -> dict[str, object]:
    event: dict[str, object] = {
        "id": _id(message),
        "type": "message",
        "participant": participant,
        "conversation": "C1",
        "timestamp": message.iso,
        "custom": _custom(_details(message)),
    }
    if message.text is not None:
        event["body"] = message.text
    elif message.verdict not in READABLE:
        event |= {"type": "unknown", "body": f"{message.verdict}: {message.reason}"}
    if message.target in ids:
        event["parent"] = ids[message.target]
    if message.attached is not None and message.attached.file:
        display, size = message.attached.name, message.attached.size
        event["attachments"] = [{"id": _file(message.attached), "display": display, "size": size or 0}]
    return event


def _details(message: Disclosed) -> dict[str, str]:
    values = ((column.name, column.value(message)) for column in COLUMNS if column.name not in _IN_THE_EVENT)
    return {name: str(value) for name, value in values if value is not None}


def _custom(values: Mapping[str, str]) -> list[dict[str, str]]:
    """Return properties of our own; the schema wants a value of one character at least."""
    return [{"name": name, "value": value} for name, value in values.items() if value]


def _zip(packed: IO[bytes], manifest: bytes, part: Sequence[Disclosed], pack: Path) -> None:
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry(_MANIFEST), manifest)
        for name, path in _files(part).items():
            with (pack / path).open("rb") as source, archive.open(_entry(name), "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _files(part: Sequence[Disclosed]) -> dict[str, str]:
    return {
        _file(message.attached): message.attached.file for message in part if message.attached and message.attached.file
    }


def _mail(file: IO[bytes], head: Head, part: Sequence[Disclosed], packed: IO[bytes]) -> None:
    file.write(_headers(head, part).as_bytes().rstrip() + b"\r\nMIME-Version: 1.0\r\n")
    file.write(f'Content-Type: multipart/mixed; boundary="{_BOUNDARY}"\r\n\r\n'.encode())
    text = "\r\n".join([*about_lines(head), "", f"{len(part)} messages are in {_ZIP}, as {_MANIFEST}."])
    _part(file, io.BytesIO(text.encode()), "text/plain; charset=utf-8")
    packed.seek(0)
    _part(file, packed, f'application/zip; name="{_ZIP}"', f'Content-Disposition: attachment; filename="{_ZIP}"')
    file.write(f"--{_BOUNDARY}--\r\n".encode())


def _headers(head: Head, part: Sequence[Disclosed]) -> EmailMessage:
    people = _participants(part)
    addresses = {account: _address(account, *person) for account, person in people.items()}
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = addresses[part[0].sender]
    mail["To"] = tuple(addresses.values())
    mail["Subject"] = one_line(part[0].conversation) or "Without a conversation"
    mail["Message-ID"] = f"<{part[0].leaf}@disclosure.invalid>"
    rsmf = {
        "Version": _VERSION,
        "Generator": "Underseal",
        "BeginDate": part[0].iso,
        "EndDate": part[-1].iso,
        "EventCount": str(len(part)),
        "AttachmentCount": str(len(_files(part))),
        "Application": "underseal",
        "Participants": ", ".join(name or account or _NOBODY for account, (_, name) in people.items()),
        "EventCollectionID": _collection(part),
    } | {name.title().replace(" ", ""): value for name, value in about(head)}
    for name, value in rsmf.items():
        mail[f"X-RSMF-{name}"] = one_line(value)
    return mail


def _address(account: str, id_: str, name: str) -> Address:
    """Return an address that no mail can reach (RFC 6761): an account is none."""
    shown = f"{name} ({account})" if name else account or _NOBODY
    return Address(display_name=one_line(shown), username=id_.lower(), domain="disclosure.invalid")


def _part(file: IO[bytes], content: IO[bytes], kind: str, *headers: str) -> None:
    for line in (f"--{_BOUNDARY}", f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *headers, ""):
        file.write(f"{line}\r\n".encode())
    while chunk := content.read(_CHUNK):
        file.write(base64.encodebytes(chunk).replace(b"\n", b"\r\n"))


def _collection(part: Sequence[Disclosed]) -> str:
    return one_line(part[0].conversation) or "none"


def _id(message: Disclosed) -> str:
    return f"line-{message.line}"


def _file(attached: Attached) -> str:
    """Return the name of an attachment in the zip: what the sender claims decides on no more than its ending."""
    ending = Path(one_line(attached.name)).suffix[1:]
    return attached.sha256 + (f".{ending}" if ending.isascii() and ending.isalnum() else "")
