"""Of an encrypted network, what is destroyed takes its ciphertexts, attachments and room keys along, and none comes back."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pytest

from investigation.harbour import AUTHORITY, SAMPLE, arrival, draft, take_keys
from underseal.core.crypto import megolm
from underseal.core.records import Media, Secret
from underseal.core.verify import verify
from underseal.evidence.casework import Actor, Role
from underseal.evidence.decrypt import Keyring
from underseal.evidence.investigation import Investigation, create_investigation
from underseal.evidence.privilege import Named
from underseal.evidence.store import Document

from .left import indexes_with, where

COUNSEL: Final = "@k7q2mx:harbour.example"
"""An account of the sample that takes part in many conversations."""

_LONG = 24
"""Characters of a text that is looked for: it stands nowhere by chance."""

_USERS = {"anna": Role.ADMINISTRATOR, "ines": Role.INVESTIGATOR, "fatma": Role.FILTER}


@dataclass
class House:
    """The sample in two releases, the second of which opens with keys what the first left locked; and what it held before."""

    investigation: Investigation
    rows: list[dict[str, Any]] = field(default_factory=list)
    keys: Mapping[str, bytes] = field(default_factory=dict)
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    ciphertexts: Mapping[int, bytes] = field(default_factory=dict)
    document: Document | None = None

    def of(self, user: str) -> Investigation:
        return self.investigation.acting_as(Actor(name=user, role=_USERS[user]))

    def destroy(self, named: Named) -> Document:
        self.of("ines").privilege.suspect(named, why="counsel", authority=AUTHORITY)
        (decision,) = self.of("fatma").privilege.confirm(named, why="counsel", authority=AUTHORITY)
        destroying = self.of("fatma").destroying
        words = destroying.preview(decision.number, authority=AUTHORITY).words
        return destroying.destroy(decision.number, confirm=words, authority=AUTHORITY)

    def faults(self) -> list[str]:
        return [f"{step.name}: {step.detail}" for step in self.of("fatma").verify() if not step.ok]

    @cached_property
    def gone(self) -> list[dict[str, Any]]:
        assert self.document is not None
        numbers = {record.number for record in self.document.destruction.records}
        return [row for row in self.rows if row["number"] in numbers]

    @cached_property
    def left(self) -> list[dict[str, Any]]:
        numbers = {row["number"] for row in self.gone}
        return [row for row in self.rows if row["number"] not in numbers]


def _all(investigation: Investigation) -> list[dict[str, Any]]:
    release = investigation.releases.latest()
    assert release is not None
    tables = [investigation.pool.get(entry).read_all(RECORD) for entry in release.segments]
    return [row for table in tables for row in table.to_pylist()]


RECORD = [
    "number", "text", "raw", "media", "detail", "session", "index", "verdict", "sender", "recipients", "conversation",
    "event", "supersedes",
]  # fmt: skip


def _ciphertexts(investigation: Investigation) -> dict[int, bytes]:
    release = investigation.releases.latest()
    assert release is not None
    sealed = [segment for entry in release.segments if (segment := investigation.pool.get(entry).sealed)]
    return dict(zip(*(c.to_pylist() for c in pa.concat_tables([s.read() for s in sealed]).columns), strict=True))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The account's messages destroyed; not to be changed but by the last test."""
    investigation = create_investigation(tmp_path_factory.mktemp("sealed") / "harbour", "Harbour")
    investigation.authorities.add(draft(), user=investigation.user)
    investigation.take(SAMPLE / "capture", arrival("CAPTURE"), authority=AUTHORITY)
    investigation.release(workers=1)
    take_keys(investigation, SAMPLE)
    investigation.release(workers=1)
    for name, role in _USERS.items():
        investigation.casework.users.add(name, role, Secret(b"correct horse battery"), at=0)
    made = House(investigation, rows=_all(investigation), ciphertexts=_ciphertexts(investigation))
    folder = investigation.workspace.media
    made.attachments = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    held = Keyring(investigation.workspace.keyring).load({row["session"] for row in made.rows if row["session"]})
    made.keys = {key.key: megolm.export_bytes(key.exported) for keys in held.values() for key in keys}
    made.document = made.destroy(Named(account=COUNSEL))
    yield made
    investigation.close()


