"""Packs for the tests of the reader: each kind of line, with real Megolm messages, proofs and ledgers, written by hand.

The standalone verifier checks the same packs in the tests, so that what is written here is the format and not an idea of it.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

from vodozemac import GroupSession, InboundGroupSession

from underseal.core.crypto import SigningKey
from underseal.core.crypto.megolm import InboundSession, message_index
from underseal.core.ledger import (
    Json,
    Ledger,
    SignedDocument,
    canonical,
    consistency_path,
    inclusion_path,
    leaf_hash,
    merkle_root,
    sign_document,
)
from underseal.core.records import Secret
from underseal.core.verify.disclosure.listing import PAGE_FORMAT, contents_of
from underseal.evidence.disclosure.folder import PackFolder
from underseal.evidence.disclosure.reader import built_page, write_reader

BLOCKS: Final = "█████"
LONG_NAME: Final = "Maximiliaan van den Broeck-Vanderstraeten tot Oud-Heverlee III"
START: Final = datetime(2026, 5, 29, 11, 20, tzinfo=UTC)
PICTURE: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFElEQVR4nGNkYPjPgA0wYRUdtBIAO/8BCRKP3kEAAAAASUVORK5CYII="
)
SOUND: Final = b"OggS" + bytes(60)


class Session:
    """A Megolm session that a device sends with."""

    def __init__(self) -> None:
        self._session = GroupSession()
        exported = InboundGroupSession(self._session.session_key).export_at(0)
        assert exported is not None
        self.id = self._session.session_id
        self.whole = InboundSession(Secret(exported.to_base64().encode()))
        self.last = -1

    def encrypt(self, text: str) -> bytes:
        """Return the captured ciphertext of a text."""
        self.last += 1
        return self._session.encrypt(text.encode()).to_bytes()


@dataclass(kw_only=True)
class Said:
    """A message to be written: who says what, and what happened to it."""

    sender: str = "@zeno:harbour.example"
    name: str = "Zeno"
    conversation: str = "!quay"
    text: str | None = "Is the boat there?"
    verdict: str = "opened"
    kind: str = "text"
    item: bool = False
    reason: str = ""
    reply: int | None = None
    media: Mapping[str, str] | None = None
    content: bytes | None = None
    redacted: Sequence[str] = ()
    session: Session | None = None


@dataclass(kw_only=True)
class Pack:
    """A pack on the disk.

    Attributes:
        folder: of it. key: that signs it. said: what was said, in the order of the lines.
    """

    folder: Path
    said: Sequence[Said]
    key: SigningKey = field(default_factory=SigningKey.generate)
    unused: int = 3
    sensitive: int = 1

    @cached_property
    def session(self) -> Session:
        """The session of whoever brings no other."""
        return Session()

    def write(self) -> "Pack":
        """Write the folder, with its page."""
        folder = PackFolder(self.folder)
        lines = [self._line(at, said) for at, said in enumerate(self.said, 1)]
        leaves = [bytes.fromhex(str(line["leaf"])) for line in lines] + [leaf_hash(b"unused %d" % n) for n in range(9)]
        root = merkle_root(leaves)
        number = 2
        workspace = "w" * 8

        def subtree(start: int, end: int) -> bytes:
            return merkle_root(leaves[start:end])

        for at, line in enumerate(lines):
            path: list[Json] = [node.hex() for node in inclusion_path(at, len(leaves), subtree)]
            line["path"] = path
        release = self._sign(
            "underseal/release/1", number=number, workspace=workspace, size=len(leaves), root=root.hex()
        )
        earlier = merkle_root(leaves[:3])
        old = self._sign("underseal/release/1", number=1, workspace=workspace, size=3, root=earlier.hex())
        folder.write("releases/release.json", release.to_bytes())
        kept: list[Json] = [node.hex() for node in consistency_path(3, len(leaves), subtree)]
        proof: dict[str, Json] = {
            "format": "underseal/consistency-proof/1",
            "old": old.to_json(),
            "new": release.to_json(),
            "path": kept,
        }
        folder.write_json("releases/consistency.json", proof)
        folder.write_lines("messages.jsonl", lines)
        keys = self._keys(lines)
        folder.write_json("keys.json", {"format": "underseal/disclosed-keys/1", "sessions": list(keys)})
        for said in self.said:
            if said.content is not None and not said.redacted:
                path_of = f"media/{hashlib.sha256(said.content).hexdigest()}"
                if path_of not in folder.files:
                    folder.write(path_of, said.content)
        unused = self._write_schedules(folder, lines, len(lines))
        self._write_left_out(folder, lines)
        claims = self._write_claim(folder, lines)
        head: dict[str, str | int] = {
            "dossier": "D1", "title": "Pilot boat <&> \\u003c 駁船", "to": "Mr Vos", "by": "ann", "authority": "BR-2026/17",
            "release": number, "root": root.hex(), "at": "2026-06-01T16:00:00.000+02:00", "zone": "Europe/Brussels",
            "signer": self.key.public.hex,
        }  # fmt: skip
        verdicts = [str(line["verdict"]) for line in lines]
        counts: dict[str, Json] = {
            "used": len(lines), "items": sum(said.item for said in self.said), "context": sum(not said.item for said in self.said),
            "redacted": sum(bool(said.redacted) for said in self.said),
            "locked": sum(verdict not in {"opened", "clear"} for verdict in verdicts), "unused": len(unused),
            "sensitive": self.sensitive, "message_keys": sum(line["message_key"] is not None for line in lines),
            "session_keys": len(keys), "attributions": claims,
            "media": sum(path.startswith("media/") for path in folder.files),
        }  # fmt: skip
        contents = contents_of(head, folder.listing()).hex()
        self._write_audit(folder, contents, len(lines))
        payload: dict[str, Json] = {
            "head": {**head}, "counts": counts, "contents": contents, "reference": "D1", "since": {"release": 1, "root": earlier.hex()},
        }  # fmt: skip
        page = built_page()
        assert page is not None, "the reader is not built: make web"
        write_reader(self.folder, page, self._list(folder, PAGE_FORMAT, payload))
        folder.take("reader.html")
        folder.unlisted("pack.json", self._list(folder, "underseal/disclosure/1", payload).to_bytes())
        return self

    @property
    def page(self) -> str:
        """The address of the page."""
        return (self.folder / "reader.html").as_uri()

    def _list(self, folder: PackFolder, name: str, payload: Mapping[str, Json]) -> SignedDocument:
        files: list[Json] = [listed.to_json() for listed in folder.listing()]
        return self._sign(name, **payload, files=files)

    def _sign(self, name: str, **payload: Json) -> SignedDocument:
        return sign_document({"format": name, **payload}, self.key)

    def _line(self, number: int, said: Said) -> dict[str, Json]:
        moment = START + timedelta(minutes=number * 7, hours=number // 5)
        locked = said.verdict not in {"opened", "clear"}
        row: dict[str, Json] = {
            "clock": "homeserver", "conversation": said.conversation, "event": f"$event{number}", "exhibit": "BR-1",
            "kind": "sealed" if locked else said.kind, "recipients": ["@pieter:harbour.example"], "row": number, "sender": said.sender,
            "source_sha256": hashlib.sha256(b"%d" % number).hexdigest(), "time": int(moment.timestamp() * 1000), "uncertainty": 0,
            "unit": "events rowid", "verdict": said.verdict,
        }  # fmt: skip
        if said.reason:
            row["reason"] = said.reason
        if said.reply is not None:
            row |= {"relation": "reply", "target": f"$event{said.reply}"}
        if said.text is not None and not locked:
            row["text"] = said.text
        if said.media is not None:
            row["media"] = json.dumps(said.media, sort_keys=True, separators=(",", ":"))
        sealed = self._sealed(said, row)
        text = canonical(row)
        shown: dict[str, Json] = {
            "line": number, "record": number - 1, "leaf": leaf_hash(text).hex(), "item": said.item, "name": said.name,
            "iso": (moment + timedelta(hours=2)).replace(tzinfo=None).isoformat(timespec="milliseconds") + "+02:00",
            "attached": self._attached(said), "redactions": [], "row": text.decode(), **sealed,
        }  # fmt: skip
        for name in (
            "event",
            "conversation",
            "sender",
            "clock",
            "kind",
            "verdict",
            "reason",
            "relation",
            "target",
            "exhibit",
        ):
            shown[name] = row.get(name, "")
        shown |= {name: row.get(name) for name in ("text", "time", "uncertainty", "recipients")}
        shown["ciphertext_sha256"] = row.get("ciphertext_sha256", "")
        return self._redacted(shown, said.redacted) if said.redacted else shown

    def _sealed(self, said: Said, row: dict[str, Json]) -> dict[str, Json]:
        if said.verdict == "clear":
            return {"ciphertext": None, "raw": None, "message_key": None}
        session = said.session or self.session
        raw = json.dumps({"content": {"body": said.text}}).encode()
        ciphertext = session.encrypt(raw.decode())
        index = message_index(ciphertext)
        if said.verdict == "bad_signature":
            ciphertext = ciphertext[:-1] + bytes([ciphertext[-1] ^ 1])
        row |= {
            "algorithm": "m.megolm.v1.aes-sha2", "session": session.id, "index": index,
            "signature": "invalid" if said.verdict == "bad_signature" else "valid",
            "ciphertext_sha256": hashlib.sha256(ciphertext).hexdigest(),
        }  # fmt: skip
        found: dict[str, Json] = {"ciphertext": _base64(ciphertext), "raw": None, "message_key": None}
        if said.verdict == "opened":
            row["raw_sha256"] = hashlib.sha256(raw).hexdigest()
            found |= {"raw": _base64(raw), "message_key": _base64(session.whole.message_key(index).reveal())}
        return found

    def _attached(self, said: Said) -> dict[str, Json] | None:
        if said.media is None:
            return None
        digest = said.media.get("sha256", "")
        size = None if said.content is None else len(said.content)
        return {
            "name": said.media.get("name", ""), "mime": said.media.get("mime", ""), "size": size, "sha256": digest,
            "file": "" if size is None else f"media/{digest}", "state": said.media.get("state", "missing"),
        }  # fmt: skip

    def _redacted(self, line: dict[str, Json], fields: Sequence[str]) -> dict[str, Json]:
        whole = "message" in fields
        hidden = dict.fromkeys(("row", "ciphertext", "raw", "message_key")) | {"ciphertext_sha256": ""}
        line |= hidden
        line["redactions"] = [
            {"field": each, "why": "A third party, protected by law.", "by": "ann"} for each in fields
        ]
        if whole:
            line |= {"event": "", "relation": "", "target": "", "reason": ""}
        if whole or "text" in fields:
            line["text"] = BLOCKS
        if whole or "sender" in fields:
            line |= {"sender": BLOCKS, "name": BLOCKS}
        if whole:
            line |= {"recipients": [BLOCKS], "conversation": BLOCKS}
        if whole or "media" in fields:
            line["attached"] = {"name": BLOCKS, "mime": "", "size": None, "sha256": "", "file": "", "state": "redacted"}
        return line

    def _keys(self, lines: Sequence[Mapping[str, Json]]) -> list[Json]:
        """Hand over each session from where on it is disclosed as a whole."""
        sessions = {self.session.id: self.session} | {
            said.session.id: said.session for said in self.said if said.session
        }
        given: dict[str, list[int]] = {session: [] for session in sessions}
        beyond = dict.fromkeys(sessions, -1)
        counters: dict[str, Iterator[int]] = {session: iter(range(1 << 30)) for session in sessions}
        for said, line in zip(self.said, lines, strict=True):
            if said.verdict != "clear":
                session = (said.session or self.session).id
                index = next(counters[session])
                if line["message_key"] is None:
                    beyond[session] = index
                else:
                    given[session].append(index)
        found: list[Json] = []
        for session in sorted(sessions):
            opened = [index for index in given[session] if index > beyond[session]]
            if opened:
                exported = sessions[session].whole.exported_at(opened[0]).reveal().decode()
                found.append({"session": session, "from": opened[0], "exported": exported, "opens": len(opened)})
        return found

    def _write_schedules(self, folder: PackFolder, lines: Sequence[Mapping[str, Json]], size: int) -> list[Json]:
        names = ("line", "record", "item", "conversation", "iso", "kind", "verdict")
        unused: list[Json] = [
            {
                "number": at + 1,
                "record": size + at,
                "conversation": "!other",
                "iso": "2026-05-30T10:00:00.000+02:00",
                "kind": "text",
            }
            for at in range(self.unused)
        ]
        rows: dict[str, list[Json]] = {
            "used": [{name: line[name] for name in names} for line in lines],
            "unused": unused,
            "sensitive": [{"number": at + 1, "reason": "A source would be named."} for at in range(self.sensitive)],
        }
        for name, found in rows.items():
            folder.write_json(
                f"schedules/{name}.json", {"format": "underseal/schedule/1", "schedule": name, "rows": found}
            )
        return unused

    def _write_left_out(self, folder: PackFolder, lines: Sequence[Mapping[str, Json]]) -> None:
        redactions: list[Json] = []
        media: list[Json] = []
        for line in lines:
            held, attached = line["redactions"], line["attached"]
            assert isinstance(held, list)
            redactions += [{"line": line["line"], **each} for each in held if isinstance(each, dict)]
            if isinstance(attached, dict) and not attached["file"] and attached["state"] != "redacted":
                media.append({"line": line["line"], "state": attached["state"]})
        left_out: dict[str, Json] = {
            "format": "underseal/left-out/1", "redactions": redactions, "media": media, "keys": [], "attributions": [],
            "exclusions": [{"exhibit": "BR-7", "decision": "2026/44", "judge": "Mr Claes", "why": "Taken without an order."}],
            "never": [{"what": "The rest of a Megolm session", "why": "It would open messages that are not disclosed."}],
        }  # fmt: skip
        folder.write_json("left_out.json", left_out)

    def _write_claim(self, folder: PackFolder, lines: Sequence[Mapping[str, Json]]) -> int:
        ledger = Ledger.create(self.folder.with_name(self.folder.name + "-claims"), self.key, name="attributions")
        first = next((line for line in lines if not line["redactions"]), None)
        if first is None:
            return 0
        entry: dict[str, Json] = {
            "format": "underseal/attribution/1", "act": "claim", "author": "ann", "time": "2026-06-01T09:00:00.000Z",
            "authority": "BR-2026/17", "id": "A1", "account": first["sender"],
            "person": {"id": "P1", "name": "Zeno Maes", "born": "1981-02-03"},
            "interval": {"start": "2026-05-01T00:00:00.000Z", "end": None, "zone": "Europe/Brussels"}, "grade": "strong",
            "supporting": [
                {"kind": "message", "record": first["record"], "release": 2, "leaf": first["leaf"], "words": "Names his sister."},
                {"kind": "location", "start": "2026-05-29T10:00:00.000Z", "end": "2026-05-29T12:00:00.000Z", "source": "cell site 12",
                 "area": {"type": "circle", "centre": [44000000, 512300000], "radius": 900}, "words": ""},
            ],
            "opposing": [{"kind": "statement", "words": "A neighbour says that he was abroad."}], "supersedes": None,
        }  # fmt: skip
        ledger.append(entry)
        proof: dict[str, Json] = {
            "format": "underseal/attribution-proof/1",
            "later": [],
            "records": [],
            **_proved(ledger)[0],
        }
        folder.write_json("attributions/A1.json", proof | {"checkpoint": ledger.checkpoint().document.to_json()})
        return 1

    def _write_audit(self, folder: PackFolder, contents: str, used: int) -> None:
        ledger = Ledger.create(self.folder.with_name(self.folder.name + "-audit"), self.key, name="audit")
        said: dict[str, Json] = {
            "authority": "BR-2026/17",
            "purpose": "",
            "user": "ann",
            "time": "2026-06-01T14:00:00.000Z",
        }
        taken: dict[str, Json] = {"exhibit": "BR-1", "path": "/evidence/capture"}
        ledger.append(said | {"act": "exhibit_taken", "group": "collection", "details": taken})
        ledger.append(said | {"act": "login", "group": "security", "details": {}})
        details: dict[str, Json] = {"dossier": "D1", "to": "Mr Vos", "records": used, "sha256": contents}
        ledger.append(said | {"act": "disclosed", "group": "disclosure", "details": details})
        head: dict[str, Json] = {
            "checkpoint": ledger.checkpoint().document.to_json(),
            "format": "underseal/audit-extract/1",
        }
        folder.write_lines("audit.jsonl", [head, *_proved(ledger)[::2]])


def _proved(ledger: Ledger) -> list[dict[str, Json]]:
    """Return the entries of a ledger, each with its way to the root."""
    checkpoint = ledger.checkpoint()
    return [
        {
            "entry": entry.data.decode(),
            "number": entry.number,
            "path": [node.hex() for node in ledger.inclusion(entry.number, checkpoint)],
        }
        for entry in ledger.read()
    ]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def media_of(name: str, mime: str, content: bytes) -> dict[str, str]:
    """Return what a message says of an attachment that was opened."""
    return {"name": name, "mime": mime, "sha256": hashlib.sha256(content).hexdigest(), "state": "opened"}


def every_kind() -> list[Said]:
    """Return a line of each kind that a page must show."""

    def arabic(text: str, *, item: bool = False) -> Said:
        return Said(
            sender="@tariq:harbour.example", name="طارق", conversation="!رصيف", text=text, item=item, session=late
        )

    late = Session()
    return [
        Said(item=True, text="The boat comes at <b>four</b> </script><script>alert(1)</script>"),
        Said(sender="@pieter:harbour.example", name="Pieter", text="How much? \\u003c \\\\u003c < 4", reply=1),
        Said(text="Crates.", kind="picture", media=media_of("berths.png", "image/png", PICTURE), content=PICTURE),
        Said(text=None, kind="voice", media=media_of("crane.ogg", "audio/ogg", SOUND), content=SOUND),
        Said(
            text="Missing.", kind="file", media={"name": "list.xlsx", "mime": "application/x-excel", "state": "missing"}
        ),
        Said(text="My lawyer says no.", redacted=["text"], item=True),
        Said(verdict="no_key", text=None, reason="no exhibit holds the key", session=late),
        Said(verdict="bad_mac", text=None, session=late),
        Said(verdict="bad_signature", text=None, session=late),
        Said(verdict="clear", text="In clear.", kind="notice"),
        arabic("القارب في الرابعة، الرصيف 7.", item=True),
        arabic("حسنًا."),
        Said(sender="@max:harbour.example", name=LONG_NAME, conversation="!رصيف", text="x" * 10_000),
        Said(text="Who is this?", redacted=["message"]),
    ]


def many(count: int) -> list[Said]:
    """Return a long pack of some conversations."""
    sessions = [Session() for _ in range(20)]
    words = "The boat lies at the fourth berth and nobody has asked for it since Monday, so leave it there for now. "
    return [
        Said(
            sender=f"@a{at % 3}:harbour.example", name=f"Account {at % 3}", conversation=f"!room{at * 20 // count:02}",
            text=words[: 10 + at * 37 % 90] * (1 + at % 3), item=at % 9 == 0, session=sessions[at * 20 // count],
            verdict="no_key" if at % 17 == 0 else "opened", redacted=["text"] if at % 101 == 5 else (),
        )
        for at in range(count)
    ]  # fmt: skip
