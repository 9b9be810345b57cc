"""An investigation with messages of a quay, sealed by real Megolm sessions, and a dossier to disclose."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from vodozemac import GroupSession, InboundGroupSession

from underseal.core.crypto import SigningKey, key_export
from underseal.core.crypto.megolm import ALGORITHM
from underseal.core.ledger import read_document, sign_document
from underseal.core.records import Secret
from underseal.core.verify.disclosure.listing import Listed, contents_of, mark_of
from underseal.evidence.authority import Draft
from underseal.evidence.dossier import ItemDraft, ItemKind, OpeningDraft
from underseal.evidence.investigation import (
    Arrival,
    Consultation,
    Investigation,
    create_investigation,
    open_investigation,
)
from underseal.evidence.investigation.dossier_disclosure import DossierDisclosure

AUTHORITY: Final = "BR-2026/17"
ROOM: Final = "!quay:harbour.example"
ADA, BEN, CAS = (f"@{name}:harbour.example" for name in ("ada", "ben", "cas"))
WORD: Final = Secret(b"word")
START: Final = 1_767_225_600_000


class Sender:
    """A device with one Megolm session, and the events that a server has of it."""

    def __init__(self, account: str) -> None:
        self.account = account
        self._session = GroupSession()
        self._whole = InboundGroupSession(self._session.session_key)
        self.id = self._session.session_id

    def send(
        self, text: str, *, event: str, time: int, room: str = ROOM, content: Mapping[str, object] | None = None
    ) -> dict[str, object]:
        payload = {
            "type": "m.room.message",
            "room_id": room,
            "content": {"msgtype": "m.text", "body": text, **(content or {})},
        }
        ciphertext = self._session.encrypt(json.dumps(payload).encode()).to_base64()
        return {
            "event_id": event,
            "type": "m.room.encrypted",
            "room_id": room,
            "sender": self.account,
            "origin_server_ts": START + 1000 * time,
            "content": {
                "algorithm": ALGORITHM,
                "session_id": self.id,
                "sender_key": "curve",
                "device_id": "PHONE",
                "ciphertext": ciphertext,
            },
        }

    def key(self, *, index: int = 0, flip: int | None = None) -> key_export.ExportedSession:
        """Return the session as a phone exports it; with a bit of its ratchet flipped, as a damaged export has it."""
        exported = self._whole.export_at(index)
        assert exported is not None
        data = bytearray(base64.b64decode(exported.to_base64() + "=="))
        if flip is not None:
            data[flip] ^= 1
        return key_export.ExportedSession(
            room_id=ROOM,
            session_id=self.id,
            sender_key="curve",
            session_key=Secret(base64.b64encode(bytes(data)).rstrip(b"=")),
            first_index=index,
        )


@dataclass(kw_only=True)
class Quay:
    """The investigation, its folder, and who sends."""

    folder: Path
    investigation: Investigation
    senders: dict[str, Sender] = field(default_factory=dict)

    def case(self, authority: str = AUTHORITY, release: int | None = None) -> Consultation:
        return self.investigation.under(authority, purpose="a test", release=release)

    def disclosure(self, authority: str = AUTHORITY, release: int | None = None) -> DossierDisclosure:
        return self.case(authority, release).dossiers.disclosure

    def number(self, event: str) -> int:
        return self.case().find(event)

    def dossier(self, *events: str, before: int = 0, after: int = 0) -> str:
        """Open a dossier that stands on some messages; return its number."""
        dossiers = self.case().dossiers
        card = dossiers.open(OpeningDraft(title="The box", offence="drugs", district="AN"))
        self.add(card.number, *events, before=before, after=after)
        return card.number

    def add(self, dossier: str, *events: str, before: int = 0, after: int = 0) -> None:
        for event in events:
            draft = ItemDraft(
                kind=ItemKind.MESSAGE, record=self.number(event), before=before, after=after, why="a test"
            )
            self.case().dossiers.items.add(dossier, draft)

    def capture(self, exhibit: str, events: Sequence[Mapping[str, object]]) -> None:
        file = self.folder / f"{exhibit}.jsonl"
        file.write_text("".join(f"{json.dumps(event)}\n" for event in events), encoding="utf-8")
        self.investigation.take(file, arrival(exhibit), authority=AUTHORITY)

    def keys(self, exhibit: str, sessions: Sequence[key_export.ExportedSession]) -> None:
        file = self.folder / f"{exhibit}.txt"
        file.write_bytes(key_export.write(sessions, WORD, rounds=10))
        self.investigation.take(file, arrival(exhibit), authority=AUTHORITY, passphrase=WORD)

    def authority(self, number: str, **changes: object) -> str:
        self.investigation.authorities.add(draft(number, **changes), user=self.investigation.user)
        return number

    def pack(self, dossier: str, name: str = "pack", **how: Any) -> Path:
        """Disclose a dossier; return the pack."""
        target = self.folder / name
        self.disclosure(how.pop("authority", AUTHORITY), how.pop("release", None)).disclose(
            dossier, target, to=how.pop("to", "Mr Vos"), **how
        )
        return target


def draft(number: str, **changes: object) -> Draft:
    said: dict[str, Any] = {
        "number": number,
        "magistrate": "M. Claes",
        "legal_basis": "art. 90ter",
        "type": "interception",
        "accounts": "all",
        "rooms": "all",
        "period": "all",
        "valid_from": "2020-01-01",
        "valid_to": "2099-12-31",
        "zone": "UTC",
    }
    return Draft(**(said | changes))


def arrival(number: str) -> Arrival:
    return Arrival(
        number=number, title=number, custodian="quay", condition="whole", received_from="lab", received_by="desk"
    )


def clear(text: str, *, event: str, time: int) -> dict[str, object]:
    """Return an event that was never encrypted."""
    return {
        "event_id": event,
        "type": "m.room.message",
        "room_id": ROOM,
        "sender": BEN,
        "origin_server_ts": START + 1000 * time,
        "content": {"msgtype": "m.text", "body": text},
    }


def make_quay(folder: Path) -> Quay:
    """Make it: ten messages of Ada ($a0 to $a9), four of Ben, two of Cas that nobody can open, one that was clear."""
    made = Quay(folder=folder, investigation=create_investigation(folder / "workspace", "Quay"))
    made.authority(AUTHORITY)
    made.senders = {"ada": Sender(ADA), "ben": Sender(BEN), "cas": Sender(CAS)}
    ada, ben, cas = made.senders.values()
    events = [ada.send(f"box {n} stands at gate {n}", event=f"$a{n}", time=10 * n) for n in range(10)]
    events += [ben.send(f"who has box {n}", event=f"$b{n}", time=10 * n + 5) for n in range(4)]
    events += [cas.send(f"cas says {n}", event=f"$c{n}", time=10 * n + 7) for n in range(2)]
    made.capture("A", [*events, clear("in the open", event="$open", time=99)])
    made.keys("KEYS", [ada.key(), ben.key()])
    assert made.investigation.release(workers=1) is not None
    return made


def lines_of(pack: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (pack / "messages.jsonl").read_text(encoding="utf-8").splitlines()]


def payload_of(pack: Path) -> dict[str, Any]:
    found: dict[str, Any] = dict(read_document((pack / "pack.json").read_bytes(), None))
    return found


def sign_again(pack: Path, key: SigningKey, **changes: object) -> None:
    """Sign a folder as it is, as a signer would who lies in it, the audit apart."""
    payload = payload_of(pack)
    paths = sorted(path.relative_to(pack).as_posix() for path in pack.rglob("*") if path.is_file())
    files = [_listed(pack, path) for path in paths if path != "pack.json"]
    changed = payload | {"files": [file.to_json() for file in files]} | changes
    head = changed["head"]
    changed["contents"] = contents_of(head, files).hex()
    (pack / "pack.json").write_bytes(sign_document(changed, key).to_bytes())


def _listed(pack: Path, path: str) -> Listed:
    data = (pack / path).read_bytes()
    lines = "".join(map(mark_of, data.split(b"\n")[:-1])) if path.endswith(".jsonl") else None
    return Listed(path=path, size=len(data), sha256=hashlib.sha256(data).digest(), lines=lines)


def everything(pack: Path) -> bytes:
    """Return the bytes of all files of a pack."""
    return b"\n".join(path.read_bytes() for path in sorted(pack.rglob("*")) if path.is_file())


def disclose_often(telling: Connection, workspace: str, dossier: str, packs: str, *, zipped: bool) -> None:
    """Disclose a dossier again and again, as a process that is killed."""
    with open_investigation(workspace) as investigation:
        disclosure = investigation.under(AUTHORITY).dossiers.disclosure
        disclosure.preview(dossier, to="Mr Vos")
        telling.send("begin")
        for number in range(50):
            pack = Path(packs) / f"pack{number}{'.zip' if zipped else ''}"
            disclosure.disclose(dossier, pack, to="Mr Vos", zipped=zipped)