def test_neither_text_nor_ciphertext_is_left(house: House) -> None:
    root = house.investigation.workspace.root
    others = "\n".join(row["text"] for row in house.left if row["text"])
    texts = {
        row["text"] for row in house.gone if row["text"] and len(row["text"]) >= _LONG and row["text"] not in others
    }
    raw = {row["raw"] for row in house.gone if row["raw"]}
    sealed = {house.ciphertexts[row["number"]] for row in house.gone if row["number"] in house.ciphertexts}
    assert min(len(texts), len(raw), len(sealed)) > 100
    assert where(root, [*(text.encode() for text in texts), *raw, *sealed]) == set()
    assert indexes_with(root, texts) == set()
    kept = {house.ciphertexts[row["number"]] for row in house.left if row["number"] in house.ciphertexts}
    assert set(_ciphertexts(house.investigation).values()) == kept


def test_of_all_others_everything_is_as_it_was(house: House) -> None:
    now = {row["number"]: row for row in _all(house.investigation)}
    assert [now[row["number"]] for row in house.left] == house.left
    for row in house.gone:
        told = now[row["number"]]
        assert (told["text"], told["raw"], told["media"], told["detail"]) == (None, None, None, None)
        assert (told["event"], told["sender"], told["session"]) == (row["event"], row["sender"], row["session"])


def test_attachments_that_nobody_else_has_are_gone(house: House) -> None:
    def attached(rows: list[dict[str, Any]]) -> set[str]:
        return {Media.from_json(row["media"]).sha256 for row in rows if row["media"]} - {""}

    going, staying = attached(house.gone) - attached(house.left), attached(house.left)
    assert going
    assert staying
    folder = house.investigation.workspace.media
    assert {path.name for path in folder.rglob("*") if path.is_file()} == staying
    others = b"".join(house.attachments[sha256] for sha256 in staying)
    halves = [house.attachments[sha256][len(house.attachments[sha256]) // 2 :][:64] for sha256 in going]
    pieces = [piece for piece in halves if piece not in others]
    assert pieces
    assert where(house.investigation.workspace.root, pieces) == set()
    assert where(house.investigation.workspace.root, [sha256.encode() for sha256 in going]) == set()


def test_room_keys_open_nothing_any_more_that_was_destroyed(house: House) -> None:
    left = {row["session"] for row in house.left if row["session"]}
    closed = {row["session"] for row in house.gone if row["session"]} - left
    keyring = Keyring(house.investigation.workspace.keyring)
    held = {key.key for keys in keyring.load(closed | left).values() for key in keys}
    assert keyring.load(closed) == {}
    ratchets = [data[5:133] for key, data in house.keys.items() if key not in held]
    assert len(ratchets) > 50
    assert where(house.investigation.workspace.root, ratchets) == set()
    sealed = [row for row in house.gone if row["number"] in house.ciphertexts and row["session"]]
    shared = keyring.load({row["session"] for row in sealed})
    for row in sealed:
        for key in shared.get(row["session"], []):
            with pytest.raises(megolm.MegolmError):
                megolm.InboundSession(key.exported).open(house.ciphertexts[row["number"]])


def test_releases_and_proofs_still_verify(house: House) -> None:
    assert house.faults() == []
    assert [step.name for step in house.of("ines").verify(1) if not step.ok] == []
    assert house.document is not None
    assert [each.release for each in house.document.destruction.hidden] == [2]
    receipt = house.of("fatma").destroying.receipt(1, authority=AUTHORITY)
    assert verify(receipt, trusted=house.investigation.workspace.public_key.hex).ok
    case = house.of("ines").under(AUTHORITY)
    number = next(row["number"] for row in house.left if row["raw"])
    assert verify(case.prove(number)).ok
    assert json.loads(case.prove(number))["raw"]


def test_seized_and_captured_again_nothing_comes_back(house: House, tmp_path: Path) -> None:
    copy = tmp_path / "capture"
    shutil.copytree(SAMPLE / "capture", copy)
    (copy / "note.txt").write_text("another acquisition of the same server", encoding="utf-8")
    user = house.of("ines")
    passphrases: dict[str, str] = json.loads((SAMPLE / "keys" / "passphrases.json").read_text(encoding="utf-8"))
    for name, phrase in passphrases.items():
        again = tmp_path / name
        again.write_bytes((SAMPLE / "keys" / name).read_bytes() + b"\n")
        user.take(again, arrival(f"AGAIN-{name}"), authority=AUTHORITY, passphrase=Secret(phrase.encode()))
    user.take(copy, arrival("AGAIN"), authority=AUTHORITY)
    release = user.release(workers=1)
    assert release is not None
    test_neither_text_nor_ciphertext_is_left(house)
    test_attachments_that_nobody_else_has_are_gone(house)
    test_room_keys_open_nothing_any_more_that_was_destroyed(house)
    assert house.faults() == []
